"""What the carrier files against us: errors and warnings, kept without anything a caller said or dialled (law 7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from elder_channel.bootstrap import Line
from elder_channel.storage.carrier_books import CarrierEvent
from elder_channel.telephony.error_codes import Then, explain

log = structlog.get_logger()

KEEP_DAYS = 90
_LEVELS = ("error", "warning")


class CarrierEvents:
    """Files events and tells of them."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def debugger(self, form: Mapping[str, str]) -> bool:
        """An event of the carrier's debugger; True when it was new.

        Of its payload only the code, what it is about and our own path are kept: the request it quotes holds numbers.
        Source: twilio.com/docs/usage/troubleshooting/debugging-event-webhooks.
        """
        payload = _object(form.get("Payload", ""))
        code = _whole(payload.get("error_code"))
        sid = form.get("Sid", "")[:64] or _made_up(form)
        request = _object(_object(payload.get("webhook")).get("request"))
        return self._file(
            CarrierEvent(
                sid=sid,
                at=_moment(form.get("Timestamp", "")) or self._line.clock(),
                level=form.get("Level", "").lower() if form.get("Level", "").lower() in _LEVELS else "error",
                code=code,
                about=str(payload.get("resource_sid") or "")[:64],
                path=urlsplit(str(request.get("url") or "")).path[:200],
            )
        )

    def stream_failed(self, form: Mapping[str, str]) -> bool:
        """Word of a media stream that could not be opened or broke; True when it was new."""
        text = form.get("StreamError", "")
        code = _whole(form.get("StreamErrorCode")) or _whole(text.partition(" ")[0].strip("-: "))
        at = self._line.clock()
        return self._file(CarrierEvent(_made_up(form), at, "error", code, about=form.get("StreamSid", "")[:64]))

    def lately(self, *, hours: int = 24) -> list[CarrierEvent]:
        """What was filed in the last hours, newest first."""
        return self._line.carrier_books.events(since=self._line.clock() - timedelta(hours=hours))

    def erase_old(self) -> int:
        """Forget events older than `KEEP_DAYS`; how many."""
        return self._line.carrier_books.erase_events_before(self._line.clock() - timedelta(days=KEEP_DAYS))

    def _file(self, event: CarrierEvent) -> bool:
        if not self._line.carrier_books.file(event):
            return False
        fault = explain(event.code)
        tell = log.error if fault.then is Then.ACCOUNT or not fault.known else log.warning
        tell("carrier.event", code=event.code, level=event.level, about=event.about, path=event.path, meaning=fault.en)
        return True


def _object(value: Any) -> Mapping[str, Any]:
    """The JSON object in a text, or the value itself where it is one; what is neither is empty."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _whole(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _made_up(form: Mapping[str, str]) -> str:
    """A name for an event that has none: the same word twice is the same event."""
    return hashlib.sha256(repr(sorted(form.items())).encode("utf-8", "replace")).hexdigest()[:40]
