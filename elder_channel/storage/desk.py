"""Keeps what was known at pick-up and what agents did on their desks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.calls.counting import COUNTED
from elder_channel.calls.desk import Act, CallResult, DeskAct, PickUp
from elder_channel.calls.model import Call, CallState
from elder_channel.calls.tables import calls, desk_acts, pick_ups
from elder_channel.storage.call_rows import to_call
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new


class SqlDeskStore:
    """Pick-ups and acts, by call."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def keep_pick_up(self, pick_up: PickUp) -> bool:
        """Keep what was known; True the first time, and the first stands."""
        with writing(self._engine) as connection:
            return insert_new(connection, pick_ups, vars(pick_up))

    def pick_ups_between(self, first: datetime, last: datetime) -> list[PickUp]:
        """Every pick-up of a call that counts, from `first` to before `last`, oldest first."""
        left_out = sa.exists().where(calls.c.sid == pick_ups.c.call_sid, ~COUNTED)
        during = pick_ups.c.at >= first, pick_ups.c.at < last, ~left_out
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(pick_ups).where(*during).order_by(pick_ups.c.at)).all()
        return [PickUp(**row._mapping) for row in rows]

    def dialects_since(self, moment: datetime) -> dict[str, int]:
        """How many callers of calls that count spoke what, of those whose dialect the line had named at pick-up."""
        left_out = sa.exists().where(calls.c.sid == pick_ups.c.call_sid, ~COUNTED)
        lately = pick_ups.c.at >= moment, pick_ups.c.dialect.is_not(None), ~left_out
        query = (
            sa.select(pick_ups.c.dialect, sa.func.count().label("calls")).where(*lately).group_by(pick_ups.c.dialect)
        )
        with self._reader.begin() as connection:
            return {row.dialect: row.calls for row in connection.execute(query)}

    def keep(self, act: DeskAct) -> bool:
        """Add an act; False when the same token was kept for the call before."""
        with writing(self._engine) as connection:
            return insert_new(connection, desk_acts, vars(act))

    def of_call(self, sid: str) -> list[DeskAct]:
        """The acts on a call, oldest first."""
        query = sa.select(desk_acts).where(desk_acts.c.call_sid == sid).order_by(desk_acts.c.id)
        with self._reader.begin() as connection:
            return [_act(row) for row in connection.execute(query)]

    def to_wrap_up(self, agent_id: str, *, ended_after: datetime) -> Call | None:
        """The newest call this agent served that ended after the moment and is not wrapped up; None without one."""
        done = sa.exists().where(desk_acts.c.call_sid == calls.c.sid, desk_acts.c.act == Act.WRAPPED_UP)
        mine = calls.c.agent_id == agent_id, calls.c.state == CallState.ENDED, calls.c.answered_at.is_not(None)
        query = sa.select(calls).where(*mine, calls.c.ended_at > ended_after, ~done).order_by(calls.c.ended_at.desc())
        with self._reader.begin() as connection:
            row = connection.execute(query).first()
        return to_call(row) if row else None

    def earlier_calls(self, call: Call, *, most: int) -> list[Call]:
        """The calls before this one of the same customer or number, newest first; none for a withheld number."""
        same = calls.c.caller_number == call.caller_number
        if call.customer_id is not None:
            same |= calls.c.customer_id == call.customer_id
        elif not call.caller_number.startswith("+"):
            return []
        before = calls.c.started_at < call.started_at, calls.c.sid != call.sid
        query = sa.select(calls).where(same, *before).order_by(calls.c.started_at.desc()).limit(most)
        with self._reader.begin() as connection:
            return [to_call(row) for row in connection.execute(query)]


def _act(row: Row[Any]) -> DeskAct:
    result = CallResult(row.result) if row.result else None
    return DeskAct(row.call_sid, Act(row.act), row.agent_id, row.done_by, row.at, row.token, result, row.note)
