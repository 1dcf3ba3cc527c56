"""From a day and a window on the recipient's clock to the two moments between which a text may go out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from greeting_sms.campaign import LATEST, Window

Moments = tuple[datetime, datetime]


def moments(window: Window, *, day: date, zone: str) -> Moments | None:
    """When the window opens and closes on that day in that zone, in UTC; None where it does not open at all.

    Where the clock is changed a reading may mean two moments (an hour that is leapt over, or comes twice): opening is
    the later of them, closing the earlier, so that the window only ever gets smaller. A zone may leap over a whole day
    (Pacific/Apia, 30 December 2011). Raises ValueError for an unknown zone.
    """
    where = _zone(zone)
    opens = max(_readings(day, window.opens_at, where))
    closes = min(_readings(day, window.closes_at, where))
    on_that_day = all(moment.astimezone(where).date() == day for moment in (opens, closes))
    if opens >= closes or not on_that_day or closes.astimezone(where).time() > LATEST:
        return None
    return opens, closes


def _readings(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What the reading of a clock may mean, in UTC; the same moment twice except where the clock is changed."""
    local = datetime.combine(day, at, tzinfo=zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name[:40]} is no time zone") from None
