"""Keeps takes of prompts: versions, decisions, which one is in force, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.prompts.model import NewTake, Take, TakeAct, TakeDone, TakeState
from elder_channel.prompts.tables import prompt_take_acts, prompt_takes, prompts_in_force
from elder_channel.storage.engine import BooksBusyError, reading, writing
from elder_channel.storage.inserting import insert_numbered, insert_or_replace
from elder_channel.storage.values import as_value

_KEY = ("message_id", "voice_tag")
_SOUND = [str(state) for state in TakeState if state.holds_sound]
_TRIES = 20
"""Where several databases' writers go beside each other (PostgreSQL), two may want the same version."""


class SqlPromptTakeStore:
    """Takes, the ones in force, and the record of every act."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def add(self, new: NewTake) -> Take | None:
        """Keep a take as the next version; the one of the same token where it was sent twice.

        None when the same sound is kept already, of whatever message. Raises `BooksBusyError`.
        """
        with writing(self._engine) as connection:
            for _ in range(_TRIES):
                if known := _one(connection, prompt_takes.c.token == new.token):
                    return known
                if _one(connection, (prompt_takes.c.sha256 == new.sha256) & prompt_takes.c.state.in_(_SOUND)):
                    return None
                if added := _insert(connection, new):
                    return added
        raise BooksBusyError("the next version was taken again and again")

    def get(self, take_id: int) -> Take | None:
        """One take."""
        return next(iter(self._select(prompt_takes.c.id == take_id)), None)

    def with_token(self, token: str) -> Take | None:
        """The take of a form or file that was sent before."""
        return next(iter(self._select(prompt_takes.c.token == token)), None)

    def with_sound(self, sha256: str) -> Take | None:
        """The take whose kept sound this is."""
        same = (prompt_takes.c.sha256 == sha256) & prompt_takes.c.state.in_(_SOUND)
        return next(iter(self._select(same)), None)

    def of_voice(self, voice_tag: str) -> list[Take]:
        """Every take in a voice, oldest first."""
        return self._select(prompt_takes.c.voice_tag == voice_tag)

    def of_message(self, message_id: str, voice_tag: str) -> list[Take]:
        """Every version of a message in a voice, oldest first."""
        return self._select((prompt_takes.c.message_id == message_id) & (prompt_takes.c.voice_tag == voice_tag))

    def all(self) -> list[Take]:
        """Every take there ever was, oldest first."""
        return self._select(sa.true())

    def decide(self, done: TakeDone, state: TakeState) -> bool:
        """Approve and put in force, or reject, a take that still waits; False when it does not wait any more.

        Never by who recorded it: that is asked of the books too, whatever the caller has looked at.
        """
        mine = prompt_takes.c.id == done.take_id, prompt_takes.c.state == TakeState.WAITING
        another = prompt_takes.c.recorded_by != done.by
        values = {"state": state, "decided_at": done.at, "decided_by": done.by}
        with writing(self._engine) as connection:
            if not connection.execute(prompt_takes.update().where(*mine, another).values(**values)).rowcount:
                return False
            if state is TakeState.APPROVED:
                _put_in_force(connection, done.take_id)
            connection.execute(prompt_take_acts.insert().values(**vars(done)))
            return True

    def put_back(self, done: TakeDone) -> bool:
        """An approved take in force (again); False when it is not approved, or in force already."""
        with writing(self._engine) as connection:
            take = _one(connection, prompt_takes.c.id == done.take_id)
            if take is None or take.state is not TakeState.APPROVED or _is_in_force(connection, done.take_id):
                return False
            _put_in_force(connection, done.take_id)
            connection.execute(prompt_take_acts.insert().values(**vars(done)))
            return True

    def take_out(self, done: TakeDone) -> bool:
        """The take is played no more; False when it was not in force."""
        with writing(self._engine) as connection:
            if not _take_out(connection, done.take_id):
                return False
            connection.execute(prompt_take_acts.insert().values(**vars(done)))
            return True

    def withdraw(self, done: TakeDone) -> bool:
        """The speaker took the consent back: played no more, not to be approved; False when that was so already."""
        values = {"state": TakeState.WITHDRAWN, "decided_at": done.at, "decided_by": done.by}
        mine = prompt_takes.c.id == done.take_id, prompt_takes.c.state != TakeState.WITHDRAWN
        with writing(self._engine) as connection:
            if not connection.execute(prompt_takes.update().where(*mine).values(**values)).rowcount:
                return False
            _take_out(connection, done.take_id)
            connection.execute(prompt_take_acts.insert().values(**vars(done)))
            return True

    def in_force(self) -> frozenset[int]:
        """Numbers of the takes that are played."""
        with self._reader.begin() as connection:
            return frozenset(connection.execute(sa.select(prompts_in_force.c.take_id)).scalars())

    def approved(self) -> list[Take]:
        """Every approved take, in force or not, oldest first."""
        return self._select(prompt_takes.c.state == TakeState.APPROVED)

    def newest_act(self) -> int:
        """Number of the last act; it grows whenever anything has changed."""
        with self._reader.begin() as connection:
            return int(connection.execute(sa.select(sa.func.max(prompt_take_acts.c.id))).scalar() or 0)

    def acts(self, take_ids: Sequence[int]) -> list[TakeDone]:
        """What was done with these takes, oldest first."""
        mine = prompt_take_acts.c.take_id.in_(sorted(take_ids))
        query = sa.select(prompt_take_acts).where(mine).order_by(prompt_take_acts.c.id)
        with self._reader.begin() as connection:
            return [as_value(TakeDone, row, act=TakeAct(row.act)) for row in connection.execute(query)]

    def acts_since(self, moment: datetime) -> list[TakeDone]:
        """What was done after a moment, newest first."""
        query = sa.select(prompt_take_acts).where(prompt_take_acts.c.at > moment).order_by(prompt_take_acts.c.id.desc())
        with self._reader.begin() as connection:
            return [as_value(TakeDone, row, act=TakeAct(row.act)) for row in connection.execute(query)]

    def _select(self, where: sa.ColumnElement[bool]) -> list[Take]:
        query = sa.select(prompt_takes).where(where).order_by(prompt_takes.c.id)
        with self._reader.begin() as connection:
            return [_take(row) for row in connection.execute(query)]


def _insert(connection: sa.Connection, new: NewTake) -> Take | None:
    """The take as the next version; None when somebody else has taken that number at the same moment."""
    mine = (prompt_takes.c.message_id == new.message_id) & (prompt_takes.c.voice_tag == new.voice_tag)
    last = connection.execute(sa.select(sa.func.max(prompt_takes.c.version)).where(mine)).scalar() or 0
    values = {**vars(new), "findings": list(new.findings), "version": last + 1, "state": TakeState.WAITING}
    number = insert_numbered(connection, prompt_takes, values)
    if number is None:
        return None
    done = TakeDone(number, new.recorded_at, new.recorded_by, new.role, TakeAct.RECORDED)
    connection.execute(prompt_take_acts.insert().values(**vars(done)))
    return _one(connection, prompt_takes.c.id == number)


def _one(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Take | None:
    row = connection.execute(sa.select(prompt_takes).where(where).order_by(prompt_takes.c.id)).first()
    return _take(row) if row else None


def _is_in_force(connection: sa.Connection, take_id: int) -> bool:
    query = sa.select(prompts_in_force.c.take_id).where(prompts_in_force.c.take_id == take_id)
    return connection.execute(query).first() is not None


def _put_in_force(connection: sa.Connection, take_id: int) -> None:
    take = _one(connection, prompt_takes.c.id == take_id)
    if take is not None:
        values = {"message_id": take.message_id, "voice_tag": take.voice_tag, "take_id": take_id}
        insert_or_replace(connection, prompts_in_force, values, key=_KEY)


def _take_out(connection: sa.Connection, take_id: int) -> bool:
    return bool(connection.execute(prompts_in_force.delete().where(prompts_in_force.c.take_id == take_id)).rowcount)


def _take(row: Row[Any]) -> Take:
    return as_value(Take, row, state=TakeState(row.state), findings=tuple(row.findings))
