"""What every engine promises that gives calls to agents: our own router, and TaskRouter with ours standing by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.model import Call, CallState
from elder_channel.services.endings import AfterDial
from elder_channel.services.line import LineService
from elder_channel.services.queue_tasks import QueueTasks
from elder_channel.services.routing import Move, RoutingService
from elder_channel.services.taskrouter import TaskRouterService
from elder_channel.services.taskrouter_push import push
from elder_channel.services.taskrouter_word import TaskRouterWord
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.taskrouter import FakeTaskRouter

ELDER = "+862000000101"  # speaks Cantonese, by the books
STRANGER = "+8659100000155"
HOTLINE = "+862100000060"
CANTONESE = "chen-jiaming"


class Driver(Protocol):
    """Lets an engine work, with everything the carrier does in between."""

    at: LineInMemory
    calls: LineService

    def waits(self, sid: str) -> None:
        """The call enters the carrier's queue."""
        ...

    def look(self) -> dict[str, str]:
        """One look: call to the agent whose phone rings now, or the address it was moved to."""
        ...


def _rings(address: str) -> str:
    """The agent in the address of `/voice/connect`, else the address's path."""
    parts = urlsplit(address)
    return parse_qs(parts.query)["agent"][0] if parts.path == "/voice/connect" else parts.path


@dataclass
class Local:
    """Our own router."""

    at: LineInMemory
    calls: LineService = field(init=False)

    def __post_init__(self) -> None:
        self.calls = LineService(self.at.line)
        self._router = RoutingService(self.at.line, self.calls)

    def waits(self, sid: str) -> None:
        """In our own queue."""
        self.at.line.calls.queued(sid, at=self.at.clock())

    def look(self) -> dict[str, str]:
        """What it moves."""
        before = len(self.at.carrier.redirects)
        for move in self._router.tick():
            self._router.carry_out(move)
        return {sid: _rings(url) for sid, url in self.at.carrier.redirects[before:]}


@dataclass
class ByTaskRouter:
    """TaskRouter, told of the settings."""

    at: LineInMemory
    taskrouter: FakeTaskRouter
    calls: LineService = field(init=False)

    def __post_init__(self) -> None:
        self.calls = LineService(self.at.line)
        self._engine = TaskRouterService(self.at.line, self.calls)
        self._word = TaskRouterWord(self.at.line)
        self._tasks = QueueTasks(self.at.line)
        push(self.at.line)
        self._run_errands()

    def waits(self, sid: str) -> None:
        """In the workflow's queue; the carrier says so."""
        task = self._tasks.task_for(sid)
        assert task is not None
        self._word.event(self.taskrouter.enqueue(sid, task))
        self.at.line.calls.queued(sid, at=self.at.clock())

    def look(self) -> dict[str, str]:
        """What TaskRouter moves, and what our own router does."""
        rings = self._run_errands()
        for form in self.taskrouter.offers():
            if url := self.taskrouter.follow(form, self._word.assign(form)):
                rings[form["TaskAttributes"].split('"call_sid": "')[1].partition('"')[0]] = _rings(url)
        return rings | self._run_errands()

    def _run_errands(self) -> dict[str, str]:
        before = len(self.at.carrier.redirects)
        while errands := self._engine.tick():
            for errand in errands:
                self._engine.carry_out(errand)
            if all(isinstance(errand, Move) for errand in errands):
                break
        return {sid: _rings(url) for sid, url in self.at.carrier.redirects[before:]}


