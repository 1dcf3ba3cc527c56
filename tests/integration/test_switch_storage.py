"""Switches and calls passed on in the books, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from elder_channel.agents.model import Presence
from elder_channel.agents.switches import WHOLE_LINE, Switch, SwitchKind, switches_on
from elder_channel.calls.model import Call, CallState, PassedOn
from elder_channel.storage.agents import SqlAgentStore
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.passing import SqlPassingStore
from elder_channel.storage.switches import SqlSwitchStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
FLOOD = Switch(SwitchKind.DIVERT, "福建", ("beijing", "shanghai"), "台风", NOW, "lin.fang")
PASSED = PassedOn(NOW + timedelta(seconds=90), "lin", "lin.fang", "company:life", "寿险")


def test_a_switch_goes_on_and_off_and_stays_in_the_history(databases: Databases) -> None:
    """Off is a moment, a name and a reason on the same row; on again is another row."""
    store = SqlSwitchStore(databases.calls)
    drain = Switch(SwitchKind.DRAIN, WHOLE_LINE, (), "换机", NOW, "lin.fang")
    assert store.turn_on(FLOOD)
    assert not store.turn_on(replace(FLOOD, sites=("shanghai",)))
    assert store.turn_on(drain)
    assert store.on() == [FLOOD, drain]
    state = switches_on(store.on())
    assert (state.line_drained, state.draining, state.diversions[0].sites) == (True, frozenset(), FLOOD.sites)
    assert store.turn_off(SwitchKind.DIVERT, "福建", by="wang", reason="退水", at=NOW)
    assert not store.turn_off(SwitchKind.DIVERT, "福建", by="wang", reason="退水", at=NOW)
    assert store.turn_on(FLOOD)
    assert [each.off_by for each in store.history(most=10)] == [None, None, "wang"]
    assert store.history(most=1) == [FLOOD]


def test_of_people_who_turn_a_switch_at_once_one_turns_it(databases: Databases) -> None:
    """The books decide, not whoever looked last."""
    store = SqlSwitchStore(databases.calls)
    with ThreadPoolExecutor(6) as people:
        turned = list(people.map(lambda name: store.turn_on(replace(FLOOD, on_by=str(name))), range(6)))
    assert sorted(turned) == [False] * 5 + [True]


def a_talk(databases: Databases) -> tuple[SqlCallStore, SqlAgentStore]:
    """An agent talks with a caller."""
    calls, agents = SqlCallStore(databases.calls), SqlAgentStore(databases.calls)
    agents.sync(["lin", "chen"], at=NOW)
    calls.open_call(Call("CA1", "+8659100000101", "+862100000060", CallState.WAITING, NOW, entered_at=NOW))
    calls.assign("CA1", "lin", matched="exact", at=NOW, routing=[{"agent_id": "lin"}])
    calls.answered("CA1", "lin", at=NOW)
    return calls, agents


def test_a_call_is_passed_on_once_and_can_be_taken_back(databases: Databases) -> None:
    """It waits in its old place, unserved, and its agent is free; taken back, all is as it was."""
    calls, agents = a_talk(databases)
    store, before = SqlPassingStore(databases.calls), calls.get("CA1")
    assert before
    assert store.pass_on("CA1", PASSED, company="life")
    assert not store.pass_on("CA1", PASSED, company="life")
    call = calls.get("CA1")
    assert call
    assert (call.state, call.entered_at, call.answered_at, call.agent_id) == (CallState.WAITING, NOW, None, None)
    assert (call.company, call.passed_on, call.routing) == ("life", (PASSED,), ({"agent_id": "lin"},))
    assert agents.states()["lin"].presence is Presence.IDLE
    assert store.stays_after_all(before, PASSED)
    assert calls.get("CA1") == before
    assert agents.states()["lin"].presence is Presence.TALKING


def test_a_call_that_has_gone_on_is_not_taken_back(databases: Databases) -> None:
    """The next agent's phone rings already: the word that the move failed was wrong."""
    calls, _ = a_talk(databases)
    store, before = SqlPassingStore(databases.calls), calls.get("CA1")
    assert before
    store.pass_on("CA1", PASSED, company=None)
    assert calls.assign("CA1", "chen", matched="any", at=NOW + timedelta(seconds=91))
    assert not store.stays_after_all(before, PASSED)
    call = calls.get("CA1")
    assert call
    assert call.agent_id == "chen"


def test_who_comes_by_hand_is_kept_and_who_leaves_is_forgotten(databases: Databases) -> None:
    """Outside a shift that moment decides."""
    agents = SqlAgentStore(databases.calls)
    agents.sync(["lin"], at=NOW)
    assert agents.states()["lin"].by_hand_at is None
    agents.set_presence("lin", Presence.IDLE, at=NOW)
    assert agents.states()["lin"].by_hand_at == NOW
    agents.set_presence("lin", Presence.ABSENT, at=NOW)
    assert agents.states()["lin"].by_hand_at is None


def test_how_long_calls_lasted_is_measured_from_the_pick_up(databases: Databases) -> None:
    """Unanswered ones and those of yesterday do not count."""
    calls, _ = a_talk(databases)
    calls.close("CA1", "served", None, at=NOW + timedelta(seconds=75))  # type: ignore[arg-type]
    assert calls.handling_seconds(since=NOW) == [75.0]
    assert calls.handling_seconds(since=NOW + timedelta(hours=1)) == []
