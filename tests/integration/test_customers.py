"""Customers taken in and merged, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from dialects.catalogue import load_catalogue
from elder_channel.storage.engine import Databases, writing
from greeting_sms.customers.columns import Field
from greeting_sms.customers.doubts import decide, doubt_counts, doubts
from greeting_sms.customers.generate import customer_rows, write_customers
from greeting_sms.customers.importing import Read, Written, stage, write
from greeting_sms.customers.record import ground
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.customers.sources import open_source
from greeting_sms.customers.staging import Staging
from greeting_sms.errors import PersonUnknownError, SourceUnreadableError
from greeting_sms.occasions import Birthday, BirthdayKey, Calendar, birthday_keys
from greeting_sms.recipients import birthday_of, due, find
from greeting_sms.tables import birthday_doubts, customer_records, recipients

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
COMPANIES = ("life", "property", "health")
HEADER = "group_customer_id,reference,company,name,number,birthday,calendar,leap,status"
CHEN = "G1,L1,life,陈示例,+8659100000102,1946-03-12,,,"
AGAIN = "G1,P1,property,陈示例,+8659100000102,1946-03-21,,,"
WANG = "G2,L2,life,王示例,+8659100000103,2025-06-29,农历,是,"


def customers(folder: Path, *rows: str) -> str:
    """A file of these rows."""
    path = folder / "customers.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return str(path)


def take(databases: Databases, location: str, companies: Sequence[str] = COMPANIES) -> tuple[Read, Written]:
    """Import a file."""
    on = ground(companies, load_catalogue(), today=NOW.date(), examples=True)
    with Staging() as staging:
        read = stage(open_source(location), staging, on, progress=lambda *_: None)
        with writing(databases.greetings) as connection:
            written = write(
                connection, staging, settings=CustomerSettings(), companies=companies, at=NOW, progress=lambda *_: None
            )
    return read, written


def contents(databases: Databases) -> list[list[sa.Row[tuple[object, ...]]]]:
    """All that an import writes."""
    with databases.greetings.connect() as connection:
        return [
            list(connection.execute(sa.select(table).order_by(*table.primary_key)))
            for table in (customer_records, recipients, birthday_doubts)
        ]


def test_companies_records_become_one_person(databases: Databases, tmp_path: Path) -> None:
    """Two companies, two birthdays: one person, held back until somebody decides."""
    read, written = take(databases, customers(tmp_path, CHEN, AGAIN, WANG))
    assert (read.rows, read.staged, read.rejected) == (3, 3, 0)
    assert written == Written(new=3, changed=0, unchanged=0, people=2, doubts=1)
    with databases.greetings.connect() as connection:
        person = find(connection, "G1")
        assert person is not None
        assert (person.companies, person.held_back) == ("life,property", "quarantined")
        assert [one.told for one in doubts(connection, limit=9)] == ["life: 1946-03-12; property: 1946-03-21"]


def test_a_second_import_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    """Not a row, not a time."""
    location = customers(tmp_path, CHEN, AGAIN, WANG)
    take(databases, location)
    before = contents(databases)
    assert take(databases, location)[1] == Written(new=0, changed=0, unchanged=3, people=0, doubts=1)
    assert contents(databases) == before


def test_what_changed_is_brought_up_to_date(databases: Databases, tmp_path: Path) -> None:
    """A mended birthday ends the doubt; a record that moves to another person leaves the first as it then is."""
    take(databases, customers(tmp_path, CHEN, AGAIN, WANG))
    mended = AGAIN.replace("1946-03-21", "1946-03-12")
    moved = WANG.replace("G2", "G3")
    _, written = take(databases, customers(tmp_path, CHEN, mended, moved))
    assert (written.changed, written.unchanged, written.doubts) == (2, 1, 0)
    with databases.greetings.connect() as connection:
        first = find(connection, "G1")
        assert first is not None
        assert first.held_back is None
        assert find(connection, "G2") is None
        assert find(connection, "G3") is not None
        assert doubt_counts(connection) == {}


def test_a_decision_stands_above_the_records_and_the_next_import(databases: Databases, tmp_path: Path) -> None:
    """Until another decision."""
    take(databases, customers(tmp_path, CHEN, AGAIN))
    born = Birthday(Calendar.LUNAR, 2, 9, year=1946)
    with writing(databases.greetings) as connection:
        decide(connection, "G1", born, settings=CustomerSettings(), companies=COMPANIES, by="chen",
               reason="asked her daughter", at=NOW)  # fmt: skip
    take(databases, customers(tmp_path, CHEN, AGAIN.replace("03-21", "04-04"), WANG))
    with databases.greetings.connect() as connection:
        person = find(connection, "G1")
        assert person is not None
        assert (birthday_of(person), person.held_back) == (born, None)
        assert doubt_counts(connection) == {}


NINE = ("life", "property", "health", "pension", "bank", "trust", "fund", "lease", "securities")


def test_one_person_at_nine_companies_is_one_person(databases: Databases, tmp_path: Path) -> None:
    """Birthdays and names contradict each other: both are told, nobody guesses, and a decision leaves one greeting."""
    rows = [f"G1,R{n},{company},陈示例,+8659100000102,1946-03-12,,," for n, company in enumerate(NINE)]
    rows[3] = "G1,R3,pension,王示例,+8659100000103,1946-03-21,,,"
    rows[7] = "G1,R7,lease,,,1946-05-12,,,"
    _, written = take(databases, customers(tmp_path, *rows), NINE)
    assert (written.new, written.people, written.doubts) == (9, 1, 2)
    with writing(databases.greetings) as connection:
        assert sorted(doubt_counts(connection)) == ["birthdays", "names"]
        decide(connection, "G1", Birthday(Calendar.SOLAR, 3, 12, year=1946), settings=CustomerSettings(),
               companies=NINE, by="chen", reason="asked her", at=NOW)  # fmt: skip
        (person,) = connection.execute(sa.select(recipients)).all()
    assert (person.companies.count(",") + 1, person.name, person.number, person.held_back) == (
        9,
        "",
        "+8659100000102",
        None,
    )


def test_nobody_can_decide_about_somebody_unknown(databases: Databases) -> None:
    """A slip in the id is told."""
    with pytest.raises(PersonUnknownError, match="'G9'"), writing(databases.greetings) as connection:
        decide(connection, "G9", Birthday(Calendar.SOLAR, 1, 2), settings=CustomerSettings(), companies=COMPANIES,
               by="chen", reason="x", at=NOW)  # fmt: skip


def test_rejected_rows_are_told_and_the_others_taken(databases: Databases, tmp_path: Path) -> None:
    """30 February, the same customer twice, a company that is none; each with its row."""
    read, written = take(
        databases,
        customers(
            tmp_path,
            CHEN,
            "G5,L5,life,王示例,+8659100000105,1950-02-30,,,",
            CHEN.replace("1946", "1947"),
            "G6,X1,airline,王示例,+8659100000106,1950-02-03,,,",
        ),
    )
    assert [(fault.row, fault.column) for fault in read.faults] == [(3, "birthday"), (4, "reference"), (5, "company")]
    assert (read.rejected, written.new) == (3, 1)


def test_a_file_that_breaks_off_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    """Half a file is no file: the customers before the fault are not taken either."""
    location = customers(tmp_path, *[CHEN.replace("L1", f"L{row}") for row in range(5_000)], 'G7,"L7')
    with pytest.raises(SourceUnreadableError, match="line 5002"):
        take(databases, location)
    assert contents(databases) == [[], [], []]


def test_a_fault_while_writing_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    """All of an import is one transaction: what breaks it off at the last step takes back the first."""
    on = ground(COMPANIES, load_catalogue(), today=NOW.date(), examples=True)

    def break_off(what: str, share: float) -> None:
        if what == "merging people":
            raise KeyboardInterrupt

    with Staging() as staging:
        stage(open_source(customers(tmp_path, CHEN, WANG)), staging, on, progress=lambda *_: None)
        with pytest.raises(KeyboardInterrupt), writing(databases.greetings) as connection:
            write(connection, staging, settings=CustomerSettings(), companies=COMPANIES, at=NOW, progress=break_off)
    assert contents(databases) == [[], [], []]


def test_a_day_finds_its_people_by_its_keys(databases: Databases, tmp_path: Path) -> None:
    """Born on 闰六月廿九 of 2025: found on 六月廿九 of 2026, in pages, and on no other day of that month."""
    take(databases, customers(tmp_path, WANG, *[f"H{one},H{one},health,,,06-{one:02d},农历,," for one in range(1, 31)]))
    with databases.greetings.connect() as connection:
        found = [row.group_customer_id for page in due(connection, birthday_keys(date(2026, 8, 11))) for row in page]
        assert sorted(found) == ["G2", "H29"]
        pages = list(due(connection, [BirthdayKey(Calendar.LUNAR, 6, 29, leap) for leap in (False, True)], page_rows=1))
        assert [len(page) for page in pages] == [1, 1]


def test_a_day_is_found_through_the_index(databases: Databases) -> None:
    """Never by a scan, however many customers there are."""
    if databases.greetings.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans a table of a few rows whatever its indexes")
    query = (
        "EXPLAIN QUERY PLAN SELECT * FROM recipients WHERE calendar = 'solar' AND birth_month = 3 AND birth_day = 12 "
        "AND birth_leap = 0 AND group_customer_id > '' ORDER BY group_customer_id LIMIT 10"
    )
    with databases.greetings.connect() as connection:
        plan = [row.detail for row in connection.execute(sa.text(query))]
    assert len(plan) == 1
    assert "recipients_by_birthday" in plan[0]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand people who do not exist."""
    path = tmp_path_factory.mktemp("generated") / "customers.csv"
    areas = {"0591": ["fuzhou"], "010": ["beijing"], "020": ["guangzhou"]}
    write_customers(path, customer_rows(2_000, seed=7, companies=COMPANIES, area_dialects=areas))
    return path


