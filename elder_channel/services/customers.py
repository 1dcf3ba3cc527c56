"""Customers of the group: imported, previewed, and decided on where their records contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy.engine import Row

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import GroupPerson
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CustomersRefusedError
from elder_channel.storage.engine import reading, writing
from greeting_sms.customers.birthday_choice import Doubt
from greeting_sms.customers.columns import ColumnNames
from greeting_sms.customers.doubts import OpenDoubt, decide, doubt_counts, doubts
from greeting_sms.customers.importing import Read, Written, bring_in, compare, stage
from greeting_sms.customers.known_people import known_people
from greeting_sms.customers.record import Record, ground
from greeting_sms.customers.sources import Source
from greeting_sms.customers.staging import Staging
from greeting_sms.occasions import Birthday, exists, solar_birth
from greeting_sms.recipients import HeldBack, birthday_of

log = structlog.get_logger()

MAY_IMPORT: Final = frozenset({Role.ADMINISTRATOR, Role.EDITOR})
MAY_LOOK: Final = MAY_IMPORT | {Role.SUPERVISOR, Role.APPROVER}


@dataclass(frozen=True)
class Options:
    """How a source is read."""

    company: str | None = None
    """The company of every row; None where the source has a column for it."""
    names: ColumnNames | None = None
    """The site's own names of columns."""
    examples: bool = False
    """Whether numbers of examples are taken."""


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    read: Read
    new: int
    changed: int
    unchanged: int
    sample: tuple[Record, ...]
    """The first records as they would be kept."""


class Customers:
    """The customers of the group, for people who may change them."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def preview(
        self, source: Source, options: Options, *, by: Account, sample: int, progress: Callable[[str, float], None]
    ) -> Preview:
        """Read and check everything and say what would change; the books stay as they are.

        Raises `NotAllowedError`, `CustomersRefusedError` and `ImportFailedError`.
        """
        allowed_role(self._accounts, by, MAY_IMPORT)
        books = reading(self._line.databases.greetings)
        with self._staged(source, options, progress) as (staging, read), books.begin() as connection:
            new, changed, unchanged = compare(connection, staging)
            return Preview(read, new, changed, unchanged, tuple(staging.sample(sample)))

    def import_from(
        self, source: Source, options: Options, *, by: Account, progress: Callable[[str, float], None]
    ) -> tuple[Read, Written]:
        """Take the customers of a source in; all of it in one short transaction, so that a fault leaves the books as
        they were and nobody waits long.

        Then the line learns who they are, a few at a time; what breaks off there the next import makes good.

        Raises `NotAllowedError`, `CustomersRefusedError` and `ImportFailedError`, of which `BooksChangedError`
        says that others changed the books all the while.
        """
        role = allowed_role(self._accounts, by, MAY_IMPORT)
        settings = self._line.settings
        with self._staged(source, options, progress) as (staging, read):
            written = bring_in(
                reading(self._line.databases.greetings).begin,
                partial(writing, self._line.databases.greetings),
                staging,
                settings=settings.customers,
                companies=self.companies,
                at=self._line.clock(),
                progress=progress,
            )
            self._tell_the_line(staging, progress)
        log.info("customers.imported", role=role, rows=read.rows, rejected=read.rejected, people=written.people)
        return read, written

    def doubts(self, *, by: Account, limit: int, doubt: Doubt | None = None) -> list[OpenDoubt]:
        """What is open about people. Raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        with reading(self._line.databases.greetings).begin() as connection:
            return list(doubts(connection, limit=limit, doubt=doubt))

    def doubt_counts(self, *, by: Account) -> dict[str, int]:
        """How many people each doubt concerns. Raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        with reading(self._line.databases.greetings).begin() as connection:
            return doubt_counts(connection)

    def decide(self, group_customer_id: str, birthday: Birthday, *, reason: str, by: Account) -> None:
        """Keep which birthday is right; it stands above every record, also after the next import.

        Raises `NotAllowedError`, `CustomersRefusedError` and `PersonUnknownError`.
        """
        role = allowed_role(self._accounts, by, MAY_IMPORT)
        if not exists(birthday):
            raise CustomersRefusedError("birthday_unknown", "There is no such day.")
        told = " ".join(reason.split())
        if not told:
            raise CustomersRefusedError("reason_missing", "A decision needs its reason: who was asked, which paper.")
        with writing(self._line.databases.greetings) as connection:
            decide(
                connection,
                group_customer_id,
                birthday,
                settings=self._line.settings.customers,
                companies=self.companies,
                by=by.username,
                reason=told,
                at=self._line.clock(),
            )
        self._tell_the_line_of([group_customer_id])
        log.info("customers.birthday_decided", role=role)

    @property
    def companies(self) -> list[str]:
        """The companies of the group, in the order of the settings."""
        return [company.id for company in self._line.settings.companies]

    def _tell_the_line(self, staging: Staging, progress: Callable[[str, float], None]) -> None:
        total, done = max(staging.count(), 1), 0
        for ids in staging.people():
            self._tell_the_line_of(ids)
            done += len(ids)
            progress("telling the line", min(done / total, 1.0))
        progress("telling the line", 1.0)

    def _tell_the_line_of(self, ids: Sequence[str]) -> None:
        with reading(self._line.databases.greetings).begin() as connection:
            people = [_as_the_line_knows(row, numbers) for row, numbers in known_people(connection, ids)]
        self._line.group_customers.bring(people)

    @contextmanager
    def _staged(
        self, source: Source, options: Options, progress: Callable[[str, float], None]
    ) -> Iterator[tuple[Staging, Read]]:
        if options.company and options.company not in self.companies:
            known = ", ".join(self.companies)
            raise CustomersRefusedError(
                "company_unknown", f"There is no company {options.company}; there are: {known}."
            )
        today = self._line.clock().astimezone(HOTLINE_ZONE).date()
        on = ground(
            self.companies, self._line.catalogue, company=options.company, examples=options.examples, today=today
        )
        with Staging() as staging:
            yield staging, stage(source, staging, on, names=options.names, progress=progress)


def _as_the_line_knows(row: Row[Any], numbers: tuple[str, ...]) -> GroupPerson:
    """Born on a day that is contradicted counts as unknown: the caller's age would be a guess."""
    birthday = birthday_of(row) if row.held_back != HeldBack.QUARANTINED else None
    born_on = solar_birth(birthday) if birthday else None
    return GroupPerson(row.group_customer_id, row.name, numbers, born_on, row.dialect, row.language)
