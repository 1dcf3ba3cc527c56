"""The accounts file: what is in it, and how it is read and replaced as a whole."""

from __future__ import annotations

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

ACCOUNTS_FILE = "accounts.json"
"""Where the accounts lie, in the state folder."""
LOCK_TIMEOUT_SECONDS = 10


class Role(StrEnum):
    """What a person at the console may do."""

    ADMINISTRATOR = "administrator"  # accounts and settings, and all that supervisors may
    SUPERVISOR = "supervisor"  # sees every call, and may pass on any
    APPROVER = "approver"  # approves what an editor has written
    EDITOR = "editor"  # writes what callers hear and customers get
    AGENT = "agent"  # answers calls
    VIEWER = "viewer"  # looks, changes nothing


class StoredAccount(BaseModel):
    """One person; the password only as an Argon2 hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str
    role: Role
    password_hash: str
    created_at: datetime
    agent_id: str | None = None
    """The agent this person is on the line; None for who answers no calls."""


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
        return any(account.role is Role.ADMINISTRATOR for account in self.accounts)

    def find(self, username: str) -> StoredAccount | None:
        """The account of this (already folded) user name."""
        return next((account for account in self.accounts if account.username == username), None)


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
