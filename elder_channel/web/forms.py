"""A webhook's form: believed only when the carrier has signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from elder_channel.telephony.signature import SignatureCheck

SIGNATURE_HEADER = "X-Twilio-Signature"


@dataclass(frozen=True)
class Webhook:
    """One signed request of the carrier."""

    form: Mapping[str, str]
    query: Mapping[str, str]

    @property
    def call_sid(self) -> str:
        """The call it is about."""
        return self.form.get("CallSid", "")

    def number(self, name: str, default: int = 0) -> int:
        """A number from the query string; what is not one counts as `default`."""
        text = self.query.get(name, "")
        return int(text) if text.isdigit() else default


async def read_webhook(request: Request, check: SignatureCheck) -> Webhook:
    """The request's form. Raises `BadSignatureError` before anything in it is used."""
    async with request.form() as data:
        form = {key: value for key, value in data.items() if isinstance(value, str)}
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    check.form(target, form, request.headers.get(SIGNATURE_HEADER))
    return Webhook(form, dict(request.query_params))
