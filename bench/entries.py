"""One call of each entry, one after the other on a line of its own, with its times.

    python -m bench.entries

Plays the scenarios named below through real processes, as `elder-channel simulate` does, and tells for each how long
after dialling (for one tap: after the telephone was picked up) the caller was in the queue and a person answered, and,
for who spoke, how long after the first voiced frame the queue was entered. Agents pick up 2.5 s after their phone
rings; waits are those of the packaged settings. The result goes to build/reports/entries.json.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from elder_channel.rehearsal.groups import Pace, rehearse
from elder_channel.reports import result, write_report
from elder_channel.simulator.scenarios.facts import PlayedCall
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.scenarios.reading import ScenarioFile, read_scenarios

LIBRARY = Path("tests/data/calls")
ENTRIES = {
    "known_elder": "entry_known_elder",
    "dedicated_line": "entry_dedicated_line",
    "one_key": "entry_one_key",
    "voice": "entry_voice",
    "english_key": "entry_nine_english",
    "english_speech": "entry_english_speech",
    "one_tap": "one_tap",
    "silence": "entry_silence",
    "noise": "sound_noise",
    "wrong_key": "entry_wrong_key",
}
"""Entry to the scenario that plays it."""
SHORTENED = frozenset({"line.prompt_timeout_seconds", "line.agent_ring_seconds", "outbound.machine_detection"})
"""Settings that the library changes so that its calls are quick, or more is tried."""
SPOKEN = frozenset({"voice", "english"})
"""Entries that a voice opens; what is sent of noise begins with no voice, whatever is loudest in it."""
ONE_BY_ONE = Pace(at_once=1, lines=1)


def times_of(call: PlayedCall) -> dict[str, tuple[float, str]]:
    """What of the call can be told in figures: name to value and unit."""
    began = call.first("call.answered") if call.first("call.answered") is not None and _was_called(call) else 0.0
    told: dict[str, tuple[float, str]] = {}
    for name, event in (("queued_after", "queue.entered"), ("answered_after", "agent.answered")):
        at = call.first(event)
        if at is not None:
            told[name] = (round(at - (began or 0.0), 2), "s")
    onset, entered = call.record.get("first_voiced_sent_at"), call.record.get("enqueue_after_onset_at")
    if onset and entered and call.books is not None and call.books.entry in SPOKEN:
        told["onset_to_queue"] = (round((entered - onset) * 1000), "ms")
    return told


def _was_called(call: PlayedCall) -> bool:
    """Whether the service rang this phone: then waiting begins with the pick-up, not with the ringing."""
    return call.books is not None and call.books.entry in ("one_tap", "called_back")


def play(env: Mapping[str, str]) -> Iterator[tuple[str, Performance]]:
    """Each entry with its scenario played."""
    files = {file.id: file for file in read_scenarios([LIBRARY])}
    names = {scenario: entry for entry, scenario in ENTRIES.items()}
    wanted = [_as_shipped(files[scenario]) for scenario in ENTRIES.values()]
    for performance in rehearse(wanted, env, tell=print, pace=ONE_BY_ONE):
        yield names[performance.file.id], performance


def _as_shipped(file: ScenarioFile) -> ScenarioFile:
    """The scenario with the times and waits of the packaged settings, not the short ones of the library."""
    settings = {name: value for name, value in file.scenario.settings.items() if name not in SHORTENED}
    return replace(file, scenario=file.scenario.model_copy(update={"settings": settings}))


def main() -> None:
    """Play, tell, write the report; 1 when a scenario failed."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    entries: list[dict[str, Any]] = []
    failed = 0
    for entry, performance in play(os.environ):
        failed += not performance.passed
        told = times_of(performance.calls[0].call) if performance.calls else {}
        print(entry, "passed" if performance.passed else "FAILED", told, flush=True)
        entries += [result(f"{entry}.{name}", value, unit) for name, (value, unit) in told.items()]
    entries.append(result("failed", failed, "scenarios", reach=0, ok=failed == 0))
    print(write_report("entries", entries, command="python -m bench.entries"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
