"""The accounts file: what is in it, and how it is read and replaced as a whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from elder_channel.services.errors import AccountsFileError
from elder_channel.staff.model import Role

__all__ = ["ACCOUNTS_FILE", "AccountBook", "Closed", "Role", "StoredAccount", "StoredCode"]

ACCOUNTS_FILE = "accounts.json"
"""Where the accounts lie, in the state folder."""
LOCK_TIMEOUT_SECONDS = 10


class Closed(StrEnum):
    """Who closed an account."""

    HERE = "here"  # an administrator; only one opens it again
    PROVIDER = "provider"  # no role there any more; the next sign-in with one opens it again


class ScreenLanguage(StrEnum):
    """What a person reads on the console."""

    BOTH = "both"  # Chinese, and English beside it
    CHINESE = "zh"
    ENGLISH = "en"


class StoredAccount(BaseModel):
    """One person; the password only as an Argon2 hash, and none for whom the provider vouches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str
    role: Role
    password_hash: str | None = None
    created_at: datetime
    agent_id: str | None = None
    """The agent this person is on the line; None for who answers no calls."""
    subject: str | None = None
    """Issuer and subject at the provider; None for local accounts."""
    renewed_at: datetime | None = None
    """When the password was last changed or the account opened again: whoever was signed in before is no more."""
    closed: Closed | None = None
    """Who closed it; None while it is open."""

    screen_language: ScreenLanguage | None = None
    """What the person last chose to read; None for who never did. Files of before know none."""
    first_password: bool = False
    """Whether the password was given out: signed in, the person has to choose another before anything else."""

    @property
    def valid_from(self) -> datetime:
        """From when on a sign-in counts."""
        return self.renewed_at or self.created_at

    @property
    def etag(self) -> str:
        """Changes with everything an administrator decides by; what the person reads is not among it."""
        seen = self.model_dump_json(exclude={"screen_language"})
        return hashlib.sha256(seen.encode()).hexdigest()[:16]


class StoredCode(BaseModel):
    """The first administrator's code that has not been used yet, as a hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    issued_at: datetime


class AccountBook(BaseModel):
    """Everything in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = 1
    pending_code: StoredCode | None = None
    accounts: tuple[StoredAccount, ...] = ()

    @property
    def has_administrator(self) -> bool:
        """Whether somebody can let others in."""
        return any(account.role is Role.ADMINISTRATOR and account.closed is None for account in self.accounts)

    def find(self, username: str) -> StoredAccount | None:
        """The open account of this (already folded) user name."""
        found = self.find_any(username)
        return found if found is not None and found.closed is None else None

    def find_any(self, username: str) -> StoredAccount | None:
        """The account of this user name, also a closed one: its name is not given away."""
        return next((account for account in self.accounts if account.username == username), None)

    def of_subject(self, subject: str) -> StoredAccount | None:
        """The account of a person at the provider, also a closed one."""
        return next((account for account in self.accounts if account.subject == subject), None)

    def with_account(self, changed: StoredAccount) -> AccountBook:
        """The book with this account in the place of the one of its name."""
        others = (changed if each.username == changed.username else each for each in self.accounts)
        return self.model_copy(update={"accounts": tuple(others)})


def read_book(path: Path) -> AccountBook:
    """The book in the file, an empty one where there is no file; raises `AccountsFileError` for anything else."""
    try:
        return AccountBook.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return AccountBook()
    except OSError as error:
        raise AccountsFileError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        # Starting over with an empty book would hand the console to whoever claims it first.
        raise AccountsFileError(
            f"{path}: not an accounts file ({error.error_count()} faults); restore or delete it."
        ) from error


def write_book(path: Path, book: AccountBook) -> None:
    """Replace the file in one step, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(book.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AccountsFileError(f"{path}: cannot be written ({error.strerror}).") from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock, so that two processes do not overwrite each other."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"), timeout=LOCK_TIMEOUT_SECONDS, mode=0o600)
        lock.acquire()
    except OSError as error:  # filelock's Timeout is one of these
        raise AccountsFileError(f"{path}: cannot be locked ({error}).") from error
    try:
        yield
    finally:
        lock.release()
