"""Records of several companies as one person; what they contradict each other in is reported, not guessed."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from greeting_sms.customers.birthday_choice import Beliefs, Doubt
from greeting_sms.customers.merge import Merging, Recipient
from greeting_sms.customers.record import Record
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.occasions import Birthday, Calendar
from greeting_sms.recipients import HeldBack

COMPANIES = ("life", "property", "health")
MERGING = Merging(
    Beliefs(CustomerSettings(), date(2026, 11, 22)), {company: rank for rank, company in enumerate(COMPANIES)}
)


def record(company: str = "life", born: str = "1946-03-12", **changes: object) -> Record:
    """A record with a birthday `1946-03-12`, `03-12` or empty."""
    parts = [int(part) for part in born.split("-")] if born else []
    year, month, day = (None, *parts) if len(parts) == 2 else parts or (None, None, None)
    values = {
        "company": company, "reference": f"{company}-1", "group_customer_id": "G1", "name": "陈示例",
        "gender": "female", "number": "+8659100000102", "language": "zh", "dialect": None, "region": None, "zone": None,
        "calendar": "solar", "birth_year": year, "birth_month": month, "birth_day": day, "birth_leap": False,
        "birthday_from": "stated" if born else "nothing", "contradicted_by": None, "landline": False,
        "status": "active", "consented": None, "digest": "",
    }  # fmt: skip
    return Record(**values | changes)  # type: ignore[arg-type]


def lunar(company: str, born: str, **changes: object) -> Record:
    """A record with a lunar birthday."""
    return record(company, born, calendar="lunar", **changes)


def merged(*records: Record, decided: Birthday | None = None) -> tuple[Recipient, list[Doubt]]:
    """The person, and the kinds of doubt; the order of the records never matters."""
    results = {MERGING.merge(order, decided) for order in permutations(records)}
    assert len(results) == 1
    person, doubts = results.pop()
    return person, [doubt for doubt, _ in doubts]


@pytest.mark.parametrize(
    ("records", "month", "day", "calendar"),
    [
        ([record(), record("property")], 3, 12, "solar"),
        ([record(), record("property", "03-12")], 3, 12, "solar"),
        ([record(), record("property", "")], 3, 12, "solar"),
        ([record(), lunar("property", "1946-02-09")], 2, 9, "lunar"),
        ([record(birthday_from="identity"), lunar("health", "1946-03-12")], 3, 12, "lunar"),
        ([record(), record("property", "1900-01-01")], 3, 12, "solar"),
    ],
    ids=["the same", "one without its year", "one without birthday", "the same day by both calendars",
         "the lunar day in the papers", "one a placeholder"],
)  # fmt: skip
def test_records_that_agree(records: list[Record], month: int, day: int, calendar: str) -> None:
    """No doubt; a lunar birthday is what the customer asked for."""
    person, doubts = merged(*records)
    assert doubts == []
    assert (person.birth_month, person.birth_day, person.calendar) == (month, day, calendar)
    assert person.held_back is None


@pytest.mark.parametrize(
    ("born", "by_the_moon"),
    [("1933-07-25", "1933-06-03"), ("1954-12-01", "1954-11-07"), ("1978-09-10", "1978-08-08")],
)
def test_births_where_old_lunar_tables_are_wrong_agree_by_both_calendars(born: str, by_the_moon: str) -> None:
    """The lunar days are the Observatory's; a table that is a day off would see a contradiction in living customers."""
    person, doubts = merged(record(born=born), lunar("property", by_the_moon))
    assert (doubts, person.held_back) == ([], None)
    a_day_off = f"{by_the_moon[:-1]}{int(by_the_moon[-1]) + 1}"
    assert merged(record(born=born), lunar("property", a_day_off))[1] == [Doubt.BIRTHDAYS]


