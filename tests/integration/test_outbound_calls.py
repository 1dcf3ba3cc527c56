"""Calls the line places, for one tap or an order: through the voice process, with a carrier in memory."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import structlog

from elder_channel.calls.model import CallState, Entry, Outcome
from elder_channel.outbound.model import OutboundRequest, OutboundState, Reason, Tried
from elder_channel.services.errors import ServiceError
from elder_channel.services.line import LineService
from elder_channel.services.outbound import OutboundRefusedError
from elder_channel.services.routing import RoutingService
from elder_channel.telephony.errors import CarrierError
from elder_channel.worker import reconcile
from tests.fakes.carrier import out_of_order
from tests.fakes.heard import heard_in
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.one_tap import ELDER, YOUNG, made, outbound, press, rung, the_request, told
from tests.fakes.webhooks import TestClient


def test_who_picks_up_hears_who_calls_and_is_in_the_queue(at: LineInMemory, http: TestClient) -> None:
    """However often the carrier asks: one call in the books, entered by one tap, an elder by the books."""
    press(http, made(at))
    assert rung(at)
    answers = [told(http, at, "in-progress", kind="url") for _ in range(2)]
    for answer in answers:
        document = ET.fromstring(answer.text)
        assert [verb.tag for verb in document if verb.tag not in ("Say", "Play", "Pause")] == ["Start", "Enqueue"]
        spoken = heard_in(document, at.line)
        assert "这里是长者服务热线" in spoken
        assert "要我们打给您" in spoken
    call = at.line.calls.get(str(at.carrier.placed[0]["sid"]))
    assert call
    assert (call.caller_number, call.entry, call.elder, call.state) == (
        ELDER, Entry.ONE_TAP, True, CallState.WAITING)  # fmt: skip
    assert the_request(at).state is OutboundState.ANSWERED
    note = at.line.calls.handover(call.sid)
    assert note
    assert "一键" in note.text


def test_nobody_is_moved_on_before_who_calls_has_been_said(at: LineInMemory) -> None:
    """The router waits for the end of the greeting, or for the carrier's word that the call is in the queue."""
    engine, calls = outbound(at), LineService(at.line)
    router = RoutingService(at.line, calls)
    for sid in ("CA1", "CA2"):
        engine.answered(0, 1, sid, number=ELDER if sid == "CA1" else YOUNG, answered_by="")
        at.line.calls.recognition_is_off(sid)
    at.clock.forward(4)
    assert router.tick() == []
    call = at.line.calls.get("CA1")
    assert call
    assert not calls.must_leave_queue(call)  # the wait document is asked for
    assert [move.sid for move in router.tick()] == ["CA1"]
    at.clock.forward(8)  # word of the second never came
    assert [move.sid for move in router.tick()] == ["CA2"]


def test_law_1_who_hangs_up_in_the_queue_is_somebody_s_work_order(at: LineInMemory, http: TestClient) -> None:
    """From the pick-up on the call is like any other."""
    press(http, made(at))
    assert rung(at)
    told(http, at, "in-progress", kind="url")
    for _ in range(2):
        told(http, at, "completed", CallDuration="12")
    sid = str(at.carrier.placed[0]["sid"])
    call, order = at.line.calls.get(sid), at.line.work_orders.of_call(sid)
    assert call
    assert order
    assert (call.outcome, call.caller_number) == (Outcome.CALLBACK, ELDER)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_law_1_who_is_not_reached_is_rung_again_and_then_a_work_order(
    at: LineInMemory, http: TestClient, status: str
) -> None:
    """By the settings: again after one minute, after five, then somebody owns it. Each word may come twice."""
    press(http, made(at))
    for attempt, minutes in ((1, 1), (2, 5), (3, 0)):
        assert rung(at, attempt)
        for each in ("initiated", "ringing", status, status, "ringing"):
            told(http, at, each)
        if minutes:
            assert the_request(at).state is OutboundState.WAITING
            at.clock.forward(minutes * 60 - 1)
            at.clock.forward(2)
    request = the_request(at)
    assert (request.state, request.attempts, request.last_outcome) == (OutboundState.GAVE_UP, 3, Tried(status))
    sid = str(at.carrier.placed[-1]["sid"])
    call = at.line.calls.get(sid)
    assert call
    assert (call.caller_number, call.entry, call.outcome) == (ELDER, Entry.ONE_TAP, Outcome.CALLBACK)
    assert at.line.work_orders.of_call(sid)


