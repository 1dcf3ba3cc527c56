"""The end of a call of which no status callback tells: asked for soon, of those calls only that ought to be over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.model import CallState, Outcome
from elder_channel.services.line import LineService
from tests.fakes.carrier import out_of_order
from tests.fakes.line import LineInMemory

STRANGER, ELDER, HOTLINE, AGENT = "+8659100000155", "+862000000101", "+862100000060", "lin-xiulan"


class Counted:
    """The carrier's answer to whether a call is over, counted."""

    def __init__(self, at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        is_over: Callable[[str], bool] = at.carrier.is_over

        def count(sid: str) -> bool:
            self.asked.append(sid)
            return is_over(sid)

        monkeypatch.setattr(at.carrier, "is_over", count)


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """What happens to calls."""
    return LineService(at.line)


@pytest.fixture
def carrier(at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Who is asked."""
    return Counted(at, monkeypatch)


def talks(at: LineInMemory, service: LineService, sid: str = "CA1") -> None:
    """The agent talks with the elder."""
    service.arrive(sid, ELDER, HOTLINE)
    assert at.line.calls.assign(sid, AGENT, matched="any", at=at.clock())
    service.agent_answered(sid, AGENT)


def later(at: LineInMemory, service: LineService, seconds: float) -> int:
    """Time passes; what is due is asked."""
    at.clock.forward(seconds)
    return service.expected_ends.look() if service.expected_ends.is_due() else 0


def test_an_agent_whose_call_has_ended_is_free_within_seconds(
    at: LineInMemory, service: LineService, carrier: Counted
) -> None:
    """The line itself told the carrier to hang up; its word of that was lost. Nobody else's call is asked about."""
    talks(at, service)
    service.arrive("CA2", STRANGER, HOTLINE)
    service.expected_ends.expect("CA1")
    at.carrier.over.add("CA1")
    assert later(at, service, 2) == 0
    assert later(at, service, 1.5) == 1
    call = at.line.calls.get("CA1")
    assert call
    assert (call.state, call.outcome) == (CallState.ENDED, Outcome.SERVED)
    assert at.line.agents.states()[AGENT].presence in (Presence.IDLE, Presence.WRAPPING_UP)
    assert later(at, service, 3600) == 0
    assert carrier.asked == ["CA1"]


def test_where_word_of_the_end_came_nothing_is_asked(at: LineInMemory, service: LineService, carrier: Counted) -> None:
    """The usual case costs no request."""
    talks(at, service)
    service.expected_ends.expect("CA1")
    service.carrier_ended("CA1", ELDER, HOTLINE)
    assert [later(at, service, seconds) for seconds in (4, 10, 30)] == [0, 0, 0]
    assert carrier.asked == []


def test_a_call_that_goes_on_is_asked_about_three_times_at_most(
    at: LineInMemory, service: LineService, carrier: Counted
) -> None:
    """Its stream broke, the caller is there: no polling, and a later sign of the end begins anew."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.stream_ended("CA1")
    for _ in range(120):
        later(at, service, 1)
    assert carrier.asked == ["CA1"] * 3
    at.carrier.over.add("CA1")
    service.stream_ended("CA1")
    assert later(at, service, 3) == 1


def test_the_stream_of_a_call_that_is_talked_on_says_nothing(
    at: LineInMemory, service: LineService, carrier: Counted
) -> None:
    """It ends at the pick-up, by our own doing (law 7)."""
    talks(at, service)
    service.stream_ended("CA1")
    later(at, service, 60)
    assert carrier.asked == []


def test_law_1_who_left_while_waiting_is_called_back_though_nothing_told_of_it(
    at: LineInMemory, service: LineService
) -> None:
    """The end of the stream is the sign; the order is there within seconds, not minutes."""
    service.arrive("CA1", ELDER, HOTLINE)
    service.stream_ended("CA1")
    at.carrier.over.add("CA1")
    assert later(at, service, 3) == 1
    assert at.line.work_orders.of_call("CA1")


def test_a_carrier_that_is_down_is_asked_again_later(at: LineInMemory, service: LineService, carrier: Counted) -> None:
    """One question tells that it is down; the others wait for the next look."""
    for sid in ("CA1", "CA2"):
        service.arrive(sid, STRANGER, HOTLINE)
        service.stream_ended(sid)
        at.carrier.over.add(sid)
    at.carrier.failure = out_of_order()
    assert later(at, service, 3) == 0
    assert len(carrier.asked) == 1
    at.carrier.failure = None
    assert later(at, service, 7) == 2
