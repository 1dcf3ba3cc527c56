"""The settings that decide about work orders, and who can speak with their customer."""

from __future__ import annotations

from config.schema import Settings
from elder_channel.workorders.model import WorkOrder
from elder_channel.workorders.opening import Rules

PUTONGHUA = "putonghua"


def rules_of(settings: Settings) -> Rules:
    """The rules in force."""
    return Rules(settings.workorders, settings.order_types, settings.departments)


def speakers_of(order: WorkOrder, settings: Settings) -> list[tuple[str, int]]:
    """(name, proficiency) of the agents who should call: in the customer's dialect, or language, best first."""
    least = settings.routing.min_proficiency
    if order.language == "en":
        found = [(agent.name, agent.languages.get("en", 0)) for agent in settings.agents]
    elif order.dialect and order.dialect != PUTONGHUA:
        found = [(agent.name, agent.dialects.get(order.dialect, 0)) for agent in settings.agents]
    else:
        return []
    return sorted(((name, level) for name, level in found if level >= least), key=lambda pair: -pair[1])
