"""When a phone may ring, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.outbound.model import Reason
from elder_channel.outbound.pacing import may_be_rung, next_attempt_at
from elder_channel.outbound.settings import OutboundSettings

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
AT_ONCE = (Reason.URGENT_ORDER, Reason.ONE_TAP, Reason.URGENT_TEXT)
ASKED_FOR = (Reason.ONE_TAP, Reason.URGENT_TEXT)


@pytest.mark.parametrize(
    ("hour", "reasons"),
    [
        pytest.param(3, AT_ONCE, id="night"),
        pytest.param(8, AT_ONCE, id="before the window"),
        pytest.param(9, tuple(Reason), id="its first hour"),
        pytest.param(19, tuple(Reason), id="its last hour"),
        pytest.param(20, AT_ONCE, id="after it"),
    ],
)
def test_nobody_is_rung_at_night_but_who_asked_for_it_this_minute(hour: int, reasons: tuple[Reason, ...]) -> None:
    """An ordinary callback waits for the morning; one tap does not."""
    assert may_be_rung(hour, OutboundSettings(from_hour=9, until_hour=20)) == reasons


@pytest.mark.parametrize(
    ("hour", "reasons"),
    [
        pytest.param(5, ASKED_FOR, id="before it"),
        pytest.param(6, AT_ONCE, id="its first hour"),
        pytest.param(21, AT_ONCE, id="its last hour"),
        pytest.param(22, ASKED_FOR, id="after it"),
    ],
)
def test_who_is_in_danger_has_hours_of_their_own(hour: int, reasons: tuple[Reason, ...]) -> None:
    """Around the clock unless the site says otherwise; the work order's owner is told meanwhile by its due time."""
    assert may_be_rung(hour, OutboundSettings(urgent_from_hour=6, urgent_until_hour=22)) == reasons


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [
        pytest.param(1, 2, id="after the first"),
        pytest.param(2, 7, id="after the second"),
        pytest.param(3, 7, id="the last pause holds for all later"),
        pytest.param(4, None, id="often enough"),
    ],
)
def test_a_phone_nobody_answers_is_rung_again_after_growing_pauses(attempts: int, minutes: int | None) -> None:
    """By the settings, and not for ever."""
    settings = OutboundSettings(max_attempts=4, retry_minutes=(2, 7))
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert next_attempt_at(NOW, attempts, settings) == expected
