"""Accounts as a directory, for services that ask whether somebody is still there."""

from __future__ import annotations

from elder_channel.services.accounts import Account


class People:
    """These accounts and no others."""

    def __init__(self, *accounts: Account) -> None:
        self._accounts = {account.username: account for account in accounts}

    def find(self, username: str) -> Account | None:
        """The account as it is now."""
        return self._accounts.get(username)
