"""When things are due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.workorders.due import add_open_time, callback_due_at, due_at, is_working_day, next_attempt_at
from elder_channel.workorders.model import Priority
from elder_channel.workorders.settings import WorkOrderSettings
from tests.unit.workorders.examples import COMPLAINT, NOW

SPRING_FESTIVAL = tuple(date(2026, 2, day) for day in range(16, 23))
SETTINGS = WorkOrderSettings(holidays=SPRING_FESTIVAL, extra_workdays=(date(2026, 2, 28),))


def local(text: str) -> datetime:
    """A moment in the hotline's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=HOTLINE_ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 10:00", 60, "2026-11-20 11:00"),
        ("2026-11-20 17:00", 60, "2026-11-23 09:30"),  # Friday evening to Monday morning
        ("2026-11-21 12:00", 30, "2026-11-23 09:30"),  # written down on a Saturday
        ("2026-11-20 06:00", 30, "2026-11-20 09:30"),
        ("2026-02-13 17:00", 60, "2026-02-23 09:30"),  # over the Spring Festival
        ("2026-02-27 17:00", 60, "2026-02-28 09:30"),  # into a Saturday that is worked
        ("2026-11-20 10:00", 510, "2026-11-23 10:00"),  # a whole working day
    ],
)
def test_working_time_counts_working_hours_of_working_days(start: str, minutes: int, due: str) -> None:
    """Nights, weekends and holidays do not count; exchanged weekend days do."""
    moment = add_open_time(
        local(start),
        timedelta(minutes=minutes),
        opens=SETTINGS.working_opens,
        closes=SETTINGS.working_closes,
        open_on=lambda day: is_working_day(day, SETTINGS),
    )
    assert moment == local(due)


def test_elders_go_before_others_and_danger_before_all() -> None:
    """Of three orders written down together the times are in that order; danger knows no office hours."""
    evening = local("2026-11-20 22:00")
    times = [due_at(evening, type_=COMPLAINT, priority=each, settings=SETTINGS) for each in Priority]
    assert times == sorted(times)
    assert times[0] == evening + timedelta(minutes=COMPLAINT.urgent_minutes)
    assert times[1] == local("2026-11-23 10:00")
    callbacks = [callback_due_at(NOW, priority=each, settings=SETTINGS) - NOW for each in Priority]
    assert callbacks == [timedelta(minutes=minutes) for minutes in (2, 10, 30)]


def test_nobody_is_called_back_at_night_but_for_danger() -> None:
    """An elder who hung up at nine in the evening is due ten minutes after the hours begin."""
    night = local("2026-11-20 21:00")
    assert callback_due_at(night, priority=Priority.ELDER, settings=SETTINGS) == local("2026-11-21 08:40")
    assert callback_due_at(night, priority=Priority.URGENT, settings=SETTINGS) == night + timedelta(minutes=2)
    assert next_attempt_at(local("2026-11-20 20:15"), priority=Priority.NORMAL, settings=SETTINGS) == local(
        "2026-11-21 09:00"
    )


def test_a_year_of_holidays_is_refused_rather_than_searched_for_ever() -> None:
    """The walk over the days ends."""
    with pytest.raises(ValueError, match="no day is open"):
        add_open_time(NOW, timedelta(minutes=1), opens="09:00", closes="17:00", open_on=lambda _day: False)


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - the zone follows
    minutes=st.lists(st.integers(1, 5000), min_size=2, max_size=2).map(sorted),
)
def test_more_time_is_never_due_sooner(start: datetime, minutes: list[int]) -> None:
    """Due times keep their order, lie in working hours, and keep the zone they were asked in."""
    at = start.replace(tzinfo=UTC)
    sooner, later = (
        add_open_time(
            at,
            timedelta(minutes=each),
            opens="09:00",
            closes="17:30",
            open_on=lambda day: is_working_day(day, SETTINGS),
        )
        for each in minutes
    )
    assert at < sooner <= later
    assert "09:00" <= f"{sooner.astimezone(HOTLINE_ZONE):%H:%M}" <= "17:30"
    assert sooner.tzinfo is UTC


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"callback_elder_minutes": 60}, "callback_elder_minutes"),
        ({"callback_opens": "21:00"}, "callback_closes must be after"),
        ({"working_days": (0,)}, "working_days"),
        ({"ladder": ({"to": "head", "overdue_minutes": 5}, {"to": "head", "overdue_minutes": 6})}, "ladder must rise"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(changes: dict[str, object], about: str) -> None:
    """Law 8: with the key in the sentence."""
    with pytest.raises(ValueError, match=about):
        WorkOrderSettings(**changes)  # type: ignore[arg-type]
