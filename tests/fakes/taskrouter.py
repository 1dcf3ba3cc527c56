"""TaskRouter in memory, on a clock of the test's: the simulator's own objects and matching, without HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from elder_channel.simulator.taskrouter import callbacks, matching, objects
from elder_channel.simulator.taskrouter.callbacks import assignment_form, event_form
from elder_channel.simulator.taskrouter.matching import advance, in_turn
from elder_channel.simulator.taskrouter.objects import (
    Activity,
    Reservation,
    Status,
    Task,
    TaskQueue,
    Worker,
    Workflow,
    Workspace,
)
from elder_channel.simulator.taskrouter.workflows import read_workflow
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.taskrouter.api import Existing, Kind
from elder_channel.telephony.twiml import QueueTask
from tests.fakes.line import StandingClock


@dataclass
class FakeTaskRouter:
    """Mirrors `telephony.taskrouter.api.Provisioning` and `TaskDesk`, and does what the carrier does in between."""

    clock: StandingClock
    space: Workspace = field(default_factory=lambda: Workspace("Elder Channel"))
    exists: bool = False
    failure: CarrierError | None = None
    """Raised by every request while set."""
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """(task, attributes) of every update."""

    @classmethod
    def on(cls, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> FakeTaskRouter:
        """On this clock."""
        for module in (callbacks, matching, objects):
            monkeypatch.setattr(module, "epoch_seconds", lambda: clock().timestamp())
        return cls(clock)

    def enqueue(self, call_sid: str, task: QueueTask) -> dict[str, str]:
        """A call enters the workflow's queue; word of it for the line."""
        workflow = self.space.workflows[task.workflow_sid]
        attributes = {"call_sid": call_sid, "from": "+8659100000155", **json.loads(task.attributes)}
        made = Task(workflow, attributes, priority=task.priority, created_at=self.clock().timestamp())
        made.virtual_start = made.created_at
        self.space.tasks[made.sid] = made
        return event_form(self.space, "task.created", "AC1", task=made)

    def offers(self) -> list[dict[str, str]]:
        """One look: the assignment callbacks of this moment."""
        forms = []
        for task in in_turn(self.space.tasks.values()):
            worker = advance(task, self.space)
            if worker is None:
                continue
            reservation = Reservation(worker, task.sid)
            task.reservations.append(reservation)
            task.status = Status.RESERVED
            worker.occupied_by.add(task.sid)
            forms.append(assignment_form(self.space, task, reservation, "AC1"))
        return forms

    def follow(self, form: Mapping[str, str], instruction: Mapping[str, Any]) -> str | None:
        """Do as the line says; the address the call is moved to."""
        task = self.space.tasks[form["TaskSid"]]
        reservation = task.reservations[-1]
        if sid := instruction.get("activity_sid"):
            reservation.worker.activity = self.space.activities[sid]
        match instruction.get("instruction"):
            case "reject":
                self._release(task, reservation)
            case "accept":
                reservation.status, task.status = Status.ACCEPTED, Status.ASSIGNED
            case "redirect":
                assert instruction["accept"] is True
                reservation.status, task.status = Status.ACCEPTED, Status.ASSIGNED
                return str(instruction["url"])
        return None

    def worker(self, name: str) -> Worker:
        """The worker of this name."""
        return next(worker for worker in self.space.workers.values() if worker.name == name)

    def workspace(self, name: str) -> Existing | None:
        """The workspace."""
        self._fail()
        return Existing(self.space.sid, name, {}) if self.exists else None

    def create_workspace(self, name: str) -> str:
        """There is one."""
        self._fail()
        self.space.name, self.exists = name, True
        return self.space.sid

    def update_workspace(self, sid: str, fields: Mapping[str, Any]) -> None:
        """Nothing of it matters here."""
        self._fail()

    def all(self, workspace: str, kind: Kind) -> list[Existing]:
        """Everything of a kind, as if it differed."""
        self._fail()
        return [Existing(each.sid, each.name, {}) for each in self._things(kind).values()]

    def create(self, workspace: str, kind: Kind, name: str, fields: Mapping[str, Any]) -> str:
        """A new one."""
        self._fail()
        made: Any
        match kind:
            case Kind.ACTIVITY:
                made = Activity(name, fields["available"])
            case Kind.TASK_QUEUE:
                made = TaskQueue.of(name, fields["target_workers"])
            case Kind.WORKER:
                made = Worker(name, dict(fields["attributes"]), self.space.default_activity)
                made.unoccupied_since = self.clock().timestamp()
            case Kind.WORKFLOW:
                text = json.dumps(fields["configuration"])
                made = Workflow(name, text, read_workflow(text, self.space.queues))
        self._things(kind)[made.sid] = made
        return str(made.sid)

    def update(self, workspace: str, kind: Kind, sid: str, fields: Mapping[str, Any]) -> None:
        """Nothing is changed in these tests."""
        self._fail()

    def delete(self, workspace: str, kind: Kind, sid: str) -> None:
        """Take it away."""
        self._fail()
        del self._things(kind)[sid]

    def task_attributes(self, workspace: str, task: str) -> dict[str, Any]:
        """What the task says."""
        self._fail()
        return dict(self.space.tasks[task].attributes)

    def update_task(
        self, workspace: str, task: str, *, attributes: dict[str, Any], priority: int, virtual_start_at: datetime
    ) -> None:
        """Tell it anew; a waiting one is looked at again."""
        self._fail()
        found = self.space.tasks[task]
        found.priority, found.virtual_start = priority, virtual_start_at.timestamp()
        if attributes != found.attributes and found.status is Status.PENDING:
            found.start_over()
        found.attributes = attributes
        self.told.append((task, attributes))

    def end_task(self, workspace: str, task: str, *, completed: bool, reason: str) -> None:
        """It is over."""
        self._fail()
        found = self.space.tasks[task]
        for reservation in found.reservations:
            reservation.worker.occupied_by.discard(task)
        found.status = Status.COMPLETED if completed else Status.CANCELED

    def settle(self, workspace: str, task: str, reservation: str, *, accepted: bool) -> None:
        """Accept or reject."""
        self._fail()
        found = self.space.tasks[task]
        if accepted:
            found.reservations[-1].status, found.status = Status.ACCEPTED, Status.ASSIGNED
        else:
            self._release(found, found.reservations[-1])

    def set_activity(self, workspace: str, worker: str, activity: str) -> None:
        """What a worker does."""
        self._fail()
        self.space.workers[worker].activity = self.space.activities[activity]

    def _release(self, task: Task, reservation: Reservation) -> None:
        reservation.status, task.status = Status.REJECTED, Status.PENDING
        reservation.worker.occupied_by.discard(task.sid)
        reservation.worker.unoccupied_since = self.clock().timestamp()
        task.start_over()

    def _things(self, kind: Kind) -> dict[str, Any]:
        of: dict[Kind, dict[str, Any]] = {
            Kind.ACTIVITY: self.space.activities,
            Kind.TASK_QUEUE: self.space.queues,
            Kind.WORKER: self.space.workers,
            Kind.WORKFLOW: self.space.workflows,
        }
        return of[kind]

    def _fail(self) -> None:
        if self.failure:
            raise self.failure
