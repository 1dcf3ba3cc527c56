"""What an agent notes of a caller by one word: who may, what follows, and how it is taken back."""

from __future__ import annotations

from datetime import date

import pytest

from elder_channel.calls.nuisance import MarkReason
from elder_channel.calls.steps import Ask
from elder_channel.customers.model import Customer, Mark
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.errors import MarkRefusedError, NotAllowedError
from elder_channel.services.line import LineService
from elder_channel.services.marks import CallerMarks
from elder_channel.services.nuisance import Nuisance
from tests.fakes.line import LineInMemory

HOTLINE = "+862100000060"
STRANGER, DAUGHTER, ELDER = "+8659100000155", "+8659100000191", "+8659100000192"
AGENT_ID = "zheng-guodong"
AGENT = Account("zheng.guodong", Role.AGENT, AGENT_ID)
OTHER = Account("lin.xiulan", Role.AGENT, "lin-xiulan")
LEAD = Account("lead", Role.SUPERVISOR)
VIEWER = Account("viewer", Role.VIEWER, AGENT_ID)


class Directory:
    """The accounts of the site."""

    def find(self, username: str) -> Account | None:
        """The account of this name."""
        return {each.username: each for each in (AGENT, OTHER, LEAD, VIEWER)}.get(username)


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """The line, with a daughter and an elder in the books."""
    young = Customer(91, "何示例", (DAUGHTER,), date(1985, 5, 1), dialect="guangzhou")
    at.line.customers.load([young, Customer(92, "郑示例", (ELDER,), date(1940, 5, 1))])
    return LineService(at.line)


@pytest.fixture
def marks(at: LineInMemory) -> CallerMarks:
    """The marks under test."""
    return CallerMarks(at.line, Directory())


def picked_up(at: LineInMemory, service: LineService, number: str, sid: str = "CA1") -> None:
    """A call the agent talks on."""
    service.arrive(sid, number, HOTLINE)
    service.gathered(sid, 1, digits="0", speech="")
    service.agent_answered(sid, AGENT_ID)


@pytest.mark.parametrize("mark", ["elder", "hearing", "relative", "nuisance"])
def test_an_agent_marks_the_own_caller_and_a_team_lead_any(
    at: LineInMemory, service: LineService, marks: CallerMarks, mark: str
) -> None:
    """Colleagues and who only looks may not; nor the agent, long after the call was over."""
    picked_up(at, service, STRANGER)
    write = getattr(marks, f"set_{mark}")
    for refused, error in ((OTHER, MarkRefusedError), (VIEWER, NotAllowedError)):
        with pytest.raises(error):
            write("CA1", by=refused, **{mark: True})
    with pytest.raises(MarkRefusedError):
        marks.look("CA1", by=OTHER)
    write("CA1", by=AGENT, **{mark: True})
    write("CA1", by=LEAD, **{mark: False})
    service.ended("CA1")
    write("CA1", by=AGENT, **{mark: True})
    at.clock.forward(60 * at.line.settings.desk.wrap_up_shown_minutes + 1)
    with pytest.raises(MarkRefusedError) as error:
        write("CA1", by=AGENT, **{mark: False})
    assert error.value.code == "mark_not_yours"
    kept = [(each.after, each.changed_by) for each in marks.history("CA1") if each.mark == mark]
    assert kept == [(True, "zheng.guodong"), (False, "lead"), (True, "zheng.guodong")]


def test_a_relative_of_an_elder_is_served_like_the_elder_from_then_on(
    at: LineInMemory, service: LineService, marks: CallerMarks
) -> None:
    """The daughter's own number: nobody is taken for her, no prompt the next time, and the note says why."""
    picked_up(at, service, DAUGHTER)
    marks.set_relative("CA1", relative=True, by=AGENT)
    call = at.line.calls.get("CA1")
    assert call
    assert (call.relative, call.elder) == (True, True)
    assert not any(isinstance(step, Ask) for step in service.arrive("CA2", DAUGHTER, HOTLINE))
    again, note = at.line.calls.get("CA2"), at.line.calls.handover("CA2")
    assert again
    assert note
    assert (again.elder, again.relative, again.customer_id) == (True, True, None)
    assert "家人代长者来电" in note.text


