"""A team lead takes a live call over or passes it on: who may, what moves, and that nobody is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.model import Call, CallState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, TransferRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.steering import Steering
from tests.fakes.line import LineInMemory, open_test_line
from tests.unit.services.test_transfers import AGENTS, CALLER, COMPANIES, HOTLINE

LEAD = Account("lin.fang", Role.SUPERVISOR, "cai")
DESKLESS = Account("chief", Role.ADMINISTRATOR)
STAFF = {each.username: each for each in (LEAD, DESKLESS, Account("anna", Role.AGENT, "anna"))}


class Staff:
    """The accounts of the line."""

    def find(self, username: str) -> Account | None:
        """One of them."""
        return STAFF.get(username)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """Three agents at work, and a caller in the queue."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "companies.yaml").write_text(COMPANIES, encoding="utf-8")
    (tmp_path / "site" / "agents.yaml").write_text(AGENTS, encoding="utf-8")
    opened = open_test_line(tmp_path)
    service = LineService(opened.line)
    service.arrive("CA1", CALLER, HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    opened.line.calls.queued("CA1", at=opened.clock())
    opened.clock.forward(3)
    yield opened
    opened.line.databases.dispose()


def talks(at: LineInMemory, agent: str = "anna") -> None:
    """The caller talks with an agent."""
    at.line.calls.assign("CA1", agent, matched="exact", at=at.clock())
    LineService(at.line).agent_answered("CA1", agent)


def the_call(at: LineInMemory) -> Call:
    """The call as it stands."""
    call = at.line.calls.get("CA1")
    assert call
    return call


def test_a_waiting_call_is_taken_from_the_queue_once(at: LineInMemory) -> None:
    """The lead's own phone is rung, the router has nothing left to give, and a second press rings nobody again."""
    steering = Steering(at.line, Staff())
    assert steering.choices("CA1", by=LEAD).may_take
    steering.take_over("CA1", by=LEAD)
    steering.take_over("CA1", by=LEAD)
    call = the_call(at)
    assert (call.state, call.agent_id) == (CallState.RINGING, "cai")
    [(sid, url)] = at.carrier.redirects
    assert sid == "CA1"
    assert "/voice/connect" in url
    assert RoutingService(at.line, LineService(at.line)).tick() == []


def test_a_call_that_is_talked_on_goes_to_the_lead(at: LineInMemory) -> None:
    """The agent is free, the caller waits in the old place for the lead, whom the router rings next."""
    talks(at)
    entered = the_call(at).entered_at
    Steering(at.line, Staff()).take_over("CA1", by=LEAD)
    call = the_call(at)
    assert (call.state, call.entered_at) == (CallState.WAITING, entered)
    assert at.line.agents.states()["anna"].presence is Presence.IDLE
    at.line.calls.queued("CA1", at=at.clock())
    assert [move.agent_id for move in RoutingService(at.line, LineService(at.line)).tick()] == ["cai"]


def test_a_call_is_passed_on_with_a_note(at: LineInMemory) -> None:
    """To a company, an agent or a queue, by whoever leads; the account need be no agent."""
    talks(at)
    steering = Steering(at.line, Staff())
    choices = steering.choices("CA1", by=DESKLESS)
    assert not choices.may_take
    assert "company:property" in {each.to for each in choices.targets}
    steering.pass_on("CA1", to="company:property", note="车损", by=DESKLESS)
    assert [(each.to, each.note) for each in the_call(at).passed_on] == [("company:property", "车损")]


@pytest.mark.parametrize("to", ["", "agent:", "nobody:bao", "agent:nobody"])
def test_an_unknown_target_is_refused_and_the_call_stays(at: LineInMemory, to: str) -> None:
    """With the agent who has it."""
    talks(at)
    with pytest.raises(TransferRefusedError):
        Steering(at.line, Staff()).pass_on("CA1", to=to, note="", by=LEAD)
    assert the_call(at).agent_id == "anna"


def test_who_is_busy_absent_or_no_agent_takes_nothing(at: LineInMemory) -> None:
    """And is told which it is; the caller waits on as before."""
    steering = Steering(at.line, Staff())
    with pytest.raises(TransferRefusedError) as refused:
        steering.take_over("CA1", by=DESKLESS)
    assert refused.value.code == "take_no_agent"
    at.line.agents.set_presence("cai", Presence.ABSENT, at=at.clock())
    assert not steering.choices("CA1", by=LEAD).may_take
    with pytest.raises(TransferRefusedError) as refused:
        steering.take_over("CA1", by=LEAD)
    assert refused.value.code == "take_not_free"
    assert the_call(at).state is CallState.WAITING


def test_a_call_on_its_way_to_somebody_else_is_left_alone(at: LineInMemory) -> None:
    """Whose phone rings is about to speak with the caller."""
    at.line.calls.assign("CA1", "anna", matched="exact", at=at.clock())
    with pytest.raises(TransferRefusedError):
        Steering(at.line, Staff()).take_over("CA1", by=LEAD)
    assert the_call(at).agent_id == "anna"


def test_agents_and_strangers_may_not(at: LineInMemory) -> None:
    """Checked against the account as it is now, not as the page had it."""
    steering = Steering(at.line, Staff())
    for account in (STAFF["anna"], Account("gone", Role.SUPERVISOR), Account("anna", Role.SUPERVISOR)):
        with pytest.raises(NotAllowedError):
            steering.take_over("CA1", by=account)
        with pytest.raises(NotAllowedError):
            steering.choices("CA1", by=account)
