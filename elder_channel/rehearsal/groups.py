"""Which scenarios share a line, and how many lines play at the same time."""

from __future__ import annotations

import json
import queue
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from elder_channel.rehearsal.own_line import OwnLine
from elder_channel.simulator.scenarios.format import Setting
from elder_channel.simulator.scenarios.playing import Performance, Stage, play
from elder_channel.simulator.scenarios.reading import ScenarioFile

AT_ONCE = 6
"""Scenarios played at the same time on one line; a call streams 50 frames a second through real models."""
LINES = 3
"""Lines up at the same time; each holds a speech model in memory."""
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

    def __str__(self) -> str:
        """What it is, in a line."""
        given = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        how = "one by one" if self.alone else "at the same time"
        return f"{len(self.files)} scenarios {how}; {given or 'the settings as they are'}"


def lots_of(files: Iterable[ScenarioFile]) -> list[Lot]:
    """The scenarios by their settings, and by whether they bear company; the longest lots first."""
    groups: dict[tuple[str, bool], list[ScenarioFile]] = {}
    for file in files:
        key = json.dumps(file.scenario.settings, sort_keys=True), file.scenario.is_alone
        groups.setdefault(key, []).append(file)
    lots: list[Lot] = []
    for (settings, alone), members in groups.items():
        size = MOST_ALONE if alone else len(members)
        lots += [Lot(json.loads(settings), members[at : at + size], alone) for at in range(0, len(members), size)]
    return sorted(lots, key=lambda lot: -len(lot.files))


def rehearse(
    files: Sequence[ScenarioFile], env: Mapping[str, str], *, tell: Tell, pace: Pace = ORDINARY
) -> Iterator[Performance]:
    """Play scenarios on lines of our own and yield each as it is over. Raises what keeps a line from starting."""
    lots = lots_of(files)
    over: queue.SimpleQueue[Performance | BaseException | None] = queue.SimpleQueue()
    starting = threading.Lock()  # one line after the other looks for free ports

    def run(lot: Lot) -> None:
        try:
            _play_lot(lot, env, pace, tell, starting, over.put)
        except BaseException as error:  # noqa: BLE001 (raised again below, by whoever waits for the results)
            over.put(error)
        over.put(None)

    with ThreadPoolExecutor(pace.lines) as pool:
        for lot in lots:
            pool.submit(run, lot)
        left = len(lots)
        while left:
            match over.get():
                case None:
                    left -= 1
                case BaseException() as error:
                    pool.shutdown(cancel_futures=True)
                    raise error
                case Performance() as performance:
                    yield performance


def _play_lot(
    lot: Lot,
    env: Mapping[str, str],
    pace: Pace,
    tell: Tell,
    starting: threading.Lock,
    over: Callable[[Performance], None],
) -> None:
    with tempfile.TemporaryDirectory(prefix="elder-channel-") as folder:
        line = OwnLine(Path(folder), {**env, **lot.env()})
        with starting:
            tell(f"starting a line for {lot}")
            line.start()
        try:
            for file in lot.files:
                line.know(file.scenario.customers)
            stage = Stage(line.simulator, line, line, pace.speed)
            with ThreadPoolExecutor(1 if lot.alone else pace.at_once) as pool:
                for file in lot.files:
                    pool.submit(_play, file, stage, line, over)
        finally:
            line.stop()


def _play(file: ScenarioFile, stage: Stage, line: OwnLine, over: Callable[[Performance], None]) -> None:
    over(play(file, stage))
    if file.scenario.is_alone:
        line.everybody_to_work()
