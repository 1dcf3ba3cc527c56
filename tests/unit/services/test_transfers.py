"""A call passed on: the next agent sees everything, the caller keeps the place, and late word changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.model import Call, CallState, Outcome
from elder_channel.services.accounts import Account, Role
from elder_channel.services.endings import AfterDial
from elder_channel.services.errors import NotAllowedError, TransferRefusedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.transfers import Transfers
from elder_channel.telephony.errors import CallGoneError, CarrierError
from tests.fakes.carrier import out_of_order
from tests.fakes.line import LineInMemory, open_test_line

CALLER = "+862000000155"
HOTLINE = "+862100000060"
ANNA = Account("anna", Role.AGENT)
BOSS = Account("lin.fang", Role.SUPERVISOR)
COMPANIES = """schema: 1
companies:
  - {id: life, zh: 示例人寿, en: Example Life}
  - {id: property, zh: 示例财险, en: Example Property, numbers: ["+862100000062"]}
"""
AGENTS = """schema: 1
agents:
  - {id: anna, name: 安娜, contact: "client:anna", companies: [life], dialects: {guangzhou: 5}, hunt_group: true}
  - {id: bao, name: 阿宝, contact: "client:bao", companies: [property], dialects: {guangzhou: 3}}
  - {id: cai, name: 蔡, contact: "client:cai", companies: [life], dialects: {guangzhou: 5}}
"""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """Two companies on one number; agent anna of the first talks with a caller who spoke of the car."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "companies.yaml").write_text(COMPANIES, encoding="utf-8")
    (tmp_path / "site" / "agents.yaml").write_text(AGENTS, encoding="utf-8")
    opened = open_test_line(tmp_path)
    service = LineService(opened.line)
    service.arrive("CA1", CALLER, HOTLINE)
    service.gathered("CA1", 1, digits="0", speech="")
    Knowing(opened.line).heard(
        "CA1", text="我部车撞亲,想报案", recognizer="whisper", language_posterior={"yue": 0.9, "zh": 0.1}, final=True
    )
    opened.line.calls.queued("CA1", at=opened.clock())
    opened.line.calls.assign("CA1", "anna", matched="exact", at=opened.clock())
    service.agent_answered("CA1", "anna")
    opened.clock.forward(40)
    yield opened
    opened.line.databases.dispose()


def the_call(at: LineInMemory) -> Call:
    """The call as it stands."""
    call = at.line.calls.get("CA1")
    assert call
    return call


def given(at: LineInMemory) -> list[str | None]:
    """Who is given a call by the router's next look, once the caller is in the queue again."""
    at.line.calls.queued("CA1", at=at.clock())
    return [move.agent_id for move in RoutingService(at.line, LineService(at.line)).tick()]


def test_a_sister_companys_agent_gets_the_call_with_everything_said(at: LineInMemory) -> None:
    """Moved out of the first agent's leg, kept for the other company, and the note tells who had it and why."""
    entered = the_call(at).entered_at
    passed = Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property", note="车损 需要查勘")
    assert at.carrier.redirects == [("CA1", urldefrag(at.line.addresses.url("/voice/passed-on")).url)]
    assert (passed.from_agent, passed.to, passed.note) == ("anna", "company:property", "车损 需要查勘")
    assert at.line.agents.states()["anna"].presence is Presence.IDLE
    assert (the_call(at).state, the_call(at).entered_at, the_call(at).company) == (
        CallState.WAITING,
        entered,
        "property",
    )
    assert given(at) == ["bao"]
    Knowing(at.line).write_note("CA1")
    note = at.line.calls.handover("CA1")
    assert note
    for told in ("安娜已接听,转给示例财险", "车损 需要查勘", "我部车撞亲", "报案", "勿让来电人重复"):
        assert told in note.text
    assert the_call(at).routing[-1]["bond"] == "company"


def test_a_company_where_nobody_works_leaves_nobody_waiting(at: LineInMemory) -> None:
    """Law 1: the call goes to whoever is at work, not back to who gave it away while there is another."""
    at.line.agents.set_presence("bao", Presence.ABSENT, at=at.clock())
    Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property")
    assert given(at) == ["cai"]


def test_a_colleague_is_waited_for_a_while_only(at: LineInMemory) -> None:
    """Busy: the call is kept for that colleague; after the hold anybody may take it."""
    at.line.calls.open_call(Call("CA2", CALLER, HOTLINE, CallState.WAITING, at.clock(), entered_at=at.clock()))
    at.line.calls.assign("CA2", "cai", matched="any", at=at.clock())
    Transfers(at.line).transfer("CA1", by=BOSS, to_agent="cai")
    assert given(at) == []
    at.clock.forward(31)
    assert given(at) == ["bao"]


def test_who_hangs_up_while_passed_on_is_called_back(at: LineInMemory) -> None:
    """Somebody has answered before, and yet nobody has helped."""
    Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property")
    at.carrier.answerers["CA1"] = "client:anna"
    LineService(at.line).ended("CA1")
    assert the_call(at).outcome is Outcome.CALLBACK


