"""A call offered on the desk: taken, left or let lapse; nobody waits for a desk."""

from __future__ import annotations

from urllib.parse import urldefrag

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.desk import Act
from elder_channel.calls.model import CallState
from elder_channel.services.errors import ChangedMeanwhileError
from elder_channel.telephony.errors import CarrierError
from tests.fakes.desk import AT_DESK
from tests.fakes.desk_scene import COLLEAGUE, ME, ON_PHONE, Scene


def test_a_call_is_offered_on_the_desk_before_the_phone_rings(scene: Scene) -> None:
    """It stays in the carrier's queue until the agent accepts, and only then the phone rings."""
    scene.call_comes()
    assert scene.at.carrier.redirects == []
    assert scene.on_desk().state == "offered"
    call = scene.books.get("CA1")
    assert call
    assert not scene.calls.must_leave_queue(call)
    assert scene.calls.given_to(call) is None
    scene.desk.accept("CA1", by=ME)
    [(sid, url)] = scene.at.carrier.redirects
    assert (sid, url.rsplit("/", 1)[1]) == ("CA1", f"connect?agent={AT_DESK}")
    assert scene.on_desk().state == "ringing"


def test_accepting_twice_is_once(scene: Scene) -> None:
    """A second click moves nothing."""
    scene.call_comes()
    scene.desk.accept("CA1", by=ME)
    scene.desk.accept("CA1", by=ME)
    assert len(scene.at.carrier.redirects) == 1


def test_law_1_an_offer_nobody_takes_goes_on_and_its_agent_is_absent(scene: Scene) -> None:
    """After the configured seconds, in its old place, to somebody whose phone rings."""
    scene.call_comes()
    entered_at = scene.books.get("CA1").entered_at  # type: ignore[union-attr]
    scene.at.clock.forward(scene.at.line.settings.desk.accept_seconds + 1)
    scene.route()
    assert scene.at.line.agents.states()[AT_DESK].presence is Presence.ABSENT
    scene.at.clock.forward(40)
    scene.route()
    call = scene.books.get("CA1")
    assert call
    assert (call.agent_id, call.entered_at, call.agents_tried) == (ON_PHONE, entered_at, (AT_DESK,))
    assert [url for _, url in scene.at.carrier.redirects] == [
        urldefrag(scene.at.line.addresses.url("/voice/connect", agent=ON_PHONE)).url
    ]
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.accept("CA1", by=ME)
    assert [act.act for act in scene.at.line.desk.of_call("CA1")] == [Act.LAPSED]


def test_who_accepts_in_the_last_moment_keeps_the_call(scene: Scene) -> None:
    """The router does not take away what was accepted."""
    scene.call_comes()
    scene.at.clock.forward(scene.at.line.settings.desk.accept_seconds + 1)
    scene.desk.accept("CA1", by=ME)
    scene.route()
    call = scene.books.get("CA1")
    assert call
    assert (call.state, call.agent_id) == (CallState.RINGING, AT_DESK)


def test_declining_leaves_the_call_to_the_next_without_being_absent(scene: Scene) -> None:
    """The agent stays at work, and the same call does not come back at once."""
    scene.call_comes()
    scene.desk.decline("CA1", by=ME)
    assert scene.at.line.agents.states()[AT_DESK].presence is Presence.IDLE
    scene.at.clock.forward(40)
    scene.route()
    call = scene.books.get("CA1")
    assert call
    assert call.agent_id == ON_PHONE
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.decline("CA1", by=ME)


def test_a_ringing_phone_is_declined_on_the_desk_too(scene: Scene) -> None:
    """The call is taken away from the phone, back to the queue."""
    scene.call_comes("我要报案", dialect="hakka", number="+8675300000155")
    assert scene.on_desk(COLLEAGUE).state == "ringing"
    scene.desk.decline("CA1", by=COLLEAGUE)
    [(sid, document)] = scene.at.carrier.documents
    assert sid == "CA1"
    assert "<Enqueue" in document
    assert scene.books.get("CA1").state is CallState.WAITING  # type: ignore[union-attr]


def test_law_1_a_carrier_that_fails_at_accepting_does_not_lose_the_call(scene: Scene) -> None:
    """The wait document goes to the agent by itself then."""
    scene.call_comes()
    scene.at.carrier.failure = CarrierError("down", code="down", retryable=True)
    scene.desk.accept("CA1", by=ME)
    scene.at.clock.forward(5)
    call = scene.books.get("CA1")
    assert call
    assert scene.calls.must_leave_queue(call)
    given = scene.calls.given_to(call)
    assert given
    assert given.id == AT_DESK
