"""One customer's file for staff: found, opened, changed, written out and deleted; who did so and why is on record."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog

from bilingual.tags import Language
from dialects.numbers import read_number
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.customers.files import Access, CustomerAccess, CustomerChange, Details, details_of
from elder_channel.customers.model import Customer
from elder_channel.learning.model import Consent
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CustomerFileError, RecordingRefusedError
from elder_channel.services.recorded_calls import RecordedCalls
from elder_channel.services.sound_keeping import SoundKeeping
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.personal_data import Unfinished
from elder_channel.workorders.model import WorkOrder
from greeting_sms.customers import personal_data as greeting_data

log = structlog.get_logger()

MAY_LOOK: Final = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MAY_EXPORT: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
MAY_DELETE: Final = frozenset({Role.ADMINISTRATOR})
MOST_FOUND: Final = 20
MAX_REASON_CHARACTERS: Final = 200
MOST_FAMILY_NUMBERS: Final = 10
OPEN_FOR: Final = timedelta(minutes=30)
"""So long an opened file may be read on without a new reason."""
_LONGEST_SEARCH: Final = 80
_BASIS_DELETED: Final = "data deleted"


@dataclass(frozen=True)
class Found:
    """A customer in the list of what was found: enough to tell people apart, no more."""

    id: int
    name: str
    """The first character only."""
    numbers: tuple[str, ...]
    """Masked."""
    born_in: int | None


@dataclass(frozen=True)
class Search:
    """What was found."""

    found: tuple[Found, ...]
    more: bool
    """Whether there are others who are not shown."""


@dataclass(frozen=True)
class CustomerFile:
    """What is known of one customer."""

    id: int
    group_id: str | None
    """None for a customer of the site's own books."""
    name: str
    numbers: tuple[str, ...]
    born_on: date | None
    details: Details
    dialect_from: str
    consent: Consent | None
    """The newest word on keeping sound; None when never asked."""
    calls: tuple[Call, ...]
    """Newest first."""
    orders: tuple[WorkOrder, ...]
    greetings: greeting_data.Kept
    """What would stay of the greetings."""
    unfinished: Unfinished
    changes: tuple[CustomerChange, ...]
    accesses: tuple[CustomerAccess, ...]


