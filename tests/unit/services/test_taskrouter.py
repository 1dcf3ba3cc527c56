"""TaskRouter's word and our answers: offers, desks, late news, activities, and what happens when it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from elder_channel.agents.model import Answer, Presence
from elder_channel.calls.model import CallState
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.queue_tasks import QueueTasks
from elder_channel.services.routing import Move
from elder_channel.services.taskrouter import TaskRouterService
from elder_channel.services.taskrouter_push import push
from elder_channel.services.taskrouter_word import ACCEPT, LATER, TaskRouterWord
from elder_channel.storage.engine import BooksBusyError
from elder_channel.telephony.taskrouter.names import plain
from elder_channel.telephony.taskrouter.objects import ABSENT, AT_WORK, ENGAGED, LAPSED, WRAPPING_UP
from elder_channel.telephony.taskrouter.tasks import OURS
from tests.fakes.carrier import out_of_order
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.taskrouter import FakeTaskRouter

ELDER, STRANGER, HOTLINE = "+862000000101", "+8659100000155", "+862100000060"
CANTONESE = "chen-jiaming"


@dataclass
class Stage:
    """A line by TaskRouter, and TaskRouter."""

    at: LineInMemory
    taskrouter: FakeTaskRouter

    def __post_init__(self) -> None:
        line = self.at.line
        self.calls = LineService(line)
        self.engine = TaskRouterService(line, self.calls)
        self.word = TaskRouterWord(line)

    def elder_waits(self, sid: str = "CA1", *, listening: bool = False) -> str:
        """An elder is in the workflow's queue; the task's SID."""
        self.calls.arrive(sid, ELDER, HOTLINE)
        if not listening:
            self.at.line.calls.recognition_is_off(sid)
        task = QueueTasks(self.at.line).task_for(sid)
        assert task is not None
        form = self.taskrouter.enqueue(sid, task)
        self.word.event(form)
        self.at.line.calls.queued(sid, at=self.at.clock())
        return form["TaskSid"]

    def look(self) -> None:
        """Look until nothing is left to say."""
        while errands := self.engine.tick():
            for errand in errands:
                self.engine.carry_out(errand)
            if self.taskrouter.failure or all(isinstance(errand, Move) for errand in errands):
                return

    def offer(self) -> dict[str, str]:
        """The one offer TaskRouter makes now."""
        self.look()
        (form,) = self.taskrouter.offers()
        return form

    def take(self) -> dict[str, Any]:
        """TaskRouter offers, the line says what is to be done, and it is done."""
        form = self.offer()
        instruction = self.word.assign(form)
        self.taskrouter.follow(form, instruction)
        return instruction

    def presence(self, agent: str = CANTONESE) -> Presence:
        """In the books."""
        return self.at.line.agents.states()[agent].presence

    def activity(self, agent: str = CANTONESE) -> str:
        """At TaskRouter."""
        return self.taskrouter.worker(plain(agent)).activity.name

    def state(self, sid: str = "CA1") -> CallState:
        """The call's."""
        call = self.at.line.calls.get(sid)
        assert call
        return call.state


