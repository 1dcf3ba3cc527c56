"""Measures the line end to end: a stack of its own, whole calls through the carrier simulator, figures as it saw them.

Four parts. Signed webhooks one after another, on a line that does nothing else. Five calls a second for twenty seconds,
two in ten of them speaking, so that recognition runs: the peak quarter of an hour of a whole country. The same at ten
calls a second. Sixty speaking callers at a calm pace, whose agents pick up after two rings as in the demonstration, so
that what was said is heard to its end; they call from the area codes of the 42 dialects in turn and speak Mandarin and
English, the demonstration team answers, and what its agents knew at pick-up goes to line.json.

All processes share this machine with the simulator; `line.media_lateness_*` tells how well they fitted on it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.line_caller import ELDER, STRANGER, demo_sounds, numbers_of_dialects, open_caller, prepare_stack
from bench.line_figures import figures
from elder_channel.line_report import books_results, line_results, write_line_report
from elder_channel.placing import CallOrder, Sound

ALONE_REQUESTS = 300
BUSY_CALLS, BUSY_PER_SECOND = 200, 10.0
BUSY_MIX = ("elder", "key", "elder", "key", "voice")
PEAK_CALLS, PEAK_PER_SECOND = 100, 5.0
"""A national insurer's peak quarter of an hour, 4,500 calls, on one small machine."""
CALM_CALLS, CALM_PER_SECOND = 60, 1.2
"""Calm: one recognizer with one thread keeps up; from about two speaking callers a second they would queue."""
COMMAND = "make bench ONLY=line"
TWO_RINGS = {"answer_after_seconds": 6.0, "talk_seconds": 0.2}


def run() -> list[dict[str, Any]]:
    """Measure all, in under two minutes; a list of `{name, value, unit, reach, ok}`."""
    sounds = demo_sounds()
    with tempfile.TemporaryDirectory() as name, _progress() as progress:
        starting = progress.add_task("starting the line", total=1)
        stack = prepare_stack(Path(name))
        with stack, open_caller(stack, Path(name) / "state") as caller:
            caller.warm_up(sounds)
            progress.advance(starting)
            alone = caller.ask_alone(ALONE_REQUESTS, _counter(progress, "webhooks alone", ALONE_REQUESTS))
            peak = caller.hold(
                busy_orders(sounds)[:PEAK_CALLS], PEAK_PER_SECOND, **_counters(progress, "peak", PEAK_CALLS)
            )
            busy = caller.hold(busy_orders(sounds), BUSY_PER_SECOND, **_counters(progress, "busy", BUSY_CALLS))
            caller.set_agents(TWO_RINGS)
            since = caller.now()
            calm = caller.hold(_calm_orders(sounds), CALM_PER_SECOND, **_counters(progress, "calm", CALM_CALLS))
            known = books_results(caller.said_once(since))
    results = figures(alone, peak, busy, calm)
    print(f"merged into {write_line_report([*line_results(results), *known], command=COMMAND)}")
    return results


def busy_orders(sounds: Sequence[Sound]) -> list[CallOrder]:
    """Known elders, callers who press 0, and callers who speak, in turn."""
    orders = {"elder": CallOrder(ELDER), "key": CallOrder(STRANGER, key="0")}
    speaking = [CallOrder(STRANGER, sound=sound) for sound in sounds]
    mix = [BUSY_MIX[number % len(BUSY_MIX)] for number in range(BUSY_CALLS)]
    return [orders.get(way) or speaking[number // len(BUSY_MIX) % len(speaking)] for number, way in enumerate(mix)]


def _calm_orders(sounds: Sequence[Sound]) -> list[CallOrder]:
    """Speaking callers from the area codes of the dialects in turn."""
    numbers = numbers_of_dialects()
    return [
        CallOrder(numbers[number % len(numbers)], sound=sounds[number % len(sounds)]) for number in range(CALM_CALLS)
    ]


def _progress() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def _counter(progress: Progress, title: str, total: int) -> Callable[[], None]:
    task = progress.add_task(title, total=total)
    return lambda: progress.advance(task)


def _counters(progress: Progress, title: str, total: int) -> dict[str, Callable[[], None]]:
    return {word: _counter(progress, f"{title}: calls {word}", total) for word in ("placed", "ended")}
