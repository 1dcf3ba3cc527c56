"""Plays a scenario: places its calls, lets the planned faults happen, follows every call to its end, and judges it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from elder_channel.errors import ElderChannelError
from elder_channel.simulator.scenarios.called import Called, DeskDeed, Tap
from elder_channel.simulator.scenarios.checks import Check, times
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.expectations import BOOKS
from elder_channel.simulator.scenarios.facts import Event, PlayedCall
from elder_channel.simulator.scenarios.format import Caller, Scenario, ServiceFault
from elder_channel.simulator.scenarios.judging import judge, judge_ringing, judge_together
from elder_channel.simulator.scenarios.moments import is_due
from elder_channel.simulator.scenarios.performance import Judged, Performance
from elder_channel.simulator.scenarios.plans import Plans
from elder_channel.simulator.scenarios.reading import ScenarioFile
from elder_channel.simulator.scenarios.stage import ServiceHarness, Stage

LAST_WORD_SECONDS = 3.0
"""An order or a note may be written a moment after the call is closed; so long the books are looked at again."""


def play(file: ScenarioFile, stage: Stage) -> Performance:
    """Play one scenario to its end; what hinders it is told in the result, not raised."""
    began = time.monotonic()
    speed = stage.speed if may_hurry(file.scenario) else 1.0
    try:
        calls, checks = _Play(file, stage, speed).run()
    except Exception as error:  # noqa: BLE001 (one broken scenario must not take the others with it)
        return Performance(file, (), time.monotonic() - began, f"{type(error).__name__}: {error}", speed)
    return Performance(file, calls, time.monotonic() - began, None, speed, checks)


def may_hurry(scenario: Scenario) -> bool:
    """Nobody is heard, nothing is timed and no part of the service is down: the simulator may wait less than life.

    Silences are then compared as they were lived, which is the weaker test.
    """
    timed = {"answered_within", "queued_within", "entered_within"}
    for caller in scenario.everybody:
        expect = scenario.expected_of(caller)
        if any(does.sound for does in caller.does) or timed & expect.model_fields_set or caller.faults.stream:
            return False
    return not (scenario.service or scenario.called or scenario.taps or scenario.desk)


@dataclass(frozen=True)
class _Followed:
    """A call that was followed to its end; one that was never placed has no SID."""

    person: Caller | Called
    sid: str | None
    events: Sequence[Event]


@dataclass
class _Play:
    file: ScenarioFile
    stage: Stage
    speed: float
    _undoing: ExitStack = field(default_factory=ExitStack)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _deeds: dict[int, Future[tuple[str, Check, Event]]] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    def run(self) -> tuple[tuple[Judged, ...], tuple[Check, ...]]:
        scenario = self.file.scenario
        self._refuse_what_cannot_be()
        plans = Plans(self.file, self.stage.harness, self.speed)
        by_caller = {caller.name: plans.of_caller(caller) for caller in scenario.everybody}
        for number, expected in plans.of_called().items():
            self.stage.simulator.expect_calls(number, expected)
        threads = len(scenario.everybody) + len(scenario.called) + len(scenario.taps) + len(scenario.desk)
        with self._undoing, ThreadPoolExecutor(threads) as pool:
            for fault in scenario.service:
                if fault.when is None:
                    self._suffer(fault)
            self._began = time.monotonic()
            taps = [pool.submit(self._tap, tap) for tap in scenario.taps]
            following = [pool.submit(self._call, each, by_caller[each.name], pool) for each in scenario.everybody]
            following += [pool.submit(self._await, each, pool) for each in scenario.everybody_called]
            followed = [future.result() for future in following]
            pages = [future.result() for future in taps]
            deeds = list(self._done())
        judged = tuple(self._judge(each, [event for sid, _, event in deeds if sid == each.sid]) for each in followed)
        rung = {each.number: len(self.stage.simulator.calls_to(each.number)) for each in scenario.called}
        checks = (
            *pages,
            *(check for _, check, _ in deeds),
            *judge_together(scenario, [each.call for each in judged], rung),
        )
        return judged, checks

    def _refuse_what_cannot_be(self) -> None:
        if self.file.scenario.service and self.stage.harness is None:
            raise CannotPlayError("its faults of the service need a stack of our own; leave --service out")
        if self.file.scenario.needs_books and self.stage.books is None:
            raise CannotPlayError("it expects what only the line's own books can tell; leave --service out")

    def _call(self, caller: Caller, plan: Mapping[str, object], pool: ThreadPoolExecutor) -> _Followed:
        """Place one call and follow it."""
        time.sleep(caller.calls_after / self.speed)
        sid = self.stage.simulator.place_plan(plan)
        return _Followed(caller, sid, self._follow(caller.name, sid, pool))

    def _await(self, called: Called, pool: ThreadPoolExecutor) -> _Followed:
        """Wait until the service rings somebody, and follow that call."""
        same = [each for each in self.file.scenario.everybody_called if each.number == called.number and each.rung]
        place = same.index(called) if called.rung else len(same)
        left_seconds = called.within - (time.monotonic() - self._began)
        sids = self.stage.simulator.calls_to(called.number, after=place, wait_seconds=max(0.0, left_seconds))
        if not sids:
            return _Followed(called, None, ())
        return _Followed(called, sids[0], self._follow(called.name, sids[0], pool))

    def _follow(self, name: str, sid: str, pool: ThreadPoolExecutor) -> list[Event]:
        """The events of a call to its end; its moments set faults of the service and deeds of staff going."""
        first = name == self._first
        faults = [fault for fault in self.file.scenario.service if fault.when is not None and first]
        every_deed = self.file.scenario.desk
        deeds = [n for n, deed in enumerate(every_deed) if (deed.call or self._first) == name]
        events: list[Event] = []
        for event in self.stage.simulator.events(sid):
            events.append(event)
            for fault in [each for each in faults if is_due(each.when, each.nth, events)]:
                faults.remove(fault)
                self._suffer(fault)
            for n in [each for each in deeds if is_due(every_deed[each].when, every_deed[each].nth, events)]:
                deeds.remove(n)
                spoken_to = any(each["name"] == "speech.started" for each in events)
                self._deeds[n] = pool.submit(self._do, every_deed[n], sid, spoken_to)
        return events

    @property
    def _first(self) -> str:
        return self.file.scenario.people[0].name

    def _do(self, deed: DeskDeed, sid: str, spoken_to: bool) -> tuple[str, Check, Event]:
        """What staff do, as a check and as an event on the call's timeline."""
        time.sleep(deed.after)
        at = time.time()
        try:
            happened, ok = self._harness.do(deed, sid, spoken_to=spoken_to), True
        except ElderChannelError as error:
            happened, ok = f"{type(error).__name__}: {error}", False
        check = Check("desk", str(deed), happened, ok)
        return sid, check, {"n": 0, "at": at, "name": "desk.act", "act": str(deed)}

    def _done(self) -> Iterator[tuple[str, Check, Event]]:
        """What staff did; a moment that never came is a failure."""
        for n, deed in enumerate(self.file.scenario.desk):
            if n in self._deeds:
                yield self._deeds[n].result()
            else:
                missed = f"its moment ({deed.when}, time {deed.nth}) never came"
                yield "", Check("desk", str(deed), missed, ok=False), {}

    def _tap(self, tap: Tap) -> Check:
        """Open the page, press its button, and compare what it shows."""
        time.sleep(tap.after)
        shows = ", ".join(tap.shows) or "anything"
        expected = f"opened {times(tap.looks)}, pressed {times(tap.presses)}, showing {shows}"
        try:
            shown = self._harness.tap(tap)
        except ElderChannelError as error:
            return Check("page", expected, f"{type(error).__name__}: {error}", ok=False)
        missing = [words for words in tap.shows if words not in shown]
        return Check("page", expected, f"it showed: {' '.join(shown.split())[:300]}", not missing)

    @property
    def _harness(self) -> ServiceHarness:
        if self.stage.harness is None:
            raise CannotPlayError("what staff do and personal links need a stack of our own; leave --service out")
        return self.stage.harness

    def _suffer(self, fault: ServiceFault) -> None:
        suffering = self._harness.suffer(fault)
        if fault.for_seconds is None:
            with self._lock:
                self._undoing.enter_context(suffering)
            return
        suffering.__enter__()
        timer = threading.Timer(fault.for_seconds, lambda: suffering.__exit__(None, None, None))
        timer.start()
        with self._lock:
            self._undoing.callback(timer.join)

    def _judge(self, followed: _Followed, deeds: Sequence[Event]) -> Judged:
        person = followed.person
        first = (judge_ringing(person, was=followed.sid is not None),) if isinstance(person, Called) else ()
        if followed.sid is None:
            return Judged(PlayedCall.never_placed(person.name, _number(person)), first)
        record = self.stage.simulator.record(followed.sid)
        if isinstance(person, Called) and not person.rung:
            return Judged(PlayedCall(person.name, record, followed.events), first)
        expect = self.file.scenario.expected_of(person)
        events = sorted((*followed.events, *deeds), key=lambda event: float(event["at"]))
        asked = bool(BOOKS & expect.model_fields_set)
        until = time.monotonic() + LAST_WORD_SECONDS
        while True:
            books = self.stage.books.settled(followed.sid, record) if self.stage.books and asked else None
            call = PlayedCall(person.name, record, events, books)
            judged = Judged(call, (*first, *judge(call, expect)))
            if judged.passed or not asked or time.monotonic() > until:
                return judged
            time.sleep(0.5)


def _number(person: Caller | Called) -> str:
    return person.number if isinstance(person, Called) else person.from_
