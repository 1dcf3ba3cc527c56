"""Ages with a name, by 虚岁, and what is never printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.ages import (
    MILESTONES,
    NEVER_PRINTED,
    UNLUCKY_AGES,
    Counting,
    completed_age,
    may_speak_of_age,
    milestone,
    nominal_age,
)
from greeting_sms.occasions import Birthday, Calendar, celebrated_on, next_birthday

SOLAR, LUNAR = Calendar.SOLAR, Calendar.LUNAR


@pytest.mark.parametrize(
    ("birthday", "on", "nominal", "completed"),
    [
        (Birthday(LUNAR, 10, 12, year=1947), date(2026, 11, 20), 80, 79),
        (Birthday(SOLAR, 1, 5, year=1947), date(2026, 1, 5), 80, 79),
        (Birthday(SOLAR, 6, 30, year=1947), date(2026, 6, 30), 80, 79),
        (Birthday(SOLAR, 2, 29, year=1948), date(2026, 2, 28), 79, 78),
        (Birthday(LUNAR, 12, 30, year=1949), date(2026, 2, 16), 77, 76),
        (Birthday(LUNAR, 6, 20, year=1950), date(2025, 7, 30), 76, 75),
        (Birthday(LUNAR, 8, 1, year=1950), date(2025, 7, 30), 76, 74),
        (Birthday(LUNAR, 3, 1), date(2026, 4, 17), None, None),
        (Birthday(SOLAR, 3, 1, year=1890), date(2026, 3, 1), None, 136),
    ],
    ids=["lunar", "born before the lunar new year", "born after it", "29 February", "腊月三十",
         "in 闰六月, after the sixth", "in 闰六月, before the eighth", "year unknown",
         "before the table"],
)  # fmt: skip
def test_both_ways_of_counting(birthday: Birthday, on: date, nominal: int | None, completed: int | None) -> None:
    """虚岁 is one at birth and rises with the lunar year; without a year there is no age."""
    assert nominal_age(birthday, on) == nominal
    assert completed_age(birthday, on) == completed


@given(st.dates(min_value=date(1920, 1, 1), max_value=date(2000, 1, 1)), st.integers(2010, 2090))
def test_on_a_birthday_the_nominal_age_is_one_or_two_above(born: date, year: int) -> None:
    """On the birthday itself 虚岁 is 周岁 plus one; plus two or none where the lunar new year lies between."""
    birthday = Birthday(SOLAR, born.month, born.day, year=born.year)
    on = celebrated_on(birthday, year)
    nominal, completed = nominal_age(birthday, on), completed_age(birthday, on)
    assert nominal is not None
    assert completed is not None
    assert nominal - completed in (0, 1, 2)


@pytest.mark.parametrize(
    ("reached", "name"),
    [(60, "花甲"), (70, "古稀"), (77, "喜寿"), (80, "伞寿"), (88, "米寿"), (99, "白寿"), (100, "期颐"),
     (90, None), (79, None)],
)  # fmt: skip
def test_the_ages_with_a_name(reached: int, name: str | None) -> None:
    """By 虚岁; ninety has a name that holds the word for dying, so it has none here."""
    born = Birthday(LUNAR, 5, 5, year=2026 - reached + 1)
    found = milestone(born, celebrated_on(born, 2026))
    assert (found.zh if found else None) == name


def test_the_names_hold_none_of_the_words_never_printed() -> None:
    """卒寿 and 寿宴 among them."""
    texts = [text for one in MILESTONES.values() for text in (one.zh, one.en)]
    assert not [text for text in texts for word in NEVER_PRINTED if word in text]
    assert "卒" not in "".join(texts)
    assert not UNLUCKY_AGES & set(MILESTONES)


@pytest.mark.parametrize("counting", Counting)
@pytest.mark.parametrize("unlucky", sorted(UNLUCKY_AGES))
def test_nothing_is_said_of_age_at_73_and_84(unlucky: int, counting: Counting) -> None:
    """By whichever count somebody reaches them."""
    year = 2026 - unlucky + (1 if counting is Counting.NOMINAL else 0)
    born = Birthday(LUNAR, 5, 5, year=year)
    assert not may_speak_of_age(born, celebrated_on(born, 2026))


def test_nothing_is_said_of_an_age_nobody_knows() -> None:
    """Without a year of birth there is a greeting and no word of age."""
    born = Birthday(SOLAR, 3, 12)
    on = next_birthday(born, date(2026, 1, 1))
    assert milestone(born, on) is None
    assert not may_speak_of_age(born, on)