def test_taking_a_relative_back_takes_back_what_came_with_it(
    at: LineInMemory, service: LineService, marks: CallerMarks
) -> None:
    """Also the word that the number is no elder's, which the note of a relative had set aside."""
    picked_up(at, service, DAUGHTER)
    marks.set_elder("CA1", elder=False, by=AGENT)
    marks.set_relative("CA1", relative=True, by=AGENT)
    assert at.line.customers.at_number(DAUGHTER).elder_mark is True
    marks.set_relative("CA1", relative=False, by=AGENT)
    call = at.line.calls.get("CA1")
    assert call
    assert (call.relative, call.elder) == (False, False)
    assert at.line.customers.at_number(DAUGHTER).elder_mark is False
    assert any(isinstance(step, Ask) for step in service.arrive("CA2", DAUGHTER, HOTLINE))


def test_an_elder_stays_one_when_the_relative_is_taken_back(
    at: LineInMemory, service: LineService, marks: CallerMarks
) -> None:
    """By the books, and by an agent's word on a number that is in no books."""
    picked_up(at, service, ELDER)
    picked_up(at, service, STRANGER, "CA2")
    marks.set_elder("CA2", elder=True, by=AGENT)
    for sid in ("CA1", "CA2"):
        marks.set_relative(sid, relative=True, by=AGENT)
        marks.set_relative(sid, relative=False, by=AGENT)
        call = at.line.calls.get(sid)
        assert call
        assert call.elder


def test_law_7_a_relatives_voice_says_nothing_of_the_customer(
    at: LineInMemory, service: LineService, marks: CallerMarks
) -> None:
    """The dialect an agent hears is not noted in the customer's record."""
    picked_up(at, service, DAUGHTER)
    marks.set_relative("CA1", relative=True, by=AGENT)
    kept = Corrections(at.line, Directory()).judge(Verdict("CA1", "fuzhou", None, "form"), by=AGENT)
    assert kept.somebody_else
    (daughter,) = at.line.customers.at_number(DAUGHTER).people
    assert daughter.customer.dialect == "guangzhou"


def test_a_nuisance_mark_counts_from_the_next_call_and_is_taken_away_by_a_word(
    at: LineInMemory, service: LineService, marks: CallerMarks
) -> None:
    """What is kept for good names the call, not the number."""
    picked_up(at, service, STRANGER)
    marks.set_nuisance("CA1", nuisance=True, by=AGENT, reason="骂人")
    seen = marks.look("CA1", by=AGENT)
    assert (seen.nuisance, seen.may_be_nuisance, seen.remembered) == (MarkReason.ABUSIVE, True, False)
    service.arrive("CA2", STRANGER, HOTLINE)
    marked = at.line.calls.get("CA2")
    assert marked
    assert marked.marked == "abusive"
    marks.set_nuisance("CA1", nuisance=False, by=AGENT)
    assert Nuisance(at.line).mark_on(STRANGER) is None
    assert {each.number for each in marks.history("CA1")} == {None}


@pytest.mark.parametrize("mark", ["elder", "relative"])
def test_who_is_or_calls_for_an_elder_never_waits_behind_others(
    at: LineInMemory, service: LineService, marks: CallerMarks, mark: str
) -> None:
    """The word takes a nuisance mark away, and no new one can be made on this call."""
    picked_up(at, service, STRANGER)
    marks.set_nuisance("CA1", nuisance=True, by=AGENT)
    getattr(marks, f"set_{mark}")("CA1", by=AGENT, **{mark: True})
    assert Nuisance(at.line).mark_on(STRANGER) is None
    with pytest.raises(MarkRefusedError) as error:
        marks.set_nuisance("CA1", nuisance=True, by=AGENT)
    assert error.value.code == "mark_protected"
    assert not marks.look("CA1", by=AGENT).may_be_nuisance


def test_the_same_word_twice_is_one_change(at: LineInMemory, service: LineService, marks: CallerMarks) -> None:
    """A second tap, or two people at once."""
    picked_up(at, service, DAUGHTER)
    for _ in range(2):
        marks.set_hearing("CA1", hearing=True, by=AGENT)
    assert [each.mark for each in marks.history("CA1")] == [Mark.HEARING]
