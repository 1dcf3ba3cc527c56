"""The way of a call through TaskRouter's queues: our own timed steps (law 4), said in its words.

A task says with `pool` for whom it is, with `wish` what is asked of the agent, and with `from_step` how much of the
widening lies behind it: how far a call has waited is known here, and a step that nobody at work can meet takes no time.
Semantics, under twilio.com/docs/taskrouter: workflow-configuration, lifecycle-task-workflows-and-assignment,
task-evaluation (timeouts add up from the task's creation), order-workers, worker-presence (a target with `skip_if`
takes whom it finds at once, or goes on).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from elder_channel.agents.matching import Match
from elder_channel.agents.settings import RelaxationStep, RoutingSettings
from elder_channel.telephony.taskrouter.names import (
    COLLEAGUE,
    EVERYONE,
    HOLD,
    INTERPRETERS,
    SITES,
    group_queue,
)
from elder_channel.telephony.taskrouter.objects import Json

AT_ONCE = "1 == 1"
"""As `skip_if`: whoever is free takes it now, else the next target is tried."""
HOLD_MARGIN_SECONDS = 1
"""Our own word that the hold is over comes first; this ends it when that word is lost."""
_UNTRIED = "worker.agent NOT IN task.tried"
_NEAR = "worker.site IN task.near"
_EXACT = "task.dialect IN worker.dialects"
_BRANCH = f"{_EXACT} OR task.branch IN worker.branches"
_GROUP = f"{_BRANCH} OR task.group IN worker.groups"
_TRAINED = f"{_GROUP} OR (task.elder == true AND worker.elder_trained == true)"
_DIALECT = {Match.EXACT: _EXACT, Match.BRANCH: _BRANCH, Match.GROUP: _GROUP, Match.ELDER_TRAINED: _TRAINED}
_OTHER_WISHES = {"language": "task.language IN worker.languages", "interpreter": "worker.interpreter == true"}


@dataclass(frozen=True)
class Pool:
    """Whom a call may go to."""

    name: str
    queue: str
    only: str = ""
    """What must be true of a worker besides."""


def pools_of(companies: Iterable[str]) -> list[Pool]:
    """Everybody; the people of each company, by the name of its pool; some sites' alone; the interpreters."""
    bound = [Pool(name, name) for name in companies]
    sites = Pool(SITES, EVERYONE, "worker.site IN task.only_sites")
    return [Pool(EVERYONE, EVERYONE), *bound, sites, Pool(INTERPRETERS, INTERPRETERS)]


def configuration(
    pools: Sequence[Pool], dialects: Mapping[str, str], settings: RoutingSettings, *, has_sites: bool
) -> Json:
    """The workflow's configuration; its filters shut each other out, so their order decides nothing.

    `dialects` are all of them, each with its group.
    """
    filters = [_colleague(settings, has_sites)]
    for pool in pools:
        filters += _filters(pool, dialects, settings, has_sites)
    return {"task_routing": {"filters": filters, "default_filter": {"queue": EVERYONE}}}


def step_seconds(steps: Sequence[RelaxationStep], from_step: int) -> list[int]:
    """How long each step takes, in the whole seconds TaskRouter counts in; those before `from_step` take none.

    The ends are rounded, not the lengths, so that the last step ends when it should.
    """
    lengths, end, told = [], 0.0, 0
    for number, step in enumerate(steps):
        end += step.seconds if number >= from_step else 0.0
        length = math.floor(end + 0.5) - told
        told += length
        lengths.append(length)
    return lengths


def _filters(pool: Pool, dialects: Mapping[str, str], settings: RoutingSettings, has_sites: bool) -> Iterator[Json]:
    anyone = list(_anyone(pool, has_sites))
    holds = math.ceil(settings.identify_hold_seconds)
    if holds:
        hold = {"queue": HOLD, "timeout": holds + HOLD_MARGIN_SECONDS}
        yield _filter(f"{pool.name}: dialect awaited", f"pool == '{pool.name}' AND wish == 'hold'", [hold, *anyone])
    yield _filter(f"{pool.name}: no wish", f"pool == '{pool.name}' AND wish == 'none'", anyone)
    for from_step in range(len(settings.steps) + 1):
        seconds = step_seconds(settings.steps, from_step)
        asked = f"pool == '{pool.name}' AND from_step == {from_step}"
        for wish, expression in _OTHER_WISHES.items():
            targets = [*_level(pool.queue, expression, sum(seconds), pool, has_sites), *anyone]
            yield _filter(f"{pool.name}: {wish}, step {from_step}", f"{asked} AND wish == '{wish}'", targets)
        for dialect, group in dialects.items() if pool.name == EVERYONE else [("", "")]:
            wanted = f"{asked} AND wish == 'dialect'" + (f" AND dialect == '{dialect}'" if dialect else "")
            name = f"{pool.name}: {dialect or 'dialect'}, step {from_step}"
            widening = _widening(pool, dialect, group, list(zip(settings.steps, seconds, strict=True)), has_sites)
            yield _filter(name, wanted, [*widening, *anyone])


def _widening(
    pool: Pool, dialect: str, group: str, steps: Sequence[tuple[RelaxationStep, int]], has_sites: bool
) -> Iterator[Json]:
    """The steps of a wish; where its dialect is named, who speaks it best comes first of those who speak it."""
    for step, seconds in steps:
        queue = pool.queue if step.match is Match.ELDER_TRAINED or not group else group_queue(group)
        best_first = f"worker.proficiency.{dialect} DESC" if dialect and step.match is Match.EXACT else ""
        yield from _level(queue, _DIALECT[step.match], seconds, pool, has_sites, best_first)


def _level(
    queue: str, expression: str, seconds: int, pool: Pool, has_sites: bool, order_by: str = ""
) -> Iterator[Json]:
    """Whoever matches: the nearer site's people first, nobody twice; waited for as long as the step takes."""
    asked, order = _all(f"({expression})", _UNTRIED, pool.only), {"order_by": order_by} if order_by else {}
    limit: Json = {"timeout": seconds} if seconds else {"skip_if": AT_ONCE}
    if has_sites:
        yield {"queue": queue, "expression": _all(asked, _NEAR), "skip_if": AT_ONCE, **order}
    yield {"queue": queue, "expression": asked, **limit, **order}


def _anyone(pool: Pool, has_sites: bool) -> Iterator[Json]:
    """After the last step: anyone, those who had the call before only when nobody else is free."""
    if has_sites:
        yield {"queue": pool.queue, "expression": _all(_UNTRIED, _NEAR, pool.only), "skip_if": AT_ONCE}
    yield {"queue": pool.queue, "expression": _all(_UNTRIED, pool.only), "skip_if": AT_ONCE}
    yield {"queue": pool.queue, **({"expression": pool.only} if pool.only else {})}


def _colleague(settings: RoutingSettings, has_sites: bool) -> Json:
    """Kept a while for the one colleague it was passed on to."""
    seconds = math.ceil(settings.transfer_hold_seconds)
    kept = {"queue": EVERYONE, "known_worker_friendly_name": "task.colleague"}
    limit = {"timeout": seconds} if seconds else {"skip_if": AT_ONCE}
    anyone = _anyone(Pool(EVERYONE, EVERYONE), has_sites)
    return _filter("passed on to a colleague", f"pool == '{COLLEAGUE}'", [kept | limit, *anyone])


def _filter(name: str, expression: str, targets: Sequence[Json]) -> Json:
    return {"filter_friendly_name": name, "expression": expression, "targets": list(targets)}


def _all(*conditions: str) -> str:
    return " AND ".join(condition for condition in conditions if condition)
