"""Keeps the calls the line places itself: claimed by one process at a time, one at a time, at the carrier's pace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.calls.ceiling import PlacedCall
from elder_channel.calls.model import CallState
from elder_channel.calls.tables import calls
from elder_channel.outbound.model import (
    ACTIVE,
    UNDERWAY,
    NewRequest,
    OutboundRequest,
    OutboundState,
    Reason,
    Tried,
)
from elder_channel.outbound.tables import outbound_attempts, outbound_pace, outbound_requests
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new
from elder_channel.storage.values import as_value

_requests, _attempts, _pace = outbound_requests, outbound_attempts, outbound_pace
_OPEN_CALL = calls.c.state.in_([state for state in CallState if state is not CallState.ENDED])
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_URGENCY = sa.case({reason: place for place, reason in enumerate(Reason)}, value=_requests.c.reason, else_=len(Reason))


class SqlOutboundStore:
    """Requests, their attempts, and whose turn it is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def request(self, new: NewRequest) -> OutboundRequest:
        """Keep a request; one with the same key stays as it is, but for becoming an urgent one while it waits."""
        with writing(self._engine) as connection:
            if not keep_request(connection, new) and new.reason is Reason.URGENT_ORDER:
                connection.execute(_hastened(new))
            row = connection.execute(sa.select(_requests).where(_requests.c.key == new.key)).one()
        return _to_request(row)

    def find(self, key: str) -> OutboundRequest | None:
        """The request with this key."""
        return self._one(_requests.c.key == key)

    def get(self, id_: int) -> OutboundRequest | None:
        """The request with this id."""
        return self._one(_requests.c.id == id_)

    def active_for(self, number: str, reason: Reason) -> OutboundRequest | None:
        """A request for this reason on which the number's phone rings or will ring."""
        return self._one(_requests.c.number == number, _requests.c.reason == reason, _requests.c.state.in_(ACTIVE))

    def newest(self, limit: int) -> list[OutboundRequest]:
        """The latest requests, newest first."""
        return self._many(sa.select(_requests).order_by(_requests.c.id.desc()).limit(limit))

    def cancel(self, key: str, *, at: datetime) -> bool:
        """Take back a request that is not under way; True when it was still waiting."""
        waiting = _requests.c.key == key, _requests.c.state == OutboundState.WAITING
        return self._update(*waiting, state=OutboundState.CANCELLED, ended_at=at)

    def next_due(self, now: datetime, reasons: Collection[Reason]) -> OutboundRequest | None:
        """Whom a claim would find; asked first, so that an idle line never writes."""
        with self._reader.begin() as connection:
            row = connection.execute(_first_due(now, reasons)).first()
        return _to_request(row) if row else None

    def claim(self, now: datetime, reasons: Collection[Reason], *, gap_seconds: float) -> OutboundRequest | None:
        """The next request to place, given to one process only; None when nobody is due or it is not time yet.

        Both are conditional updates in one transaction: of the pace, `gap_seconds` after the call before at the
        earliest, and of the request. Who is on the line already, or being rung, is not rung besides.
        """
        with writing(self._engine) as connection:
            insert_new(connection, _pace, {"id": 1, "next_at": _LONG_AGO})
            turn = _pace.update().where(_pace.c.id == 1, _pace.c.next_at <= now)
            if not connection.execute(turn.values(next_at=now + timedelta(seconds=gap_seconds))).rowcount:
                return None
            _drop_who_was_served(connection, now)
            row = connection.execute(_first_due(now, reasons)).first()
            if row is None:
                connection.rollback()  # the turn is not used up by nobody
                return None
            n = row.attempts + 1
            taken = {"state": OutboundState.PLACING, "claimed_at": now, "attempts": n, "call_sid": None}
            connection.execute(_requests.update().where(_requests.c.id == row.id).values(**taken))
            connection.execute(_attempts.insert().values(request_id=row.id, n=n, placed_at=now))
            return _to_request(connection.execute(sa.select(_requests).where(_requests.c.id == row.id)).one())

    def put_back(self, request: OutboundRequest, *, not_before: datetime) -> bool:
        """The carrier had no room: the attempt did not happen."""
        with writing(self._engine) as connection:
            back = {"state": OutboundState.WAITING, "not_before": not_before, "attempts": request.attempts - 1}
            mine = _this_attempt(request.id, request.attempts)
            if not connection.execute(_requests.update().where(*mine).values(**back, claimed_at=None)).rowcount:
                return False
            connection.execute(_attempts.delete().where(*_attempt(request.id, request.attempts)))
            return True

    def rings(self, id_: int, n: int, sid: str) -> None:
        """The carrier has the attempt, under this name."""
        with writing(self._engine) as connection:
            connection.execute(_attempts.update().where(*_attempt(id_, n)).values(call_sid=sid))
            ringing = {"state": OutboundState.RINGING, "call_sid": sid}
            connection.execute(_requests.update().where(*_this_attempt(id_, n)).values(**ringing))

    def answered(self, id_: int, n: int, sid: str, *, at: datetime, if_underway: bool = False) -> bool:
        """Somebody picked up; True the first time.

        A phone that was taken for lost may be picked up after all, and is then rung no more; `if_underway` asks that
        this very attempt be under way.
        """
        still = _this_attempt(id_, n) if if_underway else (_requests.c.id == id_, _requests.c.state.in_(ACTIVE))
        with writing(self._engine) as connection:
            picked_up = {"call_sid": sid, "outcome": Tried.ANSWERED}
            connection.execute(_attempts.update().where(*_attempt(id_, n)).values(**picked_up))
            done = {"state": OutboundState.ANSWERED, "call_sid": sid, "last_outcome": Tried.ANSWERED, "ended_at": at}
            return bool(connection.execute(_requests.update().where(*still).values(**done)).rowcount)

    def attempt_over(self, id_: int, n: int, outcome: Tried, *, again_at: datetime | None, at: datetime) -> bool:
        """The attempt was in vain: tried again at `again_at`, or given up; True the first time."""
        with writing(self._engine) as connection:
            cost = {} if outcome is Tried.MACHINE else {"seconds": 0}
            connection.execute(_attempts.update().where(*_attempt(id_, n)).values(outcome=outcome, **cost))
            if again_at:
                next_: dict[str, Any] = {"state": OutboundState.WAITING, "not_before": again_at}
            else:
                next_ = {"state": OutboundState.GAVE_UP, "ended_at": at}
            changed = _requests.update().where(*_this_attempt(id_, n)).values(**next_, last_outcome=outcome)
            return bool(connection.execute(changed).rowcount)

    def call_lasted(self, id_: int, n: int, seconds: int) -> None:
        """The attempt's call is over."""
        with writing(self._engine) as connection:
            connection.execute(_attempts.update().where(*_attempt(id_, n)).values(seconds=seconds))

    def give_up(self, id_: int, outcome: Tried, *, at: datetime) -> bool:
        """A request that still waits is placed no more."""
        waiting = _requests.c.id == id_, _requests.c.state == OutboundState.WAITING
        return self._update(*waiting, state=OutboundState.GAVE_UP, last_outcome=outcome, ended_at=at)

    def without_word(self, before: datetime) -> list[OutboundRequest]:
        """Attempts claimed before `before` of which nothing final was heard."""
        quiet = _requests.c.state.in_(UNDERWAY), _requests.c.claimed_at < before
        return self._many(sa.select(_requests).where(*quiet))

    def overdue(self, asked_before: datetime) -> list[OutboundRequest]:
        """Requests made for this minute that still wait, asked for before `asked_before`."""
        at_once = [reason for reason in Reason if reason.at_any_hour]
        late = _requests.c.state == OutboundState.WAITING, _requests.c.requested_at < asked_before
        return self._many(sa.select(_requests).where(*late, _requests.c.reason.in_(at_once)))

    def placed_since(self, moment: datetime) -> list[PlacedCall]:
        """Every attempt since then, with what it lasted."""
        joined = _attempts.join(_requests, _requests.c.id == _attempts.c.request_id)
        columns = _attempts.c.placed_at, _requests.c.number, _attempts.c.seconds
        query = sa.select(*columns).select_from(joined).where(_attempts.c.placed_at > moment)
        with self._reader.begin() as connection:
            return [
                PlacedCall(row.placed_at, row.number, None if row.seconds is None else row.seconds / 60)
                for row in connection.execute(query)
            ]

    def tell_ceiling(self, *, at: datetime, told_before: datetime) -> bool:
        """Whether a ceiling is to be told now: once for all processes until `told_before` catches up."""
        with writing(self._engine) as connection:
            insert_new(connection, _pace, {"id": 1, "next_at": _LONG_AGO})
            quiet = _pace.c.ceiling_told_at.is_(None) | (_pace.c.ceiling_told_at < told_before)
            return bool(connection.execute(_pace.update().where(quiet).values(ceiling_told_at=at)).rowcount)

    def erase_before(self, moment: datetime) -> int:
        """Erase the numbers of requests ended before `moment` (law 7); how many."""
        old = _requests.c.ended_at < moment, _requests.c.number != ""
        with writing(self._engine) as connection:
            return int(connection.execute(_requests.update().where(*old).values(number="")).rowcount)

    def _update(self, *where: sa.ColumnElement[bool], **values: Any) -> bool:
        with writing(self._engine) as connection:
            return bool(connection.execute(_requests.update().where(*where).values(**values)).rowcount)

    def _one(self, *where: sa.ColumnElement[bool]) -> OutboundRequest | None:
        return next(iter(self._many(sa.select(_requests).where(*where).order_by(_requests.c.id.desc()).limit(1))), None)

    def _many(self, query: sa.Select[Any]) -> list[OutboundRequest]:
        with self._reader.begin() as connection:
            return [_to_request(row) for row in connection.execute(query)]


