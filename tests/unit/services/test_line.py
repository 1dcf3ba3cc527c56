"""A call's way, event by event: races, repeated events, a carrier that fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urldefrag

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.model import Call, CallState, Entry, Outcome
from elder_channel.calls.steps import Ask, EnterQueue, Listen
from elder_channel.services.endings import AfterDial
from elder_channel.services.line import LineService
from elder_channel.storage.carrier_books import CarrierEvent
from tests.fakes.carrier import out_of_order
from tests.fakes.line import LineInMemory

STRANGER = "+8659100000155"
ELDER = "+862000000101"
HOTLINE = "+862100000060"
DEDICATED = "+862100000061"
AGENT = "zheng-guodong"


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """The service under test."""
    return LineService(at.line)


def the_call(at: LineInMemory, sid: str = "CA1") -> Call:
    """The call as it stands."""
    call = at.line.calls.get(sid)
    assert call is not None
    return call


def presence_of(at: LineInMemory, agent_id: str = AGENT) -> Presence:
    """The agent's presence now."""
    return at.line.agents.states()[agent_id].presence


def ring(at: LineInMemory, service: LineService, caller: str = STRANGER) -> None:
    """A call that has asked for a person by key, and whose agent's phone rings."""
    service.arrive("CA1", caller, HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    at.clock.forward(3)
    assert at.line.calls.assign("CA1", AGENT, matched="exact", at=at.clock())


@pytest.mark.parametrize(
    ("caller", "called", "entry"),
    [
        pytest.param(ELDER, HOTLINE, Entry.KNOWN_ELDER, id="known elder"),
        pytest.param(STRANGER, DEDICATED, Entry.DEDICATED_LINE, id="dedicated line"),
        pytest.param(STRANGER, HOTLINE, None, id="anybody else hears the prompt"),
    ],
)
def test_law_3_how_a_call_comes_in(
    at: LineInMemory, service: LineService, caller: str, called: str, entry: Entry | None
) -> None:
    """Elders and the dedicated number are entered with the first webhook."""
    steps = service.arrive("CA1", caller, called)
    assert isinstance(steps[0], Listen)
    assert isinstance(steps[1], EnterQueue if entry else Ask)
    assert the_call(at).entry is entry
    assert (the_call(at).entered_at is not None) == bool(entry)


def test_a_repeated_first_webhook_is_one_call(at: LineInMemory, service: LineService) -> None:
    """The same answer, the same row."""
    assert service.arrive("CA1", STRANGER, HOTLINE) == service.arrive("CA1", STRANGER, HOTLINE)
    assert service.arrive("CA2", ELDER, HOTLINE) == service.arrive("CA2", ELDER, HOTLINE)
    assert len(at.line.calls.open_calls()) == 2


def test_law_2_of_onset_key_and_words_at_once_one_enters_the_call(at: LineInMemory, service: LineService) -> None:
    """Whoever comes first decides how the call came in; the call is moved at most once."""
    service.arrive("CA1", STRANGER, HOTLINE)
    events = [
        lambda: service.spoke_up("CA1"),
        lambda: service.gathered("CA1", 1, digits="0", speech=""),
        lambda: service.gathered("CA1", 1, digits="", speech="我要报案"),
        lambda: service.entered_by(the_call(at), "silence"),
    ] * 3
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(event) for event in events]:
            done.result()
    call = the_call(at)
    assert call.state is CallState.WAITING
    assert len(at.carrier.redirects) <= 1
    assert call.entry in (Entry.VOICE, Entry.ONE_KEY, Entry.PROMPTED)


def test_the_first_sound_moves_the_call_once(at: LineInMemory, service: LineService) -> None:
    """一声直达: moved to the queue document at the onset; the second onset does nothing."""
    service.arrive("CA1", STRANGER, HOTLINE)
    assert service.spoke_up("CA1")
    assert not service.spoke_up("CA1")
    assert at.carrier.redirects == [("CA1", urldefrag(at.line.addresses.url("/voice/enter", why="voice")).url)]


