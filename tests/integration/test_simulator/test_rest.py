"""The carrier's REST API, spoken to by the real twilio client."""

from __future__ import annotations

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from elder_channel.placing import wait_until

UNKNOWN_CALL = "CA" + "f" * 32
WAITING = '<Response><Enqueue waitUrl="/wait" action="/left">{}</Enqueue></Response>'
LONG_WAIT = '<Response><Gather timeout="30"><Say>请稍等</Say></Gather></Response>'
SERVED = "<Response><Dial><Client>quick</Client></Dial></Response>"


def test_a_waiting_call_is_moved_at_once(simulator, service, carrier) -> None:
    """A redirect takes the caller out of the queue and on to the agent, and the Enqueue action moves nothing."""
    service.replies |= {"/voice": WAITING.format("move"), "/wait": LONG_WAIT, "/connect": SERVED}
    service.replies["/left"] = "<Response><Hangup/></Response>"
    sid = simulator.place()
    simulator.follow(sid, until="queue.entered")
    assert carrier.calls(sid).fetch().status == "in-progress"
    carrier.calls(sid).update(url=f"{service.base}/connect")
    simulator.follow(sid)
    assert simulator.record(sid)["served"]
    assert service.forms("/left")[0]["QueueResult"] == "redirected"
    assert service.forms("/left")[0]["CallStatus"] == "in-progress"


@pytest.mark.parametrize(
    "document",
    [
        '<Response><Gather timeout="30"><Say>请讲</Say></Gather></Response>',
        "<Response><Say>这是很长很长很长很长很长很长很长很长很长很长很长很长很长很长的一句话</Say></Response>",
        '<Response><Dial timeout="30"><Client>away</Client></Dial></Response>',
    ],
    ids=["gather", "say", "dial"],
)
def test_whatever_a_call_is_doing_a_redirect_ends_it(simulator, service, carrier, document) -> None:
    """Gather, Say and Dial are left at once for a document given in the request itself."""
    service.replies["/voice"] = document
    sid = simulator.place()
    simulator.follow(sid, until="call.answered")
    carrier.calls(sid).update(twiml=SERVED)
    simulator.follow(sid)
    assert simulator.record(sid)["answered_by"] == "client:quick"


def test_the_action_of_a_redirected_dial_is_asked_and_moves_nothing(simulator, service, carrier) -> None:
    """As seen on the real carrier: the interrupted Dial's action is requested, and the redirect wins."""
    service.replies["/voice"] = '<Response><Dial action="/dialled"><Client>away</Client></Dial></Response>'
    service.replies["/dialled"] = "<Response><Hangup/></Response>"
    sid = simulator.place()
    simulator.follow(sid, until="agent.ringing")
    carrier.calls(sid).update(twiml=SERVED)
    simulator.follow(sid)
    assert simulator.record(sid)["answered_by"] == "client:quick"
    assert service.forms("/dialled")[0]["CallStatus"] == "in-progress"


def test_a_call_can_be_ended(simulator, service, carrier) -> None:
    """`Status=completed` hangs up."""
    service.replies["/voice"] = '<Response><Pause length="30"/></Response>'
    sid = simulator.place()
    simulator.follow(sid, until="call.answered")
    assert carrier.calls(sid).update(status="completed").status == "completed"
    simulator.follow(sid)
    assert simulator.record(sid)["ended_by"] == "service"


def test_an_ended_call_cannot_be_moved(simulator, service, carrier) -> None:
    """The carrier says so with 21220."""
    record, _ = simulator.call()
    with pytest.raises(TwilioRestException) as refused:
        carrier.calls(record["call_sid"]).update(url=f"{service.base}/connect")
    assert (refused.value.status, refused.value.code) == (400, 21220)
    assert "not in-progress" in refused.value.msg


