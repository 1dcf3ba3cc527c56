"""Keeps who is signed in at the console."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.staff.model import ConsoleSession, SessionEnd, SignInMethod
from elder_channel.staff.tables import console_sessions
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new
from elder_channel.storage.values import as_value

_C = console_sessions.c


class SqlConsoleSessions:
    """Sign-ins by the hash of what the browser holds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def add(self, session: ConsoleSession) -> bool:
        """Keep a sign-in; False when there is one of this hash, which stays as it is."""
        with writing(self._engine) as connection:
            return insert_new(connection, console_sessions, vars(session))

    def find(self, token_sha256: str) -> ConsoleSession | None:
        """The sign-in of this hash, also when it has ended."""
        query = sa.select(console_sessions).where(_C.token_sha256 == token_sha256)
        with self._reader.begin() as connection:
            row = connection.execute(query).first()
        return _session(row) if row else None

    def active(self, token_sha256: str, *, at: datetime) -> None:
        """The person did something."""
        self._note(token_sha256, last_active_at=at)

    def vouched(self, token_sha256: str, *, at: datetime) -> None:
        """The provider said again that the person may come in."""
        self._note(token_sha256, vouched_at=at)

    def end(self, token_sha256: str, why: SessionEnd, *, at: datetime) -> None:
        """End a sign-in; one that has ended keeps its first reason."""
        self._note(token_sha256, ended_at=at, ended_why=why)

    def forget(self, *, expired_before: datetime) -> int:
        """Delete sign-ins that could not last until then; how many."""
        with writing(self._engine) as connection:
            old = console_sessions.delete().where(_C.expires_at < expired_before)
            return connection.execute(old).rowcount

    def _note(self, token_sha256: str, **values: Any) -> None:
        mine = _C.token_sha256 == token_sha256, _C.ended_at.is_(None)
        with writing(self._engine) as connection:
            connection.execute(console_sessions.update().where(*mine).values(**values))


def _session(row: Row[Any]) -> ConsoleSession:
    why = SessionEnd(row.ended_why) if row.ended_why else None
    return as_value(ConsoleSession, row, method=SignInMethod(row.method), ended_why=why)
