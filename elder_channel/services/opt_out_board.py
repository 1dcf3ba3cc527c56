"""The list of opt-outs for the console: looked into, searched, taken from a file and written as one, and lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from elder_channel.bootstrap import Line
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ReplyRefusedError
from elder_channel.services.opt_outs import Imported, OptOuts
from elder_channel.services.replies import Replies
from elder_channel.storage.engine import reading
from greeting_sms.consent import history
from greeting_sms.errors import ImportFailedError
from greeting_sms.opt_out_files import read_opt_outs
from greeting_sms.opt_out_search import count_opt_outs, newest_opt_outs

log = structlog.get_logger()

MAY_LOOK = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.EDITOR, Role.APPROVER, Role.AGENT})
FEWEST_DIGITS = 4
MOST_SHOWN = 50


@dataclass(frozen=True)
class ListedOptOut:
    """One number of the list."""

    key: str
    """The number itself, for `withdraw`; not to be shown."""
    number: str
    """Masked, unless the site shows numbers."""
    since: datetime
    source: str
    changes: tuple[tuple[datetime, bool, str, str], ...]
    """When, whether it became an opt-out, by whom and why; oldest first."""


@dataclass(frozen=True)
class OptOutList:
    """What the list has."""

    total: int
    shown: tuple[ListedOptOut, ...]


class OptOutBoard:
    """The list as staff see it."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._lists = OptOuts(line, accounts)

    def look(self, searched: str, *, by: Account) -> OptOutList:
        """The newest, or those whose number holds the digits that are searched.

        Raises NotAllowedError, and ReplyRefusedError for fewer than four digits: each would match half the list.
        """
        allowed_role(self._accounts, by, MAY_LOOK)
        digits = "".join(each for each in searched if each.isdecimal() and each.isascii())
        if searched.strip() and len(digits) < FEWEST_DIGITS:
            raise ReplyRefusedError("search_short", f"A search needs {FEWEST_DIGITS} digits of the number.")
        with reading(self._line.databases.greetings).begin() as connection:
            total = count_opt_outs(connection)
            found = newest_opt_outs(connection, digits=digits, limit=MOST_SHOWN)
            told = {each.number: history(connection, each.number) for each in found}
        show = self._line.settings.privacy.show_numbers
        return OptOutList(
            total,
            tuple(
                ListedOptOut(
                    each.number,
                    each.number if show else mask_number(each.number),
                    each.opted_out_at,
                    each.source,
                    tuple((row.changed_at, row.opted_out, row.changed_by, row.reason) for row in told[each.number]),
                )
                for each in found
            ),
        )

    def withdraw(self, number: str, *, reason: str, by: Account) -> None:
        """Lift an opt-out at the customer's wish. Raises NotAllowedError and ReplyRefusedError."""
        if not Replies(self._line).withdraw(number, reason=reason, by=by, accounts=self._accounts):
            raise ReplyRefusedError("opt_out_gone", "This number is not on the list any more.")

    def import_csv(self, name: str, content: bytes, *, by: Account) -> Imported:
        """Take a list in, as `elder-channel optouts import` does.

        Raises NotAllowedError, and ReplyRefusedError for a file that cannot be read at all.
        """
        with TemporaryDirectory(prefix="opt-outs-") as folder:
            file = Path(folder) / "list.csv"
            file.write_bytes(content)
            try:
                return self._lists.import_rows(read_opt_outs(file), by=by, source="import")
            except ImportFailedError as error:
                log.info("opt_outs.unreadable", file=name[:80], code=error.code, by=by.username)
                raise ReplyRefusedError(f"opt_outs_{error.code}", str(error)) from error

    def export_csv(self, *, by: Account) -> str:
        """The whole list as CSV, numbers unmasked: another system must know them. Raises NotAllowedError."""
        written = StringIO(newline="")
        self._lists.export(written, by=by)
        return written.getvalue()
