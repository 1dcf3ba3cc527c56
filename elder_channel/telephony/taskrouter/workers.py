"""Agents as TaskRouter's workers."""

from __future__ import annotations

from collections.abc import Iterable

from dialects.catalogue import PUTONGHUA, Catalogue
from elder_channel.agents.companies import Company
from elder_channel.agents.matching import CHINESE, proficiency
from elder_channel.agents.model import AgentDefinition
from elder_channel.telephony.taskrouter.names import plain
from elder_channel.telephony.taskrouter.objects import Worker


def worker_of(
    agent: AgentDefinition, catalogue: Catalogue, *, min_proficiency: int, companies: Iterable[Company]
) -> Worker:
    """The worker of an agent: skills and place by id, neither name nor number, which TaskRouter need not know.

    `dialects` are those spoken well enough to count, Putonghua among them; `branches` and `groups` those of the
    dialects named for the agent, so that they mean what `agents.matching` means by them.
    """
    spoken = [id_ for id_, level in agent.dialects.items() if level >= min_proficiency]
    own = list(spoken)
    if proficiency(agent, PUTONGHUA) >= min_proficiency and PUTONGHUA not in own:
        own.append(PUTONGHUA)
    languages = [id_ for id_, level in agent.languages.items() if level >= min_proficiency]
    serves = agent.companies or tuple(company.id for company in companies)
    return Worker(
        plain(agent.id),
        {
            "agent": plain(agent.id),
            "dialects": own,
            "branches": sorted({catalogue.branch_of(id_) for id_ in spoken}),
            "groups": sorted({catalogue.group_of(id_) for id_ in spoken}),
            "proficiency": {id_: proficiency(agent, id_) for id_ in own},
            "languages": languages,
            "elder_trained": agent.elder_trained and CHINESE in languages,
            "interpreter": agent.interpreter,
            "site": plain(agent.site),
            "companies": [plain(id_) for id_ in serves],
        },
    )
