"""What lies in a workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.identifiers import Kind, new_sid
from elder_channel.simulator.taskrouter.expressions import Test, compiled
from elder_channel.simulator.taskrouter.workflows import Target, Way

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

DAY_SECONDS = 24 * 3600
DEFAULT_RESERVATION_SECONDS = 120


class Status(StrEnum):
    """A task's `AssignmentStatus`, and a reservation's."""

    PENDING = "pending"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    WRAPPING = "wrapping"
    COMPLETED = "completed"
    CANCELED = "canceled"


@dataclass(eq=False)
class Activity:
    """What a worker is doing."""

    name: str
    available: bool
    sid: str = field(default_factory=lambda: new_sid(Kind.ACTIVITY))
    created_at: float = field(default_factory=epoch_seconds)


@dataclass(eq=False)
class TaskQueue:
    """A view on the workers."""

    name: str
    target_workers: str
    holds: Test
    max_reserved_workers: int = 1
    sid: str = field(default_factory=lambda: new_sid(Kind.TASK_QUEUE))
    created_at: float = field(default_factory=epoch_seconds)

    @classmethod
    def of(cls, name: str, target_workers: str) -> TaskQueue:
        """A queue; raises ExpressionError."""
        return cls(name, target_workers, compiled(target_workers))


@dataclass(eq=False)
class Worker:
    """Somebody who takes tasks; one at a time on the voice channel."""

    name: str
    attributes: dict[str, Any]
    activity: Activity
    sid: str = field(default_factory=lambda: new_sid(Kind.WORKER))
    created_at: float = field(default_factory=epoch_seconds)
    activity_since: float = field(default_factory=epoch_seconds)
    unoccupied_since: float = field(default_factory=epoch_seconds)
    occupied_by: set[str] = field(default_factory=set)
    """SIDs of tasks reserved for, or assigned to, this worker."""

    @property
    def is_free(self) -> bool:
        """In an available activity, with capacity left."""
        return self.activity.available and not self.occupied_by

    def names(self) -> dict[str, Any]:
        """What expressions see of the worker."""
        own = {"sid": self.sid, "friendly_name": self.name}
        return {**self.attributes, **own, "activity_sid": self.activity.sid, "activity_name": self.activity.name}


@dataclass(eq=False)
class Workflow:
    """A way through the queues."""

    name: str
    configuration: str
    way: Way
    assignment_url: str | None = None
    fallback_url: str | None = None
    reservation_seconds: int = DEFAULT_RESERVATION_SECONDS
    sid: str = field(default_factory=lambda: new_sid(Kind.WORKFLOW))
    created_at: float = field(default_factory=epoch_seconds)


@dataclass(eq=False)
class Reservation:
    """A worker asked to take a task."""

    worker: Worker
    task_sid: str
    status: Status = Status.PENDING
    sid: str = field(default_factory=lambda: new_sid(Kind.RESERVATION))
    created_at: float = field(default_factory=epoch_seconds)
    ends_at: float = 0.0


@dataclass(eq=False)
class Task:
    """Something to be done by a worker: here, a call that waits."""

    workflow: Workflow
    attributes: dict[str, Any]
    priority: int = 0
    ttl_seconds: float = DAY_SECONDS
    call: Call | None = None
    status: Status = Status.PENDING
    reason: str | None = None
    sid: str = field(default_factory=lambda: new_sid(Kind.TASK))
    created_at: float = field(default_factory=epoch_seconds)
    virtual_start: float = 0.0
    reservations: list[Reservation] = field(default_factory=list)
    filter_number: int = -1
    targets: tuple[Target, ...] = ()
    """Of the filter it is in; empty before it was looked at, and after what it was looked at by has changed."""
    target_number: int = 0
    leaves_at: float | None = None
    """When its target's time is over."""

    def __post_init__(self) -> None:
        self.virtual_start = self.virtual_start or self.created_at

    @property
    def age_seconds(self) -> float:
        """Since it was made; timeouts count from there."""
        return epoch_seconds() - self.created_at

    @property
    def is_open(self) -> bool:
        """Neither completed nor canceled."""
        return self.status not in (Status.COMPLETED, Status.CANCELED)

    @property
    def queue_sid(self) -> str | None:
        """The queue it waits in."""
        return self.targets[self.target_number].queue_sid if self.targets else None

    def start_over(self) -> None:
        """Look at it anew, from the first filter on."""
        self.filter_number, self.targets, self.target_number, self.leaves_at = -1, (), 0, None


@dataclass(eq=False)
class Workspace:
    """Everything of one hotline."""

    name: str
    event_url: str | None = None
    events_filter: frozenset[str] = frozenset()
    """Which events are told; empty: all."""
    sid: str = field(default_factory=lambda: new_sid(Kind.WORKSPACE))
    created_at: float = field(default_factory=epoch_seconds)
    activities: dict[str, Activity] = field(default_factory=dict)
    queues: dict[str, TaskQueue] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    default_activity: Activity = field(init=False)
    timeout_activity: Activity = field(init=False)

    def __post_init__(self) -> None:
        for name, available in (("Offline", False), ("Available", True), ("Unavailable", False)):
            activity = Activity(name, available)
            self.activities[activity.sid] = activity
        self.default_activity = self.timeout_activity = next(iter(self.activities.values()))
