"""What was done to accounts, by whom and when: lines that are only ever added, beside the accounts file.

No password, code or hash is ever among them.
"""

from __future__ import annotations

import os
from collections import deque
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from elder_channel.services.errors import AccountsFileError

NAME = "accounts_history.jsonl"

log = structlog.get_logger(__name__)


class AccountDeed(StrEnum):
    """What may happen to an account."""

    ADDED = "added"
    RESET = "reset"  # somebody else gave it a new password
    CHANGED_PASSWORD = "changed_password"  # noqa: S105 - what was done, by the person
    ROLE = "role"
    CLOSED = "closed"
    REOPENED = "reopened"


class AccountChange(BaseModel):
    """One thing that was done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    by: str
    username: str
    deed: AccountDeed
    before: str = ""
    """The role before, where the role was changed."""
    after: str = ""
    """The role afterwards, where there is one."""


def record(accounts: Path, change: AccountChange) -> None:
    """Add a line to the history beside this accounts file; its lock is held. Raises `AccountsFileError`."""
    path = accounts.with_name(NAME)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(change.model_dump_json() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AccountsFileError(f"{path}: cannot be written ({error.strerror}).") from error


def newest(accounts: Path, *, limit: int) -> tuple[AccountChange, ...]:
    """The newest changes first; a line that was cut short by a power failure is passed over."""
    path = accounts.with_name(NAME)
    try:
        with path.open(encoding="utf-8") as file:
            lines = deque(file, maxlen=limit)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise AccountsFileError(f"{path}: cannot be read ({error.strerror}).") from error
    return tuple(change for line in reversed(lines) if (change := _read(line)) is not None)


def _read(line: str) -> AccountChange | None:
    try:
        return AccountChange.model_validate_json(line)
    except ValidationError:
        log.warning("account.history_line_unreadable")
        return None
