"""Two companies behind one number: a live call goes from one's agent to the other's, and says nothing twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from elder_channel.calls.model import CallState
from elder_channel.placing import wait_until
from elder_channel.services.accounts import Account, Role
from elder_channel.services.sites import SiteSwitches
from elder_channel.services.transfers import Transfers
from elder_channel.stack import Stack, StackOptions
from tests.e2e.conftest import ELDER, STRANGER, LiveStack, running, start_stack

pytestmark = [pytest.mark.stack, pytest.mark.model]

COMPANIES = """schema: 1
companies:
  - {id: life, zh: 示例人寿, en: Example Life}
  - {id: property, zh: 示例财险, en: Example Property}
"""
SITES = """schema: 1
sites:
  - {id: fuzhou, name: 福州, provinces: [福建]}
  - {id: beijing, name: 北京, night: true}
"""
AGENTS = """schema: 1
agents:
  - {id: anna, name: 安娜, contact: "client:anna", companies: [life], site: fuzhou, hunt_group: true}
  - {id: bao, name: 阿宝, contact: "client:bao", companies: [property], site: beijing}
"""
BOSS = Account("lin.fang", Role.SUPERVISOR)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[LiveStack]:
    """A stack of two companies with one agent each; anna talks for long."""
    site, state = tmp_path / "site", tmp_path / "state"
    for folder in (site, state):
        folder.mkdir()
    for name, text in (("companies", COMPANIES), ("sites", SITES), ("agents", AGENTS)):
        (site / f"{name}.yaml").write_text(text, encoding="utf-8")
    profiles = {
        "client:anna": {"answer_after_seconds": 2.5, "talk_seconds": 60.0},
        "client:bao": {"answer_after_seconds": 1.0, "talk_seconds": 0.5},
    }
    (state / "simulated-agents.json").write_text(json.dumps(profiles), encoding="utf-8")
    env = {**os.environ, "ELDER_CHANNEL_SITE": str(site), "ELDER_CHANNEL_STATE": str(state)}
    with Stack(StackOptions(state, env, console=False, free_ports=True)) as stack:
        started = running(stack, tmp_path)
        yield started
        started.close()


def is_talking(live: LiveStack, sid: str, agent: str) -> bool:
    """Whether the agent has the call, and the caller's words have reached the books."""
    call = live.line.calls.get(sid)
    talks = call is not None and call.state is CallState.TALKING and call.agent_id == agent
    return bool(talks and call and call.identified_finally)


def test_a_call_goes_to_the_sister_company_with_everything_said(two: LiveStack) -> None:
    """Nobody hangs up: the caller leaves the first agent's leg, and the second agent's note tells all of it."""
    sid = two.place(STRANGER, audio="zh_accident_claim.flac")
    assert wait_until(lambda: is_talking(two, sid, "anna"), seconds=40)
    first = two.line.calls.handover(sid)
    Transfers(two.line).transfer(
        sid, by=Account("anna", Role.AGENT), as_agent="anna", to_company="property", note="车险,请派查勘员"
    )
    report = two.report(sid)
    assert report.outcome == "served"
    assert report.agent
    assert report.agent.id == "bao"
    assert [(each.from_agent, each.to) for each in report.passed_on] == [("anna", "company:property")]
    assert [choice.agent_id for choice in report.routing] == ["anna", "bao"]
    assert report.routing[-1].bond == "company"
    assert report.transcript
    assert first
    for told in ("安娜已接听,转给示例财险", "车险,请派查勘员", report.transcript, "请勿让来电人重复"):
        assert told in report.handover.text
    assert report.handover.need == first.need
    names = two.names(sid)
    assert names.count("call.ended") == 1
    assert names.count("agent.answered") == 2
    assert two.line.agents.states()["anna"].presence == "idle"


def test_disaster_mode_reaches_the_running_line(two: LiveStack) -> None:
    """Turned by one process, in force in the voice process from its next look on; a drained site alike."""
    two.simulator.set_agent("client:anna", talk_seconds=0.5)
    near = two.call(key="0")
    assert near.agent
    assert (near.agent.id, near.routing[-1].province, near.routing[-1].considered[0].tier) == ("anna", "福建", 0)
    switches = SiteSwitches(two.line)
    switches.divert("福建", ["beijing"], reason="台风", by=BOSS)
    far = two.call(key="0")
    assert far.agent
    assert (far.agent.id, far.routing[-1].bond) == ("bao", "diverted")
    switches.restore("福建", reason="恢复", by=BOSS)
    switches.drain("fuzhou", reason="装修", by=BOSS)
    drained = two.call(key="0")
    assert drained.agent
    assert drained.agent.id == "bao"


def test_a_caller_tired_of_waiting_is_called_back_in_the_old_place(tmp_path: Path) -> None:
    """Everybody talks; the offer comes, the key is pressed, both languages say goodbye, and an order is left."""
    settings = {
        "ELDER_CHANNEL_WAITING__OFFER_CALLBACK_AFTER_SECONDS": "5",
        "ELDER_CHANNEL_RECOGNITION__ENABLED": "false",
    }
    with start_stack(tmp_path, **settings) as stack:
        live = running(stack, tmp_path)
        with live.line.databases.calls.begin() as books:
            books.exec_driver_sql("UPDATE agents SET presence = 'talking'")
        sid = live.place(ELDER, actions=[{"when": "waiting", "hearing": "打给我", "after": 1.5, "press": "1"}])
        report = live.report(sid)
        prompts = [str(event.get("text")) for event in live.simulator.events(sid) if event["name"] == "prompt.started"]
        live.close()
    assert report.outcome == "callback"
    assert report.work_order
    assert "保留排队位置" in report.work_order.note
    assert any("打给我" in prompt for prompt in prompts)
    assert any("Goodbye" in prompt for prompt in prompts)