@pytest.mark.parametrize(
    ("records", "doubts"),
    [
        ([record(), record("property", "1946-03-21")], [Doubt.BIRTHDAYS]),
        ([record(), record("property", "1947-03-12")], [Doubt.BIRTHDAYS]),
        ([lunar("life", "1946-02-09"), record("property", "1946-05-21")], [Doubt.BIRTHDAYS]),
        ([lunar("life", "1960-06-15"), lunar("health", "1960-06-15", birth_leap=True)], [Doubt.BIRTHDAYS]),
        ([record(contradicted_by="1946-04-12")], [Doubt.CONTRADICTED]),
        ([record(born="1970-01-01")], [Doubt.PLACEHOLDER]),
        ([record(born="1903-05-05")], [Doubt.TOO_OLD]),
    ],
    ids=["another day", "another year", "solar and lunar", "leap month or not", "its own identity number",
         "a placeholder", "123 years old"],
)  # fmt: skip
def test_what_is_in_doubt_holds_the_greeting_back(records: list[Record], doubts: list[Doubt]) -> None:
    """Until somebody decides; then the decision stands above every record."""
    person, found = merged(*records)
    assert found == doubts
    assert person.held_back == HeldBack.QUARANTINED
    person, found = merged(*records, decided=Birthday(Calendar.SOLAR, 3, 12, year=1946))
    assert found == []
    assert person.held_back is None


def test_1_january_of_a_spike_is_not_believed() -> None:
    """Where far too many of a company and year have it; an identity number is believed all the same."""
    spiked = Merging(Beliefs(CustomerSettings(), date(2026, 11, 22), {("life", 1950)}), MERGING.ranks)
    person, doubts = spiked.merge([record(born="1950-01-01")])
    assert [doubt for doubt, _ in doubts] == [Doubt.SPIKE]
    assert person.held_back == HeldBack.QUARANTINED
    assert spiked.merge([record(born="1950-01-01", birthday_from="identity")])[0].held_back is None
    assert spiked.merge([record("property", born="1950-01-01")])[0].held_back is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "deceased"}, HeldBack.DECEASED),
        ({"status": "complaint"}, HeldBack.COMPLAINT),
        ({"consented": False}, HeldBack.NO_CONSENT),
        ({"status": "lapsed"}, None),
    ],
    ids=["dead", "complaining", "refused", "a customer no more"],
)
def test_what_one_company_says_counts_for_the_group(changes: dict[str, object], reason: HeldBack | None) -> None:
    """Death, a complaint and a refusal at one company hold all back; leaving one company does not."""
    assert merged(record(), record("property", **changes))[0].held_back == reason


def test_reasons_of_one_person_come_in_order() -> None:
    """Death before everything, then what else there is."""
    assert merged(record(status="deceased", number=None, consented=False))[0].held_back == HeldBack.DECEASED
    assert merged(record(status="lapsed"))[0].held_back == HeldBack.LAPSED
    assert merged(record(born=""))[0].held_back == HeldBack.NO_BIRTHDAY
    assert merged(record(number=None))[0].held_back == HeldBack.NO_NUMBER
    assert merged(record(number="+861065001234", landline=True))[0].held_back == HeldBack.LANDLINE


def test_the_first_company_s_word_counts_and_the_others_fill_in() -> None:
    """A mobile number goes before a landline, an active customer before a former one."""
    person, _ = merged(
        record(number="+861065001234", landline=True, zone=None),
        record("property", number="+8659100000103", dialect="fuzhou"),
        record("health", number="+8659100000104", dialect="minnan", region="0591"),
    )
    assert (person.number, person.dialect, person.region) == ("+8659100000103", "fuzhou", "0591")
    assert person.companies == "life,property,health"
    former, _ = merged(record(status="lapsed", dialect="minnan"), record("property", dialect="fuzhou"))
    assert former.dialect == "fuzhou"


def test_names_that_differ_leave_the_greeting_without_one() -> None:
    """The wrong name is worse than none; 陳 and 陈, or a name in Latin letters, are no difference."""
    person, doubts = merged(record(), record("property", name="王示例"))
    assert (person.name, doubts, person.held_back) == ("", [Doubt.NAMES], None)
    assert merged(record(), record("property", name="陳示例"), record("health", name="Chen Shili"))[0].name == "陈示例"


@pytest.mark.parametrize(
    ("changes", "zone"),
    [
        ({"zone": "Asia/Urumqi"}, "Asia/Urumqi"),
        ({"number": "+14155550101"}, "America/Los_Angeles"),
        ({"number": "+447400123456"}, "Asia/Shanghai"),
        ({"number": None}, "Asia/Shanghai"),
    ],
    ids=["the customer's own", "the number's", "a number that does not tell", "none"],
)
def test_the_zone_is_the_customer_s_then_the_number_s_then_the_group_s(changes: dict[str, object], zone: str) -> None:
    """The birthday is the day it is there."""
    assert merged(record(**changes))[0].zone == zone
