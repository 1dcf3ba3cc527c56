"""Keeps who is at work and who is free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.agents.model import Presence
from elder_channel.agents.tables import agents
from elder_channel.calls.model import CallState
from elder_channel.calls.tables import calls
from elder_channel.storage.engine import reading, writing

_PRESENCE = {str(presence): presence for presence in Presence}
"""A dictionary, because a thousand of them are read four times a second."""


@dataclass(frozen=True)
class AgentState:
    """An agent's presence now."""

    id: str
    presence: Presence
    since: datetime
    call_sid: str | None
    calls_taken: int
    by_hand_at: datetime | None = None
    """When the agent last came to work by own hand."""


class SqlAgentStore:
    """Presence and load of the agents."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def sync(self, ids: Iterable[str], *, at: datetime, at_desks: Iterable[str] = ()) -> None:
        """Hold exactly the configured agents: a removed one is gone once free.

        A new one starts at work, but for those `at_desks`: they come to work by their own hand, on the desk.
        """
        wanted, away = set(ids), set(at_desks)
        with writing(self._engine) as connection:
            known = set(connection.scalars(sa.select(agents.c.id)))
            for id_ in sorted(wanted - known):
                presence = Presence.ABSENT if id_ in away else Presence.IDLE
                connection.execute(agents.insert().values(id=id_, presence=presence, since=at))
            gone = agents.c.id.in_(known - wanted), agents.c.call_sid.is_(None)
            connection.execute(agents.delete().where(*gone))

    def states(self) -> dict[str, AgentState]:
        """Every agent's state, by id."""
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(agents)).all()
        return {
            row.id: AgentState(
                row.id, _PRESENCE[row.presence], row.since, row.call_sid, row.calls_taken, row.by_hand_at
            )
            for row in rows
        }

    def set_presence(self, id_: str, presence: Presence, *, at: datetime) -> bool:
        """Come to work or leave, by own hand; False while the agent is on a call or unknown.

        Coming by hand counts outside the agent's shift too, until the next shift ends.
        """
        free = agents.c.id == id_, agents.c.call_sid.is_(None)
        values = {"presence": presence, "since": at, "by_hand_at": None if presence is Presence.ABSENT else at}
        with writing(self._engine) as connection:
            return bool(connection.execute(agents.update().where(*free).values(**values)).rowcount)

    def free_strays(self, *, at: datetime) -> int:
        """Free agents whose call is over in the books, or with somebody else; nobody stays busy for ever."""
        open_ = calls.c.state != CallState.ENDED, calls.c.sid == agents.c.call_sid, calls.c.agent_id == agents.c.id
        stray = agents.c.call_sid.is_not(None), ~sa.exists().where(*open_)
        with writing(self._engine) as connection:
            idle = agents.update().where(*stray).values(presence=Presence.IDLE, call_sid=None, since=at)
            return connection.execute(idle).rowcount
