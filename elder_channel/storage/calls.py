"""Keeps the calls: every step a short transaction, every race decided by one conditional update."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from dialects.evidence import Identification, Source, WeighedEvidence
from elder_channel.agents.model import Presence
from elder_channel.agents.tables import agents
from elder_channel.calls.model import Call, CallState, Entry, Handover, Matched, Outcome, RecognitionState
from elder_channel.calls.tables import calls, handovers, readings, turns
from elder_channel.storage.engine import reading
from elder_channel.workorders.model import NewWorkOrder
from elder_channel.workorders.tables import work_orders

_OPEN = calls.c.state != CallState.ENDED


class SqlCallStore:
    """Calls, their turns, handover notes and readings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def open_call(self, call: Call) -> Call:
        """Keep a new call; a call that is known already stays as it is and is returned."""
        with self._engine.begin() as connection:
            known = connection.execute(sa.select(calls).where(calls.c.sid == call.sid)).first()
            if known:
                return to_call(known)
            connection.execute(calls.insert().values(_new_row(call)))
            return call

    def get(self, sid: str) -> Call | None:
        """The call, or None when it was never opened."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(calls).where(calls.c.sid == sid)).first()
        return to_call(row) if row else None

    def open_calls(self) -> list[Call]:
        """Every call that has not ended, oldest first."""
        return self._select(_OPEN, calls.c.started_at)

    def waiting(self, *, entered_before: datetime) -> list[Call]:
        """The calls that wait for a person in the carrier's queue.

        One that entered before `entered_before` counts as queued although the carrier never said so (law 1).
        """
        queued = calls.c.queued_at.is_not(None) | (calls.c.entered_at < entered_before)
        return self._select((calls.c.state == CallState.WAITING) & queued, calls.c.entered_at)

    def queued(self, sid: str, *, at: datetime) -> bool:
        """The carrier has the call in its queue; True the first time."""
        return self._update(calls.c.sid == sid, calls.c.queued_at.is_(None), queued_at=at)

    def open_or_ended_since(self, moment: datetime) -> list[Call]:
        """Open calls and those ended after `moment`, newest first."""
        return self._select(_OPEN | (calls.c.ended_at > moment), calls.c.started_at.desc())

    def _select(self, where: sa.ColumnElement[bool], order: sa.ColumnElement[Any]) -> list[Call]:
        with self._reader.begin() as connection:
            return [to_call(row) for row in connection.execute(sa.select(calls).where(where).order_by(order))]

    def enter(self, sid: str, *, entry: Entry, language: str, at: datetime) -> bool:
        """Put the call in the queue; True for the first to do so, the others change nothing (law 2)."""
        first = calls.c.sid == sid, calls.c.entered_at.is_(None), _OPEN
        values = {"entered_at": at, "entry": entry, "language": language, "state": CallState.WAITING}
        return self._update(*first, **values)

    def speaks(self, sid: str, *, language: str) -> bool:
        """Keep the language the caller turned out to speak; who merely spoke up in English came in by English."""
        by_voice = calls.c.entry == Entry.VOICE
        news = calls.c.language != language
        if language == "en":
            entry = sa.case((by_voice, str(Entry.ENGLISH)), else_=calls.c.entry)
            return self._update(calls.c.sid == sid, news | by_voice, language=language, entry=entry)
        return self._update(calls.c.sid == sid, news, language=language)

    def set_stream(self, sid: str, stream_sid: str) -> None:
        """Keep which stream carries the caller's voice."""
        self._update(calls.c.sid == sid, stream_sid=stream_sid)

    def recognition_is_off(self, sid: str) -> None:
        """Keep that the caller could not be listened to, unless something was heard already."""
        self._update(
            calls.c.sid == sid, calls.c.recognition != RecognitionState.HEARD, recognition=RecognitionState.OFF
        )

    def keep_identification(
        self, sid: str, identification: Identification, *, finally_: bool, at: datetime, heard: Mapping[str, Any]
    ) -> None:
        """Keep the posterior and what was heard (`transcript`, `recognizer`, `need`, `recognition`); late is fine."""
        values = {**_identification_row(identification), **heard, "identified_at": at}
        if finally_:
            self._update(calls.c.sid == sid, **values, identified_finally=True)
        else:
            self._update(calls.c.sid == sid, calls.c.identified_finally.is_(False), **values)

    def assign(self, sid: str, agent_id: str, *, matched: str, at: datetime) -> bool:
        """Give the call to the agent in one transaction; False when either is no longer free."""
        with self._engine.begin() as connection:
            taken = connection.execute(
                agents.update()
                .where(agents.c.id == agent_id, agents.c.presence == Presence.IDLE)
                .values(presence=Presence.RINGING, call_sid=sid, since=at)
            ).rowcount
            given = (
                taken
                and connection.execute(
                    calls.update()
                    .where(calls.c.sid == sid, calls.c.state == CallState.WAITING)
                    .values(state=CallState.RINGING, agent_id=agent_id, matched=matched, assigned_at=at)
                ).rowcount
            )
            if not given:
                connection.rollback()
            return bool(given)

    def put_back(self, sid: str, agent_id: str, *, presence: Presence, at: datetime) -> bool:
        """The agent did not take the call: it waits again in its old place, and the agent gets `presence`."""
        with self._engine.begin() as connection:
            _set_agent(connection, agent_id, sid, presence, at)
            row = connection.execute(sa.select(calls.c.agents_tried).where(calls.c.sid == sid)).first()
            tried = [*(row.agents_tried if row else []), agent_id]
            return bool(
                connection.execute(
                    calls.update()
                    .where(calls.c.sid == sid, calls.c.state == CallState.RINGING, calls.c.agent_id == agent_id)
                    .values(state=CallState.WAITING, agent_id=None, matched=None, agents_tried=tried, queued_at=None)
                ).rowcount
            )

    def hunted(self, sid: str) -> bool:
        """The hunt group is being rung for the waiting call; False when it no longer waits."""
        return self._update(calls.c.sid == sid, calls.c.state == CallState.WAITING, state=CallState.RINGING)

    def waits_again(self, sid: str) -> bool:
        """Nobody of the hunt group answered: the call waits as before."""
        ringing_all = calls.c.state == CallState.RINGING, calls.c.agent_id.is_(None)
        return self._update(calls.c.sid == sid, *ringing_all, state=CallState.WAITING)

    def answered(self, sid: str, agent_id: str, *, at: datetime) -> bool:
        """The agent has picked up; True the first time. Somebody of the hunt group may answer an unassigned call."""
        with self._engine.begin() as connection:
            open_ = calls.c.sid == sid, calls.c.answered_at.is_(None), _OPEN
            values = {"state": CallState.TALKING, "answered_at": at, "agent_id": agent_id}
            entered = sa.func.coalesce(calls.c.entered_at, at)
            changed = connection.execute(calls.update().where(*open_).values(**values, entered_at=entered)).rowcount
            if changed:
                connection.execute(
                    agents.update()
                    .where(agents.c.id == agent_id, (agents.c.call_sid == sid) | agents.c.call_sid.is_(None))
                    .values(presence=Presence.TALKING, call_sid=sid, since=at, calls_taken=agents.c.calls_taken + 1)
                )
            return bool(changed)

    def close(self, sid: str, outcome: Outcome, order: NewWorkOrder | None, *, at: datetime) -> bool:
        """End the call, free its agent and open its work order together; True the first time."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(calls).where(calls.c.sid == sid, _OPEN)).first()
            if row is None:
                return False
            connection.execute(
                calls.update().where(calls.c.sid == sid).values(state=CallState.ENDED, outcome=outcome, ended_at=at)
            )
            if row.agent_id:
                _set_agent(connection, row.agent_id, sid, Presence.IDLE, at)
            if order:
                connection.execute(work_orders.insert().values(_order_row(order, row, at)))
            return True

    def add_turn(self, sid: str, key: str, kind: str, text: str | None, *, at: datetime) -> bool:
        """Keep what the caller did; `key` names the event, and the same event is kept once."""
        with self._engine.begin() as connection:
            seen = sa.select(turns.c.id).where(turns.c.call_sid == sid, turns.c.key == key)
            if connection.execute(seen).first():
                return False
            connection.execute(turns.insert().values(call_sid=sid, key=key, kind=kind, text=text, at=at))
            return True

    def keep_handover(self, sid: str, note: Handover, *, at: datetime) -> None:
        """Write the handover note, over an older one."""
        values = {"text": note.text, "need": note.need, "dialect_text": note.dialect_text, "tried": note.tried}
        with self._engine.begin() as connection:
            known = handovers.update().where(handovers.c.call_sid == sid).values(**values, updated_at=at)
            if not connection.execute(known).rowcount:
                connection.execute(handovers.insert().values(call_sid=sid, **values, updated_at=at))

    def handover(self, sid: str) -> Handover | None:
        """The note as it stands."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(handovers).where(handovers.c.call_sid == sid)).first()
        return Handover(row.text, row.need, row.dialect_text, row.tried) if row else None

    def record_reading(self, sid: str, reader: str, *, on: date, at: datetime) -> None:
        """Keep that `reader` has read what the caller said (law 7); once a day and reader."""
        key = {"call_sid": sid, "reader": reader, "read_on": on}
        with self._engine.begin() as connection:
            if not connection.execute(sa.select(readings.c.read_at).filter_by(**key)).first():
                connection.execute(readings.insert().values(**key, read_at=at))

    def erase_words_before(self, moment: datetime) -> int:
        """Erase words, notes and numbers of calls ended before `moment` (law 7); how many calls were touched."""
        old = sa.select(calls.c.sid).where(calls.c.ended_at < moment, calls.c.caller_number != "")
        with self._engine.begin() as connection:
            sids = [row.sid for row in connection.execute(old.limit(500))]
            connection.execute(turns.delete().where(turns.c.call_sid.in_(sids)))
            connection.execute(handovers.delete().where(handovers.c.call_sid.in_(sids)))
            blank = {"transcript": None, "evidence": None, "caller_number": ""}
            connection.execute(calls.update().where(calls.c.sid.in_(sids)).values(**blank))
            words = {"transcript": None, "caller_number": None}
            closed = work_orders.c.call_sid.in_(sids), work_orders.c.state == "closed"
            connection.execute(work_orders.update().where(*closed).values(**words))
        return len(sids)

    def _update(self, *where: sa.ColumnElement[bool], **values: Any) -> bool:
        with self._engine.begin() as connection:
            return bool(connection.execute(calls.update().where(*where).values(**values)).rowcount)


