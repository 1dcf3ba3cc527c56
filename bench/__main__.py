"""`python -m bench [--only PART]`: measure, print, and merge into build/reports/bench.json."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from elder_channel.reports import merge_bench

BENCHES = ("recognition", "replicas", "greetings", "greetings_day", "line", "line_beside_planner", "routing", "console")
"""Each is a module here whose `run()` returns the list of its results."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benches asked for, all of them without `--only`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure and report.")
    parser.add_argument("--only", choices=BENCHES, help="the one bench to run")
    only = parser.parse_args(arguments).only
    for name in BENCHES if only is None else (only,):
        run(name, command="make bench" if only is None else f"make bench ONLY={only}")


def run(name: str, *, command: str) -> None:
    """Run one bench, print its results and merge them; figures of a bench that ran stay when a later one fails."""
    started_at = datetime.now(UTC)
    results: list[dict[str, Any]] = import_module(f"bench.{name}").run()
    Console().print(_table(name, results))
    print(f"merged into {merge_bench(results, command=command, started_at=started_at)}")


def _table(name: str, results: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("result", "value", "unit", "to reach", "reached", title=name)
    for each in results:
        reached = {True: "yes", False: "NO", None: ""}[each.get("ok")]
        reach = "" if each.get("reach") is None else str(each["reach"])
        value = (
            "none"
            if each["value"] is None
            else f"{each['value']:,.4g}"
            if each["value"] < 1e4
            else f"{each['value']:,.0f}"
        )
        table.add_row(escape(each["name"]), value, escape(each["unit"]), escape(reach), reached)
    return table


if __name__ == "__main__":
    main()
