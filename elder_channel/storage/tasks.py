"""Keeps what TaskRouter was told, and the tasks of calls."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.calls.task_tables import call_tasks, taskrouter_objects
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new, insert_or_replace


@dataclass(frozen=True)
class KeptObject:
    """Something of ours at TaskRouter."""

    kind: str
    name: str
    sid: str
    made_by_us: bool
    told: str | None = None
    """Of a worker: the activity it was last told of."""
    told_at: datetime | None = None


@dataclass(frozen=True)
class CallTask:
    """A call as a task."""

    sid: str
    call_sid: str
    made_at: datetime
    agent_id: str | None = None
    reservation_sid: str | None = None
    accepted_at: datetime | None = None
    """When the reservation was accepted; None while it is only offered."""
    told: str | None = None
    over_at: datetime | None = None


class SqlTaskStore:
    """Objects and tasks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def objects(self, kind: str) -> dict[str, KeptObject]:
        """Everything of one kind, by name."""
        wanted = sa.select(taskrouter_objects).where(taskrouter_objects.c.kind == kind)
        with self._reader.begin() as connection:
            return {row.name: KeptObject(**row._asdict()) for row in connection.execute(wanted)}

    def keep_object(self, kept: KeptObject) -> None:
        """Keep an object, over what was kept of that name."""
        with writing(self._engine) as connection:
            insert_or_replace(connection, taskrouter_objects, vars(kept), key=["kind", "name"])

    def forget_object(self, kind: str, name: str) -> None:
        """It is not there any more."""
        gone = taskrouter_objects.c.kind == kind, taskrouter_objects.c.name == name
        with writing(self._engine) as connection:
            connection.execute(taskrouter_objects.delete().where(*gone))

    def worker_told(self, name: str, activity: str, *, at: datetime) -> None:
        """The worker's activity as TaskRouter has it."""
        worker = taskrouter_objects.c.kind == "worker", taskrouter_objects.c.name == name
        with writing(self._engine) as connection:
            connection.execute(taskrouter_objects.update().where(*worker).values(told=activity, told_at=at))

    def add(self, task: CallTask) -> bool:
        """Keep a task; False when it is known."""
        with writing(self._engine) as connection:
            return insert_new(connection, call_tasks, vars(task))

    def get(self, sid: str) -> CallTask | None:
        """The task with this SID."""
        found = self._select(call_tasks.c.sid == sid)
        return found[0] if found else None

    def open_tasks(self) -> list[CallTask]:
        """The tasks that are not over, oldest first."""
        return self._select(call_tasks.c.over_at.is_(None))

    def of_calls(self, call_sids: Collection[str]) -> set[str]:
        """Those of the calls that have a task which is not over."""
        open_ = call_tasks.c.call_sid.in_(call_sids), call_tasks.c.over_at.is_(None)
        return {task.call_sid for task in self._select(*open_)}

    def reserve(self, sid: str, agent_id: str, reservation_sid: str, *, accepted_at: datetime | None) -> None:
        """The task is offered to the agent, or, with `accepted_at`, given."""
        values = {"agent_id": agent_id, "reservation_sid": reservation_sid, "accepted_at": accepted_at}
        self._update(call_tasks.c.sid == sid, **values)

    def accepted(self, sid: str, *, at: datetime) -> None:
        """The reservation is accepted."""
        self._update(call_tasks.c.sid == sid, accepted_at=at)

    def released(self, sid: str, reservation_sid: str) -> bool:
        """The reservation has come to nothing: the task waits for another worker."""
        this = call_tasks.c.sid == sid, call_tasks.c.reservation_sid == reservation_sid
        return self._update(*this, agent_id=None, reservation_sid=None, accepted_at=None)

    def told(self, sid: str, told: str) -> None:
        """What the task was told last."""
        self._update(call_tasks.c.sid == sid, told=told)

    def over(self, sid: str, *, at: datetime) -> bool:
        """The task is completed or canceled; True the first time."""
        return self._update(call_tasks.c.sid == sid, call_tasks.c.over_at.is_(None), over_at=at)

    def forget_over_before(self, moment: datetime) -> int:
        """Forget tasks that were over before `moment`; how many."""
        with writing(self._engine) as connection:
            return connection.execute(call_tasks.delete().where(call_tasks.c.over_at < moment)).rowcount

    def _select(self, *where: sa.ColumnElement[bool]) -> list[CallTask]:
        wanted = sa.select(call_tasks).where(*where).order_by(call_tasks.c.made_at)
        with self._reader.begin() as connection:
            return [CallTask(**row._asdict()) for row in connection.execute(wanted)]

    def _update(self, *where: sa.ColumnElement[bool], **values: object) -> bool:
        with writing(self._engine) as connection:
            return bool(connection.execute(call_tasks.update().where(*where).values(**values)).rowcount)
