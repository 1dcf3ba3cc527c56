"""Which worker a task is given to: the way through its workflow, and the longest unoccupied first."""

from __future__ import annotations

from collections.abc import Iterable

from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.taskrouter.expressions import resolve
from elder_channel.simulator.taskrouter.objects import Status, Task, TaskQueue, Worker, Workspace
from elder_channel.simulator.taskrouter.workflows import Target


def in_turn(tasks: Iterable[Task]) -> list[Task]:
    """Pending tasks in the order they are served: the higher priority, then the older by virtual start."""
    waiting = [task for task in tasks if task.status is Status.PENDING]
    return sorted(waiting, key=lambda task: (-task.priority, task.virtual_start))


def advance(task: Task, workspace: Workspace) -> Worker | None:
    """Take the task through its workflow as far as it gets now; the worker found, if one is.

    Timeouts add up from the task's creation. A task that falls out at the end is canceled.
    """
    while True:
        if not task.targets and not _next_filter(task):
            return None
        target = task.targets[task.target_number]
        if task.leaves_at is not None and epoch_seconds() >= task.leaves_at:
            if not _next_target(task):
                return None
            continue
        worker = _found(task, target, workspace)
        if worker is not None:
            return worker
        if target.skip_if is None or not target.skip_if(_presence(workspace.queues[target.queue_sid], workspace)):
            return None
        if not _next_target(task):
            return None


def _next_filter(task: Task) -> bool:
    found = task.workflow.way.after(task.filter_number, task.attributes)
    if found is None:
        task.status, task.reason = Status.CANCELED, "Workflow ended"
        return False
    task.filter_number, task.targets = found
    _enter(task, 0, 0.0)
    return True


def _next_target(task: Task) -> bool:
    """On to the next target, or filter; False when the task has left the workflow."""
    so_far = _seconds_until(task.targets, task.target_number)
    if task.target_number + 1 < len(task.targets):
        _enter(task, task.target_number + 1, so_far)
        return True
    task.targets = ()
    return True


def _enter(task: Task, number: int, so_far: float) -> None:
    target = task.targets[number]
    task.target_number = number
    task.leaves_at = None if target.seconds is None else task.created_at + so_far + target.seconds
    if target.priority is not None:
        task.priority = target.priority


def _seconds_until(targets: tuple[Target, ...], number: int) -> float:
    return sum(target.seconds or 0.0 for target in targets[: number + 1])


def _found(task: Task, target: Target, workspace: Workspace) -> Worker | None:
    queue = workspace.queues[target.queue_sid]
    free = [worker for worker in workspace.workers.values() if worker.is_free and queue.holds(worker.names())]
    if target.known_worker is not None:
        kind, attribute = target.known_worker
        wanted = task.attributes.get(attribute)
        free = [worker for worker in free if wanted is not None and worker.names()[kind] == wanted]
    if target.expression is not None:
        test = target.expression
        free = [worker for worker in free if test({"task": task.attributes, "worker": worker.names()})]
    return min(free, key=lambda worker: (_rank(worker, target), worker.unoccupied_since), default=None)


def _rank(worker: Worker, target: Target) -> list[float]:
    """Where the worker stands by the target's order; whoever lacks the attribute comes last."""
    rank = []
    for attribute, downwards in target.order_by:
        value = resolve(attribute.split("."), worker.names())
        number = float(value) if isinstance(value, int | float) else None
        rank.append(float("inf") if number is None else -number if downwards else number)
    return rank


def _presence(queue: TaskQueue, workspace: Workspace) -> dict[str, dict[str, int]]:
    """What `skip_if` sees: how many of the queue's workers are in which kind of activity."""
    members = [worker for worker in workspace.workers.values() if queue.holds(worker.names())]
    counts = {"available": sum(worker.activity.available for worker in members)}
    counts["unavailable"] = len(members) - counts["available"]
    for activity in workspace.activities.values():
        counts[activity.sid] = sum(worker.activity is activity for worker in members)
    return {"workers": counts}
