"""Accounts over time: closed, opened again, given another role, and those of people a provider vouches for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from elder_channel.services.account_history import AccountChange, AccountDeed, record
from elder_channel.services.accounts import (
    Account,
    checked_username,
    fold_username,
    require_administrator,
    require_unchanged,
    to_account,
)
from elder_channel.services.accounts_file import (
    AccountBook,
    Closed,
    Role,
    StoredAccount,
    locked,
    read_book,
    write_book,
)
from elder_channel.services.errors import AccountRefusedError, SignInRefusedError
from elder_channel.staff.claims import Person

PROVIDER = "provider"
"""Who did it, in the history, where the provider's word did."""

log = structlog.get_logger(__name__)


class AccountUpkeep:
    """What becomes of the accounts in the file; `operator` is whoever may open the state folder at a shell."""

    def __init__(self, path: Path, clock: Callable[[], datetime], *, operator: Account | None = None) -> None:
        self._path = path
        self._clock = clock
        self._operator = operator

    def close(self, username: str, *, by: Account, etag: str | None = None) -> Account:
        """Take an account away: from the next act on it may nothing, and its name is given to nobody else.

        Raises `NotAllowedError` unless an administrator asks, `AccountRefusedError` for the last administrator, and
        `ChangedMeanwhileError` where the account is not as `etag` says any more.
        """
        with locked(self._path):
            book, stored = self._look_up(username, by, etag)
            changed = stored.model_copy(update={"closed": Closed.HERE})
            after = book.with_account(changed)
            if book.has_administrator and not after.has_administrator:
                raise AccountRefusedError("last_administrator", "This is the last administrator.")
            write_book(self._path, after)
            self._record(changed, AccountDeed.CLOSED, by)
        log.info("account.closed", role=stored.role)
        return to_account(changed)

    def reopen(self, username: str, *, by: Account, etag: str | None = None) -> Account:
        """Open a closed account again; sign-ins from before stay over. Raises as `close` does.

        Whose agent belongs to somebody else by now comes back without: one desk, one person.
        """
        with locked(self._path):
            book, stored = self._look_up(username, by, etag)
            agent = None if _is_taken(book, stored) else stored.agent_id
            renewed = {"closed": None, "renewed_at": self._clock(), "agent_id": agent}
            changed = stored.model_copy(update=renewed)
            write_book(self._path, book.with_account(changed))
            self._record(changed, AccountDeed.REOPENED, by)
        log.info("account.reopened", role=stored.role)
        return to_account(changed)

    def give_role(self, username: str, role: Role, *, by: Account, etag: str | None = None) -> Account:
        """Let somebody do something else; counts at the next act.

        Raises `NotAllowedError`, and `AccountRefusedError` for the last administrator and for accounts whose role the
        provider decides.
        """
        with locked(self._path):
            book, stored = self._look_up(username, by, etag)
            if stored.subject is not None:
                raise AccountRefusedError("provider_account", "The provider decides this account's role.")
            changed = stored.model_copy(update={"role": role})
            after = book.with_account(changed)
            if book.has_administrator and not after.has_administrator:
                raise AccountRefusedError("last_administrator", "This is the last administrator.")
            write_book(self._path, after)
            self._record(changed, AccountDeed.ROLE, by, before=stored.role)
        log.info("account.role_given", role=role)
        return to_account(changed)

    def admit(self, person: Person) -> Account:
        """The account of somebody the provider vouches for, made at the first sign-in and kept as the provider says.

        Raises `SignInRefusedError` for who has no role there, whose account was closed here, or whose name or agent
        belongs to another account.
        """
        with locked(self._path):
            book = read_book(self._path)
            stored = book.of_subject(person.subject)
            if person.role is None:
                self._close_by_provider(book, stored)
                raise SignInRefusedError("no_role", "None of the person's groups has a role at the console.")
            if stored is None:
                return self._make(book, person, person.role)
            if stored.closed is Closed.HERE:
                raise SignInRefusedError("account_closed", "The account was closed here.")
            agent = self._free_agent(book, person, stored)
            changed = stored.model_copy(update={"role": person.role, "agent_id": agent, "closed": None})
            if stored.closed is not None:  # sign-ins from before stay over
                changed = changed.model_copy(update={"renewed_at": self._clock()})
            if changed != stored:
                write_book(self._path, book.with_account(changed))
                self._record_following(stored, changed)
                log.info("account.follows_provider", role=person.role)
        return to_account(changed)

    def _make(self, book: AccountBook, person: Person, role: Role) -> Account:
        try:
            name = checked_username(person.username, book)
        except AccountRefusedError as error:
            raise SignInRefusedError(error.code, str(error)) from error
        stored = StoredAccount(
            username=name,
            role=role,
            created_at=self._clock(),
            agent_id=self._free_agent(book, person, None),
            subject=person.subject,
        )
        pending = None if role is Role.ADMINISTRATOR else book.pending_code
        write_book(self._path, AccountBook(accounts=(*book.accounts, stored), pending_code=pending))
        self._record(stored, AccountDeed.ADDED, None)
        log.info("account.made_at_sign_in", role=role)
        return to_account(stored)

    def _close_by_provider(self, book: AccountBook, stored: StoredAccount | None) -> None:
        if stored is not None and stored.closed is None:
            write_book(self._path, book.with_account(stored.model_copy(update={"closed": Closed.PROVIDER})))
            self._record(stored, AccountDeed.CLOSED, None)
            log.info("account.closed_by_provider", role=stored.role)

    def _free_agent(self, book: AccountBook, person: Person, mine: StoredAccount | None) -> str | None:
        """The person's agent, unless somebody else's account has it already: one desk, one person."""
        others = (each for each in book.accounts if each is not mine and each.closed is None)
        if person.agent_id is not None and any(each.agent_id == person.agent_id for each in others):
            raise SignInRefusedError("agent_taken", "Another account has this agent.")
        return person.agent_id

    def _record_following(self, stored: StoredAccount, changed: StoredAccount) -> None:
        if stored.closed is not None:
            self._record(changed, AccountDeed.REOPENED, None)
        if stored.role is not changed.role:
            self._record(changed, AccountDeed.ROLE, None, before=stored.role)

    def _record(self, changed: StoredAccount, deed: AccountDeed, by: Account | None, before: str = "") -> None:
        """Add to the history; None for the provider."""
        now, name = self._clock(), changed.username
        record(
            self._path,
            AccountChange(
                at=now, by=by.username if by else PROVIDER, username=name, deed=deed, before=before, after=changed.role
            ),
        )

    def _look_up(self, username: str, by: Account, etag: str | None) -> tuple[AccountBook, StoredAccount]:
        book = read_book(self._path)
        require_administrator(book, by, self._operator)
        stored = book.find_any(fold_username(username))
        if stored is None:
            raise AccountRefusedError("username_unknown", "There is no account of this name.")
        require_unchanged(stored, etag)
        return book, stored


def _is_taken(book: AccountBook, stored: StoredAccount) -> bool:
    """Whether somebody else's open account has this account's agent."""
    others = (each for each in book.accounts if each is not stored and each.closed is None)
    return stored.agent_id is not None and any(each.agent_id == stored.agent_id for each in others)
