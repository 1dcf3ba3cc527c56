"""A workflow's configuration: filters, each with targets that a task goes through from the first to the last."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from elder_channel.simulator.errors import SimulatorError
from elder_channel.simulator.taskrouter.expressions import ExpressionError, Test, compiled

_TARGET_KEYS = {
    "queue", "expression", "timeout", "priority", "skip_if", "order_by", "known_worker_sid",
    "known_worker_friendly_name",
}  # fmt: skip


class WorkflowError(SimulatorError):
    """The configuration is no workflow; the message says what is wrong with it."""


@dataclass(frozen=True)
class Target:
    """One routing step."""

    queue_sid: str
    expression: Test | None = None
    seconds: float | None = None
    """How long the task stays here; None for ever."""
    priority: int | None = None
    skip_if: Test | None = None
    order_by: tuple[tuple[str, bool], ...] = ()
    """Attributes of a worker by which the better comes first, and whether downwards; equals by how long they wait."""
    known_worker: tuple[str, str] | None = None
    """`sid` or `friendly_name`, and the task's attribute that holds it."""


@dataclass(frozen=True)
class Filter:
    """Which tasks go through which targets."""

    name: str
    matches: Test
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Way:
    """The whole configuration."""

    filters: tuple[Filter, ...]
    default: Target | None

    def queues(self) -> set[str]:
        """The SIDs of the queues it names."""
        targets = [target for each in self.filters for target in each.targets]
        return {target.queue_sid for target in targets} | ({self.default.queue_sid} if self.default else set())

    def after(self, number: int, attributes: Mapping[str, Any]) -> tuple[int, tuple[Target, ...]] | None:
        """The first filter behind `number` that takes a task with these attributes, and its targets.

        The default filter is only for a task that no filter takes from the start.
        """
        for place, each in enumerate(self.filters[number + 1 :], start=number + 1):
            if each.matches(attributes):
                return place, each.targets
        if number < 0 and self.default is not None:
            return len(self.filters), (self.default,)
        return None


def read_workflow(text: str, queues: Collection[str]) -> Way:
    """Read a configuration whose queues are among `queues`; raises WorkflowError."""
    try:
        routing = json.loads(text)["task_routing"]
        filters = tuple(_filter(each) for each in routing.get("filters", []))
        default = routing.get("default_filter")
        way = Way(filters, _target(default, None) if default else None)
    except (ValueError, KeyError, TypeError, AttributeError, ExpressionError) as error:
        raise WorkflowError(f"the workflow's configuration is wrong: {error}") from error
    if unknown := sorted(way.queues() - set(queues)):
        raise WorkflowError(f"the workflow names a queue that is not there: {unknown[0]}")
    return way


def _filter(given: Mapping[str, Any]) -> Filter:
    targets: list[Target] = []
    for each in given["targets"]:
        targets.append(_target(each, targets[-1].queue_sid if targets else None))
    return Filter(str(given.get("filter_friendly_name", "")), compiled(given["expression"]), tuple(targets))


def _target(given: Mapping[str, Any], inherited: str | None) -> Target:
    if unknown := set(given) - _TARGET_KEYS:
        raise KeyError(f"{sorted(unknown)[0]} is no key of a target")
    seconds = given.get("timeout")
    if seconds is not None and (int(seconds) != float(seconds) or int(seconds) < 1):
        raise ValueError(f"a timeout is a positive whole number, not {seconds}")
    known = next(
        (
            (kind, str(given[f"known_worker_{kind}"]).removeprefix("task."))
            for kind in ("sid", "friendly_name")
            if f"known_worker_{kind}" in given
        ),
        None,
    )
    return Target(
        queue_sid=given.get("queue") or inherited or _no_queue(),
        expression=compiled(given["expression"]) if "expression" in given else None,
        seconds=float(seconds) if seconds is not None else None,
        priority=int(given["priority"]) if "priority" in given else None,
        skip_if=compiled(given["skip_if"]) if "skip_if" in given else None,
        order_by=_order(given.get("order_by", "")),
        known_worker=known,
    )


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    clauses = []
    for clause in filter(None, (part.strip() for part in text.split(","))):
        attribute, _, direction = clause.partition(" ")
        if not attribute.startswith("worker.") or direction.strip().upper() not in ("ASC", "DESC"):
            raise ValueError(f"{clause} orders nothing")
        clauses.append((attribute.removeprefix("worker."), direction.strip().upper() == "DESC"))
    return tuple(clauses)


def _no_queue() -> str:
    raise KeyError("the first target of a filter names a queue")
