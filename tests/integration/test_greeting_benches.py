"""What the benches of the greetings stand on: books made by the database, and a sender without a carrier."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bench import greetings as bench
from bench.greeting_books import grow
from bench.greetings_day import one_day
from greeting_sms.tables import greetings, recipients

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_database_makes_customers_and_their_last_year(greetings_engine: Engine) -> None:
    """Each with a number that rings nobody, and a greeting of last year; no index is missing afterwards."""
    before = _indexes(greetings_engine)
    grow(greetings_engine, 0, 300, at=NOW, born_on=date(2026, 3, 5))
    grow(greetings_engine, 300, 1_000, at=NOW)
    with greetings_engine.connect() as connection:
        numbers = set(connection.execute(sa.select(recipients.c.number)).scalars())
        days = connection.execute(sa.select(greetings.c.birthday_on).distinct()).scalars().all()
        born = sa.select(sa.func.count()).where(recipients.c.birth_month == 3, recipients.c.birth_day == 5)
        assert connection.execute(born).scalar_one() >= 300
    assert len(numbers) == 1_000
    assert all(number.startswith("+865910") for number in numbers)
    assert {day.year for day in days} == {2025}
    assert _indexes(greetings_engine) == before


def test_the_bench_plans_and_sends_at_each_size(
    greetings_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one size has planned the next one does not count again."""
    monkeypatch.setattr(bench, "ROWS", 100)
    costs = bench._at_sizes(greetings_engine, [1_000, 2_000], tmp_path)
    assert all(each > 0 for cost in costs for each in cost)
    named = {each["name"]: each for each in bench._on_sqlite([10_000, 100_000], costs)}
    assert named["greetings.cost_growth_1e4_to_1e7"]["unit"] == "times, measured 1e4..1e5"


def test_a_day_is_sent_to_its_end() -> None:
    """Everybody whose birthday it is."""
    day = one_day(200)
    assert day["sent"] == 200
    assert day["peak_mb"] > 0


def _indexes(engine: Engine) -> set[str | None]:
    seen = sa.inspect(engine)
    return {index["name"] for table in ("recipients", "greetings") for index in seen.get_indexes(table)}
