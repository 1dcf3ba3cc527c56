"""Is this request from the carrier? Checked before a body is read for anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from elder_channel.telephony.errors import BadSignatureError

SIGNATURE_HEADER = "X-Twilio-Signature"
BODY_HASH = "bodySHA256"
"""The query parameter by which a JSON body is signed."""


def sign(auth_token: str, url: str, form: Mapping[str, object]) -> str:
    """The signature of a form for an address, as the carrier makes it."""
    return str(RequestValidator(auth_token).compute_signature(url, dict(form)))


class SignatureCheck:
    """Checks `X-Twilio-Signature` against the public address the carrier was told, never against request headers.

    The fragment of an address (connection overrides) is no part of what is signed: the carrier signs from the
    protocol to the end of the query (twilio.com/docs/usage/webhooks/webhooks-security).
    """

    def __init__(self, auth_token: str, public_base_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._base = public_base_url.rstrip("/")

    def form(self, path_and_query: str, form: Mapping[str, object], signature: str | None) -> None:
        """Accept a signed form post, or raise `BadSignatureError`.

        A parameter that comes several times is signed with each of its values, an empty one with its name alone.
        """
        if not self._is_genuine(self._base + path_and_query, form, signature):
            raise BadSignatureError("missing or wrong X-Twilio-Signature")

    def body(self, path_and_query: str, body: str, signature: str | None) -> None:
        """Accept a signed body that is no form, bound to the address by its hash; or raise `BadSignatureError`."""
        if BODY_HASH not in parse_qs(urlsplit(path_and_query).query):
            raise BadSignatureError(f"a body without {BODY_HASH}: nothing of it would be signed")
        if not self._is_genuine(self._base + path_and_query, body, signature):
            raise BadSignatureError("missing or wrong X-Twilio-Signature, or another body than was signed")

    def websocket(self, path: str, signature: str | None) -> None:
        """Accept a websocket handshake; the carrier signs the ws(s) address without parameters.

        Some of its edges sign it with a slash at the end. The call's own token is checked besides.
        """
        url = "ws" + self._base.removeprefix("http") + path
        if not any(self._is_genuine(each, {}, signature) for each in _spellings(url)):
            raise BadSignatureError("missing or wrong X-Twilio-Signature")

    def _is_genuine(self, url: str, signed: Mapping[str, object] | str, signature: str | None) -> bool:
        return bool(signature) and bool(self._validator.validate(url, signed, signature))


def _spellings(url: str) -> Iterator[str]:
    """The websocket address with and without its port and slash.

    The carrier's validator knows the standard port of https only: it takes wss for something on port 80.
    """
    parts = urlsplit(url)
    standard = 443 if parts.scheme == "wss" else 80
    ported = {url}
    if parts.port is None:
        ported.add(parts._replace(netloc=f"{parts.netloc}:{standard}").geturl())
    for each in sorted(ported):
        yield each
        yield each + "/"
