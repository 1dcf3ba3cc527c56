"""Why this agent, as the router saw it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from elder_channel.agents.matching import Match, Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import FreeAgent, WaitingCall, choose
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.trace import Bond, Trace, explain

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SETTINGS = RoutingSettings()


def agent(id_: str, site: str = "", **about: Any) -> FreeAgent:
    """A free agent."""
    definition = AgentDefinition(id=id_, name=id_, contact=f"client:{id_}", site=site, **about)
    return FreeAgent(definition, NOW - timedelta(seconds=60))


def chosen(agents: list[FreeAgent], *, present: set[str] | None = None, **call: Any) -> Trace | None:
    """The choice among these, explained; a caller from Fuzhou who has waited one second."""
    waiting = WaitingCall("CA1", NOW - timedelta(seconds=1), "zh", elder=False, posterior={"fuzhou": 0.9},
                          abstained=False, more_is_coming=False, **call)  # fmt: skip
    team = Team(
        [each.definition for each in agents], branch_of=lambda id_: id_, group_of=lambda _: "min", min_proficiency=3
    )
    asked = {"team": team, "present": present or {each.definition.id for each in agents}, "now": NOW}
    choice = choose(waiting, agents, settings=SETTINGS, **asked)  # type: ignore[arg-type]
    if choice is None:
        return None
    return explain(waiting, choice, agents, settings=SETTINGS, province="福建", bond=Bond.COMPANY, **asked)  # type: ignore[arg-type]


def test_a_trace_tells_step_match_site_and_who_else_could() -> None:
    """A related dialect is taken at once where nobody speaks the dialect itself."""
    trace = chosen(
        [agent("near", "fuzhou", dialects={"minnan": 4}), agent("far"), agent("other", dialects={"putonghua": 5})],
        sites={"fuzhou": 0, "beijing": 1},
    )
    assert trace
    assert (trace.agent_id, trace.match, trace.step) == ("near", Match.GROUP, Match.GROUP)
    assert (trace.free, trace.province, trace.bond, trace.waited_seconds) == (3, "福建", Bond.COMPANY, 1.0)
    assert (trace.considered[0].agent_id, trace.considered[0].tier) == ("near", 0)


def test_a_call_kept_for_some_agents_goes_to_nobody_else_while_one_of_them_works() -> None:
    """Busy is at work: the call waits; nobody of them at work, and anybody may take it (law 1)."""
    free = [agent("stranger", dialects={"fuzhou": 5})]
    kept = frozenset({"mine"})
    assert chosen(free, present={"stranger", "mine"}, only_agents=kept) is None
    trace = chosen(free, only_agents=kept)
    assert trace
    assert trace.agent_id == "stranger"


def test_a_wish_made_anew_widens_from_then_on() -> None:
    """A call passed on has waited long, and yet its dialect is asked for again."""
    agents = [agent("stranger"), agent("native", dialects={"fuzhou": 5})]
    only_stranger_free = agents[:1]
    team = {"present": {"stranger", "native"}}
    waiting: dict[str, Any] = {"wish_from": NOW - timedelta(seconds=1)}
    assert chosen(agents, **team, **waiting).agent_id == "native"  # type: ignore[union-attr]
    call = WaitingCall("CA1", NOW - timedelta(seconds=500), "zh", elder=False, posterior={"fuzhou": 0.9},
                       abstained=False, more_is_coming=False, **waiting)  # fmt: skip
    everybody = Team(
        [each.definition for each in agents], branch_of=lambda id_: id_, group_of=lambda id_: id_, min_proficiency=3
    )
    late = choose(call, only_stranger_free, team=everybody, present=team["present"], now=NOW, settings=SETTINGS)
    assert late is None