def test_an_onset_nobody_can_move_leaves_the_call_entered(at: LineInMemory, service: LineService) -> None:
    """The carrier's REST API is down: the Gather's action finds the call entered."""
    service.arrive("CA1", STRANGER, HOTLINE)
    at.carrier.failure = out_of_order()
    service.spoke_up("CA1")
    assert (the_call(at).state, the_call(at).entry) == (CallState.WAITING, Entry.VOICE)
    assert service.gathered("CA1", 1, digits="", speech="喂") == (EnterQueue(Entry.VOICE, "zh"),)
    assert the_call(at).transcript == "喂"


def test_a_caller_who_hung_up_at_the_first_word_is_called_back(at: LineInMemory, service: LineService) -> None:
    """The move finds the call gone: the books are closed with an order (law 1)."""
    service.arrive("CA1", STRANGER, HOTLINE)
    at.carrier.over.add("CA1")
    assert not service.spoke_up("CA1")
    assert the_call(at).outcome is Outcome.CALLBACK
    assert at.line.work_orders.of_call("CA1")


def test_a_voice_on_a_call_nobody_knows_moves_nothing(at: LineInMemory, service: LineService) -> None:
    """A stream of a lost call is listened to in vain, quietly."""
    assert not service.spoke_up("CAnone")
    assert at.carrier.redirects == []


@pytest.mark.parametrize("known", [False, True], ids=["never seen", "closed too early"])
@pytest.mark.parametrize("caller", [STRANGER, ELDER, "anonymous"])
def test_law_1_a_live_call_the_router_would_never_see_is_put_before_it(
    at: LineInMemory, service: LineService, known: bool, caller: str
) -> None:
    """Without this the caller would hear the wait document for ever."""
    if known:
        service.arrive("CA1", caller, HOTLINE)
        service.ended("CA1")
    call = service.still_here("CA1", caller, HOTLINE)
    assert (call.state, call.caller_number) == (CallState.WAITING, caller)
    assert call.entered_at is not None
    assert call.outcome is None
    assert not service.must_leave_queue(call)
    assert [waiting.sid for waiting in at.line.calls.waiting(entered_before=at.clock())] == ["CA1"]


def test_law_1_a_call_whose_move_was_lost_leaves_the_queue_by_itself(at: LineInMemory, service: LineService) -> None:
    """It was given to an agent and still hears the wait document: it goes where it should be."""
    ring(at, service)
    assert not service.must_leave_queue(the_call(at)), "the move may be on its way"
    at.clock.forward(3)
    assert service.must_leave_queue(the_call(at))
    agent = service.given_to(the_call(at))
    assert agent
    assert agent.id == AGENT


def test_law_1_a_call_given_to_somebody_no_longer_employed_waits_again(at: LineInMemory, service: LineService) -> None:
    """The agent was taken out of the settings between assignment and ringing."""
    ring(at, service)
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET agent_id = 'gone'")
    assert service.given_to(the_call(at)) is None
    assert the_call(at).state is CallState.WAITING


# What the agent's leg came to, and whether the caller is still there -> the agent, the call, its outcome.
_DIALS = [
    ("completed", "in-progress", Presence.TALKING, CallState.TALKING, None),  # the carrier's last word closes it
    ("answered", "in-progress", Presence.TALKING, CallState.TALKING, None),
    ("completed", "completed", Presence.IDLE, CallState.ENDED, Outcome.SERVED),
    ("no-answer", "in-progress", Presence.ABSENT, CallState.WAITING, None),
    ("busy", "in-progress", Presence.IDLE, CallState.WAITING, None),
    ("failed", "in-progress", Presence.IDLE, CallState.WAITING, None),
    ("canceled", "in-progress", Presence.IDLE, CallState.WAITING, None),
    ("", "in-progress", Presence.IDLE, CallState.WAITING, None),
    ("no-answer", "completed", Presence.IDLE, CallState.ENDED, Outcome.CALLBACK),
    ("busy", "completed", Presence.IDLE, CallState.ENDED, Outcome.CALLBACK),
    ("failed", "canceled", Presence.IDLE, CallState.ENDED, Outcome.CALLBACK),
    ("canceled", "completed", Presence.IDLE, CallState.ENDED, Outcome.CALLBACK),
]


