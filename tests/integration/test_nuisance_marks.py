"""Numbers that are marked: they wait behind others for a while, and still reach a person."""

from __future__ import annotations

import pytest

from elder_channel.calls.nuisance import MarkReason
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import MarkRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.nuisance import Nuisance
from elder_channel.services.routing import RoutingService
from tests.fakes.line import LineInMemory
from tests.fakes.webhooks import HOTLINE, STRANGER

OTHER, ELDER = "+8659100000156", "+862000000101"
AGENT = "lin-xiulan"
SUPERVISOR, CLERK = Account("wang", Role.SUPERVISOR), Account("lin", Role.AGENT)


def silent_call(at: LineInMemory, sid: str, number: str = STRANGER) -> None:
    """A person answers, nobody speaks, the line drops."""
    service = LineService(at.line)
    service.arrive(sid, number, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    service.agent_answered(sid, AGENT)
    at.clock.forward(5)
    service.ended(sid)


def test_silent_calls_again_and_again_mark_a_number(at: LineInMemory) -> None:
    """Five in a row; the sixth call still reaches a person, and the mark ends by itself."""
    for index in range(5):
        assert Nuisance(at.line).mark_on(STRANGER) is None
        silent_call(at, f"CA{index}")
    assert Nuisance(at.line).mark_on(STRANGER) is MarkReason.SILENT
    LineService(at.line).arrive("CA9", STRANGER, HOTLINE)
    call = at.line.calls.get("CA9")
    assert call is not None
    assert call.marked == "silent"
    at.clock.forward(days=8)
    assert Nuisance(at.line).mark_on(STRANGER) is None


def test_one_word_in_between_is_no_nuisance(at: LineInMemory) -> None:
    """The row is broken by a call in which somebody spoke for a while."""
    for index in range(4):
        silent_call(at, f"CA{index}")
    service = LineService(at.line)
    service.arrive("CB1", STRANGER, HOTLINE)
    service.gathered("CB1", 1, digits="0", speech="")
    service.agent_answered("CB1", AGENT)
    at.clock.forward(120)
    service.ended("CB1")
    silent_call(at, "CA5")
    assert Nuisance(at.line).marks() == []


@pytest.mark.parametrize("number", [ELDER, "anonymous"])
def test_law_1_no_elder_no_customer_and_no_withheld_number_is_ever_marked(at: LineInMemory, number: str) -> None:
    """Neither by silence, nor by an agent's word; an old mark does not count when the number comes into the books."""
    for index in range(6):
        silent_call(at, f"CA{index}", number)
    assert Nuisance(at.line).marks() == []
    with pytest.raises(MarkRefusedError):
        Nuisance(at.line).mark_caller_of("CA1", by=CLERK)


def test_law_1_a_marked_caller_waits_behind_others_for_a_while_and_reaches_a_person(at: LineInMemory) -> None:
    """Who came within the minute goes first; nobody is turned away."""
    service = LineService(at.line)
    silent_call(at, "CA0")
    Nuisance(at.line).mark_caller_of("CA0", by=CLERK, note="骂人")
    for sid, number, later in (("CA1", STRANGER, 0), ("CA2", OTHER, 30)):
        at.clock.forward(later)
        service.arrive(sid, number, HOTLINE)
        service.gathered(sid, 1, digits="0", speech="")
        at.line.calls.recognition_is_off(sid)
    at.clock.forward(3)
    moves = RoutingService(at.line, service).tick()
    assert [move.sid for move in moves] == ["CA2", "CA1"]


def test_one_word_takes_a_mark_away(at: LineInMemory) -> None:
    """And says so."""
    silent_call(at, "CA0")
    Nuisance(at.line).mark_caller_of("CA0", by=CLERK)
    assert Nuisance(at.line).unmark(STRANGER, by=SUPERVISOR)
    assert not Nuisance(at.line).unmark(STRANGER, by=SUPERVISOR)
    assert Nuisance(at.line).mark_on(STRANGER) is None
