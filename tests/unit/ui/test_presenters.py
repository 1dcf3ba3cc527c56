"""What the live page shows, worked out from calls at a fixed moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.live_calls import (
    abandoned_call,
    example_calls,
    prompted_call,
    ringing_call,
    served_call,
    talking_call,
    waiting_call,
)
from ui.presenters import CallCard, minutes_and_seconds, present_call, present_calls, present_figures
from ui.words import say

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def card_of(call: object) -> CallCard:
    return present_call(call, now=NOW, zone=SHANGHAI)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-3, "0:00"), (0, "0:00"), (9.9, "0:09"), (60, "1:00"), (754, "12:34"), (3600, "1:00:00"), (36061, "10:01:01")],
)
def test_durations_read_like_a_clock(seconds: float, shown: str) -> None:
    """Waiting times are minutes and seconds, hours only when there are any."""
    assert minutes_and_seconds(seconds) == shown


def test_the_numbers_at_the_top_add_up() -> None:
    """Ringing callers still wait; the longest wait is theirs; only served calls count as served."""
    figures = present_figures(example_calls(NOW), now=NOW)
    assert (figures.waiting, figures.longest_wait, figures.talking, figures.served) == (2, "1:23", 1, 1)


def test_numbers_of_an_empty_line() -> None:
    """Nobody waits, so there is no longest wait."""
    assert present_figures([], now=NOW).longest_wait is None


def test_test_calls_are_in_no_total() -> None:
    """They stand in the list, and say so; the numbers at the top are of callers."""
    calls = example_calls(NOW)
    tests = [replace(call, is_counted=False) for call in calls]
    assert present_figures([*calls, *tests], now=NOW) == present_figures(calls, now=NOW)
    assert {card.is_test for card in present_calls(tests, now=NOW, zone=UTC)} == {True}


def test_who_waits_longest_stands_first() -> None:
    """Waiting callers come first, longest wait at the top; then open calls; then ended ones, newest first."""
    order = [card.call_sid for card in present_calls(example_calls(NOW), now=NOW, zone=SHANGHAI)]
    assert order == ["CA04", "CA05", "CA06", "CA03", "CA02", "CA01"]


@pytest.mark.parametrize(
    ("call", "timer_key", "timer"),
    [
        (prompted_call(NOW), "timer.prompted", "0:05"),
        (waiting_call(NOW), "timer.waiting", "0:09"),
        (ringing_call(NOW), "timer.waiting", "1:23"),
        (talking_call(NOW), "timer.talking", "3:08"),
        (served_call(NOW), "timer.ended", "09:57:30"),
    ],
    ids=["prompted", "waiting", "ringing", "talking", "ended"],
)
def test_the_timer_fits_the_state(call: object, timer_key: str, timer: str) -> None:
    """Each state counts what matters in it; times of day are the viewer's."""
    card = card_of(call)
    assert (card.timer_name, card.timer) == (say(timer_key), timer)


def test_the_waiting_time_stays_on_show_after_the_answer() -> None:
    """While two people talk one can still see how long the caller had waited."""
    assert card_of(talking_call(NOW)).remark == say("timer.waited", duration="0:11")


def test_an_unserved_call_says_what_becomes_of_it() -> None:
    """A call nobody answered names its outcome."""
    assert card_of(abandoned_call(NOW)).remark == say("outcome.work_order")


def test_an_abstention_names_no_dialect() -> None:
    """Law 5: no name is put forward while the identification abstains, though the possibilities are shown."""
    card = card_of(waiting_call(NOW))
    assert card.verdict == say("dialect.abstained")
    assert [bar.label for bar in card.bars] == ["34%", "27%", "16%", "11%", "6%"]


def test_a_clear_dialect_is_named_in_both_languages() -> None:
    """The Chinese name for Chinese readers, the id's spelling for others."""
    verdict = card_of(ringing_call(NOW)).verdict
    assert (verdict.zh, verdict.en) == ("很可能是福州话", "probably Fuzhou")


def test_a_tiny_probability_is_not_shown_as_none() -> None:
    """Less than half a percent is more than nothing."""
    assert card_of(ringing_call(NOW)).bars[-1].label == "<1%"


def test_evidence_is_weighed_in_words() -> None:
    """Nats mean nothing to a manager; much, some and little do."""
    weights = [line.weight for line in card_of(ringing_call(NOW)).evidence]
    assert weights == [say("evidence.strong"), say("evidence.some"), say("evidence.some")]


def test_an_open_prompt_does_not_claim_an_entry() -> None:
    """How a call came in is told only once it has."""
    assert card_of(prompted_call(NOW)).entry == say("entry.pending")


@pytest.mark.parametrize("shown", ["匿名", "anonymous", ""])
def test_a_withheld_number_is_told_as_such(shown: str) -> None:
    """Whatever the carrier writes for a withheld number, staff read the same words."""
    card = card_of(replace(prompted_call(NOW), caller=shown))
    assert (card.caller, card.withheld) == ("匿名", True)


def test_a_masked_number_is_not_taken_for_withheld() -> None:
    """Masking hides digits, not the fact that there is a number."""
    assert not card_of(replace(prompted_call(NOW), caller="****")).withheld


def test_values_the_console_does_not_know_are_shown_as_they_are() -> None:
    """New entries, outcomes and languages may come before the console learns their words."""
    card = card_of(replace(served_call(NOW), entry="video", outcome="transferred", language="fr", matched="near"))
    assert card.entry.zh == "video"
    assert card.language.zh == "fr"
    assert card.remark is not None
    assert card.remark.zh == "transferred"
    assert card.matched is not None
    assert card.matched.zh == "near"


@given(
    state=st.sampled_from(["prompted", "waiting", "ringing", "talking", "ended", "new_state"]),
    offsets=st.tuples(*[st.none() | st.integers(-10, 100_000)] * 3),
    probability=st.floats(0, 1),
)
def test_any_combination_of_moments_can_be_shown(
    state: str, offsets: tuple[int | None, int | None, int | None], probability: float
) -> None:
    """A call caught between two updates, with moments missing or clocks apart, never breaks the page."""
    entered, answered, ended = (None if offset is None else NOW - timedelta(seconds=offset) for offset in offsets)
    call = replace(
        waiting_call(NOW),
        state=state,
        entered_at=entered,
        answered_at=answered,
        ended_at=ended,
        posterior=(("x", "某话", probability),),
    )
    card = card_of(call)
    assert 0 <= card.bars[0].percent <= 100
    assert present_figures([call], now=NOW).waiting == (state in {"waiting", "ringing"})


def test_urgent_calls_stand_first_of_those_on_the_way() -> None:
    """Before who waits longer, and marked as such."""
    urgent = replace(waiting_call(NOW), call_sid="CA09", urgent=True, entered_at=NOW)
    cards = present_calls([*example_calls(NOW), urgent], now=NOW, zone=SHANGHAI)
    assert cards[0].call_sid == "CA09"
    assert [card.urgent for card in cards] == [True] + [False] * 6
