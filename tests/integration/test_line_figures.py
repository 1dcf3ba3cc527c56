"""What the line did, counted in the books: the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.agents.tables import agents
from elder_channel.calls.carrier_tables import carrier_events
from elder_channel.calls.levels import Level, Verdicts, total
from elder_channel.calls.model import CallState
from elder_channel.calls.tables import calls, pick_ups
from elder_channel.learning.tables import corrections
from elder_channel.storage.engine import Databases
from elder_channel.storage.line_figures import OrdersDue, SqlLineFigures
from elder_channel.workorders.tables import work_orders
from tests.fakes.line_day import keep_call, keep_verdict

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAY = NOW - timedelta(hours=8), NOW + timedelta(hours=16)


@pytest.fixture
def engine(migrated_databases: Databases) -> Engine:
    """The calls' database, with nothing in the books that are counted."""
    with migrated_databases.calls.begin() as connection:
        for table in (pick_ups, calls, corrections, carrier_events, agents, work_orders):
            connection.execute(table.delete())
    return migrated_databases.calls


@pytest.fixture
def figures(engine: Engine) -> SqlLineFigures:
    """What counts."""
    return SqlLineFigures(engine)


def test_levels_by_what_is_alike(engine: Engine, figures: SqlLineFigures) -> None:
    """Exactly at a limit is within it; unanswered calls are in the whole; tests and other days in nothing."""
    for sid, waited in (("CA1", 15.0), ("CA2", 15.001), ("CA3", 20.0), ("CA4", 30.5), ("CA5", None)):
        keep_call(engine, sid, NOW, waited=waited)
    keep_call(engine, "CA6", NOW, waited=5.0, elder=True, dialect=None)
    keep_call(engine, "CA7", NOW, language="en", dialect=None, by_fallback=True)
    keep_call(engine, "CA8", NOW, waited=None, entered_at=None)
    keep_call(engine, "CA9", NOW, is_test=True)
    keep_call(engine, "CA10", NOW - timedelta(days=1))
    found = figures.levels_between(*DAY)
    assert total(each.level for each in found) == Level(8, 7, 6, (3, 5, 5), 95.501, 1)
    by_dialect = {(each.dialect, each.elder, each.agent_id): each.level.calls for each in found}
    assert by_dialect == {
        ("fuzhou", False, "zheng-guodong"): 4,
        (None, False, None): 2,
        (None, True, "zheng-guodong"): 1,
        ("english", False, "zheng-guodong"): 1,
    }
    assert figures.levels_between(NOW + timedelta(days=3), NOW + timedelta(days=4)) == []


def test_calls_that_go_on(engine: Engine, figures: SqlLineFigures) -> None:
    """With the dialect the line names now, or none while it abstains; ended and test calls are left out."""
    posterior = {"minnan": 0.3, "fuzhou": 0.7}
    open_ = {"state": "waiting", "ended_at": None, "outcome": None, "waited": None}
    keep_call(engine, "CA1", NOW, posterior=posterior, abstained=False, elder=True, **open_)
    keep_call(engine, "CA2", NOW, posterior=posterior, abstained=True, **open_)
    keep_call(engine, "CA3", NOW, is_test=True, **open_)
    keep_call(engine, "CA4", NOW)
    found = figures.open_calls()
    assert sorted((each.dialect or "", each.elder) for each in found) == [("", False), ("fuzhou", True)]
    assert {each.state for each in found} == {CallState.WAITING}


def test_pick_ups_by_kind(engine: Engine, figures: SqlLineFigures) -> None:
    """The same kind is counted together; test calls are left out."""
    for sid in ("CA1", "CA2"):
        keep_call(engine, sid, NOW)
    keep_call(engine, "CA3", NOW, need=None, matched="any")
    keep_call(engine, "CA4", NOW, is_test=True)
    found = figures.pick_ups_between(*DAY)
    assert sorted((kind.need_known, kind.matched, count) for kind, count in found.items()) == [
        (False, "any", 1),
        (True, "exact", 2),
    ]