def test_generated_customers_are_all_taken(databases: Databases, generated: Path) -> None:
    """Every row is good; conflicts, placeholders, households and both calendars come up."""
    read, written = take(databases, str(generated))
    assert (read.rejected, written.people) == (0, 2_000)
    with databases.greetings.connect() as connection:
        assert {"birthdays", "placeholder"} <= doubt_counts(connection).keys()
        shared = sa.select(sa.func.count()).select_from(recipients).group_by(recipients.c.number)
        assert max(connection.execute(shared).scalars()) > 1
        calendars = sa.select(recipients.c.calendar).distinct()
        assert set(connection.execute(calendars).scalars()) == {"solar", "lunar"}


def test_the_same_seed_generates_the_same_people(generated: Path, tmp_path: Path) -> None:
    """And their numbers ring nobody."""
    areas = {"0591": ["fuzhou"], "010": ["beijing"], "020": ["guangzhou"]}
    again = tmp_path / "again.csv"
    write_customers(again, customer_rows(2_000, seed=7, companies=COMPANIES, area_dialects=areas))
    assert again.read_bytes() == generated.read_bytes()
    place = list(Field).index(Field.NUMBER)
    numbers = {line.split(",")[place] for line in again.read_text(encoding="utf-8").splitlines()[1:]} - {""}
    assert all(number.startswith(("+865910", "+86100", "+86200")) or "55501" in number for number in numbers)


def test_too_many_births_on_1_january_are_not_believed(databases: Databases, tmp_path: Path) -> None:
    """Forty of a hundred at one company; the same day at another, where it is one of few, is."""
    rows = [f"S{one},S{one},life,,+8659100000102,1950-01-01,,," for one in range(40)]
    rows += [f"T{one},T{one},life,,+8659100000102,1950-{one % 11 + 2:02d}-03,,," for one in range(60)]
    rows.append("U1,U1,health,,+8659100000102,1950-01-01,,,")
    take(databases, customers(tmp_path, *rows))
    with databases.greetings.connect() as connection:
        assert doubt_counts(connection) == {"spike": 40}
        other = find(connection, "U1")
        assert other is not None
        assert other.held_back is None
