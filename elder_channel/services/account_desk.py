"""The accounts as the console's page shows and changes them; passwords that are given out are made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from elder_channel.services.account_history import AccountChange, newest
from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.accounts import Account, Accounts, fold_username, new_code, require_administrator
from elder_channel.services.accounts_file import AccountBook, Closed, Role, StoredAccount, read_book
from elder_channel.services.errors import AccountRefusedError

MOST_CHANGES = 100


@dataclass(frozen=True)
class AccountRow:
    """One account as an administrator sees it."""

    username: str
    role: Role
    agent_id: str | None
    closed: Closed | None
    by_provider: bool
    """Whether the provider keeps password and role."""
    first_password: bool
    """Whether the person has not chosen a password yet."""
    created_at: datetime
    etag: str


@dataclass(frozen=True)
class GivenPassword:
    """A password to be handed to somebody; it is shown now and never again."""

    username: str
    password: str


class AccountDesk:
    """Lists and changes accounts for administrators, and everybody's own password.

    `agents` gives the ids of the line's agents with their names.
    """

    def __init__(
        self, path: Path, accounts: Accounts, upkeep: AccountUpkeep, agents: Callable[[], Mapping[str, str]]
    ) -> None:
        self._path = path
        self._accounts = accounts
        self._upkeep = upkeep
        self._agents = agents

    def everybody(self, *, by: Account) -> tuple[AccountRow, ...]:
        """All accounts by name, the closed ones last. Raises `NotAllowedError` unless an administrator asks."""
        book = self._book(by)
        return tuple(_row(each) for each in sorted(book.accounts, key=lambda each: (bool(each.closed), each.username)))

    def history(self, *, by: Account) -> tuple[AccountChange, ...]:
        """What was done to accounts, the newest first. Raises as `everybody` does."""
        self._book(by)
        return newest(self._path, limit=MOST_CHANGES)

    def agents(self) -> Mapping[str, str]:
        """The ids of the line's agents with their names."""
        return self._agents()

    def free_agents(self, *, by: Account) -> dict[str, str]:
        """Agents without an account, with their names. Raises as `everybody` does."""
        taken = {each.agent_id for each in self._book(by).accounts if each.closed is None}
        return {id_: name for id_, name in self._agents().items() if id_ not in taken}

    def add(self, username: str, role: Role, *, by: Account, agent_id: str | None = None) -> GivenPassword:
        """Add a person with a first password. Raises as `Accounts.add`, and for an agent nobody knows."""
        if agent_id is not None and agent_id not in self._agents():
            raise AccountRefusedError("agent_unknown", f"There is no agent {agent_id[:64]!r}.")
        password = new_code()
        added = self._accounts.add(username, password, role, by=by, agent_id=agent_id, first=True)
        return GivenPassword(added.username, password)

    def reset(self, username: str, *, etag: str, by: Account) -> GivenPassword:
        """Give somebody a first password again; theirs, and every sign-in of theirs, is over.

        Raises as `Accounts.reset`.
        """
        password = new_code()
        changed = self._accounts.reset(username, password, by=by, etag=etag, first=True)
        return GivenPassword(changed.username, password)

    def give_role(self, username: str, role: Role, *, etag: str, by: Account) -> Account:
        """Let somebody do something else. Raises as `AccountUpkeep.give_role`."""
        return self._upkeep.give_role(username, role, by=by, etag=etag)

    def close(self, username: str, *, etag: str, by: Account) -> Account:
        """Take an account away. Raises as `AccountUpkeep.close`, and for the own one: somebody else does that."""
        if fold_username(username) == by.username:
            raise AccountRefusedError("own_account", "Another administrator closes this account.")
        return self._upkeep.close(username, by=by, etag=etag)

    def reopen(self, username: str, *, etag: str, by: Account) -> Account:
        """Open a closed account again. Raises as `AccountUpkeep.reopen`."""
        return self._upkeep.reopen(username, by=by, etag=etag)

    def keeps_own_password(self, *, by: Account) -> bool:
        """Whether the person has a password here; who comes by the provider has none."""
        stored = read_book(self._path).find(by.username)
        return stored is not None and stored.subject is None

    def change_own(self, password: str, new: str, *, by: Account) -> Account:
        """Choose a new password for oneself. Raises as `Accounts.change_own`."""
        return self._accounts.change_own(password, new, by=by)

    def _book(self, by: Account) -> AccountBook:
        book = read_book(self._path)
        require_administrator(book, by, None)
        return book


def _row(stored: StoredAccount) -> AccountRow:
    return AccountRow(
        username=stored.username,
        role=stored.role,
        agent_id=stored.agent_id,
        closed=stored.closed,
        by_provider=stored.subject is not None,
        first_password=stored.first_password,
        created_at=stored.created_at,
        etag=stored.etag,
    )
