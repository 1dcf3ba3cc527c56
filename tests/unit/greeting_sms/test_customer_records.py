"""One row of a file: what is taken, what is refused and in which words."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import load_catalogue
from greeting_sms.customers.birthday_choice import written
from greeting_sms.customers.birthday_text import BirthdayTextError, read_birthday
from greeting_sms.customers.columns import Field
from greeting_sms.customers.faults import Fault, masked
from greeting_sms.customers.identity import IdentityNumberError, check_character, read_identity_number
from greeting_sms.customers.record import Record, RecordReader, ground
from greeting_sms.numbers import Kind, read_number, zone_of_number
from greeting_sms.occasions import Calendar, exists

ON = ground(["life", "property"], load_catalogue(), today=date(2026, 11, 22), examples=True)
HEADERS = tuple(Field)
FIRST_SEVENTEEN = "99000019460312021"
IDENTITY = FIRST_SEVENTEEN + check_character(FIRST_SEVENTEEN)
"""Of region 990000, which does not exist."""
GOOD = {
    "group_customer_id": "G1",
    "reference": "L1",
    "company": "life",
    "name": "陈示例",
    "number": "+8659100000102",
    "birthday": "1946-03-12",
}


def read(**cells: str) -> tuple[Record | None, list[Fault]]:
    """A good row with these cells changed."""
    row = GOOD | cells
    places = {field: place for place, field in enumerate(HEADERS)}
    return RecordReader(places, HEADERS, ON).read(7, [row.get(field, "") for field in HEADERS])


def taken(**cells: str) -> Record:
    """The record of a row that is taken."""
    record, faults = read(**cells)
    assert record is not None, faults
    return record


def test_a_good_row_is_taken_as_it_is() -> None:
    """Nothing is left out of it, and nothing added."""
    record, faults = read()
    assert faults == []
    assert record is not None
    assert (record.name, record.number, record.birth_year, record.calendar) == (
        "陈示例",
        "+8659100000102",
        1946,
        "solar",
    )


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"birthday": "1946-02-30"}, "birthday", "there is no day 2-30"),
        ({"birthday": "1999-02-29"}, "birthday", "there is no day 2-29"),
        ({"birthday": "46-03-12"}, "birthday", "not a day"),
        ({"birthday": "12/03/1946"}, "birthday", "not a day"),
        ({"birthday": "2031-01-01"}, "birthday", "in the future"),
        ({"birthday": "2026-06-15", "calendar": "农历", "leap": "是"}, "birthday", "no such month"),
        ({"birthday": "1946-03-12", "leap": "是"}, "birthday", "belongs to the lunar calendar"),
        ({"birthday": "农历1946年三月初九", "calendar": "公历"}, "birthday", "the column says solar"),
        ({"birthday": "x" * 10_000_000}, "birthday", "not a day"),
        ({"name": "王" * 10_000_000}, "name", "has 10,000,000 characters; at most 80"),
        ({"name": '=HYPERLINK("http://example.invalid")'}, "name", "begins as a formula does"),
        ({"name": "@SUM(A1)"}, "name", "begins as a formula does"),
        ({"reference": "-1+1"}, "reference", "begins as a formula does"),
        ({"name": "王\x00"}, "name", "control characters"),
        ({"reference": ""}, "reference", "is empty"),
        ({"group_customer_id": " "}, "group_customer_id", "is empty"),
        ({"company": "airline"}, "company", "none of the companies: life, property"),
        ({"number": "12345"}, "number", "no telephone number"),
        ({"number": "1.38E+10"}, "number", "no telephone number"),
        ({"number": "+8610000000101"}, "number", "no telephone number"),
        ({"gender": "猫"}, "gender", "none of the words"),
        ({"dialect": "klingon"}, "dialect", "none of the words"),
        ({"language": "fr"}, "language", "neither Chinese nor English"),
        ({"zone": "Mars/Olympus"}, "zone", "no time zone"),
        ({"status": "asleep"}, "status", "none of the words"),
        ({"identity_number": "990000460312021"}, "identity_number", "15 digits has no century"),
        ({"identity_number": IDENTITY[:-1] + ("0" if IDENTITY[-1] != "0" else "1")}, "identity_number", "check digit"),
        ({"identity_number": "E12345678"}, "identity_number", "not an identity number"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_what_is_refused_and_in_which_words(cells: dict[str, str], column: str, reason: str) -> None:
    """Row, column and reason; the value never stands there as it was."""
    record, faults = read(**cells)
    assert record is None
    assert [(fault.row, fault.column) for fault in faults] == [(7, column)]
    assert reason in faults[0].reason
    secret = max(cells.values(), key=len)
    if column in ("name", "number", "identity_number"):
        assert secret not in faults[0].value + faults[0].reason


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    """So that a file is mended in one go."""
    _, faults = read(birthday="1946-02-30", number="12", zone="here")
    assert [fault.column for fault in faults] == ["number", "birthday", "zone"] or len(faults) == 3


def test_a_separator_too_many_is_told() -> None:
    """A comma within a name, without quotes, moves every cell behind it."""
    places = {field: place for place, field in enumerate(HEADERS)}
    record, faults = RecordReader(places, HEADERS, ON).read(3, ["a"] * (len(HEADERS) + 1))
    assert record is None
    assert "needs quotes" in faults[0].reason


def test_a_landline_is_taken_and_told() -> None:
    """The line knows its owner by it, but no greeting goes there."""
    record, faults = read(number="010-65001234")
    assert record is not None
    assert record.landline
    assert [fault.taken for fault in faults] == [True]


def test_nan_is_a_language_and_a_name() -> None:
    """The code of Southern Min, and a surname; careless readers make nothing of either."""
    record = taken(language="nan", dialect="nan", name="Nan")
    assert (record.language, record.dialect, record.name) == ("zh", "minnan", "Nan")


def test_a_spreadsheet_s_wrapping_is_taken_off() -> None:
    """`="..."` and a leading apostrophe keep digits text."""
    record = taken(number='="+8659100000102"', reference="'0012")
    assert (record.number, record.reference) == ("+8659100000102", "0012")


def test_an_identity_number_gives_birthday_and_gender_and_is_not_kept() -> None:
    """Nothing of the record or of its digest holds it."""
    record = taken(birthday="", identity_number=IDENTITY)
    assert (record.birth_year, record.birth_month, record.birth_day) == (1946, 3, 12)
    assert (record.gender, record.birthday_from) == ("male", "identity")
    assert IDENTITY not in repr(record)


@pytest.mark.parametrize(
    ("cells", "contradicted_by"),
    [
        ({"birthday": "1946-03-12"}, None),
        ({"birthday": "03-12"}, None),
        ({"birthday": "1946-03-13"}, "1946-03-12"),
        ({"birthday": "1946-02-09", "calendar": "农历"}, None),
        ({"birthday": "1946-03-12", "calendar": "农历"}, None),
        ({"birthday": "1946-05-01", "calendar": "农历"}, "1946-03-12"),
    ],
    ids=["the same", "no year", "another day", "the same day, lunar", "the lunar day in the papers",
         "another lunar day"],
)  # fmt: skip
def test_identity_number_and_stated_birthday(cells: dict[str, str], contradicted_by: str | None) -> None:
    """The stated day stays; where the papers say another, that is noted and not decided."""
    assert taken(identity_number=IDENTITY, **cells).contradicted_by == contradicted_by


@pytest.mark.parametrize(
    ("text", "calendar", "leap", "found"),
    [
        ("1946-03-12", None, None, "1946-03-12"),
        ("1946/3/12", None, None, "1946-03-12"),
        ("19460312", None, None, "1946-03-12"),
        ("1946年3月12日", None, None, "1946-03-12"),
        ("1946-03-12 00:00:00", None, None, "1946-03-12"),
        ("03-12", None, None, "03-12"),
        ("--03-12", None, None, "03-12"),
        ("3月12日", None, None, "03-12"),
        ("0000-03-12", None, None, "03-12"),
        ("农历1946年三月初九", None, None, "lunar 1946-03-09"),
        ("2025年闰六月廿九", None, None, "lunar 2025-leap 06-29"),
        ("腊月三十", None, None, "lunar 12-30"),
        ("冬月十一", None, None, "lunar 11-11"),
        ("1946-03-09", Calendar.LUNAR, None, "lunar 1946-03-09"),
        ("2025-06-29", Calendar.LUNAR, True, "lunar 2025-leap 06-29"),
        ("八月二十", None, None, "lunar 08-20"),
        ("农历8月15日", None, None, "lunar 08-15"),
    ],
)
def test_how_birthdays_are_written(text: str, calendar: Calendar | None, leap: bool | None, found: str) -> None:
    """As files and people have them."""
    assert written(read_birthday(text, calendar, leap)) == found


@given(st.text(max_size=30))
def test_any_text_is_a_birthday_or_refused(text: str) -> None:
    """No text ends the import."""
    with suppress(BirthdayTextError):
        assert exists(read_birthday(text, None, None))


@given(st.text(alphabet="0123456789Xx ", max_size=20))
def test_any_text_is_an_identity_number_or_refused_without_being_repeated(text: str) -> None:
    """What is refused does not appear in the words."""
    told = ""
    try:
        read_identity_number(text)
    except IdentityNumberError as error:
        told = str(error)
    assert len(text) < 4 or text not in told


@pytest.mark.parametrize(
    ("text", "kind", "e164"),
    [
        ("13800138000", Kind.MOBILE, "+8613800138000"),
        ("+86 138-0013-8000", Kind.MOBILE, "+8613800138000"),
        ("0086 13800138000", Kind.MOBILE, "+8613800138000"),
        ("010-65001234", Kind.LANDLINE, "+861065001234"),
        ("+85261234567", Kind.MOBILE, "+85261234567"),
        ("+12025550101", Kind.EXAMPLE, "+12025550101"),
        ("+8659100000102", Kind.EXAMPLE, "+8659100000102"),
        ("1380013800", Kind.MALFORMED, ""),
        ("138001380000", Kind.MALFORMED, ""),
        ("abc", Kind.MALFORMED, ""),
        ("", Kind.MALFORMED, ""),
        ("+999123456", Kind.MALFORMED, ""),
    ],
)
def test_kinds_of_numbers(text: str, kind: Kind, e164: str) -> None:
    """Mobile, landline, example, or none."""
    number = read_number(text)
    assert (number.kind, number.e164) == (kind, e164)


@given(st.integers(10**10, 2 * 10**10 - 1))
def test_mainland_numbers_are_judged_as_phonenumbers_judges_each(national: int) -> None:
    """One answer serves all numbers with the same first seven digits; it is the one each would get by itself."""
    import phonenumbers

    parsed = phonenumbers.parse(f"+86{national}")
    mobile = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
    assert (read_number(str(national)).kind is Kind.MOBILE) == (mobile and phonenumbers.is_valid_number(parsed))


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+8613800138000", "Asia/Shanghai"),
        ("+12025550101", "America/New_York"),
        ("+14155550101", "America/Los_Angeles"),
        ("+447400123456", None),
        ("+85261234567", "Asia/Hong_Kong"),
        ("nonsense", None),
    ],
)
def test_zones_of_numbers(number: str, zone: str | None) -> None:
    """By area code in America; where a number lies in several zones it does not tell."""
    assert zone_of_number(number) == zone


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (Field.IDENTITY_NUMBER, IDENTITY, "(18 characters)"),
        (Field.NUMBER, "13800138000", "·········00"),
        (Field.NAME, "陈示例", "···"),
        (Field.BIRTHDAY, "1946-02-30", "····-02-30"),
        (Field.BIRTHDAY, "19460230", "······30"),
        (Field.COMPANY, "airline", "airline"),
        (Field.NAME, "x" * 100, "·" * 24 + "… (100 characters)"),
    ],
    ids=str,
)
def test_what_a_report_shows_of_a_value(field: Field, value: str, shown: str) -> None:
    """Its shape, so that the fault is found, and not the person."""
    assert masked(field, value) == shown
