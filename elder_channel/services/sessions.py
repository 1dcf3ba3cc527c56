"""Who is signed in at the console, across reloads, tabs and restarts, until they leave, idle away or lose the account.

The browser holds a random token; only its hash is in the books. What a session may do is never kept with it: the
account is looked up at every act.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from elder_channel.clock import Clock
from elder_channel.services.accounts import Account, Standing
from elder_channel.services.errors import SessionOverError, SignInRefusedError
from elder_channel.staff.model import ConsoleSession, SessionEnd, SignInMethod, end_of
from elder_channel.staff.settings import ConsoleSettings
from elder_channel.storage.faults import BOOKS_FAULTS

TOKEN_BYTES: Final = 32
ACTIVE_EVERY: Final = timedelta(minutes=1)
"""Activity is written down no more often: a page is drawn anew with every click."""
KEPT_AFTERWARDS: Final = timedelta(days=1)
"""So long an expired session is known by name, so that a late tab is told why."""
BELIEVED: Final = timedelta(minutes=1)
"""So long who was seen signed in is believed while the books cannot be read: a busy minute throws nobody out."""
REMEMBERED_SESSIONS: Final = 1_000

log = structlog.get_logger(__name__)


class SessionBooks(Protocol):
    """Where sign-ins are kept."""

    def add(self, session: ConsoleSession) -> bool: ...
    def find(self, token_sha256: str) -> ConsoleSession | None: ...
    def active(self, token_sha256: str, *, at: datetime) -> None: ...
    def vouched(self, token_sha256: str, *, at: datetime) -> None: ...
    def end(self, token_sha256: str, why: SessionEnd, *, at: datetime) -> None: ...
    def forget(self, *, expired_before: datetime) -> int: ...


class StandingDirectory(Protocol):
    """Where accounts are looked up."""

    def standing(self, username: str) -> Standing | None: ...


@dataclass(frozen=True)
class Present:
    """Somebody who is signed in at this moment."""

    account: Account
    session: ConsoleSession


class Sessions:
    """Begins, finds and ends sign-ins. `settings` are asked at every look: a shorter time counts at once."""

    def __init__(
        self,
        books: SessionBooks,
        accounts: StandingDirectory,
        settings: Callable[[], ConsoleSettings],
        clock: Clock,
        *,
        local_accounts: Callable[[], bool] = lambda: True,
    ) -> None:
        self._books = books
        self._accounts = accounts
        self._settings = settings
        self._clock = clock
        self._local_accounts = local_accounts
        self._seen: OrderedDict[str, tuple[Present, datetime]] = OrderedDict()

    def open(self, account: Account) -> str:
        """Sign somebody in whose password was right: the new token, for the browser alone.

        Raises `SignInRefusedError` where the site lets nobody in by password.
        """
        if not self._local_accounts():
            raise SignInRefusedError("local_accounts_off", "Local accounts are switched off here.")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._add(token, account, SignInMethod.LOCAL, since=self._clock())
        return token

    def open_for_provider(self, account: Account, token: str, *, since: datetime) -> None:
        """Sign somebody in whom the provider vouches for; `token` stands for that one sign-in there.

        A token that has been used is no error, and no new sign-in: what has ended stays ended.
        """
        self._add(token, account, SignInMethod.PROVIDER, since=since)

    def present(self, token: str, *, active: bool = False) -> Present:
        """Who this token belongs to; `active` when the person did something and no page refreshed by itself.

        Raises `SessionOverError` when the sign-in has ended or never was.
        """
        hashed = _hash(token)
        try:
            return self._look(hashed, active=active)
        except BOOKS_FAULTS as error:
            return self._believed(hashed, error)

    def vouched(self, token: str) -> None:
        """Remember that the provider has just said again that this person may come in."""
        self._books.vouched(_hash(token), at=self._clock())

    def close(self, token: str, why: SessionEnd = SessionEnd.SIGNED_OUT) -> None:
        """End a sign-in in every tab."""
        self._seen.pop(_hash(token), None)
        self._books.end(_hash(token), why, at=self._clock())

    def _add(self, token: str, account: Account, method: SignInMethod, *, since: datetime) -> None:
        now = self._clock()
        expires_at = since + timedelta(hours=self._settings().longest_hours)
        session = ConsoleSession(_hash(token), account.username, method, now, now, now, expires_at)
        if self._books.add(session):
            self._books.forget(expired_before=now - KEPT_AFTERWARDS)
            log.info("session.opened", method=method, role=account.role)

    def _look(self, hashed: str, *, active: bool) -> Present:
        session = self._books.find(hashed)
        if session is None:
            raise SessionOverError(SessionEnd.UNKNOWN)
        now = self._clock()
        standing = self._accounts.standing(session.username)
        if standing is None:
            raise self._end(session, SessionEnd.GONE)
        over = self._over(session, standing, now)
        if over is not None:
            raise self._end(session, over)
        if active and now - session.last_active_at >= ACTIVE_EVERY:
            self._books.active(hashed, at=now)
        present = Present(standing.account, session)
        self._remember(hashed, present, now)
        return present

    def _over(self, session: ConsoleSession, standing: Standing, now: datetime) -> SessionEnd | None:
        if session.method is SignInMethod.LOCAL and not self._local_accounts():
            return SessionEnd.GONE
        settings = self._settings()
        return end_of(
            session,
            now=now,
            idle=timedelta(minutes=settings.idle_minutes),
            longest=timedelta(hours=settings.longest_hours),
            valid_from=standing.valid_from,
        )

    def _end(self, session: ConsoleSession, why: SessionEnd) -> SessionOverError:
        self._seen.pop(session.token_sha256, None)
        if session.ended_at is None:
            self._books.end(session.token_sha256, why, at=self._clock())
            log.info("session.ended", why=why, method=session.method)
        return SessionOverError(session.ended_why or why)

    def _remember(self, hashed: str, present: Present, now: datetime) -> None:
        self._seen[hashed] = present, now
        self._seen.move_to_end(hashed)
        while len(self._seen) > REMEMBERED_SESSIONS:
            self._seen.popitem(last=False)

    def _believed(self, hashed: str, error: Exception) -> Present:
        """Who was seen a moment ago, as far as the account still stands; raises `error` for everybody else."""
        present, seen_at = self._seen.get(hashed, (None, None))
        if present is None or seen_at is None or self._clock() - seen_at > BELIEVED:
            raise error
        standing = self._accounts.standing(present.account.username)
        if standing is None:
            raise SessionOverError(SessionEnd.GONE) from error
        return Present(standing.account, present.session)


def _hash(token: str) -> str:
    """A fast hash is enough: the token is random and long, unlike a password."""
    return hashlib.sha256(token.encode()).hexdigest()