def staged(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> Stage:
    """A line by TaskRouter that has been told everything."""
    at = open_test_line(folder, ELDER_CHANNEL_ROUTING__ENGINE="taskrouter", **settings)
    taskrouter = FakeTaskRouter.on(at.clock, monkeypatch)
    line = replace(at.line, provisioning=taskrouter, task_desk=taskrouter)
    stage = Stage(LineInMemory(line, at.carrier, at.clock), taskrouter)
    push(line)
    stage.look()
    return stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A line by TaskRouter."""
    made = staged(tmp_path, monkeypatch)
    yield made
    made.at.line.databases.dispose()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The same; the agent who speaks Cantonese best answers on the desk."""
    made = staged(tmp_path, monkeypatch)
    agents = [each.model_dump(mode="json") for each in made.at.line.settings.agents]
    for agent in agents:
        agent["answer"] = Answer.DESK if agent["id"] == CANTONESE else agent["answer"]
    (tmp_path / "site" / "agents.yaml").write_text(json.dumps({"schema": 1, "agents": agents}), encoding="utf-8")
    made.at.line.source.reload()
    yield made
    made.at.line.databases.dispose()


def test_everybody_at_work_is_told_to_taskrouter_once(stage: Stage) -> None:
    """After the first look every worker is available, and a second look says nothing."""
    assert stage.activity() == AT_WORK.name
    assert stage.engine.tick() == []


def test_the_offer_is_answered_by_our_own_document(stage: Stage) -> None:
    """The call is redirected, the reservation accepted, the agent ringing in the books."""
    stage.elder_waits()
    instruction = stage.take()
    url = stage.at.line.addresses.url("/voice/connect", agent=CANTONESE)
    assert instruction == {"instruction": "redirect", "call_sid": "CA1", "url": url, "accept": True}
    assert (stage.state(), stage.presence()) == (CallState.RINGING, Presence.RINGING)
    assert stage.activity() == AT_WORK.name  # its capacity is used up; its activity stays


def test_a_look_between_two_books_takes_no_task_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is given, and the task does not say so yet: the router looks, and leaves the task alone."""
    task = stage.elder_waits()
    form = stage.offer()
    with monkeypatch.context() as halfway:
        halfway.setattr(stage.at.line.tasks, "reserve", lambda *_, **__: None)
        stage.word.assign(form)
    stage.look()
    assert stage.state() is CallState.RINGING
    assert stage.taskrouter.space.tasks[task].status == "reserved"


def test_the_same_offer_twice_gets_the_same_answer(stage: Stage) -> None:
    """Callbacks are repeated, and race."""
    stage.elder_waits()
    form = stage.offer()
    assert stage.word.assign(form) == stage.word.assign(form)


def test_an_offer_for_a_call_that_is_over_is_closed(stage: Stage) -> None:
    """Nobody rings; accepting and completing ends it, where rejecting would bring it back again and again."""
    task = stage.elder_waits()
    form = stage.offer()
    stage.calls.ended("CA1")
    instruction = stage.word.assign(form)
    assert instruction == ACCEPT
    stage.taskrouter.follow(form, instruction)
    stage.look()
    assert stage.taskrouter.space.tasks[task].status == "completed"
    assert stage.presence() is Presence.IDLE
    assert stage.taskrouter.worker(plain(CANTONESE)).is_free


def test_an_agent_on_another_call_is_passed_over(stage: Stage) -> None:
    """Rung meanwhile by another way: the offer is turned down, and the worker marked so that it is not made again."""
    stage.elder_waits()
    form = stage.offer()
    stage.calls.arrive("CA9", STRANGER, HOTLINE)
    stage.calls.gathered("CA9", 1, digits="0", speech="")
    assert stage.at.line.calls.assign("CA9", CANTONESE, matched="any", at=stage.at.clock())
    instruction = stage.word.assign(form)
    stage.taskrouter.follow(form, instruction)
    assert instruction["instruction"] == "reject"
    assert stage.activity() == ENGAGED.name
    assert stage.state() is CallState.WAITING
    (other,) = stage.taskrouter.offers()
    assert other["WorkerName"] != plain(CANTONESE)


def test_a_late_dialect_and_need_reach_the_task_and_the_workflow_looks_again(stage: Stage) -> None:
    """Law 2: the task is held for its dialect; once it is heard, who speaks it is found. The call's own stays."""
    stage.calls.arrive("CA1", "+12025550155", HOTLINE)
    stage.calls.gathered("CA1", 1, digits="0", speech="")
    made = QueueTasks(stage.at.line).task_for("CA1")
    assert made
    assert json.loads(made.attributes)["wish"] == "hold"
    task = stage.taskrouter.enqueue("CA1", made)["TaskSid"]
    stage.word.event({"EventType": "task.created", "TaskSid": task, "TaskAttributes": '{"call_sid": "CA1"}'})
    stage.at.line.calls.queued("CA1", at=stage.at.clock())
    stage.look()
    assert stage.taskrouter.offers() == []
    acoustic = {"guangzhou": 0.97, "other": 0.03}
    Knowing(stage.at.line).heard(
        "CA1",
        text="唔该，我想报案，唔知点算",
        recognizer="test",
        language_posterior={"yue": 1.0},
        acoustic=acoustic,
        final=True,
    )
    stage.look()
    says = stage.taskrouter.space.tasks[task].attributes
    assert (says["call_sid"], says["from"]) == ("CA1", "+8659100000155")
    assert (says["wish"], says["dialect"]) == ("dialect", "guangzhou")
    assert says[OURS]["need"] == "report_claim"
    assert "words" not in says[OURS]
    (form,) = stage.taskrouter.offers()
    assert form["WorkerName"] == plain(CANTONESE)


def test_law_7_words_reach_the_task_only_where_the_settings_share_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off unless a desk at the carrier needs them."""
    stage = staged(tmp_path, monkeypatch, ELDER_CHANNEL_TASKROUTER__SHARE_WORDS="true")
    task = stage.elder_waits(listening=True)
    Knowing(stage.at.line).heard("CA1", text="我要报案", recognizer="test", language_posterior={}, final=True)
    stage.look()
    assert stage.taskrouter.space.tasks[task].attributes[OURS]["words"] == "我要报案"
    stage.at.line.databases.dispose()


def test_what_becomes_known_later_reaches_a_task_somebody_has(stage: Stage) -> None:
    """A desk at the carrier sees it while the phone rings."""
    task = stage.elder_waits(listening=True)
    stage.take()
    Knowing(stage.at.line).heard("CA1", text="我要报案", recognizer="test", language_posterior={}, final=True)
    stage.look()
    assert stage.taskrouter.space.tasks[task].attributes[OURS]["need"] == "report_claim"


def test_after_the_call_the_task_is_completed_and_the_worker_free(stage: Stage) -> None:
    """Else the worker would stay used up for a day."""
    task = stage.elder_waits()
    stage.take()
    stage.calls.agent_answered("CA1", CANTONESE)
    stage.look()
    assert stage.taskrouter.space.tasks[task].status == "assigned"
    stage.calls.ended("CA1")
    stage.look()
    assert stage.taskrouter.space.tasks[task].status == "completed"
    assert stage.at.line.tasks.open_tasks() == []


def test_who_rests_after_a_call_is_not_offered_the_next(stage: Stage) -> None:
    """TaskRouter knows of the rest before the worker is free."""
    stage.elder_waits()
    stage.take()
    stage.calls.agent_answered("CA1", CANTONESE)
    stage.calls.ended("CA1")
    stage.at.line.agents.set_presence(CANTONESE, Presence.WRAPPING_UP, at=stage.at.clock())
    stage.look()
    assert stage.activity() == (
        AT_WORK.name if stage.presence() is Presence.IDLE else WRAPPING_UP.name
    )  # nobody has a rest configured here, so it ends at once
    stage.at.line.agents.set_presence(CANTONESE, Presence.ABSENT, at=stage.at.clock())
    stage.look()
    assert stage.activity() == ABSENT.name


def test_a_desk_is_offered_the_call_and_accepts(desk: Stage) -> None:
    """The reservation stays open until the agent has accepted; then TaskRouter hears of it."""
    task = desk.elder_waits()
    assert desk.take() == LATER
    call = desk.at.line.calls.get("CA1")
    assert call
    assert call.offered_until
    assert desk.at.line.calls.accept_offer("CA1", CANTONESE, at=desk.at.clock())
    desk.look()
    assert desk.taskrouter.space.tasks[task].status == "assigned"


def test_a_desk_that_does_not_accept_is_absent_and_the_task_goes_on(desk: Stage) -> None:
    """In the books by our own clock, at TaskRouter by a rejection; another agent is found."""
    desk.elder_waits()
    desk.take()
    desk.at.clock.forward(16)
    desk.look()
    assert (desk.presence(), desk.activity()) == (Presence.ABSENT, ABSENT.name)
    (form,) = desk.taskrouter.offers()
    assert form["WorkerName"] != plain(CANTONESE)


def test_a_reservation_that_ran_out_at_taskrouter_frees_the_call(desk: Stage) -> None:
    """Its event may come before our own clock: the offer is taken back, the agent absent."""
    desk.elder_waits()
    form = desk.offer()
    desk.word.assign(form)
    desk.word.event({**form, "EventType": "reservation.timeout"})
    assert (desk.state(), desk.presence()) == (CallState.WAITING, Presence.ABSENT)
    desk.word.event({**form, "EventType": "reservation.timeout"})
    assert desk.state() is CallState.WAITING


def changed(stage: Stage, activity: str, *, later: float = 1.0) -> dict[str, str]:
    """The event of a worker who does something else."""
    at = stage.at.clock().timestamp() + later
    return {
        "EventType": "worker.activity.update",
        "WorkerName": plain(CANTONESE),
        "WorkerActivityName": activity,
        "TimestampMs": str(int(at * 1000)),
    }


def test_who_leaves_at_the_carriers_own_desk_is_absent_in_the_books(stage: Stage) -> None:
    """And comes back the same way; nothing is said back to TaskRouter."""
    stage.word.event(changed(stage, ABSENT.name))
    assert stage.presence() is Presence.ABSENT
    assert stage.engine.tick() == []
    stage.word.event(changed(stage, AT_WORK.name, later=2))
    assert stage.presence() is Presence.IDLE


def test_the_echo_of_our_own_word_and_overtaken_news_change_nothing(stage: Stage) -> None:
    """Told absent, come back by hand, and only then the echo of the absence."""
    stage.at.line.agents.set_presence(CANTONESE, Presence.ABSENT, at=stage.at.clock())
    stage.look()
    stage.at.line.agents.set_presence(CANTONESE, Presence.IDLE, at=stage.at.clock())
    stage.word.event(changed(stage, ABSENT.name))
    assert stage.presence() is Presence.IDLE
    stage.at.clock.forward(5)
    stage.look()
    stage.word.event(changed(stage, ABSENT.name, later=-3))
    assert stage.presence() is Presence.IDLE


def test_an_activity_that_is_not_ours_is_put_right(stage: Stage) -> None:
    """TaskRouter's own word for who did not answer says nothing of the agent; the books do."""
    worker = stage.taskrouter.worker(plain(CANTONESE))
    worker.activity = next(each for each in stage.taskrouter.space.activities.values() if each.name == LAPSED.name)
    stage.word.event(changed(stage, LAPSED.name))
    assert stage.presence() is Presence.IDLE
    stage.look()
    assert stage.activity() == AT_WORK.name


def test_a_request_that_fails_is_made_good_by_a_later_look(stage: Stage) -> None:
    """TaskRouter's REST API is down for a while: nothing is lost but time."""
    task = stage.elder_waits()
    stage.take()
    stage.taskrouter.failure = out_of_order()
    stage.calls.ended("CA1")
    stage.look()
    assert stage.taskrouter.space.tasks[task].status == "assigned"
    stage.taskrouter.failure = None
    stage.look()
    assert stage.taskrouter.space.tasks[task].status == "completed"


def test_law_1_a_call_taskrouter_says_nothing_of_is_ours(stage: Stage) -> None:
    """No event of a task: two seconds after the call is in the queue our own router takes it."""
    stage.calls.arrive("CA1", ELDER, HOTLINE)
    stage.at.line.calls.recognition_is_off("CA1")
    stage.at.line.calls.queued("CA1", at=stage.at.clock())
    stage.at.clock.forward(1.5)
    stage.look()
    assert stage.state() is CallState.WAITING
    stage.at.clock.forward(1)
    stage.look()
    assert (stage.state(), stage.presence()) == (CallState.RINGING, Presence.RINGING)


def test_law_1_a_call_left_waiting_beside_a_free_agent_is_ours(stage: Stage) -> None:
    """Beyond the last step and the patience of the settings; its task is taken back."""
    task = stage.elder_waits()
    stage.look()
    stage.at.clock.forward(17.9)
    stage.look()
    assert stage.state() is CallState.WAITING
    stage.at.clock.forward(0.2)
    stage.look()
    assert stage.state() is CallState.RINGING
    stage.at.clock.forward(2)
    stage.look()
    assert stage.taskrouter.space.tasks[task].status == "canceled"


def test_law_1_before_the_first_push_calls_wait_in_our_own_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Switched on without having told TaskRouter anything: our own router serves."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_ROUTING__ENGINE="taskrouter")
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    assert QueueTasks(at.line).task_for("CA1") is None
    at.line.databases.dispose()


def test_law_1_a_task_that_cannot_be_written_is_no_task(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours on the way costs the dialect's agent, not the person."""
    stage.calls.arrive("CA1", ELDER, HOTLINE)
    tasks = QueueTasks(stage.at.line)

    def locked() -> None:
        raise BooksBusyError

    monkeypatch.setattr(tasks, "look", locked)
    assert tasks.task_for("CA1") is None


def test_a_stranger_among_the_workers_is_sent_away(stage: Stage) -> None:
    """A worker somebody made by hand, and who is no agent of ours."""
    stage.elder_waits()
    form = stage.offer()
    instruction = stage.word.assign({**form, "WorkerName": "somebody.else"})
    assert instruction["instruction"] == "reject"
    assert stage.state() is CallState.WAITING


@pytest.mark.parametrize("field", ["TaskSid", "ReservationSid", "TaskAttributes"])
def test_an_offer_that_names_nothing_is_refused(stage: Stage, field: str) -> None:
    """The way in turns it into people (law 1)."""
    stage.elder_waits()
    with pytest.raises(ValueError, match="an offer without"):
        stage.word.assign({**stage.offer(), field: ""})
