"""Gives waiting calls to free agents, many in one transaction: four statements, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from elder_channel.agents.model import Presence
from elder_channel.agents.tables import agents
from elder_channel.calls.model import CallState
from elder_channel.calls.tables import calls


@dataclass(frozen=True)
class Assignment:
    """A call, and the agent it is given to."""

    sid: str
    agent_id: str
    matched: str
    offered_until: datetime | None = None
    """Until when the agent may accept on the desk; None where the phone rings at once."""
    routing: Sequence[Mapping[str, Any]] = ()
    """Why, this time and the times before; left out, what is kept stays."""


def assign_all(connection: sa.Connection, assignments: Sequence[Assignment], *, at: datetime) -> set[str]:
    """Make those assignments whose call still waits and whose agent is still idle; the SIDs of their calls.

    No call and no agent may be in them twice. All the calls' rows are taken before any agent's, each kind in the order
    of its ids, so that two routers, or a router and a caller who hangs up, cannot lock each other out.
    """
    if not assignments:
        return set()
    waits = calls.c.sid.in_([each.sid for each in assignments]), calls.c.state == CallState.WAITING
    idle = agents.c.id.in_([each.agent_id for each in assignments]), agents.c.presence == Presence.IDLE
    waiting = set(connection.scalars(sa.select(calls.c.sid).where(*waits).order_by(calls.c.sid).with_for_update()))
    free = set(connection.scalars(sa.select(agents.c.id).where(*idle).order_by(agents.c.id).with_for_update()))
    given = [each for each in assignments if each.sid in waiting and each.agent_id in free]
    for with_routing in (True, False):
        _write_calls(connection, [each for each in given if bool(each.routing) == with_routing], at)
    if given:
        taken = {"presence": Presence.RINGING, "call_sid": sa.bindparam("sid"), "since": at}
        mine = agents.update().where(agents.c.id == sa.bindparam("agent")).values(**taken)
        connection.execute(mine, [{"agent": each.agent_id, "sid": each.sid} for each in given])
    return {each.sid for each in given}


def _write_calls(connection: sa.Connection, given: Sequence[Assignment], at: datetime) -> None:
    """Write the calls' part; all of them have a routing, or none."""
    if not given:
        return
    columns = ["agent_id", "matched", "offered_until", *(["routing"] if given[0].routing else [])]
    rings = {"state": CallState.RINGING, "assigned_at": at, "dialed_at": None}
    named = {column: sa.bindparam(f"new_{column}", type_=calls.c[column].type) for column in columns}
    update = calls.update().where(calls.c.sid == sa.bindparam("call")).values(**rings, **named)
    rows = [{"call": each.sid, **{f"new_{column}": getattr(each, column) for column in columns}} for each in given]
    connection.execute(update, rows)