def orders_of(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every order in which the carrier's words can come, and each again with its last word said twice."""
    return [way + again for way in sorted(set(permutations(words))) for again in ((), way[-1:])]


def test_in_whatever_order_word_comes_of_a_phone_nobody_answered(at: LineInMemory, http: TestClient) -> None:
    """One attempt in vain, one more to come."""
    for place, way in enumerate(orders_of(("initiated", "ringing", "no-answer", "no-answer"))):
        outbound(at).request(f"one_tap:{place}", reason=Reason.ONE_TAP, number=f"+8659100000{place:03}")
        assert rung(at, place + 1)
        for word in way:
            told(http, at, word)
        request = the_request(at)
        assert (request.state, request.attempts) == (OutboundState.WAITING, 1), way
        outbound(at).cancel(request.key)
        at.clock.forward(2)


def test_in_whatever_order_word_comes_of_a_phone_that_was_picked_up(at: LineInMemory, http: TestClient) -> None:
    """Rung once, one call in the books, closed; who was not served is somebody's work order (law 1)."""
    for place, way in enumerate(orders_of(("initiated", "ringing", "document", "completed"))):
        outbound(at).request(f"one_tap:{place}", reason=Reason.ONE_TAP, number=f"+8659100000{place:03}")
        assert rung(at, place + 1)
        for word in way:
            told(http, at, "in-progress", kind="url") if word == "document" else told(http, at, word)
        assert the_request(at).state is OutboundState.ANSWERED, way
        sid = str(at.carrier.placed[-1]["sid"])
        call = at.line.calls.get(sid)
        assert call
        assert (call.state, call.outcome) == (CallState.ENDED, Outcome.CALLBACK), way
        assert at.line.work_orders.of_call(sid)
        at.clock.forward(2)


def test_an_ordinary_callback_waits_for_the_morning_and_leaves_the_order_it_has(
    at: LineInMemory, http: TestClient
) -> None:
    """At three in the night nobody is rung for it; given up, it opens no second order."""
    at.clock.forward(11 * 3600)  # 03:00 in Shanghai
    engine = outbound(at)
    engine.request("order:7:1", reason=Reason.CALLBACK_ORDER, number=YOUNG, customer_id=3)
    assert engine.tick() is None
    at.clock.forward(6 * 3600)
    for attempt in (1, 2, 3):
        assert rung(at, attempt)
        told(http, at, "no-answer")
        at.clock.forward(301)
    request = engine.find("order:7:1")
    assert request
    assert request.state is OutboundState.GAVE_UP
    assert at.line.calls.open_or_ended_since(at.clock.now.replace(year=2000)) == []


def test_a_callback_says_who_calls_back(at: LineInMemory, http: TestClient) -> None:
    """Another reason, another sentence and another entry."""
    outbound(at).request("order:8:1", reason=Reason.CALLBACK_ORDER, number=YOUNG)
    assert rung(at)
    answer = told(http, at, "in-progress", kind="url")
    assert "给您回电" in heard_in(ET.fromstring(answer.text), at.line)
    call = at.line.calls.get(str(at.carrier.placed[0]["sid"]))
    assert call
    assert call.entry is Entry.CALLED_BACK


def test_a_machine_that_answers_is_nobody(at: LineInMemory, http: TestClient) -> None:
    """Where the carrier tells machines apart, no agent is given one, and the phone is rung again."""
    press(http, made(at))
    assert rung(at)
    answer = told(http, at, "in-progress", kind="url", AnsweredBy="machine_start")
    assert [verb.tag for verb in ET.fromstring(answer.text)] == ["Hangup"]
    told(http, at, "completed", CallDuration="4")
    request = the_request(at)
    assert (request.state, request.last_outcome) == (OutboundState.WAITING, Tried.MACHINE)
    assert at.line.calls.get(str(at.carrier.placed[0]["sid"])) is None


def test_law_1_picked_up_and_never_served_is_a_work_order(at: LineInMemory, http: TestClient) -> None:
    """Our document was never fetched: the carrier's last word leaves the order."""
    press(http, made(at))
    assert rung(at)
    told(http, at, "completed", CallDuration="9")
    assert at.line.work_orders.of_call(str(at.carrier.placed[0]["sid"]))
    assert the_request(at).state is OutboundState.ANSWERED


# The carrier's faults


def placed(at: LineInMemory, failure: CarrierError | None = None) -> OutboundRequest:
    """A request of one tap, and the one attempt to place its call."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    request = engine.tick()
    assert request
    at.carrier.failure = failure
    engine.place(request)
    at.carrier.failure = None
    return request


def test_a_carrier_that_refuses_is_not_asked_again(at: LineInMemory) -> None:
    """A number it will not call becomes a work order at once."""
    request = placed(at, CarrierError("not a valid number", code="21211", retryable=False))
    assert the_request(at).last_outcome is Tried.REFUSED
    assert at.line.work_orders.of_call(f"outbound-{request.id}")


def test_a_carrier_that_is_full_is_asked_again_soon(at: LineInMemory) -> None:
    """Nothing was rung, so nothing was tried."""
    engine = outbound(at)
    placed(at, CarrierError("Too Many Requests", code="20429", retryable=True))
    assert (the_request(at).state, the_request(at).attempts) == (OutboundState.WAITING, 0)
    at.clock.forward(11)
    again = engine.tick()
    assert again
    assert again.attempts == 1


def test_an_answer_that_was_lost_is_no_second_call(at: LineInMemory) -> None:
    """The phone may be ringing. Only when no word of it comes is it counted as lost, and rung again."""
    engine = outbound(at)
    placed(at, out_of_order())
    at.clock.forward(30)
    assert engine.look_after() == 0
    assert engine.tick() is None
    at.clock.forward(90)
    reconcile(at.line)
    assert (the_request(at).state, the_request(at).last_outcome) == (OutboundState.WAITING, Tried.LOST)
    at.clock.forward(61)
    again = engine.tick()
    assert again
    assert again.attempts == 2


def test_a_call_that_still_rings_is_left_alone(at: LineInMemory) -> None:
    """No word for two minutes, yet the carrier says that the call is live."""
    engine = outbound(at)
    placed(at)
    at.clock.forward(120)
    assert engine.look_after() == 0
    at.carrier.over.add(str(at.carrier.placed[0]["sid"]))
    assert engine.look_after() == 1


def test_law_1_a_tap_nobody_could_serve_for_an_hour_is_a_work_order(at: LineInMemory) -> None:
    """The ceilings were reached, or the voice process was down."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    at.clock.forward(3601)
    assert engine.look_after() == 1
    assert engine.tick() is None
    assert at.line.work_orders.of_call(f"outbound-{the_request(at).id}")


def test_a_ceiling_that_is_reached_is_an_alarm_once_an_hour(tmp_path: Path) -> None:
    """Logged as an error with calls and cost; nobody is rung beyond it, and after the hour it goes on."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_OUTBOUND_CEILING__MAX_CALLS_PER_HOUR="2",
                        ELDER_CHANNEL_OUTBOUND_CEILING__WARN_AT_SHARE="1")  # fmt: skip
    engine = outbound(at)
    for place in range(4):
        engine.request(f"one_tap:{place}", reason=Reason.ONE_TAP, number=f"+865910000020{place}")
    claims = []
    with structlog.testing.capture_logs() as logged:
        for _ in range(5):
            claims.append(engine.tick())
            at.clock.forward(2)
    at.clock.forward(3600)
    assert [request is not None for request in claims] == [True, True, False, False, False]
    told_of = [entry for entry in logged if entry["event"] == "outbound.ceiling"]
    assert [(entry["log_level"], entry["verdict"], entry["calls"]) for entry in told_of] == [("error", "too_many", 2)]
    with structlog.testing.capture_logs():
        assert engine.tick()
    at.line.databases.dispose()


@pytest.mark.parametrize("number", ["anonymous", "", "no number"])
def test_nobody_can_be_called_without_a_number(at: LineInMemory, number: str) -> None:
    """Told at once, not at the first attempt."""
    with pytest.raises(OutboundRefusedError):
        outbound(at).request("order:1:1", reason=Reason.CALLBACK_ORDER, number=number)
    assert issubclass(OutboundRefusedError, ServiceError)
