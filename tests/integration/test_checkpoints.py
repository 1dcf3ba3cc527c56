"""The log of the greetings' books, carried into the file beside whoever writes."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from elder_channel.storage import checkpoints
from elder_channel.storage.checkpoints import carried_aside, carry
from elder_channel.storage.engine import open_databases


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Engine]:
    """SQLite's books of the greetings with one empty table; their log is carried."""
    databases = open_databases(tmp_path)
    with databases.greetings.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (n INTEGER PRIMARY KEY, word TEXT)")
    carry(str(databases.greetings.url.database))
    yield databases.greetings
    databases.dispose()


def write(books: Engine, first: int, rows: int) -> None:
    """Rows of about a kilobyte."""
    with books.begin() as connection:
        values = [(n, "生" * 330) for n in range(first, first + rows)]
        connection.exec_driver_sql("INSERT INTO words VALUES (?, ?)", values)


def in_file(books: Engine, folder: Path) -> int:
    """How many rows the file has without its log.

    Another process copies it: a file that is closed here would lose the locks this process has on it (SQLite, "How To
    Corrupt An SQLite Database File", 2.2).
    """
    copy = folder / "copy.db"
    subprocess.run(["cp", str(books.url.database), str(copy)], check=True)
    with sqlite3.connect(copy) as connection:
        counted = connection.execute("SELECT count(*) FROM words").fetchone()[0]
    connection.close()
    copy.unlink()
    return int(counted)


def counted(books: Engine) -> int:
    """How many rows the books have."""
    with books.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM words")).scalar_one())


def looked(monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[str]:
    """The files at which the thread has looked, one after another and without a pause."""
    looks: SimpleQueue[str] = SimpleQueue()

    def look(path: str) -> int:
        try:
            return carry(path)
        finally:
            looks.put(path)

    monkeypatch.setattr(checkpoints, "carry", look)
    monkeypatch.setattr(checkpoints, "SOON_SECONDS", 0.01)
    monkeypatch.setattr(checkpoints, "LATER_SECONDS", 0.01)
    return looks


def test_what_was_written_comes_into_the_file(books: Engine, tmp_path: Path) -> None:
    """By itself a writer leaves so short a log alone."""
    write(books, 0, 500)
    assert in_file(books, tmp_path) == 0
    assert carry(str(books.url.database)) > 100
    assert in_file(books, tmp_path) == counted(books) == 500


def test_nobody_who_writes_or_reads_is_in_the_way(books: Engine, tmp_path: Path) -> None:
    """What a transaction that is open has not finished stays in the log, and so does what came after a reader began."""
    write(books, 0, 100)
    with books.execution_options(reads_only=True).connect() as reader:
        assert reader.execute(sa.text("SELECT count(*) FROM words")).scalar_one() == 100
        with books.begin() as writer:
            writer.exec_driver_sql("INSERT INTO words VALUES (1000, 'x')")
            carry(str(books.url.database))
        assert in_file(books, tmp_path) == 100
    carry(str(books.url.database))
    assert in_file(books, tmp_path) == 101


def test_a_long_log_is_begun_anew(books: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it does not grow as long as somebody writes all the time."""
    monkeypatch.setattr(checkpoints, "LONG_LOG_PAGES", 200)
    log = tmp_path / "greetings.db-wal"
    for n in range(12):
        write(books, 500 * n, 500)
        carry(str(books.url.database))
    assert log.stat().st_size < 4 * 500 * 1024
    assert in_file(books, tmp_path) == counted(books) == 6_000


def test_the_thread_carries_while_others_write(books: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins and ends with its context."""
    looks = looked(monkeypatch)
    with carried_aside(books):
        write(books, 0, 500)
        while not looks.empty():
            looks.get()
        looks.get(timeout=20)  # may have begun before the rows were there
        looks.get(timeout=20)
    assert in_file(books, tmp_path) == 500
    assert "checkpoints" not in [thread.name for thread in threading.enumerate()]


def test_a_file_that_cannot_be_read_is_no_reason_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look that fails is told, and the next one is made."""
    looks = looked(monkeypatch)
    path = tmp_path / "none" / "none.db"
    with structlog.testing.capture_logs() as logs, carried_aside(sa.create_engine(f"sqlite:///{path}")):
        assert [looks.get(timeout=20) for _ in range(3)] == [str(path)] * 3
    assert {(line["event"], line["file"]) for line in logs} == {("books.not_carried", str(path))}
    assert len(logs) >= 3


def test_postgresql_needs_none() -> None:
    """Its server does so by itself."""
    with carried_aside(sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")):
        assert "checkpoints" not in [thread.name for thread in threading.enumerate()]
