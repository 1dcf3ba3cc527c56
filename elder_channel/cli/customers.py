"""`elder-channel customers`: the customers of the group, for greetings and for the line."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from elder_channel.bootstrap import open_line
from elder_channel.cli.books import open_books
from elder_channel.cli.customer_words import FAULTS_SHOWN, counts, print_result, sample_as_json
from elder_channel.cli.progress import share_bar
from elder_channel.services.consents import ShellOperator
from elder_channel.services.customers import Customers, Options
from elder_channel.state import state_folder
from greeting_sms.customers.birthday_choice import Doubt
from greeting_sms.customers.birthday_text import BirthdayTextError, read_birthday
from greeting_sms.customers.columns import read_column_names
from greeting_sms.customers.faults import write_report
from greeting_sms.customers.generate import customer_rows, write_customers
from greeting_sms.customers.sources import open_source
from greeting_sms.occasions import Calendar

app = typer.Typer(help="Customers of the group: import, doubts, decisions.", no_args_is_help=True)

_NOTHING_TAKEN = 1
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("import")
def import_customers(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="CSV or Parquet; with --query an SQLAlchemy URL, or - to read it from standard input."
        ),
    ],
    company: Annotated[
        str | None, typer.Option(help="Company of every row, where the file has no column for it.", show_default=False)
    ] = None,
    columns: Annotated[
        Path | None, typer.Option(help="YAML that names the file's columns.", show_default=False)
    ] = None,
    query: Annotated[str | None, typer.Option(help="A SELECT; FILE is then a database.", show_default=False)] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of a CSV; else it is found out: UTF-8 or GB 18030.", show_default=False)
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Take numbers of examples, as `customers generate` writes them.")
    ] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Read and check everything, change nothing.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write every rejected row, with column and reason, as CSV.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take customers in, merged into one person each; all rows are checked first, and a fault changes nothing."""
    customers, operator = _customers()
    names = read_column_names(columns) if columns else None
    source = open_source(sys.stdin.readline().strip() if file == "-" else file, query=query, encoding=encoding)
    options = Options(company, names, examples)
    began = time.monotonic()
    with share_bar() as progress:
        if preview:
            seen = customers.preview(source, options, by=operator, sample=5, progress=progress)
            read, told = seen.read, {"new": seen.new, "changed": seen.changed, "unchanged": seen.unchanged}
        else:
            seen = None
            read, written = customers.import_from(source, options, by=operator, progress=progress)
            told = asdict(written)
    seconds = time.monotonic() - began
    if report:
        write_report(report, read.faults)
    result = {"source": source.name, "preview": preview, **counts(read, seconds), **told}
    result["passed_over"] = list(read.passed_over)
    if as_json:
        listed = {"faults": [asdict(fault) for fault in read.faults[:FAULTS_SHOWN]]}
        print(json.dumps(result | listed | sample_as_json(seen), ensure_ascii=False, indent=1))
    else:
        print_result(result, read, seen, report)
    if read.rows and not read.staged:
        raise typer.Exit(_NOTHING_TAKEN)


@app.command("doubts")
def list_doubts(
    doubt: Annotated[Doubt | None, typer.Option(help="Only these.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what companies contradict each other in and birthdays nobody believes; such people get no greeting."""
    customers, operator = _customers()
    open_counts = customers.doubt_counts(by=operator)
    listed = customers.doubts(by=operator, limit=limit, doubt=doubt)
    if as_json:
        rows = [asdict(one) | {"found_at": one.found_at.isoformat()} for one in listed]
        print(json.dumps({"counts": open_counts, "doubts": rows}, ensure_ascii=False, indent=1))
        return
    for one in listed:
        print(f"{one.group_customer_id}  {one.doubt}  {one.told}")
    print(", ".join(f"{name} {count:,}" for name, count in open_counts.items()) or "nothing is in doubt")


@app.command("decide")
def decide(
    customer: Annotated[str, typer.Argument(metavar="ID", help="Group customer id.")],
    birthday: Annotated[str, typer.Option(help="1946-03-12, or 03-12 where the year is unknown.")],
    reason: Annotated[str, typer.Option(help="Who was asked, which paper was seen.")],
    lunar: Annotated[bool, typer.Option("--lunar", help="By the lunar calendar.")] = False,
    leap: Annotated[bool, typer.Option("--leap", help="In a leap month.")] = False,
) -> None:
    """Say which birthday is right; it stands above every record, also after the next import."""
    try:
        decided = read_birthday(birthday, Calendar.LUNAR if lunar or leap else None, leap or None)
    except BirthdayTextError as error:
        raise typer.BadParameter(str(error), param_hint="--birthday") from error
    customers, operator = _customers()
    customers.decide(customer, decided, reason=reason, by=operator)
    print("decided; the next plan goes by it")


@app.command("generate")
def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="CSV to write.")],
    count: Annotated[int, typer.Option(min=1, help="How many people.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
) -> None:
    """Write customers who do not exist, of the site's companies: for a first look and for measuring."""
    line = open_line(state_folder(os.environ), os.environ)
    companies = [company.id for company in line.settings.companies]
    areas = {code: sorted(area.shares) for code, area in line.catalogue.area_codes.items()}
    rows = write_customers(out, customer_rows(count, seed=seed, companies=companies, area_dialects=areas))
    print(f"{rows:,} records of {count:,} people in {len(companies)} companies: {out}")


def _customers() -> tuple[Customers, Any]:
    operator = ShellOperator()
    return Customers(open_books(os.environ), operator), operator.ACCOUNT
