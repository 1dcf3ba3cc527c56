"""What TaskRouter takes, checked before anything is sent.

Source: twilio.com/docs/taskrouter/limits; of names, the API description. Of expressions no limit is documented.
"""

from __future__ import annotations

from collections.abc import Iterator

from elder_channel.telephony.taskrouter.errors import LimitExceededError
from elder_channel.telephony.taskrouter.objects import Objects, compact

MOST_ATTRIBUTE_CHARACTERS = 4096
"""Of a worker, and of a task."""
MOST_WORKFLOW_BYTES = 1_038_576
MOST_NAME_CHARACTERS = 64
MOST = {"activities": 100, "task queues": 5000, "workers": 15_000}


def check_limits(objects: Objects) -> None:
    """Accept the objects, or raise `LimitExceededError` with everything that is too much."""
    if problems := list(_problems(objects)):
        raise LimitExceededError("TaskRouter does not take this: " + "; ".join(problems))


def workflow_bytes(objects: Objects) -> int:
    """The length of the workflow's configuration as it is sent: every queue named by a SID of 34 characters."""
    sids = {queue.name: "WQ" + "0" * 32 for queue in objects.queues}
    return len(compact(objects.workflow.with_sids(sids)).encode())


def _problems(objects: Objects) -> Iterator[str]:
    counts = {
        "activities": len(objects.activities),
        "task queues": len(objects.queues),
        "workers": len(objects.workers),
    }
    for kind, count in counts.items():
        if count > MOST[kind]:
            yield f"{count} {kind}, and it takes {MOST[kind]}"
    names = [objects.workspace, objects.workflow.name, *(queue.name for queue in objects.queues)]
    for name in [*names, *(worker.name for worker in objects.workers)]:
        if len(name) > MOST_NAME_CHARACTERS:
            yield f"the name {name} has {len(name)} characters, and it takes {MOST_NAME_CHARACTERS}"
    for worker in objects.workers:
        length = len(compact(worker.attributes))
        if length > MOST_ATTRIBUTE_CHARACTERS:
            yield f"the attributes of {worker.name} have {length} characters, and it takes {MOST_ATTRIBUTE_CHARACTERS}"
    if (size := workflow_bytes(objects)) > MOST_WORKFLOW_BYTES:
        yield f"the workflow has {size} bytes, and it takes {MOST_WORKFLOW_BYTES}"
