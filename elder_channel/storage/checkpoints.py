"""SQLite's log carried into its file beside the writers, so that none of them waits for the disk.

By itself SQLite does this at the end of a commit, in the writer's own time; its documentation ("Write-Ahead Logging",
avoiding excessively large WAL files, and `sqlite3_wal_hook`) names a thread or process of its own as the other way. A
writer that comes upon a log longer than `engine.GREETINGS_CHECKPOINT_PAGES` still does it itself.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.engine import Engine

log = structlog.get_logger()

LONG_LOG_PAGES = 32_000
"""A log of so many pages (128 MB) is begun anew, for which the writers wait while the last of its pages are carried."""
BUSY_PAGES = 1_000
"""Where so many pages came since the last look, the next look comes soon."""
SOON_SECONDS, LATER_SECONDS = 1.0, 5.0
PATIENCE_SECONDS = 0.1
"""So long at most writers are kept waiting for readers who still look at the old log."""


@contextmanager
def carried_aside(engine: Engine) -> Iterator[None]:
    """Meanwhile a thread carries the log of a SQLite file; PostgreSQL sees to its own."""
    if engine.dialect.name != "sqlite":
        yield
        return
    over = threading.Event()
    thread = threading.Thread(
        target=_keep_carrying, args=(str(engine.url.database), over), name="checkpoints", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep_carrying(path: str, over: threading.Event) -> None:
    pages = came = 0
    while not over.wait(SOON_SECONDS if came >= BUSY_PAGES else LATER_SECONDS):
        before = pages
        try:
            pages = carry(path)
        except sqlite3.Error as error:  # a full disk, say: the next look may fare better, and writers do it as well
            log.warning("books.not_carried", file=path, why=str(error))
        came = pages - before if pages >= before else pages  # fewer: the log was begun anew


def carry(path: str) -> int:
    """Carry what is in the log into the file; how many pages the log had. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
    try:
        pages = _checkpoint(connection, "PASSIVE")  # nobody waits for this one
        if pages > LONG_LOG_PAGES:
            _checkpoint(connection, "PASSIVE")  # what came meanwhile, so that little is left for which they wait
            _checkpoint(connection, "RESTART")
        return pages
    finally:
        connection.close()


def _checkpoint(connection: sqlite3.Connection, mode: str) -> int:
    """Pages in the log."""
    _, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return int(pages)
