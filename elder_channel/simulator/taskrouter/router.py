"""Runs the workspaces: gives tasks to workers, asks the service what to do with them, and tells it what happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.errors import WebhookFailedError
from elder_channel.simulator.steps import GoTo
from elder_channel.simulator.taskrouter.callbacks import assignment_form, event_form
from elder_channel.simulator.taskrouter.matching import advance, in_turn
from elder_channel.simulator.taskrouter.objects import (
    Activity,
    Reservation,
    Status,
    Task,
    Worker,
    Workflow,
    Workspace,
)
from elder_channel.simulator.webhooks import Request, Webhooks

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

ANSWER_SECONDS = 5.0
"""How long an assignment callback may take (twilio.com/docs/taskrouter/handle-assignment-callbacks)."""
_LONGEST_LOOK_SECONDS = 30.0


class Keeps(Protocol):
    """Runs work beside the calls."""

    def __call__(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run it; a fault is logged."""
        ...


class TaskRouter:
    """All workspaces of the account."""

    def __init__(self, webhooks: Webhooks, keep: Keeps, account_sid: str) -> None:
        self.workspaces: dict[str, Workspace] = {}
        self._webhooks = webhooks
        self._keep = keep
        self._account_sid = account_sid
        self._changed = asyncio.Event()
        self._running = False

    def find_workflow(self, sid: str) -> tuple[Workspace, Workflow] | None:
        """The workflow with this SID, and its workspace."""
        for workspace in self.workspaces.values():
            if sid in workspace.workflows:
                return workspace, workspace.workflows[sid]
        return None

    def add_task(self, workspace: Workspace, task: Task) -> None:
        """A task enters its workflow."""
        workspace.tasks[task.sid] = task
        self.tell(workspace, "task.created", task=task)
        self.look()

    def is_silent(self, task: Task) -> bool:
        """Whether the plan of the task's call says that nothing is done about it."""
        return task.call is not None and task.call.troubles.taskrouter_is_silent

    def look(self) -> None:
        """Something has changed: look at all pending tasks again."""
        if not self._running:
            self._running = True
            self._keep(self._run())
        self._changed.set()

    def close_task(self, workspace: Workspace, task: Task, status: Status, reason: str) -> None:
        """Complete or cancel a task; its worker is free again."""
        if not task.is_open:
            return
        task.status, task.reason = status, reason
        for reservation in task.reservations:
            if reservation.status in (Status.PENDING, Status.ACCEPTED):
                was_pending = reservation.status is Status.PENDING
                self._end(workspace, task, reservation, Status.CANCELED if was_pending else Status.COMPLETED)
        self.tell(workspace, f"task.{status}", task=task)
        self.look()

    def settle(self, workspace: Workspace, task: Task, reservation: Reservation, status: Status) -> None:
        """Accept a pending reservation, or reject it, which sends the task on its way again."""
        if reservation.status is not Status.PENDING:
            return
        if status is Status.ACCEPTED:
            reservation.status, task.status = Status.ACCEPTED, Status.ASSIGNED
            self.tell(workspace, "reservation.accepted", task=task, reservation=reservation)
        else:
            self._end(workspace, task, reservation, status)
            task.status = Status.PENDING
            task.start_over()
        self.look()

    def change_activity(self, workspace: Workspace, worker: Worker, activity: Activity) -> None:
        """The worker does something else."""
        if worker.activity is activity:
            return
        worker.activity, worker.activity_since = activity, epoch_seconds()
        if activity.available:
            worker.unoccupied_since = epoch_seconds()
        self.tell(workspace, "worker.activity.update", worker=worker)
        self.look()

    def left_queue(self, call: Call, reason: str) -> None:
        """A call has left the queue of its workflow: a task nobody has accepted is canceled."""
        for workspace, task in self._tasks():
            if task.call is call and task.status in (Status.PENDING, Status.RESERVED):
                self.close_task(workspace, task, Status.CANCELED, reason)

    def tell(
        self,
        workspace: Workspace,
        kind: str,
        *,
        task: Task | None = None,
        worker: Worker | None = None,
        reservation: Reservation | None = None,
    ) -> None:
        """Post an event to the workspace's address, where it is one of those asked for."""
        if not workspace.event_url or (workspace.events_filter and kind not in workspace.events_filter):
            return
        if task is not None and self.is_silent(task):
            return
        form = event_form(workspace, kind, self._account_sid, task=task, worker=worker, reservation=reservation)
        self._keep(self._webhooks.tell(Request(workspace.event_url, form), attempts=1))

    def _tasks(self) -> Iterator[tuple[Workspace, Task]]:
        for workspace in list(self.workspaces.values()):
            for task in list(workspace.tasks.values()):
                yield workspace, task

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            for workspace in list(self.workspaces.values()):
                self._look_at(workspace)
            try:
                async with asyncio.timeout(max(0.01, self._next_moment() - epoch_seconds())):
                    await self._changed.wait()
            except TimeoutError:
                pass

    def _next_moment(self) -> float:
        """When time alone will change something."""
        moments = [epoch_seconds() + _LONGEST_LOOK_SECONDS]
        for _, task in self._tasks():
            if task.status is Status.PENDING:
                moments += [task.created_at + task.ttl_seconds, *([task.leaves_at] if task.leaves_at else [])]
            moments += [each.ends_at for each in task.reservations if each.status is Status.PENDING]
        return min(moments)

    def _look_at(self, workspace: Workspace) -> None:
        now = epoch_seconds()
        for task in list(workspace.tasks.values()):
            for reservation in task.reservations:
                if reservation.status is Status.PENDING and now >= reservation.ends_at:
                    self.settle(workspace, task, reservation, Status.TIMEOUT)
                    self.change_activity(workspace, reservation.worker, workspace.timeout_activity)
            if task.status is Status.PENDING and now >= task.created_at + task.ttl_seconds:
                self.close_task(workspace, task, Status.CANCELED, "Task TTL Exceeded")
        for task in in_turn(workspace.tasks.values()):
            if self.is_silent(task):
                continue
            worker = advance(task, workspace)
            if task.status is Status.CANCELED:
                self.tell(workspace, "task.canceled", task=task)
            elif worker is not None:
                self._reserve(workspace, task, worker)

    def _reserve(self, workspace: Workspace, task: Task, worker: Worker) -> None:
        reservation = Reservation(worker, task.sid, ends_at=epoch_seconds() + task.workflow.reservation_seconds)
        task.reservations.append(reservation)
        task.status = Status.RESERVED
        worker.occupied_by.add(task.sid)
        self.tell(workspace, "reservation.created", task=task, reservation=reservation)
        if task.call is not None:
            task.call.journey.add("task.reserved", worker=worker.name, seconds=round(task.age_seconds, 2))
        self._keep(self._assign(workspace, task, reservation))

    async def _assign(self, workspace: Workspace, task: Task, reservation: Reservation) -> None:
        """Ask the service what is to be done, at its fallback address too when the first gives no usable answer."""
        form = assignment_form(workspace, task, reservation, self._account_sid)
        for url in (task.workflow.assignment_url, task.workflow.fallback_url):
            instruction = await self._instruction(url, form, task) if url else None
            if instruction is not None:
                self._follow(workspace, task, reservation, instruction)
                return

    async def _instruction(self, url: str, form: dict[str, str], task: Task) -> Mapping[str, Any] | None:
        troubles = task.call.troubles if task.call else None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._webhooks.send(Request(url, form), troubles)
            if answer.status != 200 or "json" not in answer.content_type:
                raise ValueError(f"answered {answer.status} {answer.content_type}")
            told = json.loads(answer.text or "{}")
        except (WebhookFailedError, TimeoutError, ValueError) as error:
            if task.call is not None:
                task.call.warn(f"assignment callback failed: {error}")
            return None
        return told if isinstance(told, dict) else {}

    def _follow(
        self, workspace: Workspace, task: Task, reservation: Reservation, instruction: Mapping[str, Any]
    ) -> None:
        if reservation.status is not Status.PENDING:
            return
        match instruction.get("instruction"):
            case "accept":
                self.settle(workspace, task, reservation, Status.ACCEPTED)
            case "reject":
                activity = workspace.activities.get(str(instruction.get("activity_sid")))
                if activity is not None:
                    self.change_activity(workspace, reservation.worker, activity)
                self.settle(workspace, task, reservation, Status.REJECTED)
            case "redirect":
                self._redirect(workspace, task, reservation, instruction)
            case None:
                pass  # the service says later
            case other:
                if task.call is not None:
                    task.call.warn(f"the assignment instruction {other} is not simulated")

    def _redirect(
        self, workspace: Workspace, task: Task, reservation: Reservation, instruction: Mapping[str, Any]
    ) -> None:
        call, url = task.call, str(instruction.get("url", ""))
        if call is None or call.sid != instruction.get("call_sid") or not url.startswith(("http://", "https://")):
            if call is not None:
                call.warn("40120: a redirect needs the call_sid of the task's live call and a url")
            return
        if str(instruction.get("accept", False)).lower() == "true":
            self.settle(workspace, task, reservation, Status.ACCEPTED)
        if call.is_live:
            call.redirect(GoTo(url))

    def _end(self, workspace: Workspace, task: Task, reservation: Reservation, status: Status) -> None:
        reservation.status = status
        worker = reservation.worker
        worker.occupied_by.discard(task.sid)
        worker.unoccupied_since = epoch_seconds()
        self.tell(workspace, f"reservation.{status}", task=task, reservation=reservation)
