"""The days of a season as a table and as figures, for `elder-channel staffing --season`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from elder_channel.agents.staffing.season import DayNeed


def season_table(days: Sequence[DayNeed], *, title: str) -> Table:
    """A row for each day."""
    table = Table("day", "calls", "busiest 15 min", "want a person", "erlangs", "agents", "agent hours", title=title)
    for day in days:
        peak = day.peak
        table.add_row(
            day.forecast.name,
            f"{day.calls:,.0f}",
            f"{day.busiest_quarter_hour:,.0f}",
            f"{peak.calls_per_quarter_hour:,.0f}",
            f"{peak.load:.1f}",
            str(peak.agents),
            f"{day.agent_hours:,}",
        )
    return table


def season_figures(days: Sequence[DayNeed]) -> list[dict[str, Any]]:
    """The same for `--json`."""
    return [
        {
            "day": day.forecast.name,
            "calls": round(day.calls),
            "busiest_quarter_hour": round(day.busiest_quarter_hour, 1),
            "peak_hour": day.peak.hour,
            "erlangs": round(day.peak.load, 2),
            "agents": day.peak.agents,
            "agent_hours": day.agent_hours,
        }
        for day in days
    ]