@pytest.mark.parametrize(("dial", "status", "presence", "state", "outcome"), _DIALS)
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_what_comes_of_an_agents_leg(
    at: LineInMemory,
    service: LineService,
    dial: str,
    status: str,
    presence: Presence,
    state: CallState,
    outcome: Outcome | None,
    times: int,
) -> None:
    """Served; or back to the old place, while who let it ring is absent; or the caller left and is called back."""
    ring(at, service)
    entered_at = the_call(at).entered_at
    for _ in range(times):
        after = service.dial_ended("CA1", AGENT, dial_status=dial, call_status=status, bridged=True)
        assert after is (AfterDial.WAIT_AGAIN if state is CallState.WAITING else AfterDial.HANG_UP)
    call = the_call(at)
    assert (call.state, call.outcome, call.entered_at) == (state, outcome, entered_at)
    assert presence_of(at) is presence
    assert call.agents_tried == ((AGENT,) if state is CallState.WAITING else ())
    assert (at.line.work_orders.of_call("CA1") is not None) == (outcome is Outcome.CALLBACK)


def test_an_agent_who_picked_up_when_the_caller_was_gone_has_not_served(at: LineInMemory, service: LineService) -> None:
    """The carrier says that the two were never on the line together: the caller is called back."""
    ring(at, service)
    service.dial_ended("CA1", AGENT, dial_status="completed", call_status="completed", bridged=False)
    assert the_call(at).outcome is Outcome.CALLBACK


def test_a_late_word_of_a_dial_does_not_disturb_the_next_agent(at: LineInMemory, service: LineService) -> None:
    """The first agent's leg is reported twice while the second's phone rings already."""
    ring(at, service)
    word = {"dial_status": "no-answer", "call_status": "in-progress", "bridged": False}
    service.dial_ended("CA1", AGENT, **word)  # type: ignore[arg-type]
    assert at.line.calls.assign("CA1", "lin-xiulan", matched="group", at=at.clock())
    service.dial_ended("CA1", AGENT, **word)  # type: ignore[arg-type]
    assert (the_call(at).agent_id, presence_of(at, "lin-xiulan")) == ("lin-xiulan", Presence.RINGING)
    assert the_call(at).agents_tried == (AGENT,)


@pytest.mark.parametrize(
    ("caller", "outcome", "kind"),
    [
        (STRANGER, Outcome.CALLBACK, "call_back"),
        ("anonymous", Outcome.WORK_ORDER, "look_into"),
        ("", Outcome.WORK_ORDER, "look_into"),
        ("+266696687", Outcome.WORK_ORDER, "look_into"),
        ("no number", Outcome.WORK_ORDER, "look_into"),
    ],
)
def test_law_1_a_caller_who_left_while_a_phone_rang_leaves_an_order(
    at: LineInMemory, service: LineService, caller: str, outcome: Outcome, kind: str
) -> None:
    """Called back, or, where no number is known, looked into; the agent is free again."""
    ring(at, service, caller)
    service.carrier_ended("CA1", caller, HOTLINE)
    service.carrier_ended("CA1", caller, HOTLINE)
    order = at.line.work_orders.of_call("CA1")
    assert order
    assert (the_call(at).outcome, order.kind, bool(order.owner)) == (outcome, kind, True)
    assert presence_of(at) is Presence.IDLE


