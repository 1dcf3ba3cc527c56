"""The router over real books: assignment, moves that fail, and the hunt group when nobody is at work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urldefrag

import pytest

from elder_channel.agents.model import Presence
from elder_channel.agents.router import WaitingCall
from elder_channel.agents.trace import Trace, explain
from elder_channel.calls.model import Call, CallState, Outcome
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.storage.assigning import Assignment
from elder_channel.telephony.errors import CarrierError
from tests.fakes.carrier import out_of_order
from tests.fakes.line import LineInMemory

ELDER = "+862000000101"  # speaks Cantonese, by the books
STRANGER = "+8659100000155"
HOTLINE = "+862100000060"
CANTONESE = "chen-jiaming"


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """What happens to calls."""
    return LineService(at.line)


@pytest.fixture
def router(at: LineInMemory, service: LineService) -> RoutingService:
    """The router under test."""
    return RoutingService(at.line, service)


def elder_waits(at: LineInMemory, service: LineService, sid: str = "CA1") -> None:
    """A known elder is in the carrier's queue, and nothing more will be heard of the dialect."""
    service.arrive(sid, ELDER, HOTLINE)
    service.must_leave_queue(the_call(at, sid))
    at.line.calls.recognition_is_off(sid)


def the_call(at: LineInMemory, sid: str = "CA1") -> Call:
    """The call as it stands."""
    call = at.line.calls.get(sid)
    assert call is not None
    return call


def presence_of(at: LineInMemory, agent_id: str) -> Presence:
    """The agent's presence now."""
    return at.line.agents.states()[agent_id].presence


def nobody_at_work(at: LineInMemory) -> None:
    """Every agent has left."""
    for agent in at.line.settings.agents:
        at.line.agents.set_presence(agent.id, Presence.ABSENT, at=at.clock())


