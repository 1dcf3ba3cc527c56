"""Measures the outbox: planning, claiming and marking, beside a bare `executemany` of the same rows.

No carrier takes part: what is measured is what our books can do. The books hold customers with birthdays all over the
year and a greeting of last year for each; as many days are planned as make a fair number of rows. Planning is
`Outbox.plan` of rows that are decided; `plan_day` is all of it, from the index of the birthdays through the decision to
the outbox. Claiming and marking is everything a sender does around its requests: the lease, the last checks against
opt-outs, books and other greetings, the attempt, the pace and the caps, and what came of it; the words and the
carrier's answers are made while the clock stands still. The same on PostgreSQL, where the extra that brings one is
installed.

`ELDER_CHANNEL_BENCH_GREETINGS` is the largest number of customers, 1,000,000 by default; 10,000,000 takes a quarter of
an hour and 15 GB of disk. `ELDER_CHANNEL_BENCH_BOOKS` names a folder in which the books of each size are made once and
kept: what is measured is a copy.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.engine import Engine

from bench.apart import told_apart
from bench.greeting_books import grow, kept_books, open_books, postgres
from config.campaign_files import read_campaign_file
from elder_channel.own_process import collect_seldom
from elder_channel.reports import result
from greeting_sms.answering import answered
from greeting_sms.campaign import Campaign
from greeting_sms.channel import Outcome, PostResult, Wording
from greeting_sms.day_plan import plan_day
from greeting_sms.gates import Breaker, Pace
from greeting_sms.greeting import Planned, PlannedGreeting
from greeting_sms.outbox import Outbox
from greeting_sms.planning import LiveCampaign
from greeting_sms.posting import begin
from greeting_sms.sending_limits import CampaignRules, ChannelRules
from greeting_sms.tables import greetings
from greeting_sms.turns import in_turn

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
TOLD_FIRST = 1_000_000
"""The size whose figures stand without a size in their name, and are held against what is to be reached."""
FIRST_DAY = date(2026, 1, 1)
ROWS = 100_000
"""Planned, claimed and marked at each size of the books, at least; the smaller have not quite as many."""
PLAN_REACH, CLAIM_REACH = 100_000, 50_000
BATCH = 1_000
"""Rows of one claim where speed is wanted; the setting's default is smaller, because so many may become doubtful."""
SMALL_BATCH = 100
GROWTH_REACH = 2.0
_RULES = ChannelRules("loopback", Pace(1e9), Breaker(600, 20, 0.5, 0.1, 900))
_LEASE = timedelta(minutes=5)


class Cost(NamedTuple):
    """Seconds a row."""

    decide: float
    plan: float
    claim_mark: float
    bare: float
    """`executemany` of the same rows into a table without any index, by the driver alone; SQLite."""


def run() -> list[dict[str, Any]]:
    """Measure all, in a few minutes; a list of `{name, value, unit, reach, ok}`."""
    most = int(os.environ.get("ELDER_CHANNEL_BENCH_GREETINGS", "1000000"))
    sizes = [size for size in SIZES if size <= most]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(os.environ.get("ELDER_CHANNEL_BENCH_BOOKS") or folder)
        measured = [_in_a_process(kept, size) for size in sizes]
    costs, small = [cost for cost, _ in measured], measured[-1][1]
    results = [*_on_sqlite(sizes, costs), _rate("greetings.claim_mark_batch_100_rows_per_second", small, None)]
    with postgres() as url:
        if url:
            results += _on_postgres(url, min(most, 100_000))
    return results


def _at_sizes(engine: Engine, sizes: Sequence[int], folder: Path) -> list[Cost]:
    costs, before = [], 0
    for size in sizes:
        grow(engine, before, size, at=_noon(FIRST_DAY - timedelta(days=1)))
        costs.append(_measure(engine, before, size, folder))
        before = size
    return costs


def _in_a_process(kept: Path, size: int) -> tuple[Cost, float]:
    """As a worker of its own would: one that has had other books open is some hundredths slower with the next."""
    told = told_apart("bench.greetings", "--customers", str(size), "--books", str(kept))
    return Cost(*told["cost"]), told["small"]