def _set_agent(connection: sa.Connection, agent_id: str, sid: str, presence: Presence, at: datetime) -> None:
    mine = agents.c.id == agent_id, agents.c.call_sid == sid
    connection.execute(agents.update().where(*mine).values(presence=presence, call_sid=None, since=at))


def _new_row(call: Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "caller_number": call.caller_number,
        "called_number": call.called_number,
        "state": call.state,
        "language": call.language,
        "elder": call.elder,
        "customer_id": call.customer_id,
        "entry": call.entry,
        "started_at": call.started_at,
        "entered_at": call.entered_at,
        "agents_tried": [],
        "identified_finally": call.identified_finally,
        "recognition": call.recognition,
        "identified_at": call.identified_at,
        **(_identification_row(call.identification) if call.identification else {}),
    }


def _identification_row(identification: Identification) -> dict[str, Any]:
    return {
        "posterior": dict(identification.posterior),
        "abstained": identification.abstained,
        "evidence": [[item.source, item.text, item.weight] for item in identification.evidence],
    }


def _order_row(order: NewWorkOrder, row: Row[Any], at: datetime) -> dict[str, Any]:
    call = to_call(row)
    known = call.identification is not None and not call.identification.abstained
    return {
        "call_sid": order.call_sid,
        "kind": order.kind,
        "state": "open",
        "owner": order.owner,
        "opened_at": at,
        "due_at": order.due_at,
        "note": order.note,
        "need": call.need,
        "transcript": call.transcript,
        "dialect": call.identification.top[0] if known and call.identification else None,
        "caller_number": call.caller_number,
    }


def to_call(row: Row[Any]) -> Call:
    """A row of the calls table as a value."""
    identification = None
    if row.posterior is not None:
        evidence = tuple(WeighedEvidence(Source(source), text, weight) for source, text, weight in row.evidence or ())
        identification = Identification(row.posterior, bool(row.abstained), evidence)
    return Call(
        sid=row.sid,
        caller_number=row.caller_number,
        called_number=row.called_number,
        state=CallState(row.state),
        started_at=row.started_at,
        language=row.language,
        elder=row.elder,
        customer_id=row.customer_id,
        entry=Entry(row.entry) if row.entry else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        stream_sid=row.stream_sid,
        entered_at=row.entered_at,
        queued_at=row.queued_at,
        identified_at=row.identified_at,
        assigned_at=row.assigned_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        agent_id=row.agent_id,
        matched=Matched(row.matched) if row.matched else None,
        agents_tried=tuple(row.agents_tried),
        identification=identification,
        identified_finally=row.identified_finally,
        transcript=row.transcript,
        recognizer=row.recognizer,
        recognition=RecognitionState(row.recognition),
        need=row.need,
    )
