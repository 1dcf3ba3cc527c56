"""A hard of hearing caller, as whole calls; relatives and callers lost in the prompt are scenarios of the library."""

from __future__ import annotations

import pytest

from elder_channel.customers.model import Customer
from tests.e2e.conftest import LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]

OWN = "+8659100000193"


@pytest.fixture(scope="module")
def books(live: LiveStack) -> LiveStack:
    """A customer who is not old."""
    live.line.customers.load([Customer(92, "何示例", (OWN,), elder_flag=False)])
    return live


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
