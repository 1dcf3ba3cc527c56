"""`elder-channel greetings`: lint, plan and preview; campaigns and sending have files of their own."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from config.campaign_files import CampaignFile, read_campaign_file
from config.errors import ConfigError, Problem
from elder_channel.cli import greetings_campaigns, greetings_proof, greetings_run, greetings_trials
from elder_channel.cli.books import open_books
from elder_channel.cli.greeting_words import plan_as_json, preview_as_json, tell_plan, tell_preview
from elder_channel.cli.tables import console, table
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.consents import ShellOperator
from elder_channel.services.greeting_plans import GreetingPlans
from greeting_sms.day_plan import Witness
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.lint import Finding, Severity, lint
from greeting_sms.planning import Due

app = typer.Typer(help="Birthday greetings by text: one a year from the whole group.", no_args_is_help=True)
greetings_campaigns.add_commands(app)
greetings_run.add_commands(app)
greetings_trials.add_commands(app)
app.command("prove-year")(greetings_proof.prove_year)

_FOUND_ERRORS = 1
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("lint")
def lint_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Campaigns as YAML.")], as_json: AsJson = False
) -> None:
    """Check campaigns and their templates against the rules; exit code 1 when one has errors."""
    problems: list[Problem] = []
    found: list[tuple[CampaignFile, Finding]] = []
    for path in files:
        try:
            file = read_campaign_file(path)
        except ConfigError as error:
            problems += error.problems
            continue
        found += [(file, finding) for finding in lint(file.campaign)]
    if as_json:
        told = {"problems": [vars(each) for each in problems], "findings": [_finding(*each) for each in found]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _tell_lint(problems, found, files)
    if problems or any(finding.rule.severity is Severity.ERROR for _, finding in found):
        raise typer.Exit(_FOUND_ERRORS)


@app.command()
def plan(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Birthdays of this day.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, tell what would be.")] = False,
    show: Annotated[
        int, typer.Option(min=0, max=1000, help="With --dry-run: so many texts as they would be read.")
    ] = 3,
    left_out: Annotated[
        Path | None,
        typer.Option(help="With --dry-run: write everybody who gets none, and why, as CSV.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put the greetings of a day into the outbox, tomorrow's if no day is given. Again adds nothing."""
    if (left_out or show != 3) and not dry_run:
        raise typer.BadParameter("--show and --left-out belong to --dry-run")
    plans, operator = _plans()
    birthday_on = day.date() if day else date.fromordinal(datetime.now(HOTLINE_ZONE).toordinal() + 1)
    if not dry_run:
        told = plans.plan(birthday_on, by=operator)
        if as_json:
            print(json.dumps(plan_as_json(told), ensure_ascii=False, indent=1))
        else:
            tell_plan(told)
        return
    shown: list[PlannedGreeting] = []
    with _witness(shown, show, left_out) as witness:
        told = plans.dry_run(birthday_on, by=operator, witness=witness)
    overlapping, over = plans.overlaps(birthday_on, by=operator), plans.over_limits(told)
    bodies = [(greeting, plans.body(greeting)) for greeting in shown]
    if as_json:
        print(json.dumps(plan_as_json(told, overlapping, bodies, over=over, dry=True), ensure_ascii=False, indent=1))
    else:
        tell_plan(told, overlapping, bodies, over=over, dry=True)


@app.command()
def preview(
    customer: Annotated[str, typer.Option(metavar="ID", help="Group customer id.")], as_json: AsJson = False
) -> None:
    """What a customer gets on the next birthday, word for word; or why nothing."""
    plans, operator = _plans()
    seen = plans.preview(customer, by=operator)
    print(json.dumps(preview_as_json(seen), ensure_ascii=False, indent=1)) if as_json else tell_preview(seen)


@contextmanager
def _witness(shown: list[PlannedGreeting], most: int, left_out: Path | None) -> Iterator[Witness]:
    """Keeps the first greetings, and writes down who gets none while the plan goes on: a list may be long."""
    with left_out.open("w", encoding="utf-8", newline="") if left_out else open(os.devnull, "w") as file:  # noqa: PTH123
        rows = csv.writer(file)
        rows.writerow(["group_customer_id", "reason"])

        def see(due: Due, decision: PlannedGreeting | str) -> None:
            if isinstance(decision, str):
                rows.writerow([due.group_customer_id, str(decision)])
            elif len(shown) < most:
                shown.append(decision)

        yield see


def _plans() -> tuple[GreetingPlans, Any]:
    operator = ShellOperator()
    return GreetingPlans(open_books(os.environ), operator), operator.ACCOUNT


def _tell_lint(problems: list[Problem], found: list[tuple[CampaignFile, Finding]], files: list[Path]) -> None:
    for problem in problems:
        print(problem)
    made = table("where", "", "rule", "template", "found", "why")
    for file, finding in found:
        rule = finding.rule
        where = file.place(*finding.path)
        made.add_row(where, rule.severity, rule.id, finding.template, finding.found, f"{rule.zh}\n{rule.en}")
    if found:
        console().print(made)
    if not problems and not found:
        print(f"{len(files)} {'file' if len(files) == 1 else 'files'}: nothing to say against the words")


def _finding(file: CampaignFile, finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    return {
        "where": file.place(*finding.path),
        "severity": rule.severity,
        "rule": rule.id,
        "template": finding.template,
        "found": finding.found,
        "zh": rule.zh,
        "en": rule.en,
        "source": rule.source,
    }
