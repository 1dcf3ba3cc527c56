"""Shifts of agents, in the hotline's zone."""

from __future__ import annotations

from datetime import datetime

import pytest

from elder_channel.agents.hours import Hours, at_work, last_end
from elder_channel.clock import HOTLINE_ZONE

DAY = (Hours(days=("mon", "tue", "wed", "thu", "fri"), opens="08:00", closes="17:00"),)
NIGHT = (Hours(opens="20:00", closes="24:00"), Hours(opens="00:00", closes="06:00"))


def monday(clock: str, day: int = 23) -> datetime:
    """A moment on Monday 23 November 2026, or another day of that month."""
    return datetime(2026, 11, day, int(clock[:2]), int(clock[3:]), tzinfo=HOTLINE_ZONE)


@pytest.mark.parametrize(
    ("shifts", "moment", "by_hand", "there"),
    [
        pytest.param((), monday("03:00"), None, True, id="no shift is always"),
        pytest.param(DAY, monday("08:00"), None, True, id="the first minute"),
        pytest.param(DAY, monday("17:00"), None, False, id="the minute it is over"),
        pytest.param(DAY, monday("09:00", 22), None, False, id="on a sunday"),
        pytest.param(DAY, monday("19:00"), monday("18:30"), True, id="came by hand in the evening"),
        pytest.param(DAY, monday("19:00"), monday("08:05"), False, id="came by hand for the shift only"),
        pytest.param(DAY, monday("19:00", 24), monday("18:30"), False, id="yesterday evening is over"),
        pytest.param(DAY, monday("10:00", 22), monday("23:30", 20), True, id="since friday night"),
        pytest.param(NIGHT, monday("00:00", 24), None, True, id="over midnight"),
        pytest.param(NIGHT, monday("12:00"), monday("05:00"), False, id="the night is over"),
    ],
)
def test_outside_the_shift_only_who_came_by_hand_is_at_work(
    shifts: tuple[Hours, ...], moment: datetime, by_hand: datetime | None, there: bool
) -> None:
    """Coming by hand holds until the next shift is over, not for ever."""
    assert at_work(shifts, moment, by_hand_at=by_hand) is there


def test_the_last_end_may_be_midnight() -> None:
    """24:00 is the beginning of the next day."""
    assert last_end((Hours(opens="20:00", closes="24:00"),), monday("06:00")) == monday("00:00")


def test_shifts_of_no_past_day_have_no_end() -> None:
    """A shift that only comes later today has ended a week ago."""
    assert last_end((Hours(days=("mon",), opens="20:00"),), monday("06:00")) == monday("00:00", 17)
