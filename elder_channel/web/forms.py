"""A webhook's form: believed only when the carrier has signed it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SIGNATURE_HEADER, SignatureCheck

REPEAT_HEADER = "I-Twilio-Idempotency-Token"
"""The same on every repetition of one request (twilio.com/docs/usage/webhooks)."""
MAX_BODY_BYTES = 64 * 1024
"""The carrier's forms are a few hundred bytes; nobody else is let make us read more."""
MAX_TOKEN_CHARACTERS = 128
_MAX_FIELDS = 500


@dataclass(frozen=True)
class Webhook:
    """One signed request of the carrier."""

    form: Mapping[str, str]
    """Each parameter's last value; of a JSON body, its fields."""
    query: Mapping[str, str]
    identity: tuple[str, str, str] | None = None
    """Repetition token, address and hash of the body; None where the carrier gave no token.

    The token is not signed, what it stands for is: a token on another request is another request.
    """

    @property
    def call_sid(self) -> str:
        """The call it is about."""
        return self.form.get("CallSid", "")

    @property
    def caller(self) -> str:
        """Whose call it is, as the carrier writes it: of a call we placed, the person who was rung."""
        return self.form.get("To" if self._placed_by_us else "From", "")

    @property
    def called(self) -> str:
        """The number of ours that is on the line: the one dialled, or, of a call we placed, the one shown."""
        return self.form.get("From" if self._placed_by_us else "To", "")

    @property
    def _placed_by_us(self) -> bool:
        return self.form.get("Direction") == "outbound-api"

    def number(self, name: str, default: int = 0) -> int:
        """A number from the query string; what is not one counts as `default`."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default


async def read_webhook(request: Request, check: SignatureCheck) -> Webhook:
    """The request's form or JSON body. Raises `BadSignatureError` before anything in it is used."""
    body = await read_body(request)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    signature = request.headers.get(SIGNATURE_HEADER)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        form = _json_fields(body, target, check, signature)
    else:
        fields: list[tuple[str, str | UploadFile]] = [*_fields(body)]
        data = FormData(fields)
        check.form(target, data, signature)
        form = {key: value for key, value in data.items() if isinstance(value, str)}
    return Webhook(form, dict(request.query_params), _identity(request, target, body))


def _json_fields(body: bytes, target: str, check: SignatureCheck, signature: str | None) -> dict[str, str]:
    """The top fields of a signed JSON object; what is no text is given as JSON."""
    try:
        text = body.decode("utf-8")
        check.body(target, text, signature)
        value = orjson.loads(body)
    except (UnicodeDecodeError, orjson.JSONDecodeError) as error:
        raise BadSignatureError("a body the carrier never sends") from error
    if not isinstance(value, dict):
        raise BadSignatureError("a body the carrier never sends")
    return {key: each if isinstance(each, str) else orjson.dumps(each).decode() for key, each in value.items()}


def _identity(request: Request, target: str, body: bytes) -> tuple[str, str, str] | None:
    token = request.headers.get(REPEAT_HEADER, "")[:MAX_TOKEN_CHARACTERS]
    return (token, target, hashlib.sha256(body).hexdigest()) if token else None


async def read_body(request: Request) -> bytes:
    """The body, unless it is larger than any the carrier sends. Raises `BadSignatureError`."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise BadSignatureError("a body the carrier never sends")
    return bytes(body)


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:  # not ASCII, or more fields than the carrier ever sends
        raise BadSignatureError("a body the carrier never sends") from error
