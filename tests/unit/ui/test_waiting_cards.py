"""What the page of who waits says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.agents.matching import Match
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.outbound.model import OutboundState, Reason
from elder_channel.services.waiting_list import (
    AskedToBeCalled,
    RingingCaller,
    WaitingBoard,
    WaitingCallback,
    WaitingCaller,
)
from elder_channel.workorders.model import Priority
from ui.waiting_cards import WaitCard, present_waiting
from ui.words import say

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CALLER = WaitingCaller(
    sid="CA1",
    place=1,
    caller="139****5678",
    elder=False,
    urgent=False,
    behind=False,
    language="zh",
    dialect=None,
    entered_at=NOW - timedelta(seconds=75),
    estimate_seconds=None,
    step=Match.GROUP,
    held=False,
    free=0,
    at_work=2,
    bond=None,
    tried=(),
)
RUNG = RingingCaller("CA2", "139****5678", True, False, None, NOW, NOW, None, False, ())
BACK = WaitingCallback(7, "139****5678", Priority.URGENT, "福州话", NOW, NOW, 2, NOW, False, "desk", False)
EMPTY = WaitingBoard(NOW, (), (), (), 0, (), 0, 0)


def facts(card: WaitCard) -> list[str]:
    """The facts in Chinese."""
    return [fact.zh for fact in card.facts]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["还要多久说不准", "讲什么话还不知道", "现在找谁：放宽到同一片的话", "合适的：空闲 0 人，在岗 2 人"]),
        ({"estimate_seconds": 130.0}, ["估计还要 2:10"]),
        ({"held": True}, [say("waiting.held").zh]),
        ({"at_work": 0}, [say("waiting.fits.none").zh]),
        ({"behind": True}, [say("waiting.behind").zh]),
        ({"bond": "diverted"}, [say("choice.bond.diverted").zh]),
        ({"tried": ("林", "郑", "林")}, ["已经试过：林、郑"]),
        ({"dialect": ("fuzhou", "福州话", 0.914)}, ["讲福州话（91%）"]),
        ({"language": "en"}, ["英语"]),
    ],
)
def test_a_caller_in_line(change: dict[str, object], expected: list[str]) -> None:
    """Whatever is so of the caller is told, and nothing else."""
    caller = replace(CALLER, **change)  # type: ignore[arg-type]
    (card,) = present_waiting(replace(EMPTY, in_line=(caller,)), zone=HOTLINE_ZONE).in_line
    assert set(expected) <= set(facts(card))
    assert card.time.zh == "已等 1:15"


@pytest.mark.parametrize(
    ("agent", "offered", "expected"),
    [
        (None, False, "应急话机都在响，已 0:00"),
        ("郑", False, "郑的电话响了 0:00"),
        ("郑", True, "等郑在工作台上接，已 0:00"),
    ],
)
def test_whose_phone_rings(agent: str | None, offered: bool, expected: str) -> None:
    """An agent's, the hunt group's, or nobody's yet because the desk asks first."""
    rung = replace(RUNG, agent=agent, offered=offered)
    (card,) = present_waiting(replace(EMPTY, ringing=(rung,)), zone=HOTLINE_ZONE).ringing
    assert card.title.zh == expected


def test_a_callback_that_is_late_and_one_under_way() -> None:
    """Late by how much; while the line calls, the next time is not told."""
    late = replace(BACK, due_at=NOW - timedelta(hours=2))
    called = replace(BACK, being_called=True, due_at=NOW + timedelta(hours=1), kept_place=True)
    board = replace(EMPTY, callbacks=(late, called), callbacks_in_all=40)
    page = present_waiting(board, zone=HOTLINE_ZONE)
    first, second = page.callbacks
    assert (first.late, first.time.zh, first.urgent) == (True, "已逾期 2:00:00", True)
    assert {"已打 2 次", "下次 11-22 16:00", "福州话"} <= set(facts(first))
    assert (second.late, second.time.zh) == (False, "到期：11-22 17:00")
    assert {say("waiting.being_called").zh, say("waiting.kept_place").zh} <= set(facts(second))
    assert not any(fact.startswith("下次") for fact in facts(second))
    assert page.callbacks_more == say("waiting.callbacks.more", count=40, shown=2)


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("state", [OutboundState.WAITING, OutboundState.PLACING, OutboundState.RINGING])
def test_who_asked_to_be_called(reason: Reason, state: OutboundState) -> None:
    """Every reason and every state of a call that is still to come has its words."""
    asked = AskedToBeCalled(reason, "139****5678", NOW, 1, state)
    (card,) = present_waiting(replace(EMPTY, asked=(asked,)), zone=HOTLINE_ZONE).asked
    assert card.title.en
    assert card.facts[0].en
    assert card.urgent is (reason is Reason.URGENT_TEXT)