def keep_request(connection: sa.Connection, new: NewRequest) -> bool:
    """Insert a request unless its key is known; True when it was new."""
    return insert_new(connection, _requests, {**vars(new), "state": OutboundState.WAITING, "attempts": 0})


def _hastened(new: NewRequest) -> sa.Update:
    """A request that waits for its hour is urgent from now on."""
    waits = _requests.c.key == new.key, _requests.c.state == OutboundState.WAITING
    ordinary = _requests.c.reason == Reason.CALLBACK_ORDER
    return _requests.update().where(*waits, ordinary).values(reason=new.reason, not_before=new.not_before)


def _first_due(now: datetime, reasons: Collection[Reason]) -> sa.Select[Any]:
    """The most urgent request whose moment has come."""
    other = _requests.alias("other")
    rung = sa.exists().where(other.c.number == _requests.c.number, other.c.state.in_(UNDERWAY))
    on_the_line = sa.exists().where(calls.c.caller_number == _requests.c.number, _OPEN_CALL)
    waiting = _requests.c.state == OutboundState.WAITING, _requests.c.not_before <= now
    wanted = _requests.c.reason.in_(list(reasons)), ~rung, ~on_the_line
    order = _URGENCY, _requests.c.not_before, _requests.c.id
    return sa.select(_requests).where(*waiting, *wanted).order_by(*order).limit(1)


