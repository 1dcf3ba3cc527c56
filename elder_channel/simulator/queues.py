"""Queues of waiting calls, by name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elder_channel.simulator.clock import epoch_seconds
from elder_channel.simulator.identifiers import Kind, new_sid

if TYPE_CHECKING:
    from elder_channel.simulator.call import Call

DEFAULT_MAX_SIZE = 1000
LARGEST_MAX_SIZE = 5000


@dataclass(eq=False)
class Bridge:
    """A waiting call and the call that took it out of the queue, talking."""

    contact: str
    """The phone at the other end."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when one of the two has gone."""


@dataclass(eq=False)
class Member:
    """One waiting call."""

    call: Call
    joined_at: float = field(default_factory=epoch_seconds)
    bridge: Bridge | None = None
    """The other end, once a `<Dial><Queue>` has taken the call."""
    taken: asyncio.Event = field(default_factory=asyncio.Event)

    def connect(self, bridge: Bridge) -> None:
        """The call is taken."""
        self.bridge = bridge
        self.taken.set()

    @property
    def wait_seconds(self) -> int:
        """Whole seconds in the queue."""
        return int(epoch_seconds() - self.joined_at)


class Queue:
    """Calls waiting in order of arrival."""

    def __init__(self, name: str, max_size: int = DEFAULT_MAX_SIZE) -> None:
        self.sid = new_sid(Kind.QUEUE)
        self.name = name
        self.max_size = max_size
        self.created_at = epoch_seconds()
        self.members: list[Member] = []
        self.joined = asyncio.Event()
        """Set while somebody waits."""
        self._waited_seconds = 0.0
        self._left = 0

    @property
    def is_full(self) -> bool:
        """No further call fits."""
        return len(self.members) >= self.max_size

    @property
    def average_wait_seconds(self) -> int:
        """The mean wait of those who have left."""
        return int(self._waited_seconds / self._left) if self._left else 0

    def join(self, call: Call) -> Member:
        """Put a call at the end."""
        member = Member(call)
        self.members.append(member)
        self.joined.set()
        return member

    def leave(self, member: Member) -> None:
        """Take a call out, wherever it stands."""
        if member in self.members:
            self.members.remove(member)
            self._waited_seconds += epoch_seconds() - member.joined_at
            self._left += 1
        if not self.members:
            self.joined.clear()

    def position(self, member: Member) -> int:
        """Place in the queue, from 1."""
        return self.members.index(member) + 1

    def member(self, call_sid: str) -> Member | None:
        """The waiting call with this identifier, `Front` naming the first."""
        if call_sid == "Front":
            return self.members[0] if self.members else None
        return next((member for member in self.members if member.call.sid == call_sid), None)


class QueueBoard:
    """All queues; one is made when a call first asks for it."""

    def __init__(self) -> None:
        self._by_name: dict[str, Queue] = {}

    def named(self, name: str, max_size: int | None = None) -> Queue:
        """The queue of this name, made if need be, for at most `max_size` calls."""
        if name not in self._by_name:
            self._by_name[name] = Queue(name, max_size or DEFAULT_MAX_SIZE)
        return self._by_name[name]

    def existing(self, name: str) -> Queue | None:
        """The queue of this name, or None."""
        return self._by_name.get(name)

    def create(self, name: str, max_size: int) -> Queue | None:
        """A new queue, or None when the name is taken."""
        if name in self._by_name:
            return None
        queue = self._by_name[name] = Queue(name, max_size)
        return queue

    def find(self, sid: str) -> Queue | None:
        """The queue with this identifier."""
        return next((queue for queue in self._by_name.values() if queue.sid == sid), None)

    def all(self) -> list[Queue]:
        """Every queue, oldest first."""
        return list(self._by_name.values())
