"""Who waits, as supervisors see it, over real books."""

from __future__ import annotations

import pytest

from elder_channel.agents.matching import Match
from elder_channel.agents.model import Presence
from elder_channel.outbound.model import NewRequest, Reason
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.waiting import Waiting
from elder_channel.services.waiting_list import WaitingList
from elder_channel.workorders.model import Priority
from tests.fakes.line import LineInMemory
from tests.unit.services.test_waiting import ELDER, HOTLINE, STRANGER, wait

LEAD = Account("lead", Role.SUPERVISOR)


@pytest.fixture
def waiting(at: LineInMemory) -> WaitingList:
    """The list under test."""
    return WaitingList(at.line)


def say_in(at: LineInMemory, sid: str, dialect: str) -> None:
    """The caller speaks, and the dialect is heard for certain."""
    Knowing(at.line).heard(
        sid, text="我要报案", recognizer="ours", language_posterior={"zh": 0.9}, acoustic={dialect: 0.99}, final=True
    )


def nobody_free(at: LineInMemory, *but: str) -> None:
    """Everybody is away but these, who are at work."""
    for agent in at.line.settings.agents:
        if agent.id not in but:
            at.line.agents.set_presence(agent.id, Presence.ABSENT, at=at.clock())


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_only_who_supervises_sees_who_waits(waiting: WaitingList, role: Role) -> None:
    """The service refuses, whatever the page shows."""
    with pytest.raises(NotAllowedError):
        waiting.look(by=Account("chen", role))


def test_elders_stand_first_and_law_7_nothing_is_said_of_their_words(at: LineInMemory, waiting: WaitingList) -> None:
    """Place, wait, mask; nothing of what was said."""
    nobody_free(at)
    wait(at, "CA1")
    at.clock.forward(20)
    wait(at, "CA2", ELDER)
    say_in(at, "CA1", "fuzhou")
    at.clock.forward(3)
    board = waiting.look(by=LEAD)
    assert [(each.sid, each.place, each.elder) for each in board.in_line] == [("CA2", 1, True), ("CA1", 2, False)]
    stranger = board.in_line[1]
    assert stranger.caller == "+86591****55"
    assert (board.at - stranger.entered_at).total_seconds() == 23
    assert stranger.dialect is not None
    assert stranger.dialect[:2] == ("fuzhou", "福州话")
    assert stranger.estimate_seconds is None
    assert (board.agents_free, board.agents_at_work) == (0, 0)
    assert "报案" not in repr(board)


def test_who_is_asked_for_widens_as_the_router_does(at: LineInMemory, waiting: WaitingList) -> None:
    """The one who speaks the dialect is busy: the others free are told not to fit yet, and to fit in the end."""
    nobody_free(at, "zheng-guodong", "sun-lihua")
    wait(at, "CA0", ELDER)
    LineService(at.line).agent_answered("CA0", "zheng-guodong")
    wait(at, "CA1")
    say_in(at, "CA1", "fuzhou")
    (first,) = waiting.look(by=LEAD).in_line
    assert (first.step, first.free, first.at_work) == (Match.EXACT, 0, 1)
    at.clock.forward(60)
    (later,) = waiting.look(by=LEAD).in_line
    assert (later.step, later.free, later.at_work) == (Match.ANY, 1, 2)


def test_the_line_holds_a_moment_for_a_surer_dialect(at: LineInMemory, waiting: WaitingList) -> None:
    """Law 2: the page says that it does, and no longer than it does."""
    service = LineService(at.line)
    service.arrive("CA1", "anonymous", HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    (held,) = waiting.look(by=LEAD).in_line
    assert held.held
    at.clock.forward(6)
    assert not waiting.look(by=LEAD).in_line[0].held


def test_who_is_rung_and_why_also_who_was_before(at: LineInMemory, waiting: WaitingList) -> None:
    """The router's own words, the newest first."""
    wait(at, "CA1")
    say_in(at, "CA1", "fuzhou")
    at.clock.forward(3)
    router = RoutingService(at.line, LineService(at.line))
    (move,) = router.tick()
    assert move.agent_id == "zheng-guodong"
    at.line.calls.put_back("CA1", "zheng-guodong", presence=Presence.ABSENT, at=at.clock())
    at.line.calls.queued("CA1", at=at.clock())
    assert waiting.look(by=LEAD).in_line[0].tried == ("郑国栋",)
    at.clock.forward(30)
    router.tick()
    board = waiting.look(by=LEAD)
    assert board.in_line == ()
    (rung,) = board.ringing
    assert rung.agent == rung.choices[0].agent
    assert [each.agent for each in rung.choices][1:] == ["郑国栋"]
    assert rung.choices[1].view.match == "exact"


def test_who_is_to_be_called_back_stands_there_until_it_is_done(at: LineInMemory, waiting: WaitingList) -> None:
    """Elders first; who chose it while waiting keeps the place; orders of other kinds are not among them."""
    nobody_free(at)
    for sid, number in (("CA1", STRANGER), ("CA2", ELDER)):
        wait(at, sid, number)
        at.clock.forward(60)
    Waiting(at.line).take_callback("CA1")
    LineService(at.line).ended("CA2")
    board = waiting.look(by=LEAD)
    assert board.callbacks_in_all == 2
    elder, stranger = board.callbacks
    assert (elder.priority, elder.kept_place, elder.attempts) == (Priority.ELDER, False, 0)
    assert (stranger.priority, stranger.kept_place, stranger.caller) == (Priority.NORMAL, True, "+86591****55")


def test_who_asked_to_be_called_with_one_tap_waits_too(at: LineInMemory, waiting: WaitingList) -> None:
    """A request behind which a work order stands is told as that order only."""
    now = at.clock()
    for reason in (Reason.ONE_TAP, Reason.CALLBACK_ORDER):
        at.line.outbound.request(NewRequest(f"k-{reason}", reason, STRANGER, None, now, now))
    (asked,) = waiting.look(by=LEAD).asked
    assert (asked.reason, asked.caller, asked.requested_at) == (Reason.ONE_TAP, "+86591****55", now)
