"""Who may use the console: local accounts with hashed passwords, and the code that makes the first administrator."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from elder_channel.services.account_history import AccountChange, AccountDeed, record
from elder_channel.services.accounts_file import (
    AccountBook,
    Role,
    ScreenLanguage,
    StoredAccount,
    StoredCode,
    locked,
    read_book,
    write_book,
)
from elder_channel.services.errors import (
    AccountRefusedError,
    ChangedMeanwhileError,
    CodeRejectedError,
    NotAllowedError,
    TooManyAttemptsError,
)
from elder_channel.services.login_pacing import LoginPacing

__all__ = ["MIN_PASSWORD_LENGTH", "Account", "Accounts", "Role", "ScreenLanguage"]

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is mistaken for another letter when read aloud
CODE_GROUPS = 4
CODE_GROUP_LENGTH = 4  # 16 characters of 30: 78 bits, beyond guessing
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 200
USERNAME_PATTERN = re.compile(r"\w[\w.@-]{1,39}")  # \w: letters of any script, so 王芳 may sign in as 王芳

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Account:
    """A person at the console."""

    username: str
    role: Role
    agent_id: str | None = None
    """Who this person is on the line; None for who answers no calls."""
    screen_language: ScreenLanguage | None = None
    """What this person last chose to read on the console; None for who never did."""
    first_password: bool = False
    """Whether the password was given out and has to be changed before anything else."""


@dataclass(frozen=True)
class Standing:
    """An account and since when a sign-in to it counts."""

    account: Account
    valid_from: datetime


class Accounts:
    """The accounts of one line, kept in one file that several processes may use at once.

    `clock` gives the present as a timezone-aware moment. Wrong passwords are counted per instance. `operator` is
    whoever sits at a shell that may open the state folder: no account, and may do what an administrator may.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime],
        *,
        hasher: PasswordHasher | None = None,
        operator: Account | None = None,
    ) -> None:
        self._path = path
        self._operator = operator
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._pacing = LoginPacing()
        self._one_at_a_time = threading.Lock()  # a hash takes 64 MiB: many logins at once must not add up
        self._nobody_hash = self._hasher.hash(secrets.token_urlsafe())

    def needs_first_account(self) -> bool:
        """Whether there is no administrator yet."""
        return not read_book(self._path).has_administrator

    def bootstrap_code(self) -> str | None:
        """A new one-time code for the first administrator, such as `7KQF-…`, or None when there is one.

        Only its hash is stored: it can be shown now and never again. An earlier unused code becomes void.
        """
        with locked(self._path):
            book = read_book(self._path)
            if book.has_administrator:
                return None
            code = new_code()
            pending = StoredCode(sha256=_code_hash(code), issued_at=self._clock())
            write_book(self._path, book.model_copy(update={"pending_code": pending}))
        return code

    def claim(self, code: str, username: str, password: str) -> Account:
        """Make the first administrator; the code is void afterwards.

        Raises `AccountRefusedError` for a name or password that does not do (the code stays good), and
        `CodeRejectedError` for a wrong or used code.
        """
        with locked(self._path):
            book = read_book(self._path)
            pending = book.pending_code
            if book.has_administrator or pending is None or not hmac.compare_digest(_code_hash(code), pending.sha256):
                raise CodeRejectedError("The one-time code is wrong or has been used.")
            return self._add(book, username, password, Role.ADMINISTRATOR)

    def add(
        self,
        username: str,
        password: str,
        role: Role,
        *,
        by: Account,
        agent_id: str | None = None,
        first: bool = False,
    ) -> Account:
        """Add a person, who is `agent_id` on the line if given; only an administrator may.

        `first` says that the password is given out, and another one has to be chosen at the first sign-in.

        Raises `NotAllowedError` for any other role and `AccountRefusedError` for a name or password that does not do,
        or an agent who has an account.
        """
        with locked(self._path):
            book = read_book(self._path)
            require_administrator(book, by, self._operator)
            return self._add(book, username, password, role, agent_id, by=by.username, first=first)

    def reset(
        self, username: str, password: str, *, by: Account, etag: str | None = None, first: bool = False
    ) -> Account:
        """Give somebody a new password; only another administrator may. `first` is as with `add`.

        Raises `NotAllowedError`, `AccountRefusedError` when there is no such account or the password does not do, and
        `ChangedMeanwhileError` where the account is not as `etag` says any more.
        """
        name = fold_username(username)
        with locked(self._path):
            book = read_book(self._path)
            require_administrator(book, by, self._operator)
            stored = book.find(name)
            if stored is None:
                raise AccountRefusedError("username_unknown", "There is no account of this name.")
            if stored.subject is not None:
                raise AccountRefusedError("provider_account", "The provider keeps this account's password.")
            if by is not self._operator and by.username == name:
                raise NotAllowedError("A forgotten password is reset by another administrator.")
            require_unchanged(stored, etag)
            renewed = self._with_password(book, stored, password, AccountDeed.RESET, by=by.username, first=first)
        self._pacing.succeeded(name)
        log.info("account.reset", role=stored.role)
        return to_account(renewed)

    def change_own(self, password: str, new: str, *, by: Account) -> Account:
        """Choose a new password for oneself; every sign-in from before is over.

        Raises `TooManyAttemptsError`, and `AccountRefusedError` where the present password is wrong, the new one does
        not do or is the same, or the provider keeps it.
        """
        if self.verify(by.username, password) is None:
            raise AccountRefusedError("password_wrong", "The present password is wrong.")
        with locked(self._path):
            book = read_book(self._path)
            stored = book.find(by.username)
            if stored is None or stored.subject is not None:
                raise AccountRefusedError("provider_account", "The provider keeps this account's password.")
            if unicodedata.normalize("NFKC", new) == unicodedata.normalize("NFKC", password):
                raise AccountRefusedError("password_same", "The new password is the present one.")
            changed = self._with_password(book, stored, new, AccountDeed.CHANGED_PASSWORD, by=by.username, first=False)
        log.info("account.password_changed", role=stored.role)
        return to_account(changed)

    def _with_password(
        self, book: AccountBook, stored: StoredAccount, password: str, deed: AccountDeed, *, by: str, first: bool
    ) -> StoredAccount:
        hashed, now = self._hasher.hash(_checked_password(password, stored.username)), self._clock()
        renewed = stored.model_copy(update={"password_hash": hashed, "renewed_at": now, "first_password": first})
        write_book(self._path, book.with_account(renewed))
        record(self._path, AccountChange(at=now, by=by, username=stored.username, deed=deed))
        return renewed

    def everybody(self, *, by: Account, closed: bool = False) -> tuple[Account, ...]:
        """All open accounts (or the closed ones), by name; raises `NotAllowedError` unless an administrator asks."""
        book = read_book(self._path)
        require_administrator(book, by, self._operator)
        return tuple(to_account(stored) for stored in _by_name(book, closed=closed))

    def verify(self, username: str, password: str) -> Account | None:
        """The account when the password is right, else None; an unknown name takes as long as a wrong password.

        Raises `TooManyAttemptsError` while the user name has to wait (from the fifth wrong password on).
        """
        name = fold_username(username)
        with self._one_at_a_time:
            wait_seconds = self._pacing.seconds_to_wait(name, self._clock())
            if wait_seconds:
                raise TooManyAttemptsError(wait_seconds)
            stored = read_book(self._path).find(name)
            known = stored.password_hash if stored is not None else None  # none for whom the provider vouches
            if not self._matches(known or self._nobody_hash, password) or stored is None or known is None:
                self._pacing.failed(name, self._clock())
                log.warning("account.refused", known=known is not None)
                return None
            self._pacing.succeeded(name)
        return to_account(stored)

    def find(self, username: str) -> Account | None:
        """The account as it is now; None when it has been taken away."""
        stored = read_book(self._path).find(fold_username(username))
        return to_account(stored) if stored else None

    def standing(self, username: str) -> Standing | None:
        """The account as it is now, with what a sign-in is measured by; None when it has been taken away."""
        stored = read_book(self._path).find(fold_username(username))
        return Standing(to_account(stored), stored.valid_from) if stored else None

    def choose_screen_language(self, language: ScreenLanguage, *, by: Account) -> Account:
        """Remember what somebody reads; everybody chooses for themselves. Raises `NotAllowedError` without an account.

        No lock of what was seen before: the last choice is the one that is meant.
        """
        with locked(self._path):
            book = read_book(self._path)
            stored = book.find(by.username)
            if stored is None:
                raise NotAllowedError("The account has been taken away.")
            chosen = stored.model_copy(update={"screen_language": language})
            others = (chosen if each is stored else each for each in book.accounts)
            write_book(self._path, book.model_copy(update={"accounts": tuple(others)}))
        return to_account(chosen)

    def _matches(self, password_hash: str, password: str) -> bool:
        if len(password) > MAX_PASSWORD_LENGTH:
            password = ""  # hashing a megabyte would be a way to keep everybody else waiting
        try:
            return self._hasher.verify(password_hash, unicodedata.normalize("NFKC", password))
        except VerifyMismatchError:
            return False

    def _add(
        self,
        book: AccountBook,
        username: str,
        password: str,
        role: Role,
        agent_id: str | None = None,
        *,
        by: str = "",
        first: bool = False,
    ) -> Account:
        name = checked_username(username, book)
        if agent_id is not None and any(
            account.agent_id == agent_id and account.closed is None for account in book.accounts
        ):
            raise AccountRefusedError("agent_taken", "This agent has an account already.")
        stored = StoredAccount(
            username=name,
            role=role,
            password_hash=self._hasher.hash(_checked_password(password, name)),
            created_at=self._clock(),
            agent_id=agent_id,
            first_password=first,
        )
        pending = None if role is Role.ADMINISTRATOR else book.pending_code
        write_book(self._path, AccountBook(accounts=(*book.accounts, stored), pending_code=pending))
        change = AccountChange(at=self._clock(), by=by or name, username=name, deed=AccountDeed.ADDED, after=role)
        record(self._path, change)
        log.info("account.added", role=role)
        return to_account(stored)