def test_late_word_of_the_first_agents_leg_changes_nothing(at: LineInMemory) -> None:
    """The leg's end and a repeated pick-up come after the call is elsewhere, in any order."""
    service = LineService(at.line)
    Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property")
    ended = {"dial_status": "completed", "call_status": "in-progress", "bridged": True}
    assert service.dial_ended("CA1", "anna", **ended) is AfterDial.WAIT_AGAIN  # type: ignore[arg-type]
    service.agent_answered("CA1", "anna")
    assert the_call(at).state is CallState.WAITING
    assert given(at) == ["bao"]
    service.agent_answered("CA1", "anna")
    assert (the_call(at).state, the_call(at).agent_id) == (CallState.RINGING, "bao")
    service.agent_answered("CA1", "bao")
    assert service.dial_ended("CA1", "anna", **ended) is AfterDial.WAIT_AGAIN  # type: ignore[arg-type]
    assert (the_call(at).state, the_call(at).agent_id) == (CallState.TALKING, "bao")
    assert service.dial_ended("CA1", "bao", **ended) is AfterDial.HANG_UP  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "failure", [out_of_order(), CarrierError("refused", code="20003", retryable=False)], ids=["retryable", "final"]
)
def test_law_1_a_carrier_that_does_not_move_the_call_leaves_it_with_the_agent(
    at: LineInMemory, failure: CarrierError
) -> None:
    """The agent is told, talks on, and may try again."""
    at.carrier.failure = failure
    before = the_call(at)
    with pytest.raises(CarrierError):
        Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property")
    assert the_call(at) == before
    assert at.line.agents.states()["anna"].presence is Presence.TALKING
    at.carrier.failure = None
    Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property")
    assert given(at) == ["bao"]


def test_a_caller_who_has_left_is_told(at: LineInMemory) -> None:
    """The carrier's word of the end closes the books."""
    at.carrier.over.add("CA1")
    with pytest.raises(CallGoneError):
        Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", to_company="property")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, "one_target"),
        ({"to_company": "property", "to_agent": "bao"}, "one_target"),
        ({"to_company": "gamma"}, "no_such_target"),
        ({"to_agent": "nobody"}, "no_such_target"),
        ({"to_queue": "mars"}, "no_such_target"),
        ({"to_agent": "anna"}, "same_agent"),
        ({"to_agent": "cai"}, "nobody_there"),
        ({"to_company": "property", "note": "字" * 501}, "note_too_long"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(at: LineInMemory, target: dict[str, str], code: str) -> None:
    """The call stays where it is, and the code says which rule was broken."""
    at.line.agents.set_presence("cai", Presence.ABSENT, at=at.clock())
    with pytest.raises(TransferRefusedError) as refused:
        Transfers(at.line).transfer("CA1", by=ANNA, as_agent="anna", **target)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert the_call(at).state is CallState.TALKING


def test_an_agent_passes_on_the_own_call_only(at: LineInMemory) -> None:
    """A supervisor may pass on any; nobody passes on a call twice."""
    transfers = Transfers(at.line)
    with pytest.raises(NotAllowedError):
        transfers.transfer("CA1", by=Account("bao", Role.AGENT), as_agent="bao", to_queue="shared")
    transfers.transfer("CA1", by=BOSS, to_queue="shared")
    with pytest.raises(TransferRefusedError, match="nobody is talking"):
        transfers.transfer("CA1", by=BOSS, to_queue="shared")


def test_the_desk_is_told_where_a_call_can_go(at: LineInMemory) -> None:
    """Companies, colleagues and queues, with who is there and free, without the agent who has the call."""
    choices = Transfers(at.line).choices("CA1")
    assert [(each.to, each.at_work, each.free) for each in choices.companies] == [
        ("company:life", 1, 1),
        ("company:property", 1, 1),
    ]
    assert {each.to for each in choices.agents} == {"agent:bao", "agent:cai"}
    assert [each.to for each in choices.queues][:2] == ["queue:shared", "queue:interpreters"]


def test_a_call_to_a_companys_own_number_is_kept_for_its_people(at: LineInMemory) -> None:
    """The better dialect elsewhere does not count while one of them is at work."""
    service = LineService(at.line)
    service.arrive("CA3", CALLER, "+862100000062")
    service.gathered("CA3", 1, digits="0", speech="")
    at.line.calls.recognition_is_off("CA3")
    at.line.calls.queued("CA3", at=at.clock())
    at.clock.forward(20)
    moves = RoutingService(at.line, service).tick()
    assert [(move.sid, move.agent_id) for move in moves] == [("CA3", "bao")]


def test_law_7_notes_of_transfers_are_erased_with_the_words(at: LineInMemory) -> None:
    """What an agent wrote about a caller is kept as long as what the caller said, and no longer."""
    Transfers(at.line).transfer("CA1", by=BOSS, to_queue="shared", note="客户住院")
    LineService(at.line).ended("CA1")
    at.line.calls.erase_words_before(at.clock() + timedelta(days=91))
    assert the_call(at).passed_on == ()
