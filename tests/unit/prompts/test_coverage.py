"""What is missing in which dialect, and what had best be recorded next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.messages import load_messages
from dialects.catalogue import load_catalogue
from dialects.mobile_ranges import ranges_by_area_code
from elder_channel.prompts.coverage import (
    ENOUGH_CALLS,
    CallersShare,
    TakeStatus,
    best_next,
    callers_of,
    cover,
    reach,
)

CATALOGUE = load_catalogue()


def test_without_calls_of_its_own_a_line_goes_by_where_telephones_are() -> None:
    """Shanghai has one area code and a thousand times the telephones of Yinchuan's mountains."""
    callers = callers_of(CATALOGUE, {"hakka": ENOUGH_CALLS - 1}, putonghua_share=0.15)
    assert callers.calls == 0
    assert sum(callers.shares.values()) == pytest.approx(1)
    assert callers.shares["zh"] == pytest.approx(0.15)
    assert callers.shares["shanghai"] > callers.shares["yinchuan"] > 0
    assert max(callers.shares, key=lambda tag: callers.shares[tag] * (tag != "zh")) == "guangzhou"


def test_with_enough_calls_a_line_goes_by_its_own_callers() -> None:
    """A dialect nobody has called in keeps a little: the line may not have named it."""
    callers = callers_of(CATALOGUE, {"wenzhou": 2_000, "putonghua": 1_000}, putonghua_share=0.15)
    assert callers.calls == 3_000
    assert sum(callers.shares.values()) == pytest.approx(1)
    assert callers.shares["wenzhou"] == pytest.approx(2 / 3, abs=0.03)
    assert callers.shares["zh"] > callers.shares["guangzhou"] > 0


def test_the_best_next_recording_is_what_most_callers_would_hear() -> None:
    """The dialect's share times the message's; what is there or waits is left out, what is outdated is not."""
    callers = CallersShare({"guangzhou": 0.1, "minnan": 0.05}, 0)
    messages = ["invitation", "still_connecting"]
    statuses = {("guangzhou", "invitation"): TakeStatus.IN_FORCE, ("minnan", "invitation"): TakeStatus.OUTDATED}
    best = best_next(["guangzhou", "minnan"], messages, statuses, callers, most=2)
    assert [(each.voice_tag, each.message_id) for each in best] == [
        ("minnan", "invitation"),
        ("guangzhou", "still_connecting"),
    ]
    assert best[0].gain == pytest.approx(0.05 * reach()["invitation"])


@given(st.dictionaries(st.sampled_from(["invitation", "wait_one", "passing_on"]), st.sampled_from(list(TakeStatus))))
def test_a_dialect_is_heard_in_full_when_everything_is_recorded(statuses: dict[str, TakeStatus]) -> None:
    """Counts add up to the messages; the share heard in dialect grows from 0 to 1."""
    messages = ["invitation", "wait_one", "passing_on"]
    places = {("hakka", message): status for message, status in statuses.items()}
    [covered] = cover(["hakka"], messages, places, CallersShare({"hakka": 0.1}, 0))
    assert covered.total == len(messages)
    played = {message for message, status in statuses.items() if status is TakeStatus.IN_FORCE}
    assert (covered.reached == 1) == (played == set(messages))
    assert (covered.reached == 0) == (not played)


def test_every_message_with_a_reach_exists() -> None:
    """A message that was renamed would be weighed as if nothing were known of it."""
    assert set(reach()) <= set(load_messages())
    assert all(0 < share <= 1 for share in reach().values())


def test_mobile_ranges_are_counted_for_nearly_every_area_code() -> None:
    """Half a million ranges; the largest cities have most."""
    ranges = ranges_by_area_code(CATALOGUE)
    assert sum(ranges.values()) > 450_000
    assert len(ranges) > 0.95 * len(CATALOGUE.area_codes)
    assert set(sorted(ranges, key=lambda code: -ranges[code])[:3]) == {"010", "021", "020"}
