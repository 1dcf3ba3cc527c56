"""What the doctor says of the identity provider: whether it answers, what it lacks, and the address back to us."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from elder_channel.findings import Finding, State
from elder_channel.secrets import oidc_client_secret
from elder_channel.services.console_access import CALLBACK_PATH
from elder_channel.services.provider import TIMEOUT_SECONDS, Provider, ProviderUnreachableError
from elder_channel.staff.settings import ConsoleSettings, SingleSignOnSettings

PART: Final = "sign-in provider"
BACK: Final = "sign-in address"
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_NEEDED: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
_HOW = "docs/operations.md, 'Sign-in by the company's accounts'"


def check_sign_on(
    sign_on: SingleSignOnSettings, console: ConsoleSettings, state: Path, env: Mapping[str, str]
) -> list[Finding]:
    """Return what there is to say where `single_sign_on.metadata_url` is set; nothing else is asked of the provider.

    The line answers callers without it, so it never counts against the exit code.
    """
    if not sign_on.configured:
        return []
    findings = [check_provider(sign_on.metadata_url), check_way_back(console.public_url)]
    try:
        secret = oidc_client_secret(state, env)
    except OSError as error:
        text = f"The file in ELDER_CHANNEL_OIDC_CLIENT_SECRET_FILE cannot be read ({error.strerror})."
        return [*findings, _wrong(PART, text)]
    if secret is None:
        findings.append(_wrong(PART, "There is no client secret: the console will not start."))
    return findings


def check_provider(metadata_url: str) -> Finding:
    """Return whether the discovery document can be read and says what is needed."""
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as http:
            document = Provider(lambda: metadata_url, http=http).metadata()
    except ProviderUnreachableError as error:
        return _wrong(PART, f"{metadata_url} cannot be read ({error}).")
    missing = [key for key in _NEEDED if not isinstance(document.get(key), str)]
    if missing:
        return _wrong(PART, f"{metadata_url} has no {', '.join(missing)}: it is no discovery document.")
    expected = metadata_url.removesuffix(_WELL_KNOWN)
    if metadata_url.endswith(_WELL_KNOWN) and str(document["issuer"]).rstrip("/") != expected.rstrip("/"):
        return _wrong(PART, f"{metadata_url} speaks for another issuer, {document['issuer']}.")
    return Finding(PART, State.OK, f"{document['issuer']} answers{_left_out(document)}.")


def check_way_back(public_url: str) -> Finding:
    """Return where the provider must let people come back to, and whether a browser elsewhere could."""
    public_url = public_url.rstrip("/")
    if not public_url:
        text = "console.public_url is empty: only browsers on this machine come back from the provider."
        return _wrong(BACK, text, "set console.public_url to the address staff use")
    registered = f"Register {public_url}{CALLBACK_PATH} at the provider as redirect URI and after-logout address."
    if not public_url.startswith("https://") and urlsplit(public_url).hostname not in ("localhost", "127.0.0.1", "::1"):
        return _wrong(BACK, f"console.public_url is {public_url}: sign-in cookies need https.", "put https before it")
    return Finding(BACK, State.OK, registered)


def _left_out(document: Mapping[str, Any]) -> str:
    """What works less well without."""
    said = []
    if "S256" not in (document.get("code_challenge_methods_supported") or []):
        said.append("without PKCE")
    if not document.get("userinfo_endpoint"):
        said.append("without userinfo: a role that is taken away counts at the next sign-in")
    if not document.get("end_session_endpoint"):
        said.append("signing out leaves its own session open")
    return f" ({'; '.join(said)})" if said else ""


def _wrong(part: str, text: str, remedy: str = _HOW) -> Finding:
    return Finding(part, State.WRONG, text, remedy)
