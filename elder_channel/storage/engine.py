"""Opens the databases: SQLite files in the state folder, or schemas of one PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

NAMES = ("calls", "greetings")
"""The databases with tables of ours; huey.db belongs to Huey."""


BUSY_SECONDS = 2.0
"""A webhook that cannot write within this is answered without the books: the carrier does not wait much longer."""
_POOL: dict[str, Any] = {
    "pool_size": 16,
    "max_overflow": 32,
    "pool_timeout": BUSY_SECONDS,
    "hide_parameters": True,  # what callers said would stand in an error's text otherwise (law 7)
}


GREETINGS_CACHE_KIB = 64 * 1024
"""Of SQLite, a connection: a day's greetings are a million rows in indexes by number, which come in no order. With its
usual 2 MB planning and claiming a row cost several times as much at a million rows as at ten thousand."""

GREETINGS_CHECKPOINT_PAGES = 64_000
"""Of SQLite: after so many pages (256 MB) of its log they go to their places in the file, with a wait for the disk of
whoever comes upon it. The pages of a batch are written three times within a second: with the usual 1,000 most go to the
file for nothing. Where many rows are sent `storage.checkpoints` does it long before, and nobody waits."""

_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


class BooksBusyError(Exception):
    """Others wrote for longer than a webhook can wait."""


@dataclass(frozen=True)
class Databases:
    """The engines, by what they hold."""

    calls: Engine
    greetings: Engine
    huey_file: Path

    def engine(self, name: str) -> Engine:
        """The engine of one of `NAMES`."""
        return {"calls": self.calls, "greetings": self.greetings}[name]

    def dispose(self) -> None:
        """Close every connection."""
        self.calls.dispose()
        self.greetings.dispose()


def open_databases(state: Path, database_url: str = "") -> Databases:
    """Engines on the files in `state`, or on `database_url` when it names a PostgreSQL."""
    if database_url:
        engines = {name: _postgres(database_url, name) for name in NAMES}
    else:
        state.mkdir(parents=True, exist_ok=True)
        engines = {name: _sqlite(state / f"{name}.db") for name in NAMES}
    return Databases(engines["calls"], engines["greetings"], state / "huey.db")


def _sqlite(path: Path) -> Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **_POOL
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if path.stem == "greetings":
        event.listen(engine, "connect", _prepare_for_many_rows)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def open_in_memory() -> Engine:
    """An engine on books in memory, gone when it is disposed of; for one thread, and one transaction at a time."""
    engine = sa.create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin_immediate` does, so that writers queue instead of
    # failing half way (SQLAlchemy's documentation, "Serializable isolation / Savepoints / Transactional DDL").
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_for_many_rows(connection: Any, _record: object) -> None:
    for pragma in (f"cache_size=-{GREETINGS_CACHE_KIB}", f"wal_autocheckpoint={GREETINGS_CHECKPOINT_PAGES}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: sa.Connection) -> None:
    # Told to the driver itself: by way of SQLAlchemy it costs as much as a small query, and every document has several.
    begin = "BEGIN" if connection.get_execution_options().get("reads_only") else "BEGIN IMMEDIATE"
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(begin)
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(begin, None, error) from error


@contextmanager
def writing(engine: Engine) -> Iterator[sa.Connection]:
    """A transaction that writes. Writers of this process on a SQLite file take turns at a lock of their own.

    SQLite's busy handler sleeps in growing steps, so that a writer who waits there is neither woken when the file is
    free nor served in order; among threads that cost tens of milliseconds at the 99th percentile. Raises
    `BooksBusyError`.
    """
    turn = _turns.setdefault(engine, threading.Lock())
    if engine.dialect.name == "sqlite" and not turn.acquire(timeout=BUSY_SECONDS):
        raise BooksBusyError("the books could not be written in time")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        if engine.dialect.name == "sqlite":
            turn.release()


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: they wait for no writer."""
    return engine.execution_options(reads_only=True)


def _postgres(url: str, schema: str) -> Engine:
    engine = sa.create_engine(
        _with_driver(url), connect_args={"connect_timeout": int(BUSY_SECONDS)}, pool_pre_ping=True, **_POOL
    )

    def set_schema(connection: Any, _record: object) -> None:
        autocommit, connection.autocommit = connection.autocommit, True
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute(f"SET search_path TO {schema}")
        connection.autocommit = autocommit

    event.listen(engine, "connect", set_schema)
    return engine


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url