def _drop_who_was_served(connection: sa.Connection, now: datetime) -> None:
    """Who tapped the button and then got through by dialling needs no second call."""
    asked = _requests.c.requested_at
    talked = sa.exists().where(
        calls.c.caller_number == _requests.c.number,
        _OPEN_CALL | (calls.c.ended_at > asked),  # what the indices of the calls can find
        calls.c.answered_at > asked,
    )
    mine = _requests.c.state == OutboundState.WAITING, _requests.c.reason == Reason.ONE_TAP, talked
    connection.execute(_requests.update().where(*mine).values(state=OutboundState.CANCELLED, ended_at=now))


def _this_attempt(id_: int, n: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The request while this attempt is under way; word of an earlier one changes nothing."""
    return _requests.c.id == id_, _requests.c.attempts == n, _requests.c.state.in_(UNDERWAY)


def _attempt(id_: int, n: int) -> tuple[sa.ColumnElement[bool], ...]:
    return _attempts.c.request_id == id_, _attempts.c.n == n


def _to_request(row: Row[Any]) -> OutboundRequest:
    return as_value(
        OutboundRequest,
        row,
        reason=Reason(row.reason),
        state=OutboundState(row.state),
        last_outcome=Tried(row.last_outcome) if row.last_outcome else None,
    )
