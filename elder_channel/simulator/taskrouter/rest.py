"""TaskRouter's REST API: workspaces and what lies in them, under the paths of twilio_taskrouter_v1.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request

from elder_channel.simulator.errors import RestError, SimulatorError
from elder_channel.simulator.taskrouter.formats import Formats, Json
from elder_channel.simulator.taskrouter.objects import (
    Activity,
    Status,
    Task,
    TaskQueue,
    Worker,
    Workflow,
    Workspace,
)
from elder_channel.simulator.taskrouter.router import TaskRouter
from elder_channel.simulator.taskrouter.workflows import read_workflow

Form = dict[str, list[str]]
Answer = tuple[Json, int]
T = TypeVar("T")
MOST_ATTRIBUTE_CHARACTERS = 4096
_INVALID, _NOT_FOUND, _CONFLICT = 20001, 20404, 20409


class TaskRouterResource:
    """What the API does. Every method takes the request and its form, and gives body and status."""

    def __init__(self, router: TaskRouter, formats: Formats) -> None:
        self._router = router
        self._formats = formats

    def list_workspaces(self, request: Request, form: Form) -> Answer:  # noqa: ARG002 (one shape for all operations)
        """All workspaces."""
        found = _named(self._router.workspaces, request)
        return self._page(request, "workspaces", [self._formats.workspace(each) for each in found])

    def create_workspace(self, request: Request, form: Form) -> Answer:  # noqa: ARG002
        """A new workspace, with the activities every one begins with."""
        workspace = Workspace(_required(form, "FriendlyName"))
        self._router.workspaces[workspace.sid] = workspace
        return self._change_workspace(workspace, form), 201

    def workspace(self, request: Request, form: Form) -> Answer:
        """One workspace, or a change of it."""
        return self._change_workspace(self._workspace(request), form), 200

    def _change_workspace(self, workspace: Workspace, form: Form) -> Json:
        workspace.name = _one(form, "FriendlyName") or workspace.name
        workspace.event_url = _one(form, "EventCallbackUrl") or workspace.event_url
        if (events := _one(form, "EventsFilter")) is not None:
            workspace.events_filter = frozenset(name.strip() for name in events.split(",") if name.strip())
        if sid := _one(form, "DefaultActivitySid"):
            workspace.default_activity = _found(workspace.activities, sid)
        if sid := _one(form, "TimeoutActivitySid"):
            workspace.timeout_activity = _found(workspace.activities, sid)
        return self._formats.workspace(workspace)

    def list_in(self, kind: str) -> Callable[[Request, Form], Answer]:
        """The list of one kind of thing in a workspace, by name where one is asked for."""

        def operation(request: Request, form: Form) -> Answer:  # noqa: ARG001
            workspace = self._workspace(request)
            things, render = self._kind(workspace, kind)
            return self._page(request, kind, [render(workspace, each) for each in _named(things, request)])

        return operation

    def fetch_in(self, kind: str) -> Callable[[Request, Form], Answer]:
        """One of them."""

        def operation(request: Request, form: Form) -> Answer:  # noqa: ARG001
            workspace = self._workspace(request)
            things, render = self._kind(workspace, kind)
            return render(workspace, _found(things, request.path_params["sid"])), 200

        return operation

    def delete_in(self, kind: str) -> Callable[[Request, Form], Answer]:
        """Take one away."""

        def operation(request: Request, form: Form) -> Answer:  # noqa: ARG001
            workspace = self._workspace(request)
            things, _ = self._kind(workspace, kind)
            sid = request.path_params["sid"]
            _found(things, sid)
            if any(sid in each.way.queues() for each in workspace.workflows.values()):
                raise RestError(400, _INVALID, "Cannot delete a TaskQueue that a Workflow refers to")
            del things[sid]
            return {}, 204

        return operation

    def save_in(self, kind: str, make: Callable[[Workspace, Form, Any], Any]) -> Callable[[Request, Form], Answer]:
        """Create one, or change the one named by the path."""

        def operation(request: Request, form: Form) -> Answer:
            workspace = self._workspace(request)
            things, render = self._kind(workspace, kind)
            sid = request.path_params.get("sid")
            before = _found(things, sid) if sid else None
            name = _one(form, "FriendlyName")
            if name and any(each.name.lower() == name.lower() and each is not before for each in things.values()):
                raise RestError(409, _CONFLICT, f"{name} exists already")
            try:
                saved = make(workspace, form, before)
            except (SimulatorError, ValueError) as error:
                if isinstance(error, RestError):
                    raise
                raise RestError(400, _INVALID, str(error)) from error
            things[saved.sid] = saved
            self._router.look()
            return render(workspace, saved), 200 if before else 201

        return operation

    def save_activity(self, workspace: Workspace, form: Form, before: Activity | None) -> Activity:  # noqa: ARG002
        """`FriendlyName`, `Available`, which cannot be changed later."""
        if before is not None:
            before.name = _one(form, "FriendlyName") or before.name
            return before
        return Activity(_required(form, "FriendlyName"), _flag(form, "Available"))

    def save_queue(self, workspace: Workspace, form: Form, before: TaskQueue | None) -> TaskQueue:  # noqa: ARG002
        """`FriendlyName`, `TargetWorkers`."""
        asked = TaskQueue.of(
            _one(form, "FriendlyName") or (before.name if before else _required(form, "FriendlyName")),
            _one(form, "TargetWorkers") or (before.target_workers if before else "1==1"),
        )
        if before is not None:
            before.name, before.target_workers, before.holds = asked.name, asked.target_workers, asked.holds
        return before or asked

    def save_worker(self, workspace: Workspace, form: Form, before: Worker | None) -> Worker:
        """`FriendlyName`, `Attributes`, `ActivitySid`."""
        attributes = _attributes(form)
        activity = _one(form, "ActivitySid")
        to = _found(workspace.activities, activity) if activity else None
        if before is None:
            name = _required(form, "FriendlyName")
            return Worker(name, attributes or {}, to or workspace.default_activity)
        before.name = _one(form, "FriendlyName") or before.name
        before.attributes = before.attributes if attributes is None else attributes
        if to is not None:
            self._router.change_activity(workspace, before, to)
        return before

    def save_workflow(self, workspace: Workspace, form: Form, before: Workflow | None) -> Workflow:
        """`FriendlyName`, `Configuration`, the callbacks' addresses, `TaskReservationTimeout`."""
        text = _one(form, "Configuration") or (before.configuration if before else _required(form, "Configuration"))
        way = read_workflow(text, workspace.queues)
        name = _one(form, "FriendlyName") or (before.name if before else _required(form, "FriendlyName"))
        saved = before or Workflow(name, text, way)
        saved.name, saved.configuration, saved.way = name, text, way
        saved.assignment_url = _one(form, "AssignmentCallbackUrl") or saved.assignment_url
        saved.fallback_url = _one(form, "FallbackAssignmentCallbackUrl") or saved.fallback_url
        saved.reservation_seconds = int(_one(form, "TaskReservationTimeout") or saved.reservation_seconds)
        if _flag(form, "ReEvaluateTasks"):
            for task in workspace.tasks.values():
                if task.workflow is saved and task.status is Status.PENDING:
                    task.start_over()
        return saved

    def update_task(self, request: Request, form: Form) -> Answer:
        """Change a task: what is known of it, its turn, or its end."""
        workspace = self._workspace(request)
        task = _found(workspace.tasks, request.path_params["sid"])
        if not task.is_open:
            raise RestError(400, _INVALID, f"Cannot update task {task.sid} because it is {task.status}")
        attributes = _attributes(form)
        task.priority = int(_one(form, "Priority") or task.priority)
        if start := _one(form, "VirtualStartTime"):
            task.virtual_start = min(datetime.fromisoformat(start).timestamp(), task.created_at)
        if attributes is not None and attributes != task.attributes:
            task.attributes = attributes
            if task.status is Status.PENDING:
                task.start_over()
            self._router.tell(workspace, "task.updated", task=task)
        if status := _one(form, "AssignmentStatus"):
            self._end_task(workspace, task, status, _one(form, "Reason") or "")
        self._router.look()
        return self._formats.task(workspace, task), 200

    def _end_task(self, workspace: Workspace, task: Task, status: str, reason: str) -> None:
        allowed = {
            Status.CANCELED: (Status.PENDING, Status.RESERVED),
            Status.COMPLETED: (Status.ASSIGNED, Status.WRAPPING),
            Status.WRAPPING: (Status.ASSIGNED,),
        }
        wanted = next((each for each in allowed if each == status), None)
        if wanted is None or task.status not in allowed[wanted]:
            raise RestError(400, _INVALID, f"A task that is {task.status} cannot become {status}")
        if wanted is Status.WRAPPING:
            task.status = Status.WRAPPING
        else:
            self._router.close_task(workspace, task, wanted, reason)

    def list_reservations(self, request: Request, form: Form) -> Answer:  # noqa: ARG002
        """The reservations of a task."""
        workspace = self._workspace(request)
        task = _found(workspace.tasks, request.path_params["task_sid"])
        found = [self._formats.reservation(workspace, task, each) for each in task.reservations]
        return self._page(request, "reservations", found)

    def reservation(self, request: Request, form: Form) -> Answer:
        """One reservation; accepted or rejected where `ReservationStatus` says so."""
        workspace = self._workspace(request)
        task = _found(workspace.tasks, request.path_params["task_sid"])
        found = _found({each.sid: each for each in task.reservations}, request.path_params["sid"])
        if status := _one(form, "ReservationStatus"):
            if status not in (Status.ACCEPTED, Status.REJECTED):
                raise RestError(400, _INVALID, f"ReservationStatus cannot become {status}")
            if found.status is not Status.PENDING:
                raise RestError(400, _INVALID, f"Reservation {found.sid} is {found.status}")
            self._router.settle(workspace, task, found, Status(status))
        return self._formats.reservation(workspace, task, found), 200

    def _workspace(self, request: Request) -> Workspace:
        return _found(self._router.workspaces, request.path_params["workspace_sid"])

    def _kind(self, workspace: Workspace, kind: str) -> tuple[dict[str, Any], Callable[[Workspace, Any], Json]]:
        of: Mapping[str, tuple[dict[str, Any], Callable[[Workspace, Any], Json]]] = {
            "activities": (workspace.activities, self._formats.activity),
            "task_queues": (workspace.queues, self._formats.queue),
            "workers": (workspace.workers, self._formats.worker),
            "workflows": (workspace.workflows, self._formats.workflow),
            "tasks": (workspace.tasks, self._formats.task),
        }
        return of[kind]

    def _page(self, request: Request, key: str, items: list[Json]) -> Answer:
        return self._formats.page(key, items, request.url.path, dict(request.query_params)), 200


