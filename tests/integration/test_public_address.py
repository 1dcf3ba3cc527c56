"""The doctor's signed request through a real proxy: what is changed on the way is found before the first call."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx
import pytest
import uvicorn

from elder_channel.address_checks import FORM, PATH, PublicAddress, check_webhook, check_websocket
from elder_channel.findings import State
from elder_channel.placing import wait_until
from elder_channel.supervisor import free_port
from elder_channel.telephony.signature import SIGNATURE_HEADER, sign
from elder_channel.telephony.tokens import DOCTOR_HEADER
from elder_channel.web.app import voice_app
from tests.fakes.line import SECRETS, open_test_line
from tests.fakes.rewriting_proxy import Rewrite, proxy_to

TOKEN = SECRETS["TWILIO_AUTH_TOKEN"]


def unchanged(head: bytes) -> bytes:
    """As it came."""
    return head


@dataclass
class Way:
    """A voice process behind a proxy that cuts `/line` off every path, as its public address wants, and does more."""

    address: PublicAddress
    rewrite: Rewrite = unchanged

    def changing(self, rewrite: Rewrite) -> PublicAddress:
        """The address, with a proxy that changes this besides."""
        self.rewrite = rewrite
        return self.address


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    """One for all, in which nothing may be booked."""
    port, way = free_port(), Way(PublicAddress("", TOKEN, SECRETS["ELDER_CHANNEL_STREAM_SECRET"]))
    with proxy_to(port, lambda head: way.rewrite(head.replace(b" /line/", b" /", 1))) as public:
        base = f"http://127.0.0.1:{public}/line"
        way.address = replace(way.address, base_url=base)
        at = open_test_line(tmp_path_factory.mktemp("line"), ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL=base)
        how = {"log_level": "critical", "ws": "websockets-sansio", "timeout_graceful_shutdown": 1}
        server = uvicorn.Server(uvicorn.Config(voice_app(at.line), port=port, **how))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert wait_until(lambda: server.started, seconds=20)
        yield way
        with at.line.databases.calls.connect() as connection:
            for table in ("calls", "carrier_events"):
                assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
        server.should_exit = True
        thread.join(10)
        at.line.databases.dispose()


@pytest.fixture
def way(running: Way) -> Way:
    """With a proxy that changes nothing else."""
    running.rewrite = unchanged
    return running


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(unchanged, id="the path it cuts off is part of the address"),
        pytest.param(
            lambda head: head.replace(b"Host: ", b"Host: inner:80, "), id="another host, which nobody believes"
        ),
    ],
)
def test_what_the_line_bears_is_told_as_good(way: Way, rewrite: Rewrite) -> None:
    """Webhook and websocket get through."""
    address = way.changing(rewrite)
    for finding in (check_webhook(address), check_websocket(address)):
        assert finding.state is State.OK, finding.text


@pytest.mark.parametrize(
    ("rewrite", "told"),
    [
        pytest.param(lambda head: head.replace(b"%2F", b"/", 1), "a proxy changes the query", id="query"),
        pytest.param(lambda head: head.replace(b" /voice", b" /inner/voice", 1), "HTTP 404", id="path"),
        pytest.param(lambda head: head.replace(b"stream-status", b"status", 1), "changes the path", id="another path"),
        pytest.param(
            lambda head: head.replace(SIGNATURE_HEADER.encode(), b"X-Dropped"), "without its signature", id="header"
        ),
    ],
)
def test_what_a_proxy_changes_is_named(way: Way, rewrite: Rewrite, told: str) -> None:
    """One sentence, and the line counts as not able to run."""
    finding = check_webhook(way.changing(rewrite))
    assert told in finding.text
    assert finding.fatal


def test_both_addresses_are_told(way: Way) -> None:
    """So that nobody has to guess."""
    address = way.changing(lambda head: head.replace(b"%2F", b"/", 1))
    text = check_webhook(address).text
    assert f"signed was {address.base_url}{PATH}" in text
    assert f"the service saw {address.base_url}{PATH.replace('%2F', '/')}" in text


def test_a_proxy_without_websockets_is_found(way: Way) -> None:
    """The commonest of all: the request arrives as an ordinary one."""

    def plain(head: bytes) -> bytes:
        return head.replace(b"Upgrade: websocket\r\n", b"").replace(b"Connection: Upgrade", b"Connection: close")

    address = way.changing(plain)
    assert check_webhook(address).state is State.OK
    finding = check_websocket(address)
    assert "websockets do not pass" in finding.text
    assert finding.fatal


def test_other_secrets_and_addresses_are_told_apart(way: Way) -> None:
    """Another account token, another address in the settings since the start, another service's secret."""
    address = way.address
    assert "another TWILIO_AUTH_TOKEN" in check_webhook(replace(address, auth_token="other")).text
    moved = replace(address, base_url=address.base_url.replace("127.0.0.1", "localhost"))
    assert "restart it" in check_webhook(moved).text
    assert "not by this line" in check_webhook(replace(address, auth_token="x", stream_secret="y")).text
    assert "is refused" in check_websocket(replace(address, auth_token="other")).text


@pytest.mark.parametrize("more", [{}, {DOCTOR_HEADER: "doctor.9999999999.AAAA"}], ids=["nothing", "a made-up proof"])
def test_nobody_else_is_told_what_was_checked(way: Way, more: dict[str, str]) -> None:
    """A stranger with a wrong signature learns nothing."""
    url = way.address.base_url + PATH
    headers = {SIGNATURE_HEADER: sign("wrong", url, FORM), **more}
    answer = httpx.post(url, data=FORM, headers=headers, trust_env=False)
    assert (answer.status_code, answer.text) == (403, "signature refused")


def answering(text: bytes) -> Iterator[str]:
    """A service that is not ours and says this to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(text)

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        pytest.param(
            b"HTTP/1.1 301 Moved\r\nLocation: https://x.example/\r\nContent-Length: 0\r\n\r\n",
            "301 to https",
            id="redirect",
        ),
        pytest.param(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "HTTP 502", id="gateway"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "another service", id="another page"),
    ],
)
def test_another_service_at_the_address_is_found(says: bytes, told: str) -> None:
    """Its answer says which."""
    with contextmanager(answering)(says) as base:
        finding = check_webhook(PublicAddress(base, TOKEN, "secret"))
    assert told in finding.text
    assert finding.fatal


def test_an_address_that_cannot_be_reached_from_here_is_no_proof() -> None:
    """It is told, and the line counts as able to run: callers come from outside."""
    address = PublicAddress(f"http://127.0.0.1:{free_port()}", TOKEN, "secret")
    for finding in (check_webhook(address), check_websocket(address)):
        assert (finding.state, finding.fatal) == (State.WRONG, False)
        assert "cannot be reached" in finding.text
