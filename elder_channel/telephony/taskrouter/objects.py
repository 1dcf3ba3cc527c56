"""TaskRouter's objects as we want them, in plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elder_channel.agents.model import Presence

Json = dict[str, Any]


@dataclass(frozen=True)
class Activity:
    """What a worker is doing."""

    name: str
    available: bool


AT_WORK = Activity("At work", available=True)
WRAPPING_UP = Activity("Wrapping up", available=False)
ENGAGED = Activity("On a call of another way", available=False)
"""Rings or talks on a call that came without a task: rung by our own router, or by the hunt group."""
ABSENT = Activity("Absent", available=False)
LAPSED = Activity("Did not answer", available=False)
"""What TaskRouter itself puts a worker into whose reservation ran out; the books then say what the agent does."""
ACTIVITIES = (AT_WORK, WRAPPING_UP, ENGAGED, ABSENT, LAPSED)


def activity_of(presence: Presence, *, by_task: bool) -> Activity:
    """The activity for a presence; while a task holds the worker its capacity is used up, and it stays at work."""
    match presence:
        case Presence.ABSENT:
            return ABSENT
        case Presence.WRAPPING_UP:
            return WRAPPING_UP
        case Presence.IDLE:
            return AT_WORK
    return AT_WORK if by_task else ENGAGED


def presence_of(activity_name: str) -> Presence | None:
    """The presence an activity stands for; None for one that is not ours."""
    return {AT_WORK.name: Presence.IDLE, WRAPPING_UP.name: Presence.WRAPPING_UP, ABSENT.name: Presence.ABSENT}.get(
        activity_name
    )


@dataclass(frozen=True)
class TaskQueue:
    """A view on the workers, and the tasks that wait for one of them. A worker is in many."""

    name: str
    target_workers: str
    """Expression over a worker's attributes."""


@dataclass(frozen=True)
class Worker:
    """An agent."""

    name: str
    attributes: Json


@dataclass(frozen=True)
class Workflow:
    """The way of a task through the queues."""

    name: str
    configuration: Json
    """As TaskRouter reads it, with queues by name where it wants their SIDs."""
    reservation_seconds: int

    def with_sids(self, sids: Mapping[str, str]) -> Json:
        """The configuration with the queues' SIDs."""

        def told(value: Any, key: str = "") -> Any:
            if isinstance(value, dict):
                return {name: told(each, name) for name, each in value.items()}
            if isinstance(value, list):
                return [told(each) for each in value]
            return sids[value] if key == "queue" else value

        return dict(told(self.configuration))


@dataclass(frozen=True)
class Objects:
    """All of them."""

    workspace: str
    activities: tuple[Activity, ...]
    queues: tuple[TaskQueue, ...]
    workers: tuple[Worker, ...]
    workflow: Workflow

    def as_json(self) -> Json:
        """For people to read, and for diffs."""
        return {
            "workspace": self.workspace,
            "activities": [vars(each) for each in self.activities],
            "task_queues": [vars(each) for each in self.queues],
            "workers": [vars(each) for each in self.workers],
            "workflow": vars(self.workflow),
        }


def compact(value: Json) -> str:
    """JSON without a space too many: the carrier counts them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
