"""`elder-channel staffing`: how many agents, with which dialects, a forecast of calls needs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dialects.catalogue import load_catalogue
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.staffing.forecast import QUARTER_HOUR_SECONDS, Forecast, read_forecast
from elder_channel.agents.staffing.plan import (
    ENGLISH_NEED,
    Comparison,
    HourNeed,
    Roster,
    SpeakersNeed,
    Target,
    compare,
    hour_needs,
    roster_for,
    speakers_needs,
    team_maker,
)
from elder_channel.agents.staffing.plots import day_plot, season_plot
from elder_channel.agents.staffing.season import SPRING_FESTIVAL, DayNeed, busiest, day_needs, read_season
from elder_channel.agents.staffing.simulate import Simulated, simulate
from elder_channel.bootstrap import load_settings
from elder_channel.cli.staffing_season import season_figures, season_table
from elder_channel.reports import result, write_report

app = typer.Typer(help="How many agents, with which dialects, a forecast needs.")

CHECKED_LOADS = ((0.05, 15), (0.1, 25), (0.2, 50))
"""(calls a second, agents) at which Erlang A and the simulation are held against each other."""
CHECKED_CALLERS = 60_000
"""Callers simulated at each: those of one busy spell wait together, so shares settle slowly, here to about a point."""


@app.callback(invoke_without_command=True)
def staffing(
    forecast: Annotated[
        Path | None, typer.Argument(help="Forecast (YAML); an invented day of 64,000 calls when left out.")
    ] = None,
    season: Annotated[
        str | None,
        typer.Option(help="spring-festival, or a file of days (YAML): day by day, then the busiest of them."),
    ] = None,
    times: Annotated[float, typer.Option(help="So many times the calls: 1.2 after a year of growth.", min=0.01)] = 1.0,
    answered: Annotated[float, typer.Option(help="Share to answer in time.", min=0.01, max=0.999)] = 0.92,
    within: Annotated[float, typer.Option(help="Seconds that count as in time.", min=0)] = 15.0,
    site_team: Annotated[
        bool, typer.Option("--site-team", help="Also simulate the agents of agents.yaml at the peak.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Hold Erlang A against the simulation.")] = False,
    hours: Annotated[float, typer.Option(help="Simulated hours of the peak.", min=0.5, max=500)] = 6.0,
    seed: Annotated[int, typer.Option(help="Of the simulation.")] = 1,
    plot: Annotated[Path | None, typer.Option(help="Folder for the plots of day and season (SVG).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Write build/reports/staffing.json; implies --check.")
    ] = False,
) -> None:
    """Agents for each hour (Erlang A), speakers of each dialect, and the peak played through the router itself."""
    if report and season:
        raise typer.BadParameter("the report is of an ordinary day and Spring Festival: leave --season out")
    began_at = datetime.now(UTC)
    catalogue = load_catalogue()
    ordinary = read_forecast(forecast, catalogue=catalogue).times(times)
    target, settings = Target(answered, within), load_settings(os.environ)
    chosen = read_season(season) if season else None
    days = day_needs(chosen, ordinary, target) if chosen else []
    day = busiest(days).forecast if days else ordinary
    needs = hour_needs(day, target)
    peak = max(needs, key=lambda need: need.agents)
    speakers = speakers_needs(day, peak.load)
    how: dict[str, Any] = {"target": target, "catalogue": catalogue, "routing": settings.routing, "seed": seed}
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("simulating", total=2 if check or report else 1)
        roster = roster_for(day, peak, hours=hours, progress=lambda done: bar.update(task, completed=done), **how)
        compared = _compared(day, bar, task, how) if check or report else []
        own = _own_team(day, peak, settings.agents, hours, how) if site_team else None
    if plot:
        plot.mkdir(parents=True, exist_ok=True)
        (plot / "staffing-day.svg").write_text(day_plot(needs, title=day.name), encoding="utf-8")
        if chosen:
            (plot / "staffing-season.svg").write_text(season_plot(days, title=chosen.name), encoding="utf-8")
    if report:
        festival = busiest(day_needs(read_season(SPRING_FESTIVAL), ordinary, target))
        there = roster_for(festival.forecast, festival.peak, hours=hours, **how)
        _write_report(needs, roster, compared, (festival, there), began_at)
    if as_json:
        figures = _figures(day, needs, speakers, roster, compared, own)
        print(json.dumps({**figures, "season": season_figures(days)}, ensure_ascii=False, indent=1))
    else:
        if chosen:
            Console().print(season_table(days, title=chosen.name))
        _print(day, needs, speakers, roster, compared, own, target)


def _compared(day: Forecast, bar: Progress, task: Any, how: dict[str, Any]) -> list[Comparison]:
    return compare(
        day,
        loads=CHECKED_LOADS,
        callers=CHECKED_CALLERS,
        progress=lambda done: bar.update(task, completed=1 + done),
        **how,
    )


def _own_team(
    day: Forecast, peak: HourNeed, agents: Sequence[Any], hours: float, how: dict[str, Any]
) -> Simulated | None:
    if not agents or not peak.agents:
        return None
    routing: RoutingSettings = how["routing"]
    return simulate(
        day,
        agents,
        names=team_maker(how["catalogue"]),
        calls_per_second=peak.calls_per_quarter_hour / QUARTER_HOUR_SECONDS,
        hours=hours,
        routing=routing,
        within_seconds=how["target"].within_seconds,
        seed=how["seed"],
    )


def _figures(
    day: Forecast,
    needs: Sequence[HourNeed],
    speakers: Sequence[SpeakersNeed],
    roster: Roster,
    compared: Sequence[Comparison],
    own: Simulated | None,
) -> dict[str, Any]:
    return {
        "forecast": day.name,
        "hours": [
            {
                "hour": need.hour,
                "calls_per_quarter_hour": round(need.calls_per_quarter_hour, 1),
                "erlangs": round(need.load, 2),
                "agents": need.agents,
                "answered_in_time": round(need.service.answered_in_time, 4) if need.service else None,
                "abandoned": round(need.service.abandoned, 4) if need.service else None,
                "occupancy": round(need.service.occupancy, 4) if need.service else None,
            }
            for need in needs
        ],
        "speakers": {need.class_id: {"erlangs": round(need.load, 2), "speakers": need.speakers} for need in speakers},
        "roster": {"agents": len(roster.agents), "reached": roster.reached, **_simulated(roster.simulated)},
        "site_team": _simulated(own) if own else None,
        "erlang_a_vs_simulation": [
            {
                "agents": row.agents,
                "erlangs": round(row.load, 2),
                "answered_in_time": [round(row.erlang.answered_in_time, 4), round(row.simulated.answered_in_time, 4)],
                "abandoned": [round(row.erlang.abandoned, 4), round(row.simulated.abandoned, 4)],
                "difference": round(row.difference, 4),
            }
            for row in compared
        ],
    }


def _simulated(one: Simulated) -> dict[str, Any]:
    return {
        "callers": one.callers,
        "answered_in_time": round(one.answered_in_time, 4),
        "abandoned": round(one.abandoned, 4),
        "matched": round(one.matched, 4),
        "mean_wait_seconds": round(one.mean_wait_seconds, 2),
        "occupancy": round(one.occupancy, 4),
    }


def _write_report(
    needs: Sequence[HourNeed],
    roster: Roster,
    compared: Sequence[Comparison],
    festival: tuple[DayNeed, Roster],
    began_at: datetime,
) -> None:
    worst = max(row.difference for row in compared)
    peak = max(need.agents for need in needs)
    simulated = roster.simulated
    day, there = festival
    write_report(
        "staffing",
        [
            result(
                "erlang_a_vs_simulation_max_difference", round(worst, 4), "share", reach="<= 0.03", ok=worst <= 0.03
            ),
            result("peak_agents_erlang_a", peak, "agents"),
            result("peak_agents_simulated", len(roster.agents), "agents"),
            result("peak_answered_in_time", round(simulated.answered_in_time, 4), "share"),
            result("peak_matched", round(simulated.matched, 4), "share"),
            result("spring_festival_busiest_quarter_hour", round(day.busiest_quarter_hour), "calls"),
            result("spring_festival_calls_wanting_a_person", round(day.peak.calls_per_quarter_hour), "calls"),
            result("spring_festival_peak_agents_erlang_a", day.peak.agents, "agents"),
            result("spring_festival_peak_agents_simulated", len(there.agents), "agents"),
            result("spring_festival_peak_answered_in_time", round(there.simulated.answered_in_time, 4), "share"),
        ],
        command="elder-channel staffing --report",
        started_at=began_at,
    )


def _print(
    day: Forecast,
    needs: Sequence[HourNeed],
    speakers: Sequence[SpeakersNeed],
    roster: Roster,
    compared: Sequence[Comparison],
    own: Simulated | None,
    target: Target,
) -> None:
    console = Console()
    hourly = Table("hour", "calls / 15 min", "erlangs", "agents", "in time", "gave up", "talking", title=day.name)
    for need in needs:
        shares = (
            [
                f"{share:.0%}"
                for share in (need.service.answered_in_time, need.service.abandoned, need.service.occupancy)
            ]
            if need.service
            else ["", "", ""]
        )
        hourly.add_row(
            f"{need.hour:02d}", f"{need.calls_per_quarter_hour:.0f}", f"{need.load:.1f}", str(need.agents), *shares
        )
    console.print(hourly)
    spoken = Table("dialect or language", "erlangs", "speakers", title="speakers at the peak")
    for each in speakers:
        name = load_catalogue().name(each.class_id) if each.class_id != ENGLISH_NEED else ""
        spoken.add_row(f"{each.class_id} {name}".strip(), f"{each.load:.1f}", str(each.speakers))
    console.print(spoken)
    in_time = f"answered within {target.within_seconds:.0f} s"
    verdict = "" if roster.reached else " (target NOT reached)"
    console.print(
        f"Peak with dialects, simulated: {len(roster.agents)} agents{verdict}: {_told(roster.simulated, in_time)}"
    )
    if own:
        console.print(f"The agents of agents.yaml at the same peak: {_told(own, in_time)}")
    for row in compared:
        console.print(
            f"Check, {row.agents} alike agents at {row.load:.1f} erlangs: {in_time} {row.erlang.answered_in_time:.1%} "
            f"by Erlang A, {row.simulated.answered_in_time:.1%} simulated; gave up {row.erlang.abandoned:.1%}, "
            f"{row.simulated.abandoned:.1%}"
        )


def _told(one: Simulated, in_time: str) -> str:
    return (
        f"{one.answered_in_time:.1%} {in_time}, {one.abandoned:.1%} gave up, {one.matched:.1%} of those with a dialect "
        f"or English got a speaker, {one.callers} callers"
    )