def to_account(stored: StoredAccount) -> Account:
    """The stored account as the rest of the program knows it."""
    return Account(stored.username, stored.role, stored.agent_id, stored.screen_language, stored.first_password)


def require_administrator(book: AccountBook, by: Account, operator: Account | None) -> None:
    """Raise `NotAllowedError` unless an administrator, or whoever sits at the shell, asks."""
    if operator is not None and by is operator:
        return
    asking = book.find(by.username)
    if asking is None or asking.role is not Role.ADMINISTRATOR:
        raise NotAllowedError("Only an administrator may.")


def require_unchanged(stored: StoredAccount, etag: str | None) -> None:
    """Raise `ChangedMeanwhileError` where the account is not as somebody saw it; None for who does not ask."""
    if etag is not None and stored.etag != etag:
        raise ChangedMeanwhileError("Somebody else has changed the account meanwhile.")


def _by_name(book: AccountBook, *, closed: bool) -> list[StoredAccount]:
    chosen = (each for each in book.accounts if (each.closed is not None) is closed)
    return sorted(chosen, key=lambda each: each.username)


def fold_username(username: str) -> str:
    """The user name as it is stored: one form per character, no outer blanks, small letters."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def checked_username(username: str, book: AccountBook) -> str:
    """The user name as it is stored; raises `AccountRefusedError` for one that does not do or is taken."""
    name = fold_username(username)
    if not USERNAME_PATTERN.fullmatch(name):
        raise AccountRefusedError("username_unfit", "A user name has 2 to 40 letters, digits, or . @ _ -")
    if book.find_any(name):
        raise AccountRefusedError("username_taken", "This user name is taken.")
    return name


def _checked_password(password: str, username: str) -> str:
    normal = unicodedata.normalize("NFKC", password)
    if not MIN_PASSWORD_LENGTH <= len(normal) <= MAX_PASSWORD_LENGTH:
        raise AccountRefusedError(
            "password_length", f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters."
        )
    if normal.casefold() == username or len(set(normal)) < 4:
        raise AccountRefusedError("password_plain", "The password is too easy to guess.")
    return normal


def new_code() -> str:
    """A code that is read out and typed, such as `7KQF-…`: for the first administrator, or as a first password."""
    letters = [secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUPS * CODE_GROUP_LENGTH)]
    return "-".join(
        "".join(letters[start : start + CODE_GROUP_LENGTH]) for start in range(0, len(letters), CODE_GROUP_LENGTH)
    )


def _code_hash(code: str) -> str:
    """A fast hash is enough: the code is random and long, unlike a password."""
    plain = "".join(character for character in unicodedata.normalize("NFKC", code).upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
