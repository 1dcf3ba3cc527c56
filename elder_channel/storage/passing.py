"""Takes a call from the agent who has it and lets it wait for somebody else, keeping who had it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.agents.model import Presence
from elder_channel.agents.tables import agents
from elder_channel.calls.model import Call, CallState, PassedOn
from elder_channel.calls.tables import calls
from elder_channel.storage.call_rows import passed_on_row
from elder_channel.storage.engine import writing

_NOBODY = {"agent_id": None, "matched": None, "answered_at": None, "queued_at": None, "dialed_at": None}


class SqlPassingStore:
    """Calls on their way from one agent to another."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pass_on(self, sid: str, passed: PassedOn, *, company: str | None) -> bool:
        """The call waits again, in its old place, for whom it was passed on to; False unless that agent has it.

        Who waits now is unserved: hanging up from here leaves a callback, although somebody has answered before.
        """
        with writing(self._engine) as connection:
            has_it = calls.c.sid == sid, calls.c.state == CallState.TALKING, calls.c.agent_id == passed.from_agent
            row = connection.execute(sa.select(calls.c.passed_on).where(*has_it).with_for_update()).first()
            if row is None:
                return False
            history = [*(row.passed_on or ()), passed_on_row(passed)]
            waits = {"state": CallState.WAITING, "assigned_at": passed.at, "company": company, "passed_on": history}
            connection.execute(calls.update().where(calls.c.sid == sid).values(**waits, **_NOBODY))
            free = {"presence": Presence.IDLE, "call_sid": None, "since": passed.at}
            connection.execute(agents.update().where(agents.c.call_sid == sid).values(**free))
            return True

    def stays_after_all(self, before: Call, passed: PassedOn) -> bool:
        """The carrier did not move the call: it is as it was before; False when it has gone on meanwhile."""
        sid = before.sid
        with writing(self._engine) as connection:
            untouched = calls.c.sid == sid, calls.c.state == CallState.WAITING, calls.c.assigned_at == passed.at
            row = connection.execute(sa.select(calls.c.passed_on).where(*untouched).with_for_update()).first()
            if row is None:
                return False
            kept = {name: getattr(before, name) for name in (*_NOBODY, "state", "assigned_at", "company")}
            history = (row.passed_on or [])[:-1] or None
            connection.execute(calls.update().where(calls.c.sid == sid).values(**kept, passed_on=history))
            idle = agents.c.id == passed.from_agent, agents.c.call_sid.is_(None)
            busy = {"presence": Presence.TALKING, "call_sid": sid, "since": passed.at}
            connection.execute(agents.update().where(*idle).values(**busy))
            return True
