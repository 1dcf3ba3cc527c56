"""What every call has, incoming, placed or dialled: identity, status, and callbacks about its status."""

from __future__ import annotations

import math
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

import phonenumbers

from elder_channel.simulator.clock import epoch_seconds, moment
from elder_channel.simulator.identifiers import Kind, new_sid
from elder_channel.simulator.troubles import Troubles
from elder_channel.simulator.webhooks import Request

if TYPE_CHECKING:
    from elder_channel.simulator.exchange import Exchange

_EVENT_OF_STATUS = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
API_VERSION = "2010-04-01"


@dataclass(frozen=True)
class StatusCallback:
    """Who is told about a call's status."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})
    """Of initiated, ringing, answered, completed."""


class Leg:
    """One call as the REST API knows it."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        from_: str,
        to: str,
        direction: str,
        status: str,
        parent_sid: str | None = None,
        callback: StatusCallback | None = None,
    ) -> None:
        self.exchange = exchange
        self.sid = new_sid(Kind.CALL)
        self.from_ = from_
        self.to = to
        self.direction = direction
        self.parent_sid = parent_sid
        self.status = status
        self.callback = callback
        self.created_at = epoch_seconds()
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.answered_by: str | None = None
        """Human or machine, where the service had the carrier find out."""
        self.troubles = Troubles()
        self._sequence = 0

    @property
    def is_live(self) -> bool:
        """The call has not ended."""
        return self.status not in FINAL

    @property
    def duration_seconds(self) -> int:
        """Whole seconds since the answer, begun ones counted (assumed); 0 when nobody answered."""
        if self.answered_at is None:
            return 0
        return math.ceil((self.ended_at or epoch_seconds()) - self.answered_at)

    def become(self, status: str) -> None:
        """Change the status and tell those who asked; an ended call stays as it ended."""
        if not self.is_live or status == self.status:
            return
        self.status = status
        if status == "in-progress":
            self.answered_at = epoch_seconds()
        if status in FINAL:
            self.ended_at = epoch_seconds()
        self.report()

    def report(self) -> None:
        """Send the status callback for the present status, if somebody asked for it."""
        event = _EVENT_OF_STATUS.get(self.status, "completed")
        if self.callback is None or event not in self.callback.events:
            return
        form = {**self.fields(), "CallbackSource": "call-progress-events", "SequenceNumber": str(self._sequence)}
        form["Timestamp"] = format_datetime(moment())
        if not self.is_live:
            form |= {"CallDuration": str(self.duration_seconds), "Duration": str(-(-self.duration_seconds // 60))}
        if event == "initiated":  # told once it is dialled, when the API no longer calls it queued
            form["CallStatus"] = event
        self._sequence += 1
        request = Request(self.callback.url, form, self.callback.method)
        delay_seconds = self.troubles.callback_delay_seconds(final=not self.is_live)
        if delay_seconds is not None:
            self.exchange.keep(self.exchange.webhooks.tell(request, self.troubles, delay_seconds=delay_seconds))

    def fields(self) -> dict[str, str]:
        """The fields the carrier sends with every request about this call."""
        fields = {
            "AccountSid": self.exchange.options.account_sid,
            "ApiVersion": API_VERSION,
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Called": self.to,
            "CalledCountry": country(self.to),
            "Caller": self.from_,
            "CallerCountry": country(self.from_),
            "Direction": self.direction,
            "From": self.from_,
            "FromCountry": country(self.from_),
            "To": self.to,
            "ToCountry": country(self.to),
        }
        return fields if self.parent_sid is None else {**fields, "ParentCallSid": self.parent_sid}


def country(number: str) -> str:
    """The two-letter country of an international number, or nothing."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
