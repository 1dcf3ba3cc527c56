"""Which scenarios share a line, and how many lines play at the same time."""

from __future__ import annotations

import json
import queue
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from elder_channel.rehearsal.own_line import OwnLine
from elder_channel.simulator.scenarios.format import Scenario, Setting
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.scenarios.playing import play
from elder_channel.simulator.scenarios.reading import ScenarioFile
from elder_channel.simulator.scenarios.stage import Stage

AT_ONCE = 6
"""Scenarios played at the same time on one line; a call streams 50 frames a second through real models."""
LINES = 3
"""Lines up at the same time; each holds a speech model in memory."""
USUAL_SECONDS = 12.0
"""What a scenario takes in which nobody waits for long."""
MOST_ALONE = 8
"""Scenarios that want a line to themselves, one after the other on one line."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Pace:
    """How quickly scenarios are played."""

    at_once: int = AT_ONCE
    lines: int = LINES
    speed: float = 1.0
    """How much quicker than life the simulator waits, where nobody speaks and nothing is timed."""


ORDINARY = Pace()


@dataclass(frozen=True)
class Lot:
    """Scenarios that are played on one line: all at the same time, or one by one."""

    settings: Mapping[str, Setting]
    files: Sequence[ScenarioFile]
    alone: bool

    def env(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {
            f"ELDER_CHANNEL_{name.replace('.', '__').upper()}": (
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            )
            for name, value in self.settings.items()
        }

    def likely_seconds(self, at_once: int) -> float:
        """About how long playing takes, so that the longest are begun first."""
        each = [_likely_seconds(file.scenario) for file in self.files]
        return sum(each) if self.alone else max([*each, sum(each) / at_once])

    def __str__(self) -> str:
        """What it is, in a line."""
        given = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        how = "one by one" if self.alone else "at the same time"
        what = (
            ", ".join(file.path.name for file in self.files) if len(self.files) < 4 else f"{len(self.files)} scenarios"
        )
        return f"{what}{f' {how}' if len(self.files) > 1 else ''}; {given or 'the settings as they are'}"


def _likely_seconds(scenario: Scenario) -> float:
    """The longest wait that is written down, and a usual call besides."""
    waits = [does.after for person in scenario.people for does in person.does]
    return USUAL_SECONDS + max([*waits, *(called.within / 2 for called in scenario.called)], default=0.0)


def lots_of(files: Iterable[ScenarioFile], at_once: int = AT_ONCE) -> list[Lot]:
    """The scenarios by their settings, and by whether they bear company; the longest lots first."""
    groups: dict[tuple[str, bool], list[ScenarioFile]] = {}
    for file in files:
        key = json.dumps(file.scenario.settings, sort_keys=True), file.scenario.is_alone
        groups.setdefault(key, []).append(file)
    lots: list[Lot] = []
    for (settings, alone), members in groups.items():
        size = MOST_ALONE if alone else len(members)
        lots += [Lot(json.loads(settings), members[at : at + size], alone) for at in range(0, len(members), size)]
    return sorted(lots, key=lambda lot: -lot.likely_seconds(at_once))


def rehearse(
    files: Sequence[ScenarioFile], env: Mapping[str, str], *, tell: Tell, pace: Pace = ORDINARY
) -> Iterator[Performance]:
    """Play scenarios on lines of our own and yield each as it is over. Raises what keeps a line from starting.

    Who stops listening, or interrupts, stops the lines.
    """
    return _Rehearsal(env, tell, pace).of(lots_of(files, pace.at_once))


class _Rehearsal:
    def __init__(self, env: Mapping[str, str], tell: Tell, pace: Pace) -> None:
        self._env = env
        self._tell = tell
        self._pace = pace
        self._over: queue.SimpleQueue[Performance | Future[None]] = queue.SimpleQueue()
        self._starting = threading.Lock()  # one line after the other looks for free ports
        self._stopping = threading.Event()
        self._lines: list[OwnLine] = []

    def of(self, lots: Sequence[Lot]) -> Iterator[Performance]:
        with ThreadPoolExecutor(self._pace.lines) as pool:
            for lot in lots:
                pool.submit(self._run, lot).add_done_callback(self._over.put)
            try:
                yield from self._results(len(lots))
            finally:
                self._stopping.set()
                pool.shutdown(wait=False, cancel_futures=True)
                for line in self._lines:
                    line.stop()

    def _results(self, lots_left: int) -> Iterator[Performance]:
        while lots_left:
            match self._over.get():
                case Future() as lot:
                    lot.result()  # raises what ended it
                    lots_left -= 1
                case Performance() as performance:
                    yield performance

    def _run(self, lot: Lot) -> None:
        with tempfile.TemporaryDirectory(prefix="elder-channel-") as folder:
            self._play_on(OwnLine(Path(folder), {**self._env, **lot.env()}), lot)

    def _play_on(self, line: OwnLine, lot: Lot) -> None:
        with self._starting:
            if self._stopping.is_set():
                return
            self._tell(f"starting a line for {lot}")
            self._lines.append(line)
            line.start()
        try:
            for file in lot.files:
                line.know(file.scenario.customers)
            stage = Stage(line.simulator, line, line, self._pace.speed)
            with ThreadPoolExecutor(1 if lot.alone else self._pace.at_once) as pool:
                for file in lot.files:
                    pool.submit(self._play, file, stage, line)
        finally:
            line.stop()

    def _play(self, file: ScenarioFile, stage: Stage, line: OwnLine) -> None:
        if self._stopping.is_set():
            return
        self._over.put(play(file, stage))
        if file.scenario.is_alone:
            line.everybody_to_work()