def test_a_call_nobody_knows_is_not_found(carrier) -> None:
    """404 and 20404, as the carrier answers."""
    with pytest.raises(TwilioRestException) as refused:
        carrier.calls(UNKNOWN_CALL).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_a_wrong_password_is_refused(simulator, carrier) -> None:
    """401 and 20003."""
    stranger = Client(carrier.account_sid, "wrong", http_client=carrier.http_client)
    with pytest.raises(TwilioRestException) as refused:
        stranger.calls(UNKNOWN_CALL).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_the_control_api_wants_its_token(simulator) -> None:
    """Nobody places calls by accident."""
    assert httpx.post(f"{simulator.base}/simulator/calls", json={"from": "+8613800000000"}).status_code == 401


def test_queues_and_their_members_are_listed_in_order(simulator, service, carrier) -> None:
    """Two callers wait; the front one is taken out, and the other moves up."""
    service.replies |= {"/voice": WAITING.format("order"), "/wait": LONG_WAIT, "/connect": SERVED}
    sids = []
    for _ in range(2):
        sids.append(simulator.place())
        simulator.follow(sids[-1], until="queue.entered")
    queue = next(each for each in carrier.queues.list() if each.friendly_name == "order")
    assert carrier.queues(queue.sid).fetch().current_size == 2
    assert [member.call_sid for member in carrier.queues(queue.sid).members.list()] == sids
    taken = carrier.queues(queue.sid).members("Front").update(url=f"{service.base}/connect")
    assert taken.call_sid == sids[0]
    simulator.follow(sids[0])
    assert simulator.record(sids[0])["served"]
    assert carrier.queues(queue.sid).members(sids[1]).fetch().position == 1
    carrier.calls(sids[1]).update(status="completed")
    simulator.follow(sids[1])


def test_calls_are_listed_by_status_and_page(simulator, service, carrier) -> None:
    """Paging and filters work as the client expects."""
    for _ in range(3):
        simulator.call()
    ended = carrier.calls.list(status="completed", page_size=2, limit=3)
    assert len(ended) == 3
    assert {call.status for call in ended} == {"completed"}
    assert ended[0].start_time is None or ended[0].start_time.tzinfo is not None


def test_the_service_has_somebody_called(simulator, service, carrier) -> None:
    """An outgoing call rings, is answered, follows its document and reports each status."""
    service.replies["/callback"] = SERVED
    created = carrier.calls.create(
        to="client:hunt-1",
        from_="+864005550100",
        url=f"{service.base}/callback",
        status_callback=f"{service.base}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert (created.status, created.direction) == ("queued", "outbound-api")
    simulator.follow(created.sid)
    assert simulator.record(created.sid)["served"]
    assert service.forms("/callback")[0]["Direction"] == "outbound-api"
    assert wait_until(lambda: len(service.forms("/progress")) == 4, seconds=10)  # the last is sent after the end
    told = sorted(service.forms("/progress"), key=lambda form: int(form["SequenceNumber"]))
    assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]


@pytest.mark.parametrize("to", ["0059100000102", "+86", "somebody"])
def test_nobody_can_be_called_at_what_is_no_number(service, carrier, to) -> None:
    """The carrier says so before anything rings."""
    with pytest.raises(TwilioRestException) as caught:
        carrier.calls.create(to=to, from_="+864005550100", url=f"{service.base}/callback")
    assert caught.value.code == 21211


@pytest.mark.parametrize(("contact", "status"), [("client:busy", "busy"), ("client:lost", "failed")])
def test_an_outgoing_call_may_not_be_answered(simulator, service, carrier, contact, status) -> None:
    """Its document is never asked for."""
    created = carrier.calls.create(to=contact, from_="+864005550100", url=f"{service.base}/callback")
    simulator.follow(created.sid)
    assert carrier.calls(created.sid).fetch().status == status
    assert not service.forms("/callback")


def test_an_agents_leg_can_be_ended(simulator, service, carrier) -> None:
    """The dialled phone is a call of its own, found by its parent."""
    service.replies["/voice"] = '<Response><Dial action="/dialled"><Client>away</Client></Dial></Response>'
    sid = simulator.place()
    simulator.follow(sid, until="agent.ringing")
    (leg,) = carrier.calls.list(parent_call_sid=sid)
    carrier.calls(leg.sid).update(status="completed")
    simulator.follow(sid)
    assert service.forms("/dialled")[0]["DialCallStatus"] == "canceled"
