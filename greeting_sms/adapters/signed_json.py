"""JSON requests signed by a shared key, in the manner of the mainland's providers.

The signature is HMAC-SHA256 over method, path, time, a number used once and the body's hash, one a line. Both sides use
it: we sign what we send, the provider signs its callbacks.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from greeting_sms.errors import BadReceiptError

APP, TIME, NONCE, SIGNATURE = "X-App-Id", "X-Timestamp", "X-Nonce", "X-Signature"
CLOCKS_APART = timedelta(minutes=5)


def signed(app_id: str, key: str, path: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers of a POST request."""
    time, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    proof = _proof(key, path, time, nonce, body)
    return {APP: app_id, TIME: time, NONCE: nonce, SIGNATURE: proof, "Content-Type": "application/json"}


def check(headers: Mapping[str, str], app_id: str, key: str, path: str, body: bytes, *, now: datetime) -> None:
    """Accept a signed POST request, or raise `BadReceiptError`. `headers` are asked in any case they are written in."""
    given = {name.lower(): value for name, value in headers.items()}
    time, nonce = given.get(TIME.lower(), ""), given.get(NONCE.lower(), "")
    if given.get(APP.lower()) != app_id or not (time.isascii() and time.isdecimal() and len(time) < 12):
        raise BadReceiptError("not signed by the provider")
    proof = _proof(key, path, time, nonce, body)
    if not hmac.compare_digest(proof.encode(), given.get(SIGNATURE.lower(), "").encode()):
        raise BadReceiptError("not signed by the provider")
    if abs(now.timestamp() - int(time)) > CLOCKS_APART.total_seconds():
        raise BadReceiptError("signed at another time: an old request, or a clock that is wrong")


def fields(body: bytes) -> dict[str, Any]:
    """The fields of a JSON object. Raises `BadReceiptError`."""
    try:
        value = json.loads(body)
    except ValueError as error:
        raise BadReceiptError("a body that is no JSON") from error
    if not isinstance(value, dict):
        raise BadReceiptError("a body that is no JSON object")
    return value


def _proof(key: str, path: str, time: str, nonce: str, body: bytes) -> str:
    told = "\n".join(("POST", path, time, nonce, hashlib.sha256(body).hexdigest()))
    return hmac.new(key.encode(), told.encode(), hashlib.sha256).hexdigest()
