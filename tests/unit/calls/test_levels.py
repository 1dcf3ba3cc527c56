"""Service levels add up, and share what they count."""

from __future__ import annotations

import pytest

from elder_channel.calls.levels import Level, Verdicts, total

FOUR = Level(calls=5, asked=4, answered=3, within=(1, 2, 3), waited_seconds=45.0, by_fallback=1)


def test_levels_add_up() -> None:
    """Two days together are one span."""
    both = total([FOUR, FOUR])
    assert both == Level(10, 8, 6, (2, 4, 6), 90.0, 2)
    assert total([]) == Level()


def test_shares_are_of_who_asked() -> None:
    """Who hung up before somebody answered counts against the share."""
    assert [FOUR.share_within(seconds) for seconds in (15, 20, 30)] == [0.25, 0.5, 0.75]
    assert FOUR.share_answered == 0.75
    assert FOUR.mean_wait_seconds == 15.0


def test_nobody_asked_is_no_share() -> None:
    """Neither nought nor a hundred percent."""
    assert Level(calls=3).share_within(15) is None
    assert Level(calls=3).share_answered is None
    assert Level(calls=3).mean_wait_seconds is None


def test_another_time_than_the_standards_is_refused() -> None:
    """It was not counted."""
    with pytest.raises(ValueError, match="17"):
        FOUR.share_within(17)


def test_an_abstention_is_no_mistake() -> None:
    """Law 5: where the line named no dialect it was not wrong."""
    found = Verdicts(judged=10, confirmed=7, unnamed=4, unnamed_confirmed=2)
    assert (found.named, found.named_right) == (6, 5)
    assert found.share_right == 5 / 6
    assert Verdicts(judged=1, unnamed=1).share_right is None
