"""The carrier as the voice process meets it: webhooks signed with the account's token over the public address."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from httpx import Response
from twilio.request_validator import RequestValidator

from elder_channel.bootstrap import Line
from elder_channel.web.app import voice_app
from tests.fakes.line import SECRETS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it works with httpx, and says that it would rather have another package
    from starlette.testclient import TestClient

BASE = "https://line.example"
"""The public address, which is not the one the process listens on."""
STRANGER, HOTLINE = "+8659100000155", "+862100000060"
FIGURES_TOKEN = "figures"
PUBLIC = {"ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL": BASE, "ELDER_CHANNEL_METRICS_TOKEN": FIGURES_TOKEN}
"""What a line needs to be told to be reached this way."""


class Carrier:
    """Sends webhooks to a voice process."""

    def __init__(self, http: TestClient) -> None:
        self.http = http

    def ask(self, name: str, sid: str = "CA1", query: str = "", *, token: str = "", **fields: str) -> Response:
        """One webhook of a call; `token` marks repetitions of one request."""
        return self.post(name, {"CallSid": sid, "From": STRANGER, "To": HOTLINE, **fields}, query, token=token)

    def post(self, name: str, form: Mapping[str, str], query: str = "", *, token: str = "") -> Response:
        """One form."""
        path = f"/voice/{name}" + (f"?{query}" if query else "")
        headers = signed(BASE + path, form) | ({"I-Twilio-Idempotency-Token": token} if token else {})
        return self.http.post(path, data=dict(form), headers=headers)

    def figures(self) -> dict[str, float]:
        """What `/metrics` tells a program that knows the token."""
        text = self.http.get("/metrics", headers={"Authorization": f"Bearer {FIGURES_TOKEN}"}).text
        pairs = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}


def signed(url: str, form: Mapping[str, str], *, token: str = SECRETS["TWILIO_AUTH_TOKEN"]) -> dict[str, str]:
    """The header that proves a request to be the carrier's."""
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, dict(form))}


@contextmanager
def carrier_of(line: Line) -> Iterator[Carrier]:
    """The carrier of a running voice process; faults are logged without being painted, which takes seconds."""
    with structlog.testing.capture_logs(), TestClient(voice_app(line), follow_redirects=False) as http:
        yield Carrier(http)
