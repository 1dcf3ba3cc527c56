"""What a segment costs, and when the money of a day is spent."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from greeting_sms.prices import FREE, flat, prices_of
from greeting_sms.settings import GreetingSettings
from greeting_sms.spending import Caps, Spent

OWN = {"+852": 0.5, "+1": 0.06, "+1876": 0.9}


@pytest.mark.parametrize(
    ("number", "micros"),
    [
        ("+8659100000102", 50_000),
        ("+85200000102", 500_000),
        ("+12025550100", 60_000),
        ("+18765550100", 900_000),
        ("+442079460000", 400_000),
    ],
    ids=["mainland", "a country of its own", "country", "longer prefix", "elsewhere"],
)
def test_the_longest_beginning_of_a_number_has_the_price(number: str, micros: int) -> None:
    """Jamaica is within +1 and has a price of its own."""
    assert prices_of(GreetingSettings(segment_prices=OWN)).micros(number) == micros


def test_a_mainland_price_of_its_own_counts_before_the_general_one() -> None:
    """One list for everything, where a site wants that."""
    assert prices_of(GreetingSettings(segment_prices={"+86": 0.03})).micros("+8659100000102") == 30_000
    assert (FREE.micros("+8659100000102"), FREE.cheapest) == (0, 0)
    assert (flat(7).micros("+8659100000102"), flat(7).cheapest) == (7, 7)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"segment_prices": {"852": 0.5}}, "no beginning of a number"),
        ({"segment_prices": {"+0": 0.5}}, "no beginning of a number"),
        ({"segment_prices": {"+852": -1}}, "no price of a segment"),
        ({"segment_prices": {"+852": 500}}, "no price of a segment"),
        ({"test_numbers": ["13800000102"]}, "no number in E.164"),
    ],
    ids=["no plus", "no country", "negative", "too dear", "number without country"],
)
def test_wrong_prices_and_numbers_are_refused(changes: dict[str, object], said: str) -> None:
    """With the value."""
    with pytest.raises(ValidationError, match=said):
        GreetingSettings.model_validate(changes)


@pytest.mark.parametrize(
    ("caps", "spent", "reason"),
    [
        (Caps(), Spent(9, 9, 9), None),
        (Caps(messages=3), Spent(2), None),
        (Caps(messages=3), Spent(3), "3 texts of 3 a day"),
        (Caps(segments=3), Spent(1, 4), "4 segments of 3 a day"),
        (Caps(cost_micros=2_000_000), Spent(1, 1, 1_900_000), None),
        (Caps(cost_micros=2_000_000), Spent(1, 1, 1_970_000), "1.97 spent of 2.00 a day"),
        (Caps(cost_micros=2_000_000), Spent(1, 1, 2_400_000), "2.40 spent of 2.00 a day"),
    ],
)
def test_a_cap_is_reached_when_the_cheapest_text_no_longer_fits(caps: Caps, spent: Spent, reason: str | None) -> None:
    """Told in the words staff read."""
    assert caps.reached(spent, cheapest=50_000) == reason
