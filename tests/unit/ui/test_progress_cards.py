"""The pace of a day's greetings, and what is told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from greeting_sms.status import Status
from ui.progress_cards import Seen, present_progress, seen_now, with_newest
from ui.words import ZH

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def status(**states: int) -> Status:
    """A day of one campaign."""
    return Status(
        date(2026, 11, 23), states, {}, {}, (), (), {}, None, campaigns={"birthday": states} if states else {}
    )


def looked(*waiting: int, every: float = 30) -> tuple[Seen, ...]:
    """What waited at each look."""
    looks: tuple[Seen, ...] = ()
    for place, count in enumerate(waiting):
        looks = with_newest(looks, Seen(NOW + timedelta(seconds=every * place), {"birthday": count}))
    return looks


@pytest.mark.parametrize(
    ("waiting", "told"),
    [
        ((100,), ZH["progress.looking"]),
        ((160, 130, 100), ZH["progress.pace"].format(pace=60, minutes=2)),
        ((100, 100), ZH["progress.still"].format(count=100)),
        ((100, 120), ZH["progress.still"].format(count=120)),
        ((900, 500, 300, 200, 160, 130, 100), ZH["progress.pace"].format(pace=100, minutes=1)),
    ],
    ids=["first look", "steady", "standing", "more was planned", "the last two minutes count"],
)
def test_the_pace_is_that_of_the_last_two_minutes(waiting: tuple[int, ...], told: str) -> None:
    """Nothing is told before anybody has looked on for a while."""
    [line] = present_progress(status(planned=waiting[-1], accepted=60), looked(*waiting))
    assert line.told.zh.endswith(told)
    assert line.waiting == waiting[-1]


def test_a_day_that_is_over_says_so() -> None:
    """And a day with nothing planned has no bar."""
    over = status(delivered=3, suppressed=1)
    [line] = present_progress(over, [seen_now(over, NOW)])
    assert line.share == 1
    assert line.told.zh.endswith(ZH["progress.over"])
    assert present_progress(status(), []) == ()
