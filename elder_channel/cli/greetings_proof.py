"""`elder-channel greetings prove-year`: one greeting a year, counted over years of days."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from config.campaign_files import read_campaign
from elder_channel.cli.progress import bar
from elder_channel.demo import REFERENCE_VARIABLE
from elder_channel.reports import merge_report, result
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate
from greeting_sms.observatory import FILE, compare
from greeting_sms.year_proof import YearCount, count_years, make_people, simulate

EXAMPLE = "data/campaigns/birthday.yaml"
_CHECKOUT = Path(__file__).parents[2]
_NOT_ONCE = 1


def prove_year(
    customers: Annotated[int, typer.Option(min=1, help="How many people, who do not exist.")] = 100_000,
    days: Annotated[int, typer.Option(min=1, max=20_000, help="How many days are planned.")] = 800,
    first: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first of them.")] = datetime(2026, 1, 1),  # noqa: DTZ001 - a day, no moment
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    report: Annotated[
        bool, typer.Option("--report", help="Merge the figures into build/reports/greetings.json.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Plan every day of some years for people who do not exist, each day twice, and count each one's greetings."""
    counted = _count(customers, days, first.date(), seed)
    told: dict[str, Any] = {"customers": customers, "days": days, "first": f"{first:%Y-%m-%d}", **vars(counted)}
    observed = _observed()
    if observed:
        told |= {"lunar_days_checked": observed[0], "lunar_days_wrong": observed[1]}
    if report:
        command = f"elder-channel greetings prove-year --customers {customers} --days {days} --seed {seed} --report"
        merge_report("greetings", _results(counted, observed), command=command)
    if as_json:
        print(json.dumps(told, indent=1))
    else:
        print(f"{counted.person_years:,} person-years wholly inside {days} days, {counted.exactly_once:,} greeted once")
        print(f"{counted.greetings:,} greetings, {counted.too_close} of them too close, {counted.replayed} by replay")
        if observed:
            print(f"lunar calendar: {observed[0]:,} days compared with the Hong Kong Observatory, {observed[1]} differ")
    wrong_days = observed[1] if observed else 0
    if counted.exactly_once != counted.person_years or counted.too_close or counted.replayed or wrong_days:
        raise typer.Exit(_NOT_ONCE)


def _count(customers: int, days: int, first: date, seed: int) -> YearCount:
    campaign = read_campaign(files("greeting_sms").joinpath(EXAMPLE).read_bytes(), source=EXAMPLE).campaign
    with tempfile.TemporaryDirectory(prefix="prove-year-") as folder:
        databases = open_databases(Path(folder))
        try:
            migrate(databases)
            make_people(databases.greetings, customers, seed=seed)
            with bar("days") as progress:
                progress.total(days)
                planned, replayed = simulate(
                    databases.greetings, campaign, first=first, days=days, progress=progress.step
                )
            return count_years(databases.greetings, first=first, days=days, planned=planned, replayed=replayed)
        finally:
            databases.dispose()


def _observed() -> tuple[int, int] | None:
    """Days compared with the Observatory's table and how many differ; None where the table is not at hand."""
    named = os.environ.get(REFERENCE_VARIABLE)
    file = (Path(named) if named else _CHECKOUT.parent / "shared" / "data") / FILE
    return compare(file) if file.exists() else None


def _results(counted: YearCount, observed: tuple[int, int] | None) -> list[dict[str, Any]]:
    once = counted.exactly_once == counted.person_years
    results = [
        result("year.customers", counted.person_years, "person-years"),
        result("year.exactly_once", counted.exactly_once, "person-years", reach="all", ok=once),
        result("year.too_close", counted.too_close, "greetings", reach=0, ok=counted.too_close == 0),
    ]
    if observed:
        results.append(result("lunar.days_checked", observed[0], "days"))
        results.append(result("lunar.days_wrong", observed[1], "days", reach=0, ok=observed[1] == 0))
    return results