class CustomerFiles:
    """The files of all customers, for people who may look."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._books = line.customer_files
        self._data = line.personal_data

    def search(self, asked: str, *, reason: str, by: Account) -> Search:
        """Customers with this id, name or number, masked; that somebody searched and why is kept, not what for.

        Raises `NotAllowedError`, and `CustomerFileError` without a reason, without anything to look for, or after too
        many looks within the hour.
        """
        allowed_role(self._accounts, by, MAY_LOOK)
        words = " ".join(asked.split())[:_LONGEST_SEARCH]
        if not words:
            raise CustomerFileError("search_empty", "A search needs a number, an id or a whole name.")
        self._note(None, Access.SEARCHED, reason, by)
        found = self._books.find(words, number=read_number(words).e164, limit=MOST_FOUND + 1)
        return Search(tuple(_masked(each) for each in found[:MOST_FOUND]), len(found) > MOST_FOUND)

    def open(self, customer_id: int, *, reason: str, by: Account) -> CustomerFile:
        """The whole file; kept on record before it is given out. Raises as `search` does, and when it is gone."""
        allowed_role(self._accounts, by, MAY_LOOK)
        self._customer(customer_id)
        self._note(customer_id, Access.OPENED, reason, by)
        return self._file(customer_id)

    def read(self, customer_id: int, *, by: Account) -> CustomerFile:
        """The file once more, for who has opened it within the last half hour.

        Raises `NotAllowedError`, and `CustomerFileError` when it was not opened or is gone.
        """
        allowed_role(self._accounts, by, MAY_LOOK)
        self._demand_opened(customer_id, by)
        return self._file(customer_id)

    def save(self, customer_id: int, base: Details, mine: Details, *, reason: str, by: Account) -> None:
        """Write what differs between `base`, as it was seen, and `mine`; what others changed meanwhile stays.

        Raises as `read` does, and `CustomerFileError` for a value that cannot be, no reason, or when a colleague has
        changed the same field to something else: `file_meanwhile`, with the fields; nothing is written then.
        """
        allowed_role(self._accounts, by, MAY_LOOK)
        self._demand_opened(customer_id, by)
        told = _reason(reason)
        checked = self._checked(customer_id, mine)
        clash = self._books.change(customer_id, base, checked, by=by.username, reason=told, at=self._line.clock())
        if clash is None:
            raise CustomerFileError("file_gone", f"There is no customer {customer_id}.")
        if clash:
            raise CustomerFileError("file_meanwhile", "Somebody else has changed this meanwhile.", clash)
        log.info("customer.changed", customer=customer_id, by=by.username)

    def export(self, customer_id: int, *, reason: str, by: Account) -> str:
        """Everything the line and the greetings hold of a person, as JSON; what sound there is stands as a list.

        Raises as `save` does.
        """
        allowed_role(self._accounts, by, MAY_EXPORT)
        self._demand_opened(customer_id, by)
        self._note(customer_id, Access.EXPORTED, reason, by)
        group_id, numbers = self._books.group_id(customer_id), self._data.numbers(customer_id)
        with reading(self._line.databases.greetings).begin() as connection:
            greetings = greeting_data.read(connection, group_id, numbers)
        everything: dict[str, Any] = {
            "customer": customer_id,
            "written_at": self._line.clock(),
            "calls.db": self._data.read(customer_id),
            "greetings.db": greetings,
        }
        log.info("customer.exported", customer=customer_id, by=by.username)
        return json.dumps(everything, ensure_ascii=False, indent=2, default=_plain)

    def erase(self, customer_id: int, *, reason: str, by: Account) -> greeting_data.Kept:
        """Delete a person from all databases, recordings at the carrier and kept sound too; what stays is told.

        The greetings go first and the line's books last: broken off half way, it is done again from the start. Raises
        as `save` does, and `CustomerFileError` while a call, a work order or a call to them is not finished, or when
        the carrier does not delete a recording.
        """
        allowed_role(self._accounts, by, MAY_DELETE)
        self._demand_opened(customer_id, by)
        told = _reason(reason)
        _refuse(self._data.unfinished(customer_id))
        group_id, numbers = self._books.group_id(customer_id), self._data.numbers(customer_id)
        self._forget_recordings(customer_id, by)
        now = self._line.clock()
        self._line.sound_clips.record_consent(
            customer_id, given=False, basis=_BASIS_DELETED, by=by.username, role=Role.ADMINISTRATOR, at=now
        )
        SoundKeeping(self._line).forget_customer(customer_id)
        with writing(self._line.databases.greetings) as connection:
            kept = greeting_data.erase(connection, group_id, numbers)
        _refuse(self._data.erase(customer_id))
        self._note(customer_id, Access.DELETED, told, by)
        log.info("customer.deleted", customer=customer_id, by=by.username)
        return kept

    def _forget_recordings(self, customer_id: int, by: Account) -> None:
        recorded = RecordedCalls(self._line)
        for sid in self._data.call_sids(customer_id):
            if self._line.recordings.of_call(sid):
                try:
                    recorded.delete(sid, by=by)
                except RecordingRefusedError as error:
                    raise CustomerFileError("file_recordings", "The carrier has not deleted a recording.") from error

    def _file(self, customer_id: int) -> CustomerFile:
        customer, line = self._customer(customer_id), self._line
        group_id, numbers = self._books.group_id(customer_id), self._data.numbers(customer_id)
        with reading(line.databases.greetings).begin() as connection:
            kept = greeting_data.kept(connection, group_id, numbers)
        calls = (line.calls.get(sid) for sid in self._data.call_sids(customer_id)[:MOST_FOUND])
        orders = (line.work_orders.get(id_) for id_ in self._data.order_ids(customer_id)[:MOST_FOUND])
        return CustomerFile(
            id=customer_id,
            group_id=group_id,
            name=customer.name,
            numbers=customer.numbers,
            born_on=customer.born_on,
            details=details_of(customer),
            dialect_from=customer.dialect_from,
            consent=line.sound_clips.consents_of([customer_id]).get(customer_id),
            calls=tuple(call for call in calls if call),
            orders=tuple(order for order in orders if order),
            greetings=kept,
            unfinished=self._data.unfinished(customer_id),
            changes=tuple(self._books.changes(customer_id)),
            accesses=tuple(self._books.accesses(customer_id)),
        )

    def _checked(self, customer_id: int, mine: Details) -> Details:
        """The details as they can be kept."""
        if mine.dialect is not None and mine.dialect not in self._line.catalogue.classes:
            raise CustomerFileError("file_dialect", f"There is no dialect {mine.dialect!r}.")
        if mine.language is not None and mine.language not in set(Language):
            raise CustomerFileError("file_language", f"The line does not speak {mine.language!r}.")
        read = [read_number(each).e164 for each in mine.family_numbers]
        if not all(read) or len(set(read)) > MOST_FAMILY_NUMBERS:
            raise CustomerFileError("file_family", f"At most {MOST_FAMILY_NUMBERS} telephone numbers.")
        if set(read) & set(self._customer(customer_id).numbers):
            raise CustomerFileError("file_family_own", "One of these numbers is the customer's own.")
        return replace(mine, family_numbers=tuple(sorted(set(read))))

    def _customer(self, customer_id: int) -> Customer:
        customer = self._books.get(customer_id)
        if customer is None:
            raise CustomerFileError("file_gone", f"There is no customer {customer_id}.")
        return customer

    def _demand_opened(self, customer_id: int, by: Account) -> None:
        if not self._books.has_opened(customer_id, by.username, since=self._line.clock() - OPEN_FOR):
            raise CustomerFileError("file_closed", "The file was opened too long ago; open it again with a reason.")

    def _note(self, customer_id: int | None, what: Access, reason: str, by: Account) -> None:
        now: datetime = self._line.clock()
        access = CustomerAccess(customer_id, what, by.username, _reason(reason), now)
        most = self._line.settings.privacy.customer_looks_an_hour
        if not self._books.note_access(access, since=now - timedelta(hours=1), most=most):
            log.warning("customer.too_many_looks", by=by.username, most=most)
            raise CustomerFileError("file_too_often", f"At most {most} looks an hour.")


def _refuse(unfinished: Unfinished) -> None:
    if unfinished:
        raise CustomerFileError(
            "file_unfinished",
            f"Still going on: calls {unfinished.calls}, work orders {unfinished.orders}, "
            f"calls to the customer {unfinished.requests}.",
        )


def _reason(reason: str) -> str:
    told = " ".join(reason.split())
    if not told:
        raise CustomerFileError("file_reason", "Looking at a person's data needs its reason.")
    return told[:MAX_REASON_CHARACTERS]


def _masked(customer: Customer) -> Found:
    numbers = tuple(mask_number(each) for each in customer.numbers)
    return Found(customer.id, mask_name(customer.name), numbers, customer.born_on.year if customer.born_on else None)


def mask_name(name: str) -> str:
    """The first character, and a sign that there is more."""
    return name[:1] + "**"


def _plain(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