def test_an_elders_call_goes_to_who_speaks_the_dialect(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """Assigned by one look, moved once, with a note ready."""
    elder_waits(at, service)
    moves = router.tick()
    assert [(move.sid, move.agent_id) for move in moves] == [("CA1", CANTONESE)]
    assert router.tick() == []
    router.carry_out(moves[0])
    assert at.carrier.redirects == [("CA1", urldefrag(at.line.addresses.url("/voice/connect", agent=CANTONESE)).url)]
    assert (the_call(at).state, presence_of(at, CANTONESE)) == (CallState.RINGING, Presence.RINGING)
    note = at.line.calls.handover("CA1")
    assert note
    assert "长者" in note.text


def test_nobody_waits_and_nobody_is_moved(router: RoutingService) -> None:
    """An empty queue is no work."""
    assert router.tick() == []


def test_a_call_is_moved_from_the_carriers_queue_only(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """Before the carrier has it in the queue two moves would race; after two seconds it counts as queued (law 1)."""
    service.arrive("CA1", ELDER, HOTLINE)
    at.line.calls.recognition_is_off("CA1")
    assert router.tick() == []
    at.clock.forward(2.5)
    assert [move.sid for move in router.tick()] == ["CA1"]


def test_law_2_the_choice_waits_a_moment_for_the_dialect_and_no_longer(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """While something may still be heard the choice is held, for at most five seconds from entering."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.gathered("CA1", 1, digits="", speech="喂")
    service.must_leave_queue(the_call(at))
    with at.line.databases.calls.begin() as connection:  # as if our own hearing were still to come
        connection.exec_driver_sql("UPDATE calls SET identified_finally = 0, posterior = '{\"fuzhou\": 0.4}'")
    assert router.tick() == []
    at.clock.forward(5)
    assert [move.sid for move in router.tick()] == ["CA1"]


def test_a_caller_who_is_gone_frees_the_agent(at: LineInMemory, service: LineService, router: RoutingService) -> None:
    """The move finds nobody: an order is left, and the agent takes the next call."""
    elder_waits(at, service)
    at.carrier.over.add("CA1")
    for move in router.tick():
        router.carry_out(move)
    assert the_call(at).outcome is Outcome.CALLBACK
    assert presence_of(at, CANTONESE) is Presence.IDLE


@pytest.mark.parametrize(
    "failure",
    [out_of_order(), CarrierError("refused", code="20003", retryable=False)],
    ids=["retryable", "final"],
)
def test_law_1_a_move_that_fails_is_made_by_the_wait_document(
    at: LineInMemory, service: LineService, router: RoutingService, failure: CarrierError
) -> None:
    """The carrier's REST API is down: at its next round the call leaves the queue by itself, to its agent."""
    elder_waits(at, service)
    moves = router.tick()
    at.carrier.failure = failure
    for move in moves:
        router.carry_out(move)
    at.clock.forward(3)
    assert service.must_leave_queue(the_call(at))
    agent = service.given_to(the_call(at))
    assert agent
    assert agent.id == CANTONESE


def test_a_move_whose_answer_was_lost_is_not_made_twice(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """The carrier asked for the agent's document already: a second move would cut the ringing off."""
    elder_waits(at, service)
    moves = router.tick()
    service.given_to(the_call(at))
    at.carrier.failures_to_come.append(out_of_order())
    router.carry_out(moves[0])
    assert at.carrier.redirects == []


def test_a_move_that_failed_for_a_moment_is_made_again(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """Nobody rings yet: the second try counts."""
    elder_waits(at, service)
    moves = router.tick()
    at.carrier.failures_to_come.append(out_of_order())
    router.carry_out(moves[0])
    assert [sid for sid, _ in at.carrier.redirects] == ["CA1"]


def test_law_1_with_nobody_at_work_the_hunt_group_is_rung(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """After five seconds; each call once, whatever the number of looks."""
    nobody_at_work(at)
    elder_waits(at, service)
    assert router.tick() == []
    at.clock.forward(5)
    moves = router.tick()
    assert [(move.sid, move.agent_id) for move in moves] == [("CA1", None)]
    assert router.tick() == []
    router.carry_out(moves[0])
    assert at.carrier.redirects == [("CA1", urldefrag(at.line.addresses.url("/voice/hunt")).url)]


def test_law_1_a_hunt_that_could_not_be_started_is_started_by_the_wait_document(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """The move was lost: the call does not wait for ever for phones that never ring."""
    nobody_at_work(at)
    elder_waits(at, service)
    at.clock.forward(5)
    moves = router.tick()
    at.carrier.failure = out_of_order()
    router.carry_out(moves[0])
    at.clock.forward(3)
    assert service.must_leave_queue(the_call(at))
    assert service.given_to(the_call(at)) is None


def test_law_1_what_was_assigned_before_a_fault_is_still_moved(
    at: LineInMemory, service: LineService, router: RoutingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the middle of a look: the caller who has an agent already is not left waiting for one."""
    elder_waits(at, service, "CA1")
    elder_waits(at, service, "CA2")

    def failing(waiting: WaitingCall, *given: object, **more: object) -> Trace:
        if waiting.sid == "CA2":
            raise ValueError("this call cannot be looked at")
        return explain(waiting, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("elder_channel.services.routing.explain", failing)
    at.clock.forward(20)
    assert [move.sid for move in router.tick()] == ["CA1"]
    with pytest.raises(ValueError, match="cannot be looked at"):
        router.tick()


def test_of_one_look_s_choices_only_what_is_still_free_is_given(
    at: LineInMemory, service: LineService, router: RoutingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing another process took an agent, and a caller left: the rest is given all the same."""
    for sid in ("CA1", "CA2", "CA3"):
        elder_waits(at, service, sid)
    write = at.line.calls.assign_all

    def late(assignments: Sequence[Assignment], *, at_: LineInMemory = at, **more: datetime) -> set[str]:
        service.ended(assignments[0].sid)
        at_.line.agents.set_presence(assignments[1].agent_id, Presence.ABSENT, at=at_.clock())
        return write(assignments, **more)

    monkeypatch.setattr(at.line.calls, "assign_all", late)
    at.clock.forward(20)
    moves = router.tick()
    assert [move.sid for move in moves] == ["CA3"]
    assert [the_call(at, sid).state for sid in ("CA1", "CA2", "CA3")] == ["ended", "waiting", "ringing"]
    taken = {id_: state.call_sid for id_, state in at.line.agents.states().items() if state.call_sid}
    assert taken == {moves[0].agent_id: "CA3"}


def test_elders_are_served_first(at: LineInMemory, service: LineService, router: RoutingService) -> None:
    """One agent at work, two callers: the elder, though the other waits longer."""
    nobody_at_work(at)
    service.arrive("CA1", STRANGER, HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    at.clock.forward(10)
    service.arrive("CA2", ELDER, HOTLINE)
    at.clock.forward(15)
    at.line.agents.set_presence(CANTONESE, Presence.IDLE, at=at.clock())
    assert [move.sid for move in router.tick()] == ["CA2"]


def test_who_did_not_answer_is_not_rung_again_at_once(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """After a fault of the carrier there is a pause, so that a fault is no storm; then somebody else rings."""
    elder_waits(at, service)
    router.tick()
    service.dial_ended("CA1", CANTONESE, dial_status="failed", call_status="in-progress", bridged=False)
    service.must_leave_queue(the_call(at))
    assert router.tick() == []
    at.clock.forward(15)
    assert [move.agent_id for move in router.tick() if move.agent_id != CANTONESE]


def says(at: LineInMemory, sid: str, text: str) -> None:
    """Something was recognized of a waiting caller; not the last word on the dialect."""
    Knowing(at.line).heard(sid, text=text, recognizer="ours", language_posterior={"zh": 0.95}, final=False)


def stranger_waits(at: LineInMemory, service: LineService, sid: str) -> None:
    """Somebody unknown is in the carrier's queue."""
    service.arrive(sid, STRANGER, HOTLINE)
    service.spoke_up(sid)
    service.must_leave_queue(the_call(at, sid))


def only_one_at_work(at: LineInMemory) -> None:
    """All but the Cantonese agent have left."""
    for agent in at.line.settings.agents:
        if agent.id != CANTONESE:
            at.line.agents.set_presence(agent.id, Presence.ABSENT, at=at.clock())


def test_law_2_an_urgent_need_puts_a_waiting_call_first(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """救命 from a stranger goes before the elder who came first; the choice is not held, no match waited for."""
    elder_waits(at, service, "CA1")
    at.clock.forward(30)
    stranger_waits(at, service, "CA2")
    only_one_at_work(at)
    says(at, "CA2", "救命啊，我老伴晕倒了")
    assert [(move.sid, move.agent_id) for move in router.tick()] == [("CA2", CANTONESE)]
    note = at.line.calls.handover("CA2")
    assert note
    assert note.text.startswith("【紧急】")


@pytest.mark.parametrize("words", ["我要查保单", "没有人受伤", "我就明天再打"])
def test_what_is_not_urgent_waits_its_turn(
    at: LineInMemory, service: LineService, router: RoutingService, words: str
) -> None:
    """Business, a denial and a likeness put nobody before an elder."""
    elder_waits(at, service, "CA1")
    stranger_waits(at, service, "CA2")
    only_one_at_work(at)
    says(at, "CA2", words)
    assert [move.sid for move in router.tick()] == ["CA1"]


def test_law_1_with_nobody_at_work_an_urgent_call_rings_the_hunt_group_at_once(
    at: LineInMemory, service: LineService, router: RoutingService
) -> None:
    """The five seconds that others wait for somebody to come back are not for danger."""
    stranger_waits(at, service, "CA1")
    stranger_waits(at, service, "CA2")
    nobody_at_work(at)
    says(at, "CA2", "有人受伤了")
    assert [(move.sid, move.agent_id) for move in router.tick()] == [("CA2", None)]


def test_law_1_an_urgent_call_that_nobody_answered_is_called_back_soonest(
    at: LineInMemory, service: LineService
) -> None:
    """The order says so and is due within two minutes."""
    stranger_waits(at, service, "CA1")
    says(at, "CA1", "救命啊")
    service.ended("CA1")
    order = at.line.work_orders.of_call("CA1")
    assert order is not None
    assert order.note.startswith("【紧急】")
    assert (order.due_at - at.clock()).total_seconds() == 120
