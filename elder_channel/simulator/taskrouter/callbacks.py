"""What the assignment callback and the events carry.

Source: twilio.com/docs/taskrouter/handle-assignment-callbacks, twilio.com/docs/taskrouter/api/event/reference.
"""

from __future__ import annotations

import json
from typing import Any

from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.taskrouter.objects import Reservation, Task, Worker, Workspace


def assignment_form(workspace: Workspace, task: Task, reservation: Reservation, account_sid: str) -> dict[str, str]:
    """A worker was found: what is to be done?"""
    worker = reservation.worker
    return {
        "Timestamp": _now(),
        "AccountSid": account_sid,
        "WorkspaceSid": workspace.sid,
        "WorkflowSid": task.workflow.sid,
        "TaskQueueSid": task.queue_sid or "",
        "WorkerSid": worker.sid,
        "WorkerName": worker.name,
        "WorkerAttributes": _json(worker.attributes),
        "TaskSid": task.sid,
        "TaskAttributes": _json(task.attributes),
        "TaskAge": str(int(task.age_seconds)),
        "TaskPriority": str(task.priority),
        "ReservationSid": reservation.sid,
    }


def event_form(
    workspace: Workspace,
    kind: str,
    account_sid: str,
    *,
    task: Task | None = None,
    worker: Worker | None = None,
    reservation: Reservation | None = None,
) -> dict[str, str]:
    """Something has happened."""
    form = {
        "EventType": kind,
        "AccountSid": account_sid,
        "WorkspaceSid": workspace.sid,
        "WorkspaceName": workspace.name,
        "EventDescription": kind,
        "ResourceType": kind.partition(".")[0].capitalize(),
        "Timestamp": _now(),
        "TimestampMs": str(int(epoch_seconds() * 1000)),
    }
    if task is not None:
        form |= _of_task(task)
    if reservation is not None:
        worker = reservation.worker
        form["ReservationSid"] = reservation.sid
    if worker is not None:
        form |= _of_worker(worker)
    subject = reservation or task or worker
    form["ResourceSid"] = subject.sid if subject else workspace.sid
    return form


def _of_task(task: Task) -> dict[str, str]:
    return {
        "TaskSid": task.sid,
        "TaskAttributes": _json(task.attributes),
        "TaskAge": str(int(task.age_seconds)),
        "TaskPriority": str(task.priority),
        "TaskAssignmentStatus": task.status.value,
        "WorkflowSid": task.workflow.sid,
        "TaskQueueSid": task.queue_sid or "",
        **({"TaskCanceledReason": task.reason} if task.reason and task.status == "canceled" else {}),
        **({"TaskCompletedReason": task.reason} if task.reason and task.status == "completed" else {}),
    }


def _of_worker(worker: Worker) -> dict[str, str]:
    return {
        "WorkerSid": worker.sid,
        "WorkerName": worker.name,
        "WorkerAttributes": _json(worker.attributes),
        "WorkerActivitySid": worker.activity.sid,
        "WorkerActivityName": worker.activity.name,
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return str(int(epoch_seconds()))