def main() -> None:
    """One size on books of its own, and the cost of small batches there, told as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.greetings", description=__doc__)
    parser.add_argument("--customers", type=int, default=SIZES[0])
    parser.add_argument("--books", type=Path, required=True, help="where the books are, or are to be made")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        kept_books(asked.books, asked.customers, Path(folder), at=_noon(FIRST_DAY - timedelta(days=1))) as engine,
    ):
        cost = _measure(engine, 0, asked.customers, Path(folder))
        print(json.dumps({"cost": cost, "small": _claim_and_mark_more(engine, SMALL_BATCH)}))


def _on_sqlite(sizes: Sequence[int], costs: Sequence[Cost]) -> list[dict[str, Any]]:
    told_first = costs[sizes.index(TOLD_FIRST)] if TOLD_FIRST in sizes else costs[-1]
    # Without deciding: at ten thousand customers a day is 27 people, and what it costs is a day's, not a row's.
    first, last = (each.plan + each.claim_mark for each in (costs[0], costs[-1]))
    span = f"1e{len(str(sizes[0])) - 1}..1e{len(str(sizes[-1])) - 1}"
    told = [
        _rate("greetings.plan_rows_per_second", told_first.plan, PLAN_REACH),
        _rate("greetings.plan_day_rows_per_second", told_first.decide + told_first.plan, None),
        _rate("greetings.claim_mark_rows_per_second", told_first.claim_mark, CLAIM_REACH),
        _rate("greetings.bare_executemany_rows_per_second", told_first.bare, None),
        _times("greetings.plan_against_bare", told_first.plan / told_first.bare),
        _times("greetings.claim_mark_against_bare", told_first.claim_mark / told_first.bare),
        {
            **_times("greetings.cost_growth_1e4_to_1e7", last / first),
            "unit": f"times, measured {span}",
            "reach": f"<= {GROWTH_REACH:g}",
            "ok": last / first <= GROWTH_REACH,
        },
    ]
    for size, cost in zip(sizes, costs, strict=True):
        told += [
            _rate(f"greetings.plan_rows_per_second[{size}]", cost.plan, None),
            _rate(f"greetings.plan_day_rows_per_second[{size}]", cost.decide + cost.plan, None),
            _rate(f"greetings.claim_mark_rows_per_second[{size}]", cost.claim_mark, None),
        ]
    return told


def _on_postgres(url: str, size: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, open_books(Path(folder), url) as engine:
        (cost,) = _at_sizes(engine, [size], Path(folder))
    return [
        _rate("greetings.plan_rows_per_second_postgresql", cost.plan, None),
        _rate("greetings.plan_day_rows_per_second_postgresql", cost.decide + cost.plan, None),
        _rate("greetings.claim_mark_rows_per_second_postgresql", cost.claim_mark, None),
    ]


@dataclass
class _Decided:
    """Takes the rows of a plan, so that deciding and writing can be measured apart."""

    pages: list[list[PlannedGreeting]]

    def plan(self, rows: Sequence[PlannedGreeting], *, at: datetime) -> Planned:  # noqa: ARG002 - the port's
        """Keep them."""
        self.pages.append(list(rows))
        return Planned(len(rows), 0)


def _measure(engine: Engine, before: int, size: int, folder: Path) -> Cost:
    """So many days as make the rows wanted, of the customers that came last: the others are planned already."""
    days = [FIRST_DAY + timedelta(days=n) for n in range(min(364, ROWS * 365 // size + 1))]
    campaign = LiveCampaign(shipped_campaign(), 1)
    decided = _Decided([])
    began = time.perf_counter()
    for day in days:
        plan_day(engine, day, [campaign], now=_noon(day - timedelta(days=1)), channel_of=_loopback, outbox=decided)
    decide = (time.perf_counter() - began) / sum(map(len, decided.pages))
    collect_seldom()  # as the worker; and a sender holds no such lists
    noon = _noon(days[-1])
    new = f"g{before:010d}"
    rows = [_due(row, noon) for page in decided.pages for row in page if row.group_customer_id >= new]
    bare = _bare(folder / f"bare{size}.db", rows)
    began = time.perf_counter()
    planned = Outbox(engine).plan(rows, at=noon)
    plan = (time.perf_counter() - began) / len(rows)
    assert planned.new == len(rows)
    seconds, done = claim_and_mark(engine, len(rows), BATCH, now=noon)
    assert done == len(rows)
    return Cost(decide, plan, seconds / done, bare / len(rows))


def _due(row: PlannedGreeting, noon: datetime) -> PlannedGreeting:
    """In one window with the rows of other days, so that claims of a small base are as large as those of a large one.

    Earlier days come first, so that a claim holds neighbouring days, as in life.
    """
    opens = noon - timedelta(hours=1) + timedelta(seconds=(row.birthday_on - FIRST_DAY).days)
    return row._replace(not_before=opens, not_after=noon + timedelta(hours=8))


def _claim_and_mark_more(engine: Engine, batch: int) -> float:
    """Seconds a row, of what the last day of the year brings, which is not among those measured."""
    campaign, outbox, day = LiveCampaign(shipped_campaign(), 1), Outbox(engine), FIRST_DAY + timedelta(days=364)
    plan_day(engine, day, [campaign], now=_noon(day - timedelta(days=1)), channel_of=_loopback, outbox=outbox)
    seconds, done = claim_and_mark(engine, 2_000, batch, now=_noon(day))
    return seconds / done


def claim_and_mark(engine: Engine, most: int, batch: int, *, now: datetime) -> tuple[float, int]:
    """From planned to accepted, in the window of the rows; seconds in the books, and how many rows."""
    done, seconds, today = 0, 0.0, now.date()
    rules = CampaignRules("birthday")
    while done < most:
        holder = f"bench/{os.getpid()}/{done}"
        began = time.perf_counter()
        claimed = Outbox(engine).claim("loopback", "birthday", owner=holder, limit=batch, now=now, lease=_LEASE)
        seconds += time.perf_counter() - began
        if not claimed:
            break
        worded = [(row, Wording(f"【平安】{row.salutation}，生日快乐！", row.segments)) for row in claimed]
        assert all(wording.digest for _, wording in worded)
        how = {"holder": holder, "channel": _RULES, "campaign": rules, "today": today, "now": now, "lease": _LEASE}
        began = time.perf_counter()
        begun = in_turn(engine, lambda connection, worded=worded, how=how: begin(connection, worded, **how))
        seconds += time.perf_counter() - began
        told = [(row, PostResult(Outcome.ACCEPTED, sid=f"SM{row.id:032x}")) for row, _ in begun.going]
        what = {"channel": _RULES, "back_off_seconds": 0, "today": today, "now": now}
        began = time.perf_counter()
        in_turn(engine, lambda connection, told=told, what=what: answered(connection, told, **what))
        seconds += time.perf_counter() - began
        done += len(claimed)
    return seconds, done


def shipped_campaign() -> Campaign:
    """The campaign that is shipped."""
    folder = Path(str(resources.files("greeting_sms"))) / "data" / "campaigns"
    return read_campaign_file(folder / "birthday.yaml").campaign


def _loopback(_number: str) -> str:
    return "loopback"


def _noon(day: date) -> datetime:
    """In Shanghai: within the window."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def _bare(path: Path, rows: Sequence[PlannedGreeting]) -> float:
    """Seconds of an `executemany` of the rows into a table without any index, by the driver alone."""
    names = (*PlannedGreeting._fields, "state", "updated_at")
    values = [
        (*row[:5], str(row[5]), *row[6:12], str(row[12]), str(row[13]), row[14], "planned", str(row[12]))
        for row in rows
    ]
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    connection.execute(f"CREATE TABLE {greetings.name} ({', '.join(names)})")
    began = time.perf_counter()
    with connection:
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {greetings.name} VALUES ({marks})", values)
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def _rate(name: str, cost: float, reach: int | None) -> dict[str, Any]:
    return result(name, round(1 / cost), "rows/s", reach=reach, ok=None if reach is None else 1 / cost >= reach)


def _times(name: str, value: float) -> dict[str, Any]:
    return result(name, round(value, 2), "times")


if __name__ == "__main__":
    main()
