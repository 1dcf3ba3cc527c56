"""A customer base that nobody is in, from a seed: for documentation, benches and first looks.

The shares below are chosen to be plausible and to bring every case up, not measured at any insurer. Numbers ring nobody
(subscriber digits begin with 0, or +1 … 555 01xx), and identity numbers are of region 990000, which does not exist.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from greeting_sms.customers.columns import Field
from greeting_sms.customers.identity import check_character
from greeting_sms.lunar import lunar_day

HEADERS: Final = tuple(Field)
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
_GIVEN: Final = "秀英桂兰玉珍建国志强淑华美丽文德金凤春生福海永庆月明少云家和清平光荣宝根阿水"
_ENGLISH: Final = ("James Example", "Mary Example", "John Sample", "Linda Sample", "David Muster", "Susan Muster")
_AMERICAN_AREAS: Final = ("202", "212", "213", "312", "415", "503", "617", "713", "808", "907")
_ZONES: Final = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Europe/London", "Pacific/Auckland")
_OLDEST, _YOUNGEST = date(1926, 1, 1).toordinal(), date(2008, 12, 31).toordinal()
_PLACEHOLDERS: Final = ("1900-01-01", "1970-01-01")

LUNAR_SHARE: Final = 0.18
UNKNOWN_YEAR_SHARE: Final = 0.015
PLACEHOLDER_SHARE: Final = 0.01
NEW_YEAR_SHARE: Final = 0.12
"""Of the last company's records: entered as 1 January of the right year."""
IDENTITY_SHARE: Final = 0.3
SEVERAL_COMPANIES_SHARE: Final = 0.2
CONFLICT_SHARE: Final = 0.03
"""Of the further records of one person: another birthday."""
HOUSEHOLD_SHARE: Final = 0.2
NO_NUMBER_SHARE: Final = 0.01
ABROAD_SHARE: Final = 0.02
_STATUSES: Final = (("active", 0.945), ("lapsed", 0.04), ("deceased", 0.012), ("complaint", 0.003))
_HOUSEHOLDS_KEPT: Final = 1_000


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    group_customer_id: str
    name: str
    gender: str
    number: str
    language: str
    dialect: str
    region: str
    born_on: date
    lunar: bool


def customer_rows(
    count: int, *, seed: int, companies: Sequence[str], area_dialects: Mapping[str, Sequence[str]]
) -> Iterator[list[str]]:
    """The rows of `count` people, one for each company a person is with; the same for the same seed.

    `area_dialects` gives the dialects spoken under an area code, `0591`.
    """
    draw = random.Random(seed)  # noqa: S311 - invented people, no secrets
    people = _people(count, draw, area_dialects)
    for place, person in enumerate(people):
        with_companies = _companies_of(draw, companies)
        for company in with_companies:
            yield _row(draw, person, company, reference=f"{company[:3].upper()}{place:09d}", companies=companies,
                       is_first=company == with_companies[0])  # fmt: skip


def write_customers(path: Path, rows: Iterator[list[str]]) -> int:
    """Write rows as CSV under their headers; how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADERS)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _people(count: int, draw: random.Random, area_dialects: Mapping[str, Sequence[str]]) -> Iterator[Person]:
    areas = sorted(area_dialects)
    households: list[str] = []
    for place in range(count):
        area = draw.choice(areas)
        abroad = draw.random() < ABROAD_SHARE
        number = _number(draw, area, abroad, households)
        dialects = area_dialects[area]
        yield Person(
            f"G{place:010d}",
            draw.choice(_ENGLISH) if abroad else draw.choice(_SURNAMES) + "".join(draw.choices(_GIVEN, k=2)),
            draw.choice(("男", "女")),
            number,
            "en" if abroad else draw.choice(("zh", "zh", "")),
            draw.choice(dialects) if dialects and not abroad and draw.random() < 0.4 else "",
            "" if abroad else area,
            date.fromordinal(draw.randint(_OLDEST, _YOUNGEST)),
            not abroad and draw.random() < LUNAR_SHARE,
        )


def _number(draw: random.Random, area: str, abroad: bool, households: list[str]) -> str:
    if abroad:
        return f"+1{draw.choice(_AMERICAN_AREAS)}55501{draw.randrange(100):02d}"
    if households and draw.random() < HOUSEHOLD_SHARE:
        return draw.choice(households)
    number = f"+86{area.removeprefix('0')}0{draw.randrange(10_000_000):07d}"
    if len(households) < _HOUSEHOLDS_KEPT:
        households.append(number)
    else:
        households[draw.randrange(_HOUSEHOLDS_KEPT)] = number
    return number


def _companies_of(draw: random.Random, companies: Sequence[str]) -> Sequence[str]:
    how_many = 1
    while how_many < len(companies) and draw.random() < SEVERAL_COMPANIES_SHARE:
        how_many += 1
    return draw.sample(companies, how_many)


def _row(
    draw: random.Random, person: Person, company: str, *, reference: str, companies: Sequence[str], is_first: bool
) -> list[str]:
    birthday, calendar, leap = _stated(draw, person, doubtful=company == companies[-1])
    if not is_first and draw.random() < CONFLICT_SHARE:
        birthday, calendar, leap = (
            date.fromordinal(person.born_on.toordinal() + draw.randint(1, 40)).isoformat(),
            "公历",
            "",
        )
    proven = not person.lunar and calendar == "公历" and draw.random() < IDENTITY_SHARE
    cells = {
        Field.GROUP_CUSTOMER_ID: person.group_customer_id,
        Field.REFERENCE: reference,
        Field.COMPANY: company,
        Field.NAME: person.name,
        Field.GENDER: person.gender,
        Field.NUMBER: "" if draw.random() < NO_NUMBER_SHARE else person.number,
        Field.LANGUAGE: person.language,
        Field.DIALECT: person.dialect,
        Field.REGION: person.region,
        Field.ZONE: draw.choice(_ZONES) if draw.random() < 0.01 else "",
        Field.BIRTHDAY: "" if proven else birthday,
        Field.CALENDAR: "" if proven else calendar,
        Field.LEAP: leap,
        Field.IDENTITY_NUMBER: _identity_number(draw, person) if proven else "",
        Field.STATUS: draw.choices([name for name, _ in _STATUSES], [share for _, share in _STATUSES])[0],
        Field.CONSENTED: draw.choices(("是", "否", ""), (0.6, 0.01, 0.39))[0],
    }
    return [cells[field] for field in HEADERS]


def _stated(draw: random.Random, person: Person, *, doubtful: bool) -> tuple[str, str, str]:
    """Birthday, calendar and leap month as a company wrote them down."""
    if draw.random() < PLACEHOLDER_SHARE:
        return draw.choice(_PLACEHOLDERS), "公历", ""
    if person.lunar:
        lunar = lunar_day(person.born_on)
        return f"{lunar.year}-{lunar.month:02d}-{lunar.day:02d}", "农历", "是" if lunar.leap else ""
    if doubtful and draw.random() < NEW_YEAR_SHARE:
        return f"{person.born_on.year}-01-01", "公历", ""
    if draw.random() < UNKNOWN_YEAR_SHARE:
        return f"{person.born_on:%m-%d}", "公历", ""
    return person.born_on.isoformat(), "公历", ""


def _identity_number(draw: random.Random, person: Person) -> str:
    order = draw.randrange(100) * 10 + draw.randrange(5) * 2 + (person.gender == "男")
    first = f"990000{person.born_on:%Y%m%d}{order:03d}"
    return first + check_character(first)
