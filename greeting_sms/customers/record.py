"""One row of a source as a customer's record, or why it is none."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, TypeVar

from dialects.catalogue import Catalogue
from greeting_sms.customers.birthday_text import BirthdayTextError, read_birthday
from greeting_sms.customers.columns import Field
from greeting_sms.customers.faults import Fault, masked, may_be_formula
from greeting_sms.customers.identity import IdentityNumberError, read_identity_number
from greeting_sms.customers.values import (
    CALENDARS,
    GENDERS,
    STATUSES,
    YES_OR_NO,
    Status,
    dialect_names,
    language_names,
    zones,
)
from greeting_sms.numbers import Kind, read_number
from greeting_sms.occasions import Birthday, Calendar, solar_birth

Value = TypeVar("Value")

_LONGEST: Final[Mapping[Field, int]] = {
    Field.REFERENCE: 64,
    Field.GROUP_CUSTOMER_ID: 64,
    Field.NAME: 80,
    Field.REGION: 16,
    Field.NUMBER: 40,
}
_LONGEST_OTHER: Final = 40
_UNREADABLE: Final = object()


class BirthdayFrom:
    """Where a record's birthday comes from."""

    STATED = "stated"
    IDENTITY = "identity"
    NOTHING = "nothing"


class Record(NamedTuple):
    """What one company has of one customer, as it is kept in `customer_records`."""

    company: str
    reference: str
    group_customer_id: str
    name: str
    gender: str | None
    number: str | None
    language: str | None
    dialect: str | None
    region: str | None
    zone: str | None
    calendar: str
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    birth_leap: bool
    birthday_from: str
    contradicted_by: str | None
    """The day an identity number gives, where the stated one is another: `1946-03-12`."""
    landline: bool
    status: str
    consented: bool | None
    digest: str


@dataclass(frozen=True)
class Ground:
    """What records are read against."""

    companies: frozenset[str]
    dialects: Mapping[str, str]
    languages: Mapping[str, str]
    today: date
    """Nobody is born later."""
    company: str | None = None
    """The company of every row, where the source has no column for it."""
    examples: bool = False
    """Whether numbers of examples are taken, as generated customers have them."""


def ground(
    companies: Sequence[str], catalogue: Catalogue, *, today: date, company: str | None = None, examples: bool = False
) -> Ground:
    """What the records of this group are read against."""
    return Ground(frozenset(companies), dialect_names(catalogue), language_names(catalogue), today, company, examples)


class RecordReader:
    """Reads the rows of one source."""

    def __init__(self, places: Mapping[Field, int], headers: Sequence[str], on: Ground) -> None:
        self._places = places
        self._headers = {field: headers[place] for field, place in places.items()}
        self._width = len(headers)
        self._on = on

    def read(self, row: int, cells: Sequence[str]) -> tuple[Record | None, list[Fault]]:
        """The record, with what was left out of it; or None, with why."""
        return _Row(row, cells, self._places, self._headers, self._width, self._on).record()