@pytest.fixture(params=["local", "taskrouter"])
def driver(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """An engine, on books of the test's own."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_ROUTING__ENGINE=request.param)
    if request.param == "local":
        yield Local(at)
    else:
        taskrouter = FakeTaskRouter.on(at.clock, monkeypatch)
        line = replace(at.line, provisioning=taskrouter, task_desk=taskrouter)
        yield ByTaskRouter(LineInMemory(line, at.carrier, at.clock), taskrouter)
    at.line.databases.dispose()


def elder_waits(driver: Driver, sid: str = "CA1", number: str = ELDER) -> None:
    """A known elder is in the queue, and nothing more will be heard of the dialect."""
    driver.calls.arrive(sid, number, HOTLINE)
    driver.at.line.calls.recognition_is_off(sid)
    driver.waits(sid)


def stranger_waits(driver: Driver, sid: str, number: str = STRANGER) -> None:
    """A stranger has pressed the key."""
    driver.calls.arrive(sid, number, HOTLINE)
    driver.calls.gathered(sid, 1, digits="0", speech="")
    driver.at.line.calls.recognition_is_off(sid)
    driver.waits(sid)


def the_call(driver: Driver, sid: str = "CA1") -> Call:
    """The call as it stands."""
    call = driver.at.line.calls.get(sid)
    assert call is not None
    return call


def presence_of(driver: Driver, agent: str) -> Presence:
    """The agent's presence now."""
    return driver.at.line.agents.states()[agent].presence


def only_at_work(driver: Driver, *present: str) -> None:
    """Everybody else has left, and TaskRouter has heard of it."""
    for agent in driver.at.line.settings.agents:
        if agent.id not in present:
            driver.at.line.agents.set_presence(agent.id, Presence.ABSENT, at=driver.at.clock())
    driver.look()


def test_an_empty_queue_is_no_work(driver: Driver) -> None:
    """Nobody waits, nobody is moved."""
    assert driver.look() == {}


def test_a_call_goes_to_who_speaks_the_dialect_best(driver: Driver) -> None:
    """Rung by our own document, with the match and the reasons in the books, and a note ready."""
    elder_waits(driver)
    assert driver.look() == {"CA1": CANTONESE}
    call = the_call(driver)
    assert (call.state, call.agent_id, call.matched) == (CallState.RINGING, CANTONESE, "exact")
    assert call.routing[-1]["agent_id"] == CANTONESE
    assert presence_of(driver, CANTONESE) is Presence.RINGING
    note = driver.at.line.calls.handover("CA1")
    assert note
    assert "长者" in note.text


def test_a_second_look_moves_nobody_twice(driver: Driver) -> None:
    """Given is given."""
    elder_waits(driver)
    driver.look()
    assert driver.look() == {}


def test_one_agent_gets_one_call(driver: Driver) -> None:
    """Two wait, one agent is at work: the other waits on."""
    only_at_work(driver, CANTONESE)
    elder_waits(driver, "CA1")
    stranger_waits(driver, "CA2")
    driver.at.clock.forward(20)
    assert len(driver.look()) == 1
    assert driver.look() == {}


def test_an_elder_is_served_before_a_stranger_who_came_a_little_earlier(driver: Driver) -> None:
    """The head start."""
    only_at_work(driver, CANTONESE)
    stranger_waits(driver, "CA1")
    driver.at.clock.forward(1)
    elder_waits(driver, "CA2")
    driver.at.clock.forward(20)
    assert driver.look() == {"CA2": CANTONESE}


def test_nobody_starves_behind_elders(driver: Driver) -> None:
    """Who has waited longer than the head start is served before an elder who just came."""
    only_at_work(driver, CANTONESE)
    elder_waits(driver, "CA0")
    driver.look()
    stranger_waits(driver, "CA1")
    driver.at.clock.forward(61)
    elder_waits(driver, "CA2")
    driver.at.clock.forward(20)
    driver.calls.ended("CA0")
    assert driver.look() == {"CA1": CANTONESE}


def test_law_4_the_circle_widens_with_time(driver: Driver) -> None:
    """While who speaks the dialect is busy, nobody else is asked before the steps are over; then anybody is."""
    only_at_work(driver, CANTONESE, "wang-jianguo")
    elder_waits(driver, "CA0")
    assert driver.look() == {"CA0": CANTONESE}
    elder_waits(driver, "CA1")
    driver.at.clock.forward(10)
    assert driver.look() == {}
    driver.at.clock.forward(2.5)
    assert driver.look() == {"CA1": "wang-jianguo"}


def test_law_4_a_dialect_nobody_at_work_speaks_is_not_waited_for(driver: Driver) -> None:
    """The step nobody can meet takes no time."""
    only_at_work(driver, "grace-tan")
    elder_waits(driver)
    driver.at.clock.forward(0.5)
    assert driver.look() == {"CA1": "grace-tan"}


def test_who_does_not_answer_is_absent_and_the_call_keeps_its_place(driver: Driver) -> None:
    """The next agent is found, and not the same again."""
    elder_waits(driver)
    driver.look()
    entered_at = the_call(driver).entered_at
    driver.at.clock.forward(20)
    after = driver.calls.dial_ended("CA1", CANTONESE, dial_status="no-answer", call_status="in-progress", bridged=False)
    assert after is AfterDial.WAIT_AGAIN
    driver.waits("CA1")
    driver.at.clock.forward(1.5)
    rung = driver.look()
    assert set(rung) == {"CA1"}
    assert rung["CA1"] != CANTONESE
    assert the_call(driver).entered_at == entered_at
    assert presence_of(driver, CANTONESE) is Presence.ABSENT


def test_an_agent_is_free_again_after_the_call(driver: Driver) -> None:
    """The next caller reaches the same agent."""
    only_at_work(driver, CANTONESE)
    elder_waits(driver, "CA1")
    driver.look()
    driver.calls.agent_answered("CA1", CANTONESE)
    driver.calls.ended("CA1")
    elder_waits(driver, "CA2")
    driver.at.clock.forward(3)
    assert driver.look() | driver.look() == {"CA2": CANTONESE}


def test_law_1_with_nobody_at_work_the_hunt_group_rings(driver: Driver) -> None:
    """After a moment; who waits does not wait for nobody."""
    only_at_work(driver)
    elder_waits(driver)
    driver.at.clock.forward(6)
    assert driver.look() == {"CA1": "/voice/hunt"}


def test_who_hangs_up_waiting_is_given_to_nobody(driver: Driver) -> None:
    """No phone rings for a call that is over."""
    elder_waits(driver)
    driver.calls.ended("CA1")
    assert driver.look() == {}
    assert presence_of(driver, CANTONESE) is Presence.IDLE