def test_who_hangs_up_in_the_prompt_ended_the_call(at: LineInMemory, service: LineService) -> None:
    """Nothing was asked for, so nothing is owed."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.carrier_ended("CA1", STRANGER, HOTLINE)
    assert the_call(at).outcome is Outcome.CALLER_ENDED
    assert at.line.work_orders.of_call("CA1") is None


@pytest.mark.parametrize(
    ("rung", "answerer", "outcome"),
    [
        pytest.param(True, "+12025550102", Outcome.SERVED, id="somebody picked up"),
        pytest.param(True, None, Outcome.CALLBACK, id="nobody did"),
        pytest.param(False, None, Outcome.CALLER_ENDED, id="no phone was rung"),
    ],
)
def test_law_1_a_call_whose_prompt_ended_in_the_fallback_is_served_or_called_back(
    at: LineInMemory, service: LineService, rung: bool, answerer: str | None, outcome: Outcome
) -> None:
    """Our answer to the key was lost, so the carrier rang people; the books had the call in its prompt."""
    service.arrive("CA1", STRANGER, HOTLINE)
    at.carrier.rung |= {"CA1"} if rung else set()
    at.carrier.answerers |= {"CA1": answerer} if answerer else {}
    service.carrier_ended("CA1", STRANGER, HOTLINE)
    call = the_call(at)
    assert (call.outcome, call.by_fallback) == (outcome, rung)
    assert (at.line.work_orders.of_call("CA1") is not None) == (outcome is Outcome.CALLBACK)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(11200, Outcome.CALLBACK), (13227, Outcome.CALLER_ENDED), (None, Outcome.CALLER_ENDED)],
    ids=["our document did not come", "another fault", "nothing"],
)
def test_law_1_where_the_carrier_cannot_be_asked_its_file_of_faults_decides(
    at: LineInMemory, service: LineService, code: int | None, outcome: Outcome
) -> None:
    """A fault that leads to the fallback says that phones may have rung; who hung up without one owes nothing."""
    service.arrive("CA1", STRANGER, HOTLINE)
    if code:
        at.line.carrier_books.file(CarrierEvent("NO1", at.clock(), "error", code, about="CA1"))
    at.carrier.failure = out_of_order()
    service.carrier_ended("CA1", STRANGER, HOTLINE)
    assert the_call(at).outcome is outcome


@pytest.mark.parametrize(
    ("answerer", "outcome"),
    [("+12025550102", Outcome.SERVED), ("+19995550100", Outcome.CALLBACK), (None, Outcome.CALLBACK)],
    ids=["an agent", "somebody unknown", "nobody"],
)
def test_law_1_a_call_we_never_saw_is_served_by_the_fallback_or_called_back(
    at: LineInMemory, service: LineService, answerer: str | None, outcome: Outcome
) -> None:
    """The carrier rang people by itself; its last word tells us that there was a call at all."""
    if answerer:
        at.carrier.answerers["CA1"] = answerer
    service.carrier_ended("CA1", STRANGER, HOTLINE)
    assert the_call(at).outcome is outcome
    assert the_call(at).agent_id == ("chen-jiaming" if outcome is Outcome.SERVED else None)
    assert the_call(at).by_fallback == bool(answerer)
    assert (at.line.work_orders.of_call("CA1") is None) == (outcome is Outcome.SERVED)


def test_law_1_a_carrier_that_cannot_say_who_answered_leaves_an_order_too_many(
    at: LineInMemory, service: LineService
) -> None:
    """Better a call back in vain than a caller nobody calls back."""
    at.carrier.failure = out_of_order()
    service.carrier_ended("CA1", STRANGER, HOTLINE)
    assert the_call(at).outcome is Outcome.CALLBACK


def test_law_7_nobody_listens_once_the_agent_has_picked_up(at: LineInMemory, service: LineService) -> None:
    """The stream is ended; told twice, ended once; a carrier that fails changes nothing about the call."""
    ring(at, service)
    at.line.calls.set_stream("CA1", "MZ1")
    service.agent_answered("CA1", AGENT)
    service.agent_answered("CA1", AGENT)
    assert at.carrier.stopped == [("CA1", "MZ1")]
    assert the_call(at).state is CallState.TALKING


def test_a_stream_that_cannot_be_stopped_does_not_disturb_the_conversation(
    at: LineInMemory, service: LineService
) -> None:
    """The agent and the caller talk all the same."""
    ring(at, service)
    at.line.calls.set_stream("CA1", "MZ1")
    at.carrier.failure = out_of_order()
    service.agent_answered("CA1", AGENT)
    assert (the_call(at).state, presence_of(at)) == (CallState.TALKING, Presence.TALKING)


@pytest.mark.parametrize("caller", [STRANGER, ELDER], ids=["anybody", "known elder"])
def test_law_1_who_comes_back_from_the_hunt_group_waits_for_the_router_again(
    at: LineInMemory, service: LineService, caller: str
) -> None:
    """Nobody of the hunt group answered: no second prompt, and the router sees the call again, elders too."""
    service.arrive("CA1", caller, HOTLINE)
    service.hunting("CA1")
    assert the_call(at).state is CallState.RINGING
    step = service.entered_by(service.still_here("CA1", caller, HOTLINE), "")
    service.waits_again("CA1")
    assert isinstance(step, EnterQueue)
    assert the_call(at).state is CallState.WAITING
    again = service.arrive("CA1", caller, HOTLINE)
    assert not [step for step in again if isinstance(step, Ask)]


def test_nine_while_waiting_asks_for_english_once(at: LineInMemory, service: LineService) -> None:
    """0 asks for what is under way already; 9 changes the language and the note."""
    service.arrive("CA1", ELDER, HOTLINE)
    service.keyed_while_waiting("CA1", "0", round_=0)
    assert the_call(at).language == "zh"
    for _ in range(2):
        service.keyed_while_waiting("CA1", "9", round_=1)
    note = at.line.calls.handover("CA1")
    assert note
    assert the_call(at).language == "en"
    assert "English" in note.text


def test_words_of_the_carrier_do_not_replace_what_we_heard(at: LineInMemory, service: LineService) -> None:
    """The carrier's own recognition is the second best."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service._knowing.heard("CA1", text="我要报案", recognizer="ours", language_posterior={"zh": 0.99}, final=True)
    service.gathered("CA1", 1, digits="", speech="我要保安")
    assert (the_call(at).transcript, the_call(at).recognizer) == ("我要报案", "ours")


