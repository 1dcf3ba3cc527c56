"""A caller nobody could serve, from the lost call to the order's end and back."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.e2e.conftest import ELDER, QUICK, STRANGER, LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]


def orders(stack: LiveStack, *arguments: str) -> Any:
    """What `elder-channel orders …` prints as JSON, as somebody on the server types it."""
    command = [sys.executable, "-m", "elder_channel.cli.main", "orders", *arguments, "--json"]
    done = subprocess.run(command, env=stack.stack.env, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def test_law_1_an_elders_lost_call_is_an_order_that_goes_its_way(own: LiveStack) -> None:
    """It opens by itself and stands before a stranger's earlier one; it is taken, tried and closed; the elder's next
    call opens it again, and who answers reads so."""
    for agent in own.line.settings.agents:
        own.simulator.set_agent(agent.contact, answer_after_seconds=30.0)
    own.report(own.place(STRANGER, key="0", hang_up_after_seconds=4.0))
    for _ in range(2):
        lost = own.report(own.place(ELDER, hang_up_after_seconds=3.0))
        assert lost.outcome == "callback"
    listed = orders(own, "list")
    assert [(order["priority"], order["calls"]) for order in listed] == [("elder", 2), ("normal", 1)]
    assert listed[0]["due_at"] < listed[1]["due_at"]
    number = str(listed[0]["id"])
    assert lost.work_order
    assert str(lost.work_order.id) == number

    orders(own, "take", number, "--by", "lin")
    assert orders(own, "attempt", number, "--by", "lin", "--result", "no_answer")["attempts"] == 1
    orders(own, "attempt", number, "--by", "lin", "--result", "reached", "--note", "已答复")
    orders(own, "close", number, "--by", "lin", "--outcome", "answered", "--told")
    shown = orders(own, "show", number, "--by", "lin")
    assert shown["state"] == "closed"
    assert [entry["action"] for entry in shown["history"]] == [
        *("opened", "returned", "call_added", "taken", "missed", "reached", "closed")
    ]

    for agent in own.line.settings.agents:
        own.simulator.set_agent(agent.contact, **QUICK)
    served = own.call(ELDER, audio="zh_policy_question.flac")
    assert served.outcome == "served"
    assert f"会办单 {number} 号" in served.handover.text
    assert "因本次来电重新打开" in served.handover.text
    again = orders(own, "show", number, "--by", "lin")
    assert (again["state"], again["history"][-1]["action"]) == ("open", "reopened")
    assert {call["role"] for call in again["calls"]} == {"origin", "merged", "reopened"}
