"""How many calls the line may place in an hour, and what they may cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.calls.ceiling import (
    HOUR,
    OutboundCeilingSettings,
    PlacedCall,
    Verdict,
    call_cost,
    may_place,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NUMBER = "+8659100000101"


def settings(**changes: object) -> OutboundCeilingSettings:
    """Three calls an hour and no bound on the cost, unless the test says otherwise."""
    return OutboundCeilingSettings(**{"max_calls_per_hour": 3, "max_cost_per_hour": 0, **changes})  # type: ignore[arg-type]


def placed(*minutes_ago: float, minutes: float | None = 1) -> list[PlacedCall]:
    """Calls placed so long ago."""
    return [PlacedCall(NOW - timedelta(minutes=ago), NUMBER, minutes) for ago in minutes_ago]


@pytest.mark.parametrize(
    ("before", "verdict"),
    [
        pytest.param(placed(), Verdict.MAY, id="the first"),
        pytest.param(placed(1), Verdict.MAY, id="the second of three"),
        pytest.param(placed(1, 2), Verdict.MAY_BUT_WARN, id="the last that fits"),
        pytest.param(placed(1, 2, 3), Verdict.TOO_MANY, id="one too many"),
        pytest.param(placed(1, 2, 60), Verdict.MAY_BUT_WARN, id="an hour is over"),
        pytest.param(placed(1, 2, 3, minutes=0), Verdict.TOO_MANY, id="unanswered ones rang all the same"),
    ],
)
def test_calls_of_the_last_hour_count(before: list[PlacedCall], verdict: Verdict) -> None:
    """Whatever came of them."""
    assert may_place(NUMBER, before, now=NOW, settings=settings()).verdict is verdict


def test_who_must_wait_is_told_how_long() -> None:
    """Until the oldest has left the hour; for ever where none is allowed."""
    allowance = may_place(NUMBER, placed(10, 50, 30), now=NOW, settings=settings())
    assert not allowance.may_place
    assert allowance.again_at == NOW + timedelta(minutes=10)
    assert may_place(NUMBER, [], now=NOW, settings=settings(max_calls_per_hour=0)).again_at is None


def test_the_cost_has_a_ceiling_of_its_own() -> None:
    """What is over counts as long as it lasted, what goes on as long as it is expected to."""
    dear = settings(max_calls_per_hour=100, max_cost_per_hour=1.0, price_per_minute=0.2, expected_minutes=2)
    assert may_place(NUMBER, placed(5, minutes=3), now=NOW, settings=dear).verdict is Verdict.MAY_BUT_WARN
    over = may_place(NUMBER, placed(5, 6, minutes=None), now=NOW, settings=dear)
    assert (over.verdict, over.cost_last_hour, over.cost_with_this) == (Verdict.TOO_COSTLY, 0.8, pytest.approx(1.2))
    assert over.again_at == NOW + timedelta(minutes=54)


def test_the_longest_prefix_sets_the_price() -> None:
    """Minutes begun; nothing for a call nobody answered."""
    prices = settings(price_per_minute=1.0, prices_by_prefix={"+85": 2.0, "+852": 3.0})
    assert call_cost("+85212345678", 1.5, prices) == 6.0
    assert call_cost("+85512345678", 1, prices) == 2.0
    assert call_cost("+12025550101", 0.1, prices) == 1.0
    assert call_cost("+12025550101", 0, prices) == 0.0


@given(st.lists(st.integers(0, 7200), max_size=60), st.integers(1, 5), st.floats(0.1, 3.0))
def test_no_hour_ever_holds_more_than_the_ceiling(seconds: list[int], most: int, most_cost: float) -> None:
    """Whoever asks before each call never places more than allowed in any sixty minutes, nor dearer ones."""
    rules = settings(max_calls_per_hour=most, max_cost_per_hour=most_cost, price_per_minute=0.1, expected_minutes=3)
    done: list[PlacedCall] = []
    for second in sorted(seconds):
        now = NOW + timedelta(seconds=second)
        if may_place(NUMBER, done, now=now, settings=rules).may_place:
            done.append(PlacedCall(now, NUMBER))
    for call in done:
        hour = [each for each in done if call.at <= each.at < call.at + HOUR]
        assert len(hour) <= most
        assert sum(call_cost(NUMBER, None, rules) for _ in hour) <= most_cost + 1e-9


@given(st.lists(st.integers(0, 3599), min_size=1, max_size=30), st.integers(0, 5))
def test_when_the_time_told_has_come_a_call_may_be_placed(ages: list[int], most: int) -> None:
    """The time is neither too early nor a guess."""
    before = [PlacedCall(NOW - timedelta(seconds=age), NUMBER) for age in ages]
    allowance = may_place(NUMBER, before, now=NOW, settings=settings(max_calls_per_hour=most))
    if allowance.again_at is not None:
        at = allowance.again_at
        assert may_place(NUMBER, before, now=at, settings=settings(max_calls_per_hour=most)).may_place
        earlier = at - timedelta(seconds=1)
        assert not may_place(NUMBER, before, now=earlier, settings=settings(max_calls_per_hour=most)).may_place