def test_reconcile_closes_what_the_carrier_holds_to_be_over(at: LineInMemory, service: LineService) -> None:
    """Its last word never arrived; the other call goes on."""
    for sid in ("CA1", "CA2"):
        service.arrive(sid, ELDER, HOTLINE)
    at.carrier.over.add("CA1")
    assert service.reconcile(older_than=timedelta(0)) == 1
    assert service.reconcile(older_than=timedelta(0)) == 0
    assert (the_call(at).outcome, the_call(at, "CA2").state) == (Outcome.CALLBACK, CallState.WAITING)


def test_reconcile_survives_a_carrier_that_does_not_answer(at: LineInMemory, service: LineService) -> None:
    """Nothing is closed on a guess."""
    service.arrive("CA1", ELDER, HOTLINE)
    at.carrier.failure = out_of_order()
    assert service.reconcile(older_than=timedelta(0)) == 0
    assert the_call(at).state is CallState.WAITING


def test_reconcile_frees_agents_whose_call_is_over(at: LineInMemory, service: LineService) -> None:
    """After a crash nobody stays busy for ever."""
    ring(at, service)
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET state = 'ended'")
    service.reconcile(older_than=timedelta(0))
    assert presence_of(at) is Presence.IDLE


@pytest.mark.parametrize(
    ("seconds", "answerer", "state", "presence"),
    [
        pytest.param(10, None, CallState.RINGING, Presence.RINGING, id="still rings"),
        pytest.param(60, None, CallState.WAITING, Presence.IDLE, id="nobody talks"),
        pytest.param(60, "sip:zheng-guodong@agents.example", CallState.TALKING, Presence.TALKING, id="the agent talks"),
    ],
)
def test_law_1_a_phone_of_which_no_word_came_back_does_not_hold_the_call(
    at: LineInMemory,
    service: LineService,
    seconds: float,
    answerer: str | None,
    state: CallState,
    presence: Presence,
) -> None:
    """The move or the word of the dial was lost: who talks is left in peace, else the call waits again."""
    ring(at, service)
    if answerer:
        at.carrier.answerers["CA1"] = answerer
    at.clock.forward(seconds)
    service.reconcile(older_than=timedelta(0))
    assert (the_call(at).state, presence_of(at)) == (state, presence)
