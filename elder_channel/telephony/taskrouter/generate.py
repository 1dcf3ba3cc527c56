"""Everything TaskRouter has to know, from our settings alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dialects.catalogue import PUTONGHUA, Catalogue
from elder_channel.agents.companies import Company
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.settings import RoutingSettings
from elder_channel.calls.desk_settings import DeskSettings
from elder_channel.telephony.taskrouter.names import (
    EVERYONE,
    HOLD,
    INTERPRETERS,
    company_pool,
    group_queue,
    plain,
)
from elder_channel.telephony.taskrouter.objects import ACTIVITIES, Objects, TaskQueue, Workflow
from elder_channel.telephony.taskrouter.settings import TaskRouterSettings
from elder_channel.telephony.taskrouter.workers import worker_of
from elder_channel.telephony.taskrouter.workflow import configuration, pools_of

ANSWER_MARGIN_SECONDS = 10
"""So much longer than an agent may take to accept on the desk a reservation lives."""


def objects_of(
    agents: Sequence[AgentDefinition],
    catalogue: Catalogue,
    *,
    routing: RoutingSettings,
    desk: DeskSettings,
    companies: Sequence[Company],
    settings: TaskRouterSettings,
) -> Objects:
    """The objects for these settings; the same settings give the same objects, in the same order."""
    workers = [
        worker_of(agent, catalogue, min_proficiency=routing.min_proficiency, companies=companies) for agent in agents
    ]
    groups = list(catalogue.groups)
    pools = pools_of(company_pool(company.id) for company in companies)
    dialects = {id_: catalogue.group_of(id_) for id_ in catalogue.classes}
    way = configuration(pools, dialects, routing, has_sites=any(agent.site for agent in agents))
    return Objects(
        workspace=settings.workspace,
        activities=ACTIVITIES,
        queues=tuple(_queues(groups, companies, catalogue)),
        workers=tuple(workers),
        workflow=Workflow(settings.workflow, way, math.ceil(desk.accept_seconds) + ANSWER_MARGIN_SECONDS),
    )


def _queues(groups: Sequence[str], companies: Sequence[Company], catalogue: Catalogue) -> list[TaskQueue]:
    queues = [TaskQueue(EVERYONE, "1 == 1"), TaskQueue(HOLD, "1 == 0")]
    queues.append(TaskQueue(INTERPRETERS, "interpreter == true"))
    for group in groups:
        expression = f"groups HAS '{group}'"
        if group == catalogue.group_of(PUTONGHUA):  # who speaks it as a language is in no group by it
            expression += f" OR dialects HAS '{PUTONGHUA}'"
        queues.append(TaskQueue(group_queue(group), expression))
    queues += [TaskQueue(company_pool(each.id), f"companies HAS '{plain(each.id)}'") for each in companies]
    return queues