class _Row:
    """One row while it is read: faults gather, so that a report names all of them at once."""

    __slots__ = ("_cells", "_headers", "_on", "_places", "_row", "_width", "faults")

    def __init__(
        self, row: int, cells: Sequence[str], places: Mapping[Field, int], headers: Mapping[Field, str], width: int,
        on: Ground,
    ) -> None:  # fmt: skip
        self._row, self._cells, self._places, self._headers, self._on = row, cells, places, headers, on
        self._width = width
        self.faults: list[Fault] = []

    def record(self) -> tuple[Record | None, list[Fault]]:
        if len(self._cells) != self._width:
            reason = f"{len(self._cells)} cells under {self._width} headers; a separator within a cell needs quotes"
            return None, [Fault(self._row, "", reason)]
        company = self._company()
        reference = self._text(Field.REFERENCE)
        if not reference and not self._faulty(Field.REFERENCE):
            self._wrong(Field.REFERENCE, "is empty")
        group_id = self._group_id(company, reference)
        number, landline = self._number()
        born, source, contradicted_by, gender = self._birthday()
        calendar, year, month, day, leap = _birth_columns(born)
        kept = (
            company, reference, group_id, self._text(Field.NAME),
            self._one_of(Field.GENDER, GENDERS) or gender, number, self._language(),
            self._one_of(Field.DIALECT, self._on.dialects), self._text(Field.REGION) or None, self._zone(),
            calendar, year, month, day, leap, source, contradicted_by, landline,
            self._one_of(Field.STATUS, STATUSES) or Status.ACTIVE, self._one_of(Field.CONSENTED, YES_OR_NO),
        )  # fmt: skip
        if any(not fault.taken for fault in self.faults):
            return None, [fault for fault in self.faults if not fault.taken]
        digest = hashlib.blake2b(repr(kept).encode(), digest_size=16).hexdigest()
        return Record(*kept, digest), self.faults

    def _cell(self, field: Field) -> str:
        place = self._places.get(field)
        return "" if place is None else self._cells[place].strip()

    def _text(self, field: Field) -> str:
        """A cell that is kept as it is: no formula, no control characters, not too long."""
        text = _unwrapped(self._cell(field)) if field is not Field.NAME else self._cell(field)
        if not text:
            return ""
        if len(text) > _LONGEST.get(field, _LONGEST_OTHER):
            self._wrong(field, f"has {len(text):,} characters; at most {_LONGEST.get(field, _LONGEST_OTHER)} are kept")
        elif may_be_formula(text):
            self._wrong(field, "begins as a formula does (=, +, -, @)")
        elif not text.isprintable():
            self._wrong(field, "has control characters")
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _one_of(self, field: Field, words: Mapping[str, Value]) -> Value | None:
        cell = self._cell(field)
        if not cell:
            return None
        found = words.get(cell.casefold(), _UNREADABLE)
        if found is _UNREADABLE:
            self._wrong(field, "is none of the words for it")
            return None
        return found  # type: ignore[return-value] # the sentinel is gone

    def _company(self) -> str:
        named = self._cell(Field.COMPANY).casefold()
        if named and self._on.company and named != self._on.company:
            self._wrong(Field.COMPANY, f"is not {self._on.company}, for which the import was asked")
        company = named or self._on.company or ""
        if company not in self._on.companies:
            self._wrong(Field.COMPANY, f"is none of the companies: {', '.join(sorted(self._on.companies))}")
        return company

    def _group_id(self, company: str, reference: str) -> str:
        if Field.GROUP_CUSTOMER_ID not in self._places:
            return f"{company}:{reference}"[: _LONGEST[Field.GROUP_CUSTOMER_ID]]
        text = self._text(Field.GROUP_CUSTOMER_ID)
        if not text:
            self._wrong(Field.GROUP_CUSTOMER_ID, "is empty")
        return text

    def _number(self) -> tuple[str | None, bool]:
        cell = _unwrapped(self._cell(Field.NUMBER))
        if not cell:
            return None, False
        read = read_number(cell if cell.isascii() else unicodedata.normalize("NFKC", cell))
        match read.kind:
            case Kind.MALFORMED:
                self._wrong(Field.NUMBER, "is no telephone number in service")
            case Kind.EXAMPLE if not self._on.examples:
                self._wrong(Field.NUMBER, "is a number of examples, which rings nobody (--examples takes them)")
            case Kind.LANDLINE:
                self._wrong(Field.NUMBER, "is a landline: no greeting goes there", taken=True)
        return read.e164, read.kind is Kind.LANDLINE

    def _language(self) -> str | None:
        tag = self._cell(Field.LANGUAGE)
        if not tag:
            return None
        folded = tag.casefold().replace("_", "-")
        found = self._on.languages.get(folded) or self._on.languages.get(folded.split("-")[0])
        if found is None:
            self._wrong(Field.LANGUAGE, "is neither Chinese nor English: the group writes in zh and en")
        return found

    def _zone(self) -> str | None:
        name = self._cell(Field.ZONE)
        if name and name not in zones():
            self._wrong(Field.ZONE, "is no time zone; write one as Asia/Shanghai")
        return name or None

    def _birthday(self) -> tuple[Birthday | None, str, str | None, str | None]:
        """Birthday, where it is from, the identity number's day where that is another, and the gender it tells."""
        stated = self._stated()
        if stated and stated.year is not None and (solar_birth(stated) or date.min) > self._on.today:
            self._wrong(Field.BIRTHDAY, "lies in the future")
        cell = _unwrapped(self._cell(Field.IDENTITY_NUMBER))
        if not cell:
            return stated, BirthdayFrom.STATED if stated else BirthdayFrom.NOTHING, None, None
        try:
            day, gender = read_identity_number(cell)
        except IdentityNumberError as error:
            self._wrong(Field.IDENTITY_NUMBER, str(error))
            return None, BirthdayFrom.NOTHING, None, None
        proven = Birthday(Calendar.SOLAR, day.month, day.day, year=day.year)
        if stated is None:
            return proven, BirthdayFrom.IDENTITY, None, gender
        if stated == proven:
            return stated, BirthdayFrom.IDENTITY, None, gender
        return stated, BirthdayFrom.STATED, None if _agrees(stated, day) else day.isoformat(), gender

    def _stated(self) -> Birthday | None:
        calendar = self._one_of(Field.CALENDAR, CALENDARS)
        leap = self._one_of(Field.LEAP, YES_OR_NO)
        text = _unwrapped(self._cell(Field.BIRTHDAY))
        if not text:
            return None
        try:
            return read_birthday(text[: _LONGEST_OTHER + 1], calendar, leap)
        except BirthdayTextError as error:
            self._wrong(Field.BIRTHDAY, str(error))
            return None

    def _faulty(self, field: Field) -> bool:
        return any(fault.column == self._headers.get(field) for fault in self.faults)

    def _wrong(self, field: Field, reason: str, *, taken: bool = False) -> None:
        header = self._headers.get(field, field)
        self.faults.append(Fault(self._row, header, reason, masked(field, self._cell(field)), taken))


def _agrees(stated: Birthday, proven: date) -> bool:
    """Whether a stated birthday and the day of an identity number can be one person's.

    Many had their lunar birthday written into the papers as if it were a solar one.
    """
    if stated.calendar == Calendar.LUNAR:
        same_day = stated.year is None or solar_birth(stated) == proven
        return same_day or (stated.month, stated.day) == (proven.month, proven.day)
    return (stated.month, stated.day) == (proven.month, proven.day) and stated.year is None


def _birth_columns(born: Birthday | None) -> tuple[str, int | None, int | None, int | None, bool]:
    if born is None:
        return Calendar.SOLAR, None, None, None, False
    return born.calendar, born.year, born.month, born.day, born.leap


def _unwrapped(cell: str) -> str:
    """What spreadsheets wrap digits in to keep them text: `="0591"`, `'0591`, a tab."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1] if cell[2:-1].lstrip("+").isalnum() else cell
    return cell[1:] if cell.startswith("'") else cell
