"""`line.json`: the line in a handful of figures, from its books and its bench; endpointing adds its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elder_channel.reports import REPORTS, merge_report, result

if TYPE_CHECKING:
    from elder_channel.services.say_once import SayOnce

LINE = "line"
FROM_BENCH: Mapping[str, str] = {
    "onset_to_enqueue_p95_ms": "line.onset_to_enqueue_p95_ms",
    "webhook_p99_ms": "line.webhook_p99_ms",
    "webhook_p99_ms[peak]": "line.webhook_peak_p99_ms",
}
"""Name in line.json to the bench's."""


def books_results(found: SayOnce) -> list[dict[str, Any]]:
    """What the books say of calls picked up, as results of a report."""
    return [
        result("calls_picked_up", found.picked_up, ""),
        result("calls_heard", found.heard, ""),
        result("say_once_rate", _down(found.say_once_rate), "share"),
        result("say_once_rate_heard", _down(found.say_once_rate_heard), "share"),
        result("dialect_known", found.dialect_known, ""),
        result("dialect_wishes", found.wishes, ""),
        result("dialect_match", _down(found.dialect_match), "share"),
        result("dialect_match_group", _down(found.dialect_match_group), "share"),
    ]


def line_results(bench: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The bench's results that line.json has, under its names."""
    measured = {each["name"]: each for each in bench}
    return [{**measured[theirs], "name": ours} for ours, theirs in FROM_BENCH.items() if theirs in measured]


def write_line_report(results: Iterable[Mapping[str, Any]], *, command: str, directory: Path = REPORTS) -> Path:
    """Merge results into line.json; what others have measured there stays."""
    return merge_report(LINE, results, command=command, directory=directory)


def _down(share: float | None) -> float | None:
    """Rounded down, so that one miss in thousands does not read as none."""
    return None if share is None else math.floor(share * 10_000) / 10_000