def _named(things: Mapping[str, T], request: Request) -> list[T]:
    wanted = request.query_params.get("FriendlyName")
    return [each for each in things.values() if wanted is None or getattr(each, "name", None) == wanted]


def _found(things: Mapping[str, T], sid: str) -> T:
    if sid not in things:
        raise RestError(404, _NOT_FOUND, f"The requested resource {sid} was not found")
    return things[sid]


def _attributes(form: Form) -> dict[str, Any] | None:
    text = _one(form, "Attributes")
    if text is None:
        return None
    if len(text) > MOST_ATTRIBUTE_CHARACTERS:
        raise RestError(400, _INVALID, f"Attributes must not have more than {MOST_ATTRIBUTE_CHARACTERS} characters")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise RestError(400, _INVALID, "Attributes are not valid JSON") from error
    if not isinstance(value, dict):
        raise RestError(400, _INVALID, "Attributes are not a JSON object")
    return value


def _one(form: Form, name: str) -> str | None:
    return form[name][0] if name in form else None


def _flag(form: Form, name: str) -> bool:
    return (_one(form, name) or "").lower() in ("true", "1", "yes")


def _required(form: Form, name: str) -> str:
    if not (value := _one(form, name)):
        raise RestError(400, _INVALID, f"Missing required parameter {name} in the post body")
    return value
