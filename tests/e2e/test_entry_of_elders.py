"""Relatives, hard of hearing callers and callers lost in the prompt, as whole calls."""

from __future__ import annotations

import pytest

from elder_channel.customers.model import Customer
from tests.e2e.conftest import LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]

FAMILY, OWN = "+8659100000192", "+8659100000193"
STRANGER = "+8659100000194"


@pytest.fixture(scope="module")
def books(live: LiveStack) -> LiveStack:
    """An elder with a relative's number, and a customer who is not old."""
    live.line.customers.load(
        [
            Customer(91, "郑示例", (), elder_flag=True, family_numbers=(FAMILY,)),
            Customer(92, "何示例", (OWN,), elder_flag=False),
        ]
    )
    return live


def test_a_relatives_number_reaches_a_person_with_no_prompt(books: LiveStack) -> None:
    """The note says that a relative may be calling."""
    sid = books.place(FAMILY, key="5")
    report = books.report(sid)
    assert (report.entry, report.outcome) == ("known_elder", "served")
    assert "a relative may be calling" in report.handover.text


def test_eight_plays_the_prompt_again_louder_and_silence_still_reaches_a_person(books: LiveStack) -> None:
    """The hearing mode is on for this call, and for the next from that number."""
    sid = books.place(OWN, key="8")
    report = books.report(sid)
    assert (report.entry, report.outcome) == ("prompted", "served")
    assert "hard of hearing" in report.handover.text
    assert books.line.customers.at_number(OWN).hearing
    again = books.call(OWN, key="0")
    assert (again.entry, again.outcome) == ("one_key", "served")
    assert "hard of hearing" in again.handover.text


@pytest.mark.parametrize("keys", ["8888888888888888", "7171717171717171"])
def test_who_presses_keys_all_the_time_is_served(books: LiveStack, keys: str) -> None:
    """Neither cut off nor led in circles."""
    assert books.call(STRANGER, key=keys).outcome == "served"
