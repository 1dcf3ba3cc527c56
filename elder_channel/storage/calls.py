"""Keeps the calls: every step a short transaction, every race decided by one conditional update.

Transactions that touch a call and an agent take the call's row first, so that two of them cannot lock each other out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from dialects.evidence import Identification
from elder_channel.agents.model import Presence
from elder_channel.agents.tables import agents
from elder_channel.calls.counting import COUNTED
from elder_channel.calls.model import Call, CallState, Entry, Handover, Outcome, RecognitionState
from elder_channel.calls.tables import calls, desk_acts, handovers, readings, turns
from elder_channel.storage.assigning import Assignment, assign_all
from elder_channel.storage.call_rows import identification_row, new_row, stretches_row, to_call
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new, insert_or_replace
from elder_channel.storage.order_rows import open_or_merge
from elder_channel.storage.order_words import erase_order_words
from elder_channel.workorders.model import NewWorkOrder

_OPEN = calls.c.state != CallState.ENDED
_NOBODY = {"agent_id": None, "matched": None, "queued_at": None, "dialed_at": None, "offered_until": None}

_ONE_CALL = sa.select(calls).where(calls.c.sid == sa.bindparam("wanted"))
"""Read by every document, so it is built once: to build a query costs more than to run it."""


class SqlCallStore:
    """Calls, their turns, handover notes and readings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def open_call(self, call: Call, note: Handover | None = None) -> tuple[Call, bool]:
        """Keep a new call and its first note: the call as the books have it, and whether it was new to them."""
        with writing(self._engine) as connection:
            if insert_new(connection, calls, new_row(call)):
                if note:
                    insert_new(connection, handovers, _note_row(call.sid, note, call.started_at))
                return call, True
            return to_call(connection.execute(sa.select(calls).where(calls.c.sid == call.sid)).one()), False

    def get(self, sid: str) -> Call | None:
        """The call, or None when it was never opened."""
        with self._reader.begin() as connection:
            row = connection.execute(_ONE_CALL, {"wanted": sid}).first()
        return to_call(row) if row else None

    def open_calls(self) -> list[Call]:
        """Every call that has not ended, oldest first."""
        return self._select(_OPEN, calls.c.started_at)

    def waiting(self, *, entered_before: datetime) -> list[Call]:
        """The calls that wait for a person in the carrier's queue.

        One that entered, or came back from an agent, before `entered_before` counts as queued although the carrier
        never said so (law 1).
        """
        long_ago = sa.func.coalesce(calls.c.assigned_at, calls.c.entered_at) < entered_before
        queued = calls.c.queued_at.is_not(None) | long_ago
        return self._select((calls.c.state == CallState.WAITING) & queued, calls.c.entered_at)

    def open_or_ended_since(self, moment: datetime) -> list[Call]:
        """Open calls and those ended after `moment`, newest first."""
        return self._select(_OPEN | (calls.c.ended_at > moment), calls.c.started_at.desc())

    def callers_since(self, moment: datetime) -> list[tuple[str, bool]]:
        """The caller's number, and whether an elder called, of every call that came in after `moment`; no tests."""
        query = sa.select(calls.c.caller_number, calls.c.elder).where(calls.c.started_at > moment, ~calls.c.is_test)
        with self._reader.begin() as connection:
            return [(row.caller_number, row.elder) for row in connection.execute(query)]

    def handling_seconds(self, *, since: datetime) -> list[float]:
        """How long each call that counts, answered and ended after `since`, lasted with an agent."""
        lately = calls.c.ended_at > since, calls.c.answered_at.is_not(None), COUNTED
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(calls.c.answered_at, calls.c.ended_at).where(*lately).limit(2000)).all()
        return [(row.ended_at - row.answered_at).total_seconds() for row in rows]

    def _select(self, where: sa.ColumnElement[bool], order: sa.ColumnElement[Any]) -> list[Call]:
        with self._reader.begin() as connection:
            return [to_call(row) for row in connection.execute(sa.select(calls).where(where).order_by(order))]

    def enter(self, sid: str, *, entry: Entry, language: str, at: datetime) -> bool:
        """Put the call in the queue; True for the first to do so, the others change nothing (law 2)."""
        first = calls.c.sid == sid, calls.c.entered_at.is_(None), _OPEN
        values = {"entered_at": at, "entry": entry, "language": language, "state": CallState.WAITING}
        return self._update(*first, **values)

    def reopen(self, sid: str, *, at: datetime) -> bool:
        """The books were closed on a caller who is still on the line: the call waits again."""
        values = {"state": CallState.WAITING, "outcome": None, "ended_at": None, "answered_at": None, **_NOBODY}
        entered = sa.func.coalesce(calls.c.entered_at, at)
        entry = sa.func.coalesce(calls.c.entry, str(Entry.PROMPTED))
        ended = calls.c.sid == sid, calls.c.state == CallState.ENDED
        return self._update(*ended, entered_at=entered, entry=entry, assigned_at=at, **values)

    def queued(self, sid: str, *, at: datetime) -> bool:
        """The carrier has the call in its queue; True the first time."""
        return self._update(calls.c.sid == sid, calls.c.queued_at.is_(None), queued_at=at)

    def requeue(self, sid: str, *, at: datetime) -> bool:
        """The waiting call leaves the carrier's queue for a moment, and comes back to it in its old place.

        Until it is back, or for as long as word of that may be lost, the router gives it to nobody. False, and nothing
        is changed, for a call that is not in the queue: on its way there, ringing, talking or over. One that is offered
        on a desk still is in the queue.
        """
        waits = (calls.c.state == CallState.WAITING) | calls.c.offered_until.is_not(None)
        return self._update(calls.c.sid == sid, waits, calls.c.queued_at.is_not(None), queued_at=None, assigned_at=at)

    def dialed(self, sid: str, *, at: datetime) -> bool:
        """The carrier has been told to ring; True the first time for this agent."""
        return self._update(calls.c.sid == sid, calls.c.dialed_at.is_(None), dialed_at=at)

    def choose_language(self, sid: str, *, language: str) -> bool:
        """Keep the language the caller asked for by key; it stands."""
        return self._update(calls.c.sid == sid, language=language, language_chosen=True)

    def speaks(self, sid: str, *, language: str) -> bool:
        """Keep the language the caller turned out to speak; who merely spoke up in English came in by English."""
        by_voice = calls.c.entry == Entry.VOICE
        news = calls.c.language != language
        if language == "en":
            entry = sa.case((by_voice, str(Entry.ENGLISH)), else_=calls.c.entry)
            return self._update(calls.c.sid == sid, news | by_voice, language=language, entry=entry)
        return self._update(calls.c.sid == sid, news, language=language)

    def speaks_another(self, sid: str, *, language: str, like: str) -> bool:
        """Keep that the caller speaks neither Chinese nor English, and what it sounds like, unless one was chosen."""
        news = calls.c.language_chosen.is_(False), (calls.c.language != language) | (calls.c.sounds_like != like)
        return self._update(calls.c.sid == sid, *news, language=language, sounds_like=like)

    def language_last_spoken(self, number: str) -> str | None:
        """The language of the number's last call on which a word was heard or nine was pressed; None for none."""
        spoke = calls.c.transcript.is_not(None) | calls.c.language_chosen
        of_number = sa.select(calls.c.language).where(calls.c.caller_number == number, spoke)
        with self._reader.begin() as connection:
            return connection.scalar(of_number.order_by(calls.c.started_at.desc()).limit(1))

    def mark(self, sid: str, mark: str, *, after: bool) -> bool:
        """Note of the call that its caller is an elder, or hears badly; `mark` names the column."""
        return self._update(calls.c.sid == sid, calls.c[mark].is_not(after), **{mark: after})

    def has_turns(self, sid: str) -> bool:
        """Whether the caller heard a prompt to its end, or pressed a key."""
        with self._reader.begin() as connection:
            return connection.execute(sa.select(turns.c.id).where(turns.c.call_sid == sid)).first() is not None

    def set_stream(self, sid: str, stream_sid: str) -> None:
        """Keep which stream carries the caller's voice."""
        self._update(calls.c.sid == sid, stream_sid=stream_sid)

    def lose_stream(self, sid: str, stream_sid: str, *, renewed_at_most: int) -> bool:
        """Keep that this stream broke; True when another one is to be begun, once for each that breaks.

        None is begun while another stream carries the voice, once somebody has answered, or after so many.
        """
        lost, now = calls.c.stream_lost, calls.c.stream_sid
        news = lost.is_(None) | (lost != stream_sid)
        was_ours = now.is_(None) | (now == stream_sid) | (now == lost)
        waits = _OPEN, calls.c.answered_at.is_(None), calls.c.streams_renewed < renewed_at_most
        values = {"stream_lost": stream_sid, "streams_renewed": calls.c.streams_renewed + 1}
        return self._update(calls.c.sid == sid, news, was_ours, *waits, **values)

    def stream_not_renewed(self, sid: str, stream_sid: str) -> None:
        """No other stream could be begun: should the one that broke come back, it is heard again."""
        self._update(calls.c.sid == sid, calls.c.stream_lost == stream_sid, stream_lost=None)

    def notice_heard(self, sid: str, *, at: datetime) -> bool:
        """Keep that the caller heard the recording notice to its end; True the first time."""
        return self._update(calls.c.sid == sid, calls.c.notice_heard_at.is_(None), notice_heard_at=at)

    def recognition_is_off(self, sid: str) -> None:
        """Keep that the caller could not be listened to, unless something was heard already."""
        not_heard = calls.c.recognition != RecognitionState.HEARD
        self._update(calls.c.sid == sid, not_heard, recognition=RecognitionState.OFF)

    def keep_identification(
        self, sid: str, identification: Identification, *, finally_: bool, at: datetime, heard: Mapping[str, Any]
    ) -> None:
        """Keep the posterior and what was heard; late is fine.

        `heard` are fields of the call: `transcript`, `stretches`, `recognizer`, `need`, `recognition`.
        """
        values = {**identification_row(identification), **heard, "identified_at": at}
        if "stretches" in heard:
            values["stretches"] = stretches_row(heard["stretches"])
        if finally_:
            self._update(calls.c.sid == sid, **values, identified_finally=True)
        else:
            self._update(calls.c.sid == sid, calls.c.identified_finally.is_(False), **values)

    def identification_stands(self, sid: str) -> None:
        """What was kept as interim turned out to be final; when it was kept stays as it is."""
        self._update(calls.c.sid == sid, identified_finally=True)

    def assign(
        self,
        sid: str,
        agent_id: str,
        *,
        matched: str,
        at: datetime,
        offered_until: datetime | None = None,
        routing: Sequence[Mapping[str, Any]] = (),
    ) -> bool:
        """Give the call to the agent; False when either is no longer free.

        With `offered_until` the agent has to accept it on the desk first, and the call stays in the carrier's queue.
        `routing` is why, this time and the times before; left out, what is kept stays.
        """
        return sid in self.assign_all([Assignment(sid, agent_id, matched, offered_until, routing)], at=at)

    def assign_all(self, assignments: Sequence[Assignment], *, at: datetime) -> set[str]:
        """Give many calls away in one transaction, each as `assign` does; the SIDs of those that could be given."""
        with writing(self._engine) as connection:
            return assign_all(connection, assignments, at=at)

    def put_back(self, sid: str, agent_id: str, *, presence: Presence, at: datetime, offered: bool = False) -> bool:
        """The agent did not take the call: it waits again in its old place, and the agent gets `presence`.

        With `offered` only a call that is still offered on the desk, which has not left the carrier's queue.
        """
        with writing(self._engine) as connection:
            mine = [calls.c.sid == sid, calls.c.state == CallState.RINGING, calls.c.agent_id == agent_id]
            mine += [calls.c.offered_until.is_not(None)] if offered else []
            row = connection.execute(sa.select(calls.c.agents_tried).where(*mine).with_for_update()).first()
            if row:
                tried = [*row.agents_tried, agent_id]
                back = {"state": CallState.WAITING, "agents_tried": tried, "assigned_at": at, **_NOBODY}
                if offered:
                    del back["queued_at"]
                connection.execute(calls.update().where(*mine).values(**back))
            if row or not offered:  # a call accepted meanwhile keeps its agent
                _free_agents(connection, sid, presence, at, agents.c.id == agent_id)
            return row is not None

    def accept_offer(self, sid: str, agent_id: str, *, at: datetime) -> bool:
        """The agent accepts on the desk; True for the first, False when the call is not offered to them any more."""
        offered = calls.c.offered_until.is_not(None), calls.c.state == CallState.RINGING
        mine = calls.c.sid == sid, calls.c.agent_id == agent_id
        return self._update(*mine, *offered, offered_until=None, assigned_at=at)

    def lapsed_offers(self, *, now: datetime) -> list[Call]:
        """The calls whose agent has neither accepted nor declined in time."""
        return self._select((calls.c.state == CallState.RINGING) & (calls.c.offered_until < now), calls.c.offered_until)

    def hunted(self, sid: str, *, at: datetime) -> bool:
        """The hunt group is being rung for the open call; an agent assigned to it is free again."""
        with writing(self._engine) as connection:
            unanswered = (
                calls.c.sid == sid,
                calls.c.state.in_([CallState.PROMPTED, CallState.WAITING, CallState.RINGING]),
            )
            rings = {"state": CallState.RINGING, "agent_id": None, "matched": None, "assigned_at": at, "dialed_at": at}
            rings["offered_until"] = None
            entered = sa.func.coalesce(calls.c.entered_at, at)
            entry = sa.func.coalesce(calls.c.entry, str(Entry.PROMPTED))
            changed = calls.update().where(*unanswered).values(**rings, entered_at=entered, entry=entry)
            done = connection.execute(changed).rowcount
            _free_agents(connection, sid, Presence.IDLE, at)
            return bool(done)

    def fallback_rang(self, sid: str, *, at: datetime) -> bool:
        """The carrier rang people for the open call by itself, which so was on its way to a person."""
        entered = sa.func.coalesce(calls.c.entered_at, at)
        entry = sa.func.coalesce(calls.c.entry, str(Entry.PROMPTED))
        return self._update(calls.c.sid == sid, _OPEN, by_fallback=True, entered_at=entered, entry=entry)

    def waits_again(self, sid: str, *, at: datetime) -> bool:
        """Nobody of the hunt group answered: the call waits as before."""
        rings_all = calls.c.state == CallState.RINGING, calls.c.agent_id.is_(None)
        return self._update(calls.c.sid == sid, *rings_all, state=CallState.WAITING, **_NOBODY | {"assigned_at": at})

    def answered(self, sid: str, agent_id: str, *, at: datetime) -> bool:
        """The agent has picked up; True the first time. Somebody of the hunt group may answer an unassigned call."""
        with writing(self._engine) as connection:
            open_ = calls.c.sid == sid, calls.c.answered_at.is_(None), _OPEN
            values = {"state": CallState.TALKING, "answered_at": at, "agent_id": agent_id, "offered_until": None}
            entered = sa.func.coalesce(calls.c.entered_at, at)
            if not connection.execute(calls.update().where(*open_).values(**values, entered_at=entered)).rowcount:
                return False
            _free_agents(connection, sid, Presence.IDLE, at, agents.c.id != agent_id)
            mine = agents.c.id == agent_id, (agents.c.call_sid == sid) | agents.c.call_sid.is_(None)
            talks = {"presence": Presence.TALKING, "call_sid": sid, "since": at}
            one = sa.select(sa.func.count()).where(calls.c.sid == sid, COUNTED).scalar_subquery()
            connection.execute(agents.update().where(*mine).values(**talks, calls_taken=agents.c.calls_taken + one))
            return True

    def close(
        self,
        sid: str,
        outcome: Outcome,
        order: NewWorkOrder | None,
        *,
        at: datetime,
        agents_get: Presence = Presence.IDLE,
        callback_wanted: bool = False,
    ) -> bool:
        """End the call, free its agents to `agents_get`, open its work order or add to it; True the first time.

        With `callback_wanted` only a call for which nobody rings yet is ended: its caller asked to be called back.
        """
        may_end = calls.c.state == CallState.WAITING if callback_wanted else _OPEN
        with writing(self._engine) as connection:
            ends: dict[str, Any] = {
                "state": CallState.ENDED,
                "outcome": outcome,
                "ended_at": at,
                "offered_until": None,
            }
            if callback_wanted:
                ends["callback_wanted_at"] = at
            if not connection.execute(calls.update().where(calls.c.sid == sid, may_end).values(**ends)).rowcount:
                return False
            _free_agents(connection, sid, agents_get, at)
            if order:
                call = to_call(connection.execute(sa.select(calls).where(calls.c.sid == sid)).one())
                open_or_merge(connection, order, call, at)
            return True

    def add_turn(self, sid: str, key: str, kind: str, text: str | None, *, at: datetime) -> bool:
        """Keep what the caller did; `key` names the event, and the same event is kept once."""
        with writing(self._engine) as connection:
            return insert_new(connection, turns, {"call_sid": sid, "key": key, "kind": kind, "text": text, "at": at})

    def keep_handover(self, sid: str, note: Handover, *, at: datetime) -> None:
        """Write the handover note, over an older one."""
        with writing(self._engine) as connection:
            insert_or_replace(connection, handovers, _note_row(sid, note, at), key=["call_sid"])

    def handover(self, sid: str) -> Handover | None:
        """The note as it stands."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(handovers).where(handovers.c.call_sid == sid)).first()
        return Handover(row.text, row.need, row.dialect_text, row.tried) if row else None

    def record_reading(self, sid: str, reader: str, *, on: date, at: datetime) -> None:
        """Keep that `reader` has read what the caller said (law 7); once a day and reader."""
        with writing(self._engine) as connection:
            insert_new(connection, readings, {"call_sid": sid, "reader": reader, "read_on": on, "read_at": at})

    def erase_words_before(self, moment: datetime) -> int:
        """Erase words, notes and numbers of calls ended before `moment` (law 7), at most 500; how many calls."""
        words = calls.c.transcript.is_not(None) | calls.c.evidence.is_not(None) | (calls.c.caller_number != "")
        words |= calls.c.passed_on.is_not(None)
        noted = calls.c.sid.in_(sa.select(handovers.c.call_sid)) | calls.c.sid.in_(sa.select(turns.c.call_sid))
        old = sa.select(calls.c.sid).where(calls.c.ended_at < moment, words | noted).limit(500)
        with writing(self._engine) as connection:
            sids = list(connection.scalars(old))
            connection.execute(turns.delete().where(turns.c.call_sid.in_(sids)))
            connection.execute(handovers.delete().where(handovers.c.call_sid.in_(sids)))
            blank = {"transcript": None, "stretches": None, "evidence": None, "caller_number": "", "passed_on": None}
            connection.execute(calls.update().where(calls.c.sid.in_(sids)).values(**blank))
            connection.execute(desk_acts.update().where(desk_acts.c.call_sid.in_(sids)).values(note=None))
            erase_order_words(connection, moment)
        return len(sids)

    def _update(self, *where: sa.ColumnElement[bool], **values: Any) -> bool:
        with writing(self._engine) as connection:
            return bool(connection.execute(calls.update().where(*where).values(**values)).rowcount)


def _note_row(sid: str, note: Handover, at: datetime) -> dict[str, Any]:
    return {"call_sid": sid, **vars(note), "updated_at": at}


def _free_agents(
    connection: sa.Connection, sid: str, presence: Presence, at: datetime, *which: sa.ColumnElement[bool]
) -> None:
    """Free the agents held by the call (all, or `which`)."""
    free = {"presence": presence, "call_sid": None, "since": at}
    connection.execute(agents.update().where(agents.c.call_sid == sid, *which).values(**free))
