"""Law 1 in the router: whatever keeps a call for somebody, it is taken while anybody who may take it is free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from elder_channel.agents.matching import Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import FreeAgent, WaitingCall, choose, within_reach
from elder_channel.agents.settings import RoutingSettings

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SITES = ("fuzhou", "chengdu", "beijing")
DIALECTS = ("fuzhou", "minnan", "sichuan", "putonghua")
PEOPLE = tuple(
    AgentDefinition(
        id=f"a{number}",
        name="A",
        contact=f"client:a{number}",
        site=SITES[number % 3],
        dialects={DIALECTS[number % 4]: 1 + number % 5},
        languages={"zh": 5} if number % 2 else {"zh": 2, "en": 4},
    )
    for number in range(8)
)
TEAM = Team(PEOPLE, branch_of=lambda id_: id_, group_of=lambda id_: id_[0], min_proficiency=3)
IDS = [agent.id for agent in PEOPLE]
some_ids = st.frozensets(st.sampled_from(IDS))


@given(
    present=some_ids,
    free=some_ids,
    only_agents=some_ids,
    only_sites=st.frozensets(st.sampled_from((*SITES, "closed"))),
    tried=st.lists(st.sampled_from(IDS), max_size=8),
    language=st.sampled_from(["zh", "en", "und"]),
    dialect=st.sampled_from(DIALECTS),
    elder=st.booleans(),
)
def test_law_1_after_a_minute_only_a_busy_person_keeps_a_call_waiting(
    present: frozenset[str],
    free: frozenset[str],
    only_agents: frozenset[str],
    only_sites: frozenset[str],
    tried: list[str],
    language: str,
    dialect: str,
    elder: bool,
) -> None:
    """Whoever is within reach and free is chosen; otherwise somebody within reach is at work, or nobody is at all."""
    call = WaitingCall("CA1", NOW - timedelta(seconds=60), language, elder, {dialect: 0.9}, abstained=False,
                       more_is_coming=True, agents_tried=tuple(tried), only_agents=only_agents,
                       only_sites=only_sites)  # fmt: skip
    idle = [FreeAgent(agent, NOW) for agent in PEOPLE if agent.id in free & present]
    choice = choose(call, idle, team=TEAM, present=present, now=NOW, settings=RoutingSettings())
    reach = within_reach(call, TEAM, present)
    assert bool(reach) == bool(present)
    if reach & free & present:
        assert choice is not None
        assert choice.agent_id in reach
    else:
        assert choice is None
