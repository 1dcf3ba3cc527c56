"""Is this request from the carrier? Checked before a form is read for anything else."""

from __future__ import annotations

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from elder_channel.telephony.errors import BadSignatureError


class SignatureCheck:
    """Checks `X-Twilio-Signature` against the public address the carrier was told, never against request headers."""

    def __init__(self, auth_token: str, public_base_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._base = public_base_url.rstrip("/")

    def form(self, path_and_query: str, form: Mapping[str, object], signature: str | None) -> None:
        """Accept a signed form post, or raise `BadSignatureError`."""
        if not self._is_genuine(self._base + path_and_query, form, signature):
            raise BadSignatureError("missing or wrong X-Twilio-Signature")

    def websocket(self, path: str, signature: str | None) -> None:
        """Accept a websocket handshake; the carrier signs the ws(s) address without parameters.

        Some of its edges sign it with a slash at the end. The call's own token is checked besides.
        """
        url = "ws" + self._base.removeprefix("http") + path
        if not any(self._is_genuine(each, {}, signature) for each in (url, url + "/")):
            raise BadSignatureError("missing or wrong X-Twilio-Signature")

    def _is_genuine(self, url: str, form: Mapping[str, object], signature: str | None) -> bool:
        return bool(signature) and bool(self._validator.validate(url, form, signature))
