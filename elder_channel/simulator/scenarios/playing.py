"""Plays a scenario: places its calls, lets the planned faults happen, follows every call to its end, and judges it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from elder_channel.placing import SimulatorClient
from elder_channel.simulator.agents import EVERYBODY, AgentProfile
from elder_channel.simulator.journey import Event as JourneyEvent
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.expectations import BOOKS
from elder_channel.simulator.scenarios.facts import Books, Event, PlayedCall
from elder_channel.simulator.scenarios.format import Caller, Does, Scenario, ServiceFault
from elder_channel.simulator.scenarios.judging import Check, judge, judge_order
from elder_channel.simulator.scenarios.reading import ScenarioFile
from elder_channel.simulator.scenarios.sounds import as_mulaw
from elder_channel.simulator.script import moments_of

MOST_SECONDS = 240.0
"""No call of a scenario lasts longer."""


class ServiceHarness(Protocol):
    """What can be done to the service itself, where its processes are ours."""

    def suffer(self, fault: ServiceFault) -> AbstractContextManager[None]:
        """The fault begins; leaving the context makes it good again."""
        ...

    def contact_of(self, agent: str) -> str:
        """The contact of an agent named by id; a contact stays what it is."""
        ...


@dataclass(frozen=True)
class Stage:
    """Where scenarios are played."""

    simulator: SimulatorClient
    books: Books | None = None
    harness: ServiceHarness | None = None
    speed: float = 1.0
    """How much quicker than life the simulator waits in scenarios without sound and without times."""


@dataclass(frozen=True)
class Judged:
    """A call and what was expected of it."""

    call: PlayedCall
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Everything was as expected."""
        return all(check.ok for check in self.checks)


@dataclass(frozen=True)
class Performance:
    """A scenario that was played, or why it could not be."""

    file: ScenarioFile
    calls: tuple[Judged, ...] = ()
    seconds: float = 0.0
    problem: str | None = None
    speed: float = 1.0

    @property
    def passed(self) -> bool:
        """It could be played, and everything was as expected."""
        return self.problem is None and bool(self.calls) and all(judged.passed for judged in self.calls)


def play(file: ScenarioFile, stage: Stage) -> Performance:
    """Play one scenario to its end; what hinders it is told in the result, not raised."""
    began = time.monotonic()
    speed = stage.speed if may_hurry(file.scenario) else 1.0
    try:
        calls = _Play(file, stage, speed).run()
    except Exception as error:  # noqa: BLE001 (one broken scenario must not take the others with it)
        return Performance(file, (), time.monotonic() - began, f"{type(error).__name__}: {error}", speed)
    return Performance(file, calls, time.monotonic() - began, None, speed)


def may_hurry(scenario: Scenario) -> bool:
    """Nobody is heard, nothing is timed and no part of the service is down: the simulator may wait less than life.

    Silences are then compared as they were lived, which is the weaker test.
    """
    timed = {"answered_within", "queued_within", "entered_within"}
    for caller in scenario.everybody:
        expect = scenario.expected_of(caller)
        if any(does.sound for does in caller.does) or timed & expect.model_fields_set or caller.faults.stream:
            return False
    return not scenario.service


@dataclass
class _Play:
    file: ScenarioFile
    stage: Stage
    speed: float
    _undoing: ExitStack = field(default_factory=ExitStack)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> tuple[Judged, ...]:
        scenario = self.file.scenario
        self._refuse_what_cannot_be()
        plans = [self._plan(caller) for caller in scenario.everybody]
        with self._undoing, ThreadPoolExecutor(len(plans)) as pool:
            for fault in scenario.service:
                if fault.when is None:
                    self._suffer(fault)
            played = list(pool.map(self._call, scenario.everybody, plans, range(len(plans))))
        judged = [self._judge(*each) for each in played]
        if scenario.answered_in_order:
            order = judge_order([each.call for each in judged], scenario.answered_in_order)
            judged[0] = Judged(judged[0].call, (*judged[0].checks, order))
        return tuple(judged)

    def _refuse_what_cannot_be(self) -> None:
        if self.file.scenario.service and self.stage.harness is None:
            raise CannotPlayError("its faults of the service need a stack of our own; leave --service out")
        if self.file.scenario.needs_books and self.stage.books is None:
            raise CannotPlayError("it expects what only the line's own books can tell; leave --service out")

    def _plan(self, caller: Caller) -> dict[str, Any]:
        scenario = self.file.scenario
        plan: dict[str, Any] = {
            "from": caller.from_,
            "max_seconds": MOST_SECONDS,
            "actions": [self._action(does) for does in caller.does],
            "agents": {self._contact(name): _as_json(profile) for name, profile in scenario.agents.items()},
            "faults": caller.faults.model_dump(mode="json"),
            "speed": self.speed,
        }
        if caller.patience is not None:
            plan["hang_up_after_seconds"] = caller.patience
        return plan | ({"to": caller.to} if caller.to else {})

    def _action(self, does: Does) -> dict[str, Any]:
        action = does.model_dump(mode="json", include={"when", "nth", "after", "press", "hang_up"})
        if does.sound:
            action["audio_mulaw"] = as_mulaw(does.sound, folder=self.file.path.parent)
        if does.words:
            action["say"] = does.words
        return action

    def _contact(self, agent: str) -> str:
        if agent == EVERYBODY or self.stage.harness is None:
            return agent
        return self.stage.harness.contact_of(agent)

    def _call(self, caller: Caller, plan: Mapping[str, Any], number: int) -> tuple[Caller, str, list[Event]]:
        """Place one call and follow it; the first caller's moments set the planned faults of the service going."""
        time.sleep(caller.calls_after / self.speed)
        sid = self.stage.simulator.place_plan(plan)
        faults = [fault for fault in self.file.scenario.service if fault.when is not None] if number == 0 else []
        events: list[Event] = []
        for event in self.stage.simulator.events(sid):
            events.append(event)
            for fault in [each for each in faults if _due(each, events)]:
                faults.remove(fault)
                self._suffer(fault)
        return caller, sid, events

    def _suffer(self, fault: ServiceFault) -> None:
        assert self.stage.harness is not None
        suffering = self.stage.harness.suffer(fault)
        if fault.for_seconds is None:
            with self._lock:
                self._undoing.enter_context(suffering)
            return
        suffering.__enter__()
        timer = threading.Timer(fault.for_seconds, lambda: suffering.__exit__(None, None, None))
        timer.start()
        with self._lock:
            self._undoing.callback(timer.join)

    def _judge(self, caller: Caller, sid: str, events: Sequence[Event]) -> Judged:
        record = self.stage.simulator.record(sid)
        expect = self.file.scenario.expected_of(caller)
        asked = self.stage.books is not None and BOOKS & expect.model_fields_set
        books = self.stage.books.settled(sid, record) if self.stage.books and asked else None
        call = PlayedCall(caller.name, record, events, books)
        return Judged(call, tuple(judge(call, expect)))


def _due(fault: ServiceFault, events: Sequence[Event]) -> bool:
    """Whether the newest event is the one the fault waits for."""
    meant = [fault.when in moments_of(_as_journey_event(event)) for event in events]
    return meant[-1] and sum(meant) == fault.nth


def _as_journey_event(event: Event) -> JourneyEvent:
    return JourneyEvent(int(event["n"]), float(event["at"]), str(event["name"]), dict(event))


def _as_json(profile: AgentProfile) -> dict[str, Any]:
    return profile.model_dump(mode="json", exclude_unset=True)
