"""Opt-outs as lists: taken from other systems, written out for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

import structlog

from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.storage.engine import reading, writing
from greeting_sms.consent import all_opt_outs, record_opt_out
from greeting_sms.customers.faults import Fault
from greeting_sms.opt_out_files import OptOutRow, write_opt_outs

log = structlog.get_logger()

MAY_IMPORT = frozenset({Role.ADMINISTRATOR, Role.EDITOR, Role.SUPERVISOR})
MAY_EXPORT = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


@dataclass(frozen=True)
class Imported:
    """What came of a list."""

    new: int
    known: int
    faults: tuple[Fault, ...]


class OptOuts:
    """The group's list of numbers that get no greetings."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def import_rows(self, rows: Iterable[OptOutRow | Fault], *, by: Account, source: str) -> Imported:
        """Keep every number of a list that is not kept yet, all or none; rows that cannot be read are told.

        An opt-out is worth more than a clean file: bad rows do not keep the good ones out. The same list twice changes
        nothing. Raises `NotAllowedError` and `ImportFailedError`.
        """
        allowed_role(self._accounts, by, MAY_IMPORT)
        now, new, known, faults = self._line.clock(), 0, 0, list[Fault]()
        with writing(self._line.databases.greetings) as connection:
            for row in rows:
                if isinstance(row, Fault):
                    faults.append(row)
                    continue
                since = min(row.since or now, now)
                told = row.source or source
                kept = record_opt_out(connection, row.number, at=since, source=told, by=by.username, reason=source)
                new, known = new + kept, known + (not kept)
        log.info("opt_outs.imported", new=new, known=known, refused=len(faults), by=by.username)
        return Imported(new, known, tuple(faults))

    def export(self, file: TextIO, *, by: Account) -> int:
        """Write the whole list; how many numbers."""
        allowed_role(self._accounts, by, MAY_EXPORT)
        with reading(self._line.databases.greetings).begin() as connection:
            count = write_opt_outs(file, all_opt_outs(connection))
        log.info("opt_outs.exported", numbers=count, by=by.username)
        return count
