"""Another language heard while waiting: the sentence ends at once, and no race loses the call or rings twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.model import Call, CallState
from elder_channel.services.line import LineService
from elder_channel.services.routing import QUEUED_AFTER, RoutingService
from elder_channel.services.switching import Switching
from elder_channel.telephony.errors import CallGoneError, CarrierError
from tests.fakes.carrier import out_of_order
from tests.fakes.line import LineInMemory

STRANGER, HOTLINE, AGENT = "+8659100000155", "+862100000060", "zheng-guodong"
BASE = "/voice/"


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """The line's way in."""
    return LineService(at.line)


@pytest.fixture
def switching(at: LineInMemory, service: LineService) -> Switching:
    """The service under test."""
    return Switching(at.line, service)


def the_call(at: LineInMemory) -> Call:
    """The call as it stands."""
    call = at.line.calls.get("CA1")
    assert call
    return call


def wait_in_queue(at: LineInMemory, service: LineService) -> Call:
    """A caller who has asked for a person, and is in the carrier's queue for some seconds."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    at.line.calls.queued("CA1", at=at.clock())
    at.clock.forward(5)
    return the_call(at)


def moves(at: LineInMemory) -> list[str]:
    """Where the call was moved to, in order."""
    return [url.partition(BASE)[2].partition("?")[0] for _, url in at.carrier.redirects]


def test_who_waits_is_moved_and_keeps_the_place(at: LineInMemory, service: LineService, switching: Switching) -> None:
    """Nothing of the call changes but that the carrier's queue does not have it for a moment."""
    before = wait_in_queue(at, service)
    assert switching.speak_now("CA1")
    assert moves(at) == ["language"]
    after = the_call(at)
    assert (after.state, after.queued_at) == (CallState.WAITING, None)
    kept = ("entered_at", "entry", "transcript", "need", "caller_number", "agents_tried", "routing")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_nobody_is_given_the_call_until_it_is_back(
    at: LineInMemory, service: LineService, switching: Switching
) -> None:
    """Two moves at once would race; the place is the old one."""
    wait_in_queue(at, service)
    router = RoutingService(at.line, service)
    switching.speak_now("CA1")
    assert router.tick() == []
    at.line.calls.queued("CA1", at=at.clock())
    [move] = router.tick()
    assert (move.sid, the_call(at).state) == ("CA1", CallState.RINGING)


def test_law_1_word_of_the_return_may_be_lost(at: LineInMemory, service: LineService, switching: Switching) -> None:
    """As for every call on its way to the queue: a moment later it counts as being there."""
    wait_in_queue(at, service)
    switching.speak_now("CA1")
    at.clock.forward((QUEUED_AFTER + timedelta(seconds=1)).total_seconds())
    assert [move.sid for move in RoutingService(at.line, service).tick()] == ["CA1"]


def test_law_1_a_carrier_that_moves_nothing_leaves_all_as_it_was(
    at: LineInMemory, service: LineService, switching: Switching
) -> None:
    """The caller hears the sentence to its end and the next one in the new language; the router goes on at once."""
    wait_in_queue(at, service)
    at.carrier.failure = out_of_order()
    assert not switching.speak_now("CA1")
    at.carrier.failure = None
    assert the_call(at).queued_at is not None
    assert [move.sid for move in RoutingService(at.line, service).tick()] == ["CA1"]


def test_a_lost_answer_moves_nobody_twice(at: LineInMemory, service: LineService, switching: Switching) -> None:
    """The second try is made only while the call has neither come back nor been given to a phone."""
    wait_in_queue(at, service)
    asked: list[bool] = []

    def answer_lost(sid: str, url: str, *, still_wanted: object) -> None:
        assert callable(still_wanted)
        asked.append(still_wanted())
        at.line.calls.queued(sid, at=at.clock())  # the first try had worked: the wait document is being fetched
        asked.append(still_wanted())

    at.carrier.redirect = answer_lost  # type: ignore[method-assign]
    switching.speak_now("CA1")
    assert asked == [True, False]


def test_law_1_who_has_hung_up_is_called_back(at: LineInMemory, service: LineService, switching: Switching) -> None:
    """The carrier knows the call no more: its books are closed as ever."""
    wait_in_queue(at, service)
    at.carrier.over.add("CA1")
    assert not switching.speak_now("CA1")
    assert (the_call(at).state, the_call(at).outcome) == (CallState.ENDED, "callback")
    assert at.line.work_orders.of_call("CA1")


@pytest.mark.parametrize("moment", ["prompted", "on its way", "ringing", "talking", "ended", "unknown"])
def test_who_is_not_in_the_queue_is_left_alone(
    at: LineInMemory, service: LineService, switching: Switching, moment: str
) -> None:
    """In the prompt the voice has ended the sentence; who rings or talks is never taken out of an agent's leg."""
    if moment != "unknown":
        service.arrive("CA1", STRANGER, HOTLINE)
    if moment not in ("unknown", "prompted"):
        service.gathered("CA1", 1, digits="0", speech="")
    if moment in ("ringing", "talking", "ended"):
        at.line.calls.queued("CA1", at=at.clock())
        assert at.line.calls.assign("CA1", AGENT, matched="any", at=at.clock())
    if moment == "talking":
        service.agent_answered("CA1", AGENT)
    if moment == "ended":
        service.ended("CA1")
    before = at.line.calls.get("CA1")
    assert not switching.speak_now("CA1")
    assert moves(at) == []
    assert at.line.calls.get("CA1") == before


def test_who_is_offered_on_a_desk_still_hears_the_new_language(
    at: LineInMemory, service: LineService, switching: Switching
) -> None:
    """The call is in the queue until the agent accepts; the offer stands."""
    wait_in_queue(at, service)
    until = at.clock() + timedelta(seconds=10)
    assert at.line.calls.assign("CA1", AGENT, matched="any", at=at.clock(), offered_until=until)
    assert switching.speak_now("CA1")
    assert (the_call(at).state, the_call(at).agent_id, the_call(at).offered_until) == ("ringing", AGENT, until)
    assert at.line.calls.accept_offer("CA1", AGENT, at=at.clock())


@pytest.mark.parametrize("error", [CallGoneError("CA1"), CarrierError("no", code="21218", retryable=False)])
def test_law_2_no_answer_of_the_carrier_keeps_an_agent_waiting(
    at: LineInMemory, service: LineService, switching: Switching, error: CarrierError
) -> None:
    """Whatever it says, agents are as free as before."""
    wait_in_queue(at, service)
    at.carrier.failure = error
    switching.speak_now("CA1")
    assert at.line.agents.states()[AGENT].presence is Presence.IDLE
