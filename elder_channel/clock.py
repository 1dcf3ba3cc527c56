"""The time, passed in so that tests can stand still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HOTLINE_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone in which the line counts its days."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(UTC)
