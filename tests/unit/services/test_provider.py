"""How the console asks the identity provider, and what the doctor says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from elder_channel.findings import State
from elder_channel.secrets import FILE, oidc_client_secret
from elder_channel.services.console_access import console_access
from elder_channel.services.errors import SignOnSettingsError
from elder_channel.services.provider import Provider, ProviderRefusedError, ProviderUnreachableError
from elder_channel.sign_on_checks import check_provider, check_sign_on, check_way_back
from elder_channel.staff.settings import ConsoleSettings, SingleSignOnSettings
from elder_channel.supervisor import free_port
from tests.fakes.identity_provider import running_provider

ORIGIN = "https://id.example.com"
URL = f"{ORIGIN}/.well-known/openid-configuration"
SIGN_ON = {
    "ELDER_CHANNEL_SINGLE_SIGN_ON__METADATA_URL": URL,
    "ELDER_CHANNEL_SINGLE_SIGN_ON__CLIENT_ID": "console",
    "ELDER_CHANNEL_SINGLE_SIGN_ON__ROLES": '{"line-editors": "editor"}',
}


def provider(answer: Callable[[httpx.Request], httpx.Response], now: list[float]) -> Provider:
    """A provider whose answers the test writes."""
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Provider(lambda: URL, http=http, monotonic=lambda: now[0])


def test_its_document_is_read_once_an_hour() -> None:
    """And its word on a person each time it is asked."""
    now, asked = [0.0], []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/me":
            return httpx.Response(200, json={"sub": request.headers["authorization"]})
        return httpx.Response(200, json={"userinfo_endpoint": "https://id.example.com/me"})

    known = provider(answer, now)
    assert [known.userinfo("a"), known.userinfo("b")] == [{"sub": "Bearer a"}, {"sub": "Bearer b"}]
    now[0] = 3601
    known.userinfo("a")
    assert asked.count("/.well-known/openid-configuration") == 2


def test_a_provider_without_userinfo_is_not_asked() -> None:
    """It has nothing to say after the sign-in."""
    assert provider(lambda _request: httpx.Response(200, json={}), [0.0]).userinfo("a") is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401, json={}), ProviderRefusedError),
        (httpx.Response(403, text="no"), ProviderRefusedError),
        (httpx.Response(500, text="oops"), ProviderUnreachableError),
        (httpx.Response(200, text="<html>"), ProviderUnreachableError),
        (httpx.Response(200, json=["sub"]), ProviderUnreachableError),
    ],
)
def test_only_a_clear_no_is_a_no(answer: httpx.Response, error: type[Exception]) -> None:
    """A provider in trouble says nothing about anybody."""

    def say(request: httpx.Request) -> httpx.Response:
        return answer if request.url.path == "/me" else httpx.Response(200, json={"userinfo_endpoint": f"{ORIGIN}/me"})

    with pytest.raises(error):
        provider(say, [0.0]).userinfo("a")


def test_one_that_is_away_is_not_asked_at_every_click() -> None:
    """Each would wait for it."""
    now, asked = [0.0], []

    def away(request: httpx.Request) -> httpx.Response:
        asked.append(1)
        raise httpx.ConnectError("refused", request=request)

    known = provider(away, now)
    for now[0] in (0.0, 1.0, 14.0, 15.5):
        with pytest.raises(ProviderUnreachableError):
            known.metadata()
    assert len(asked) == 2


def test_the_client_secret_is_given_and_never_made(tmp_path: Path) -> None:
    """In the environment, in a file it names, or in secrets.env, in this order."""
    assert oidc_client_secret(tmp_path, {}) is None
    (tmp_path / FILE).write_text("ELDER_CHANNEL_OIDC_CLIENT_SECRET=kept\n", encoding="utf-8")
    (tmp_path / "mounted").write_text("mounted\n", encoding="utf-8")
    named = {"ELDER_CHANNEL_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "mounted")}
    given = {**named, "ELDER_CHANNEL_OIDC_CLIENT_SECRET": "given"}
    found = [oidc_client_secret(tmp_path, env) for env in ({}, named, given)]
    assert [each.get_secret_value() for each in found if each] == ["kept", "mounted", "given"]


def test_the_web_server_learns_what_it_must(tmp_path: Path) -> None:
    """Address, names, cookie and provider; the secret is in no text of it."""
    env = {**SIGN_ON, "ELDER_CHANNEL_CONSOLE__PUBLIC_URL": "https://Console.example.com/"}
    with pytest.raises(SignOnSettingsError, match="ELDER_CHANNEL_OIDC_CLIENT_SECRET"):
        console_access(tmp_path, env, port=8501)
    access = console_access(tmp_path, {**env, "ELDER_CHANNEL_OIDC_CLIENT_SECRET": "hush"}, port=8501)
    assert access.secure
    assert access.names == ("127.0.0.1", "console.example.com", "localhost")
    assert access.auth is not None
    assert access.auth["redirect_uri"] == "https://Console.example.com/oauth2callback"
    assert "hush" not in repr(access)
    plain = console_access(tmp_path, {"ELDER_CHANNEL_SERVER__HOST": "0.0.0.0"}, port=9000)
    assert (plain.public_url, plain.secure, plain.auth) == ("http://127.0.0.1:9000", False, None)


def test_the_doctor_finds_a_provider_that_answers() -> None:
    """With its issuer."""
    with running_provider(free_port()) as running:
        finding = check_provider(running.metadata_url)
    assert finding.state is State.OK
    assert running.url in finding.text


def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    """Unreachable, without a secret, and an address nobody comes back to; none of it keeps the line from answering."""
    sign_on = SingleSignOnSettings(
        metadata_url=f"http://127.0.0.1:{free_port()}/.well-known/openid-configuration",
        client_id="console",
        roles={"line-editors": "editor"},
    )
    findings = check_sign_on(sign_on, ConsoleSettings(), tmp_path, {})
    assert [finding.state for finding in findings] == [State.WRONG] * 3
    assert not any(finding.fatal for finding in findings)
    assert "cannot be read" in findings[0].text
    assert "public_url" in findings[1].text
    assert "client secret" in findings[2].text
    assert check_sign_on(SingleSignOnSettings(), ConsoleSettings(), tmp_path, {}) == []


@pytest.mark.parametrize(
    ("public_url", "state"),
    [
        ("https://console.example.com", State.OK),
        ("http://127.0.0.1:8501", State.OK),
        ("http://console.example.com", State.WRONG),
    ],
)
def test_the_doctor_says_which_address_to_register(public_url: str, state: State) -> None:
    """Exactly the one the console gives the provider."""
    finding = check_way_back(public_url)
    assert finding.state is state
    assert (f"{public_url}/oauth2callback" in finding.text) is (state is State.OK)
