"""A whole call that is accepted on an agent's desk, through the simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from elder_channel.agents.model import Presence
from elder_channel.calls.desk import CallResult
from elder_channel.placing import wait_until
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import Corrections
from elder_channel.services.desk import Desk, WrapUp
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.transfers import Transfers
from tests.e2e.conftest import ELDER, LiveStack, running, start_stack
from tests.fakes.people import People

pytestmark = [pytest.mark.stack, pytest.mark.model]
ME = Account("chen", Role.AGENT, "chen")
AGENTS = [
    {"id": "chen", "name": "陈嘉明", "contact": "client:chen", "dialects": {"guangzhou": 5}, "answer": "desk"},
    {"id": "liu", "name": "刘美华", "contact": "client:liu", "dialects": {"hakka": 5}, "hunt_group": True},
]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LiveStack]:
    """A stack with one agent who answers on the desk."""
    stack = start_stack(tmp_path, ELDER_CHANNEL_DESK__ACCEPT_SECONDS="15")
    text = yaml.safe_dump({"schema": 1, "agents": AGENTS}, allow_unicode=True)
    (tmp_path / "site" / "agents.yaml").write_text(text, encoding="utf-8")
    quick = {"answer_after_seconds": 1.0, "talk_seconds": 3.0}
    behaviour = {str(agent["contact"]): quick for agent in AGENTS}
    (tmp_path / "state" / "simulated-agents.json").write_text(json.dumps(behaviour), encoding="utf-8")
    with stack:
        started = running(stack, tmp_path)
        yield started
        started.close()


@pytest.fixture
def desk(own: LiveStack) -> Desk:
    """The desk of the agent, who has just come to work."""
    line, people = own.line, People(ME)
    opened = Desk(line, people, Corrections(line, people), orders=CallOrders(line), transfers=Transfers(line))
    assert opened.look(by=ME).presence is Presence.ABSENT  # nobody is offered calls on a desk they have not opened
    opened.set_present(True, by=ME)
    return opened


def test_a_call_rings_once_it_is_accepted_and_the_agent_knows_everything(own: LiveStack, desk: Desk) -> None:
    """Offered masked, accepted, picked up, closed; the need was known in time."""
    sid = own.place(ELDER, audio="zh_policy_question.flac")
    wait_until(lambda: (call := desk.look(by=ME).call) is not None and call.state == "offered", seconds=20)
    wait_until(lambda: (call := desk.look(by=ME).call) is not None and call.need_id is not None, seconds=20)
    offered = desk.look(by=ME).call
    assert offered
    assert offered.note.name == "陈**"
    assert own.line.calls.get(sid).dialed_at is None  # type: ignore[union-attr]
    desk.accept(sid, by=ME)
    wait_until(lambda: (call := desk.look(by=ME).call) is not None and call.state == "talking", seconds=20)
    report = own.report(sid)
    assert (report.outcome, report.agent and report.agent.id) == ("served", "chen")
    desk.wrap_up(WrapUp(sid, CallResult.SETTLED, "t", dialect="guangzhou"), by=ME)
    assert desk.look(by=ME).call is None
    [pick_up] = own.line.desk.pick_ups_between(offered.entered_at or own.line.clock(), own.line.clock())
    assert (pick_up.heard, pick_up.need, pick_up.matched) == (True, "policy_query", "exact")


def test_law_1_a_desk_nobody_looks_at_does_not_keep_the_caller(own: LiveStack, desk: Desk) -> None:
    """After the configured seconds the next agent's phone rings; the one at the desk counts as away."""
    report = own.report(own.place(ELDER))
    assert (report.outcome, report.agent and report.agent.id) == ("served", "liu")
    assert desk.look(by=ME).presence is Presence.ABSENT


def test_a_declined_call_goes_on(own: LiveStack, desk: Desk) -> None:
    """And the agent stays at work."""
    sid = own.place(ELDER)
    wait_until(lambda: desk.look(by=ME).call is not None, seconds=20)
    desk.decline(sid, by=ME)
    report = own.report(sid)
    assert (report.outcome, report.agent and report.agent.id) == ("served", "liu")
    assert desk.look(by=ME).presence is Presence.IDLE
