"""SQLite's log carried into its file beside the writers, so that none of them waits for the disk.

By itself SQLite does this at the end of a commit, in the writer's own time; its documentation ("Write-Ahead Logging",
avoiding excessively large WAL files, and `sqlite3_wal_hook`) names a thread or process of its own as the other way. A
writer that comes upon a log longer than `engine.GREETINGS_CHECKPOINT_PAGES` still does it itself.
"""

from __future__ import annotations

import sqlite3
import threading
from types import TracebackType

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


class Checkpoints:
    """A thread that carries the log of one SQLite file; on PostgreSQL it does nothing. A context manager."""

    def __init__(self, engine: Engine) -> None:
        self._path = engine.url.database if engine.dialect.name == "sqlite" else None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def __enter__(self) -> Checkpoints:
        """Begin."""
        if self._path:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; what is under way is finished."""
        self._over.set()
        if self._path:
            self._thread.join()

    def _run(self) -> None:
        pages, came = 0, 0
        while not self._over.wait(SOON_SECONDS if came >= BUSY_PAGES else LATER_SECONDS):
            before = pages
            try:
                pages = carry(self._path or "")
            except sqlite3.Error as error:  # a full disk, say: the next look may fare better, and writers do it as well
                log.warning("books.not_carried", file=self._path, why=str(error))
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