def test_orders_by_their_time(engine: Engine, figures: SqlLineFigures) -> None:
    """Late ones, those due by the end of the day, and of both those of elders; closed ones are done."""
    with engine.begin() as connection:
        for number, (hours, state, priority) in enumerate(
            [(-1, "open", "elder"), (-30, "taken", "normal"), (3, "attempted", "urgent"), (40, "open", "elder"),
             (-1, "closed", "elder")]
        ):  # fmt: skip
            due = NOW + timedelta(hours=hours)
            row = {"kind": "call_back", "state": state, "owner": "line", "opened_at": NOW, "due_at": due, "note": ""}
            connection.execute(work_orders.insert().values(id=number + 1, priority=priority, **row))
    assert figures.orders_due(now=NOW, until=DAY[1]) == OrdersDue(late=2, due=1, for_elders=2)


def test_nothing_is_nought(figures: SqlLineFigures) -> None:
    """Empty books give figures, not faults."""
    assert figures.orders_due(now=NOW, until=NOW) == OrdersDue(0, 0, 0)
    assert figures.verdicts_between(*DAY) == Verdicts()
    assert figures.pick_ups_between(*DAY) == {}
    assert figures.carrier_events_since(NOW) == {}
    assert figures.agents_by_presence() == {}


def test_what_the_carrier_filed(engine: Engine, figures: SqlLineFigures) -> None:
    """By level; of test calls and of other days nothing."""
    keep_call(engine, "CA9", NOW, is_test=True)
    filed = [("E1", "error", "CA1", 0), ("E2", "warning", "", 1), ("E3", "error", "CA9", 1), ("E4", "error", "", -99)]
    with engine.begin() as connection:
        for sid, level, about, hours in filed:
            at = NOW + timedelta(hours=hours)
            row = {"sid": sid, "at": at, "level": level, "code": 11200, "about": about, "path": ""}
            connection.execute(carrier_events.insert().values(**row))
        for id_, presence in (("a", "idle"), ("b", "idle"), ("c", "absent")):
            connection.execute(agents.insert().values(id=id_, presence=presence, since=NOW))
    assert figures.carrier_events_since(NOW) == {"error": 1, "warning": 1}
    assert figures.agents_by_presence() == {"idle": 2, "absent": 1}


def test_the_last_word_on_a_dialect_counts(engine: Engine, figures: SqlLineFigures) -> None:
    """A verdict on the need alone leaves the dialect's; an abstention is told apart; tests are left out."""
    keep_call(engine, "CA9", NOW, is_test=True)
    keep_verdict(engine, "CA1", NOW, "fuzhou")
    keep_verdict(engine, "CA1", NOW, "minnan", number=2)
    keep_verdict(engine, "CA1", NOW, None, number=3, to_need="pay")
    keep_verdict(engine, "CA2", NOW, "fuzhou")
    keep_verdict(engine, "CA3", NOW, "fuzhou", from_abstained=True)
    keep_verdict(engine, "CA9", NOW, "minnan")
    keep_verdict(engine, "CA4", NOW - timedelta(days=8), "minnan")
    assert figures.verdicts_between(*DAY) == Verdicts(judged=3, confirmed=2, unnamed=1, unnamed_confirmed=1)


def test_no_figure_reads_every_call_there_ever_was(engine: Engine, figures: SqlLineFigures) -> None:
    """SQLite is asked how it would find the rows: by an index each time, never by a scan of the calls."""
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole whatever indexes there are")
    asked: list[tuple[str, object]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cu, text, values, *_: asked.append((text, values)))
    figures.levels_between(*DAY)
    figures.open_calls()
    figures.pick_ups_between(*DAY)
    figures.orders_due(now=NOW, until=DAY[1])
    figures.carrier_events_since(NOW)
    figures.verdicts_between(*DAY)
    with engine.connect() as connection:
        plans = [
            str(row[3])
            for text, values in list(asked)
            if text.lstrip().startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)  # type: ignore[arg-type]
        ]
    books = ("calls", "pick_ups", "work_orders", "carrier_events", "corrections")
    assert len(plans) >= 6
    assert [plan for plan in plans if plan.split()[:2] in [["SCAN", book] for book in books]] == []
