"""The capability in a media stream's path: it opens one call's stream, for a short while.

A stream's address cannot carry a query string, so the token is a path segment:
`{call sid}.{expiry}.{HMAC-SHA256 of both}` in URL-safe characters.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from elder_channel.telephony.errors import BadStreamTokenError

DOCTOR = "doctor"
"""In the place of a call: the doctor tries the way to us. A token for it opens no caller's stream."""
DOCTOR_HEADER = "X-Elder-Channel-Doctor"
"""Carries such a token; whoever has it is told why a request is refused."""
LIFETIME_SECONDS = 4 * 3600
"""A call's stream may be opened again as long as the call can last."""


class StreamTokens:
    """Makes and checks stream tokens with one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def issue(self, call_sid: str, *, now: float) -> str:
        """A token for `call_sid`; `now` in epoch seconds."""
        head = f"{call_sid}.{int(now) + LIFETIME_SECONDS}"
        return f"{head}.{self._mac(head)}"

    def check(self, token: str, *, now: float) -> str:
        """The call the token opens; raises `BadStreamTokenError` for a forged or stale one."""
        head, _, mac = token.rpartition(".")
        sid, _, expiry = head.rpartition(".")
        genuine = hmac.compare_digest(mac.encode("utf-8", "replace"), self._mac(head).encode())
        if not genuine or not expiry.isdigit() or int(expiry) < now:
            raise BadStreamTokenError("forged or stale stream token")
        return sid

    def _mac(self, head: str) -> str:
        digest = hmac.new(self._secret, head.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()
