"""The numbers by which the outbox knows people, on SQLite and on PostgreSQL alike (law 6)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import _config, migrate
from greeting_sms.greeted_people import meet
from greeting_sms.greeting import Planned
from greeting_sms.outbox import Outbox, add
from greeting_sms.tables import greeted_people, greetings
from tests.fakes.greetings import BIRTHDAY, MORNING, planned


def numbers(connection: Connection) -> dict[str, int]:
    """Who has which number."""
    query = sa.select(greeted_people.c.group_customer_id, greeted_people.c.person_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def test_who_is_planned_keeps_the_number_of_the_first_time(greetings_engine: Engine) -> None:
    """Over the years, and whatever the birthday turns out to be; those who come later get numbers of their own."""
    outbox = Outbox(greetings_engine)
    outbox.plan([planned(1), planned(2)], at=MORNING)
    with greetings_engine.connect() as connection:
        first = numbers(connection)
    later = [planned(n, greeting_year=2027, birthday_on=BIRTHDAY + timedelta(days=400)) for n in (2, 3)]
    assert outbox.plan(later, at=MORNING) == Planned(2, 0)
    with greetings_engine.connect() as connection:
        assert {person: numbers(connection)[person] for person in first} == first
        assert len(set(numbers(connection).values())) == 3


def test_law_6_one_person_never_has_two_numbers(greetings_engine: Engine) -> None:
    """Nor does a greeting ever stand under the number of somebody else: the database refuses both."""
    with greetings_engine.begin() as connection:
        assert add(connection, [planned(1), planned(2)], at=MORNING) == 2
        meet(connection, ["c1"])
        known = numbers(connection)
    assert len(known) == 2
    two_numbers = greeted_people.insert().values(person_id=99, group_customer_id="c1")
    with pytest.raises(IntegrityError), greetings_engine.begin() as connection:
        connection.execute(two_numbers)
    another = planned(1, greeting_year=2027)._replace(person_id=known["c2"])
    with pytest.raises(IntegrityError), greetings_engine.begin() as connection:
        add(connection, [another], at=MORNING)


def test_a_number_that_was_read_before_its_person_was_forgotten_harms_nothing(greetings_engine: Engine) -> None:
    """The planner's page is written with the numbers that are true now."""
    outbox = Outbox(greetings_engine)
    stale = [planned(n)._replace(person_id=40 + n) for n in (1, 2)]
    assert outbox.plan(stale, at=MORNING) == Planned(2, 0)
    assert outbox.plan(stale, at=MORNING) == Planned(0, 2)


def test_people_of_whom_nothing_is_left_are_forgotten(greetings_engine: Engine) -> None:
    """With the last of their greetings; who has another one stays."""
    outbox = Outbox(greetings_engine)
    outbox.plan(
        [planned(1), planned(2), planned(2, greeting_year=2027, birthday_on=BIRTHDAY + timedelta(365))], at=MORNING
    )
    assert outbox.forget_before(BIRTHDAY + timedelta(days=1)) == 2
    with greetings_engine.connect() as connection:
        assert list(numbers(connection)) == ["c2"]


def test_law_6_an_outbox_of_before_keeps_its_rows_and_never_gives_a_number_again(tmp_path: Path) -> None:
    """The newest version on books of the one before: each person one number, in the order of planning; ids stay."""
    books = open_databases(tmp_path)
    with books.greetings.begin() as connection:
        config = _config()
        config.attributes.update(connection=connection, database="greetings")
        command.upgrade(config, "0023")
        old = (
            "INSERT INTO greetings (id, group_customer_id, greeting_year, campaign_id, campaign_version, birthday_on, "
            "number, channel, language, template, segments, not_before, not_after, updated_at) VALUES "
            "(?, ?, ?, 'birthday', 1, '2026-11-22', '+8659100000101', 'loopback', 'zh', 'zh', 1, "
            "'2026-11-22 01:00:00.000000', '2026-11-22 12:00:00.000000', '2026-11-21 12:00:00.000000')"
        )
        rows = [(3, "z", 2025), (5, "a", 2025), (8, "z", 2026), (9, "gone", 2026)]
        connection.exec_driver_sql(old, rows)
        connection.exec_driver_sql("DELETE FROM greetings WHERE id = 9")
    migrate(books)
    with books.greetings.connect() as connection:
        kept = sa.select(
            greetings.c.id, greetings.c.group_customer_id, greetings.c.greeting_year, greetings.c.person_id
        )
        assert [tuple(row) for row in connection.execute(kept.order_by(greetings.c.id))] == [
            (3, "z", 2025, 1),
            (5, "a", 2025, 2),
            (8, "z", 2026, 1),
        ]
    outbox = Outbox(books.greetings)
    assert outbox.plan([planned(1, group_customer_id="z", greeting_year=2026), planned(2)], at=MORNING) == Planned(1, 1)
    with books.greetings.connect() as connection:
        assert connection.scalar(sa.select(sa.func.max(greetings.c.id))) == 10
    books.dispose()
