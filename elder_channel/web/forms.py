"""A webhook's form: believed only when the carrier has signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from elder_channel.telephony.errors import BadSignatureError
from elder_channel.telephony.signature import SignatureCheck

SIGNATURE_HEADER = "X-Twilio-Signature"
MAX_BODY_BYTES = 64 * 1024
"""The carrier's forms are a few hundred bytes; nobody else is let make us read more."""
_MAX_FIELDS = 500


@dataclass(frozen=True)
class Webhook:
    """One signed request of the carrier."""

    form: Mapping[str, str]
    query: Mapping[str, str]

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
    """The request's form. Raises `BadSignatureError` before anything in it is used."""
    fields: list[tuple[str, str | UploadFile]] = [*_fields(await _body(request))]
    data = FormData(fields)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    check.form(target, data, request.headers.get(SIGNATURE_HEADER))
    form = {key: value for key, value in data.items() if isinstance(value, str)}
    return Webhook(form, dict(request.query_params))


async def _body(request: Request) -> bytes:
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
