"""The running console from outside, over HTTP: who may ask, what is closed, what answers carry, and whom it lets in."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from elder_channel.supervisor import free_port
from tests.fakes.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, running_provider
from ui.launch import HEALTH_PATH, console_command, console_environment

pytestmark = pytest.mark.stack

COOKIE_SECRET = "a-cookie-secret-for-tests-0123456789"
ROLES = '{"line-editors": "editor"}'
START_SECONDS = 90


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """A provider of the company's accounts, on this machine."""
    with running_provider(free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def console(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The console as the supervisor starts it, with the provider in its settings; its address."""
    state, port = tmp_path_factory.mktemp("door"), free_port()
    settings = {
        "ELDER_CHANNEL_COOKIE_SECRET": COOKIE_SECRET,
        "ELDER_CHANNEL_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "ELDER_CHANNEL_SINGLE_SIGN_ON__METADATA_URL": provider.metadata_url,
        "ELDER_CHANNEL_SINGLE_SIGN_ON__CLIENT_ID": CLIENT_ID,
        "ELDER_CHANNEL_SINGLE_SIGN_ON__ROLES": ROLES,
        "ELDER_CHANNEL_CONSOLE__ALLOWED_HOSTS": '["console.example.com"]',
    }
    env = console_environment({**os.environ, **settings}, state=state)
    log = state / "console.log"
    with log.open("w", encoding="utf-8") as output:
        command = console_command(port=port, state=state)
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT, cwd=state)
        try:
            _wait_until_up(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def http(console: str) -> Iterator[httpx.Client]:
    """A browser without pages: it keeps cookies and follows nothing by itself."""
    with httpx.Client(base_url=console, trust_env=False, timeout=20) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/session", "/no/such/page"])
def test_every_answer_carries_the_security_headers(http: httpx.Client, path: str) -> None:
    """No page of ours can be framed, sniffed, or made to load anything from elsewhere."""
    answer = http.get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert "*" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in answer.headers  # by http it would lock people out


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/interact"])
def test_what_nobody_has_to_know_is_closed(http: httpx.Client, path: str) -> None:
    """The server's metrics and its interface for programs are not there."""
    assert http.get(path).status_code == 404
    assert http.post(path).status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("console.example.com.evil.example", 421),
        ("localhost@evil.example", 421),
        ("", 421),
        ("console.example.com", 200),
        ("console.example.com:8443", 200),
        ("localhost", 200),
        ("192.0.2.7:8501", 200),
        ("[2001:db8::7]:8501", 200),
    ],
)
def test_it_answers_under_its_own_names_only(http: httpx.Client, host: str, status: int) -> None:
    """A page elsewhere that points a name of its own at this machine is refused."""
    assert http.get("/_stcore/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "host"),
    [("https://evil.example", None), (None, None), ("null", None), ("http://evil.example", "evil.example")],
    ids=["another page", "nobody", "a page in a box", "another name"],
)
def test_a_websocket_of_another_page_is_refused(console: str, origin: str | None, host: str | None) -> None:
    """Pages of others, and whoever does not say where they come from, get no connection."""
    url = f"{console.replace('http', 'ws')}/_stcore/stream"
    port = urlsplit(console).port
    named = {"sock": socket.create_connection(("127.0.0.1", port or 0))} if host else {"proxy": None}
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(url.replace("127.0.0.1", host or "127.0.0.1"), origin=origin, **named),  # type: ignore[arg-type]
    ):
        pass
    assert refused.value.response.status_code == 403


def test_a_websocket_of_its_own_page_is_taken(console: str) -> None:
    """The console's own pages get through."""
    url = f"{console.replace('http', 'ws')}/_stcore/stream"
    with connect(url, origin=console, subprotocols=["streamlit"], proxy=None) as taken:  # type: ignore[arg-type, list-item]
        assert taken.subprotocol == "streamlit"


def test_a_file_without_the_page_s_token_is_refused(http: httpx.Client) -> None:
    """Forged requests cannot send files (XSRF)."""
    answer = http.put("/_stcore/upload_file/some-session/some-file", files={"file": b"x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", None])
def test_the_session_cookie_is_set_for_own_pages_only(http: httpx.Client, console: str, origin: str | None) -> None:
    """Another page can neither plant a session nor end one; a made-up ticket gets nothing."""
    headers = {"Origin": origin} if origin else {}
    assert http.post("/session", content="forget", headers=headers).status_code == 403
    assert http.post("/session", content="made-up", headers={"Origin": console}).status_code == 403
    assert http.post("/session", content="forget", headers={"Origin": console}).status_code == 204


def test_the_provider_s_word_is_kept_in_a_cookie_of_a_shift(http: httpx.Client, provider: IdentityProvider) -> None:
    """With state, nonce and PKCE; no script reads the cookie, and it does not outlive a shift."""
    answer = _come_back(http, provider)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("_streamlit_user=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=43200" in cookie
    assert provider.used_pkce


@pytest.mark.parametrize("fault", ["nonce", "expired", "issuer", "signature"])
def test_a_token_that_is_wrong_lets_nobody_in(http: httpx.Client, provider: IdentityProvider, fault: str) -> None:
    """Another nonce, a past time, another issuer or another key."""
    provider.fault = fault
    try:
        assert not _lets_in(_come_back(http, provider))
    finally:
        provider.fault = ""


def test_a_state_we_did_not_give_lets_nobody_in(http: httpx.Client, provider: IdentityProvider) -> None:
    """Who is sent to us with somebody else's code is not signed in as them; nor is a code good twice."""
    back = _to_provider(http)
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    assert not _lets_in(http.get("/oauth2callback", params={"code": code, "state": "made-up"}))
    assert _lets_in(http.get(urlsplit(back).path + "?" + urlsplit(back).query))
    assert not _lets_in(http.get(urlsplit(back).path + "?" + urlsplit(back).query))


def _lets_in(answer: httpx.Response) -> bool:
    given = (each for each in answer.headers.get_list("set-cookie") if each.startswith("_streamlit_user="))
    return any("Max-Age=0" not in each for each in given)


def _come_back(http: httpx.Client, provider: IdentityProvider) -> httpx.Response:
    """Go to the provider as the button does, and come back with what it says."""
    back = urlsplit(_to_provider(http))
    return http.get(f"{back.path}?{back.query}")


def _to_provider(http: httpx.Client) -> str:
    """The address the provider sends the browser back to."""
    claims = {"provider": "default", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(COOKIE_SECRET))
    answer = http.get("/auth/login?" + urlencode({"provider": token}))
    assert answer.status_code == 302, answer.text
    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    page = httpx.get(answer.headers["location"], trust_env=False).text
    return page.split('href="')[1].split('"')[0].replace("&amp;", "&")


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url + HEALTH_PATH, trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the console did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
