"""Shifts as people write them, one a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.agents.hours import WEEK, Hours
from ui.shift_lines import ShiftLineError, read_shifts, write_shifts

WORKDAYS = WEEK[:5]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("周一-周五 08:00-17:00", WORKDAYS),
        ("mon-fri 8:00-17:00", WORKDAYS),
        ("星期一到五 08：00～17：00", WORKDAYS),
        ("周一 周三,周五 08:00-17:00", ("mon", "wed", "fri")),
        ("周六至周一 08:00-17:00", ("mon", "sat", "sun")),
        ("每天 08:00-17:00", WEEK),
        ("08:00-17:00", WEEK),
        ("周天 08:00-17:00", ("sun",)),
    ],
)
def test_days_are_read_as_they_are_said(line: str, days: tuple[str, ...]) -> None:
    """Chinese or English, one by one or from one day to another."""
    assert read_shifts(line) == (Hours(days=days, opens="08:00", closes="17:00"),)


@pytest.mark.parametrize(
    "line", ["周一", "周八 08:00-17:00", "周一 17:00-08:00", "周一 08:00-25:00", "08:00-17:00 周一 早"]
)
def test_a_line_that_is_no_shift_is_named(line: str) -> None:
    """By its number."""
    with pytest.raises(ShiftLineError) as wrong:
        read_shifts(f"每天 08:00-17:00\n{line}")
    assert wrong.value.line == 2


@given(
    st.lists(
        st.builds(
            Hours,
            days=st.sets(st.sampled_from(WEEK), min_size=1).map(lambda days: tuple(d for d in WEEK if d in days)),
            opens=st.sampled_from(["00:00", "08:30"]),
            closes=st.sampled_from(["12:00", "24:00"]),
        ),
        max_size=3,
    )
)
def test_what_is_written_is_read_back(shifts: list[Hours]) -> None:
    """Any shifts."""
    assert read_shifts(write_shifts(shifts)) == tuple(shifts)
