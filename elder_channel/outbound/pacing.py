"""When a phone may ring, and when it is tried again: plain decisions, no clock, no database."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialects.area import AreaKind, locate
from elder_channel.outbound.model import Reason
from elder_channel.outbound.settings import OutboundSettings


def may_be_rung(hour: int, settings: OutboundSettings) -> tuple[Reason, ...]:
    """The reasons for which a phone may ring in this hour of the day, the most urgent first."""
    may = {
        Reason.CALLBACK_ORDER: settings.from_hour <= hour < settings.until_hour,
        Reason.URGENT_ORDER: settings.urgent_from_hour <= hour < settings.urgent_until_hour,
    }
    return tuple(reason for reason in Reason if may.get(reason, True))


def next_attempt_at(now: datetime, attempts: int, settings: OutboundSettings) -> datetime | None:
    """When to try again after `attempts` in vain; None when it has been tried often enough."""
    if attempts >= settings.max_attempts:
        return None
    minutes = settings.retry_minutes[min(attempts, len(settings.retry_minutes)) - 1]
    return now + timedelta(minutes=minutes)


def can_be_rung(number: str) -> bool:
    """Whether this is a number that somebody can be called at."""
    return locate(number).kind not in (AreaKind.WITHHELD, AreaKind.INVALID)
