"""Which scenarios share a stack, and in which order they are played on it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from elder_channel.rehearsal.own_line import OwnLine
from elder_channel.simulator.scenarios.format import Setting
from elder_channel.simulator.scenarios.playing import Performance, Stage, play
from elder_channel.simulator.scenarios.reading import ScenarioFile

AT_ONCE = 6
"""Scenarios played at the same time on one stack; a call streams 50 frames a second through real models."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Group:
    """Scenarios that want the same settings."""

    settings: Mapping[str, Setting]
    files: Sequence[ScenarioFile]

    def env(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {
            f"ELDER_CHANNEL_{name.replace('.', '__').upper()}": (
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            )
            for name, value in self.settings.items()
        }


def groups_of(files: Iterable[ScenarioFile]) -> list[Group]:
    """The scenarios by their settings, in the order in which the settings first appear."""
    groups: dict[str, list[ScenarioFile]] = {}
    for file in files:
        groups.setdefault(json.dumps(file.scenario.settings, sort_keys=True), []).append(file)
    return [Group(json.loads(settings), members) for settings, members in groups.items()]


def rehearse(
    files: Sequence[ScenarioFile], env: Mapping[str, str], *, at_once: int = AT_ONCE, speed: float = 1.0, tell: Tell
) -> Iterator[Performance]:
    """Play scenarios on lines of our own, one for each group of settings, and yield each as it is over."""
    groups = groups_of(files)
    for number, group in enumerate(groups, start=1):
        with tempfile.TemporaryDirectory(prefix="elder-channel-") as folder:
            tell(f"starting line {number} of {len(groups)}: {_settings(group)}")
            with OwnLine(Path(folder), {**env, **group.env()}) as line:
                yield from _play_group(group, line, at_once=at_once, speed=speed)


def _play_group(group: Group, line: OwnLine, *, at_once: int, speed: float) -> Iterator[Performance]:
    """First what can be played at the same time, then one by one what wants the line to itself."""
    for file in group.files:
        line.know(file.scenario.customers)
    stage = Stage(line.simulator, line, line, speed)
    together = [file for file in group.files if not file.scenario.is_alone]
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda file: play(file, stage), together)
    for file in group.files:
        if file.scenario.is_alone:
            line.everybody_to_work()
            yield play(file, stage)


def _settings(group: Group) -> str:
    given = ", ".join(f"{name} {value}" for name, value in group.settings.items())
    return f"{len(group.files)} scenarios, {given or 'the settings as they are'}"
