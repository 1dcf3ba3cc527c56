"""The faults of one call as they happen: each is used up as often as the plan says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from elder_channel.simulator.faults import (
    CallbackFault,
    CallFaults,
    QueueFault,
    RestFault,
    RestOperation,
    TaskRouterFault,
    WebhookFault,
)

LATE_SECONDS = 2.0
FaultT = TypeVar("FaultT", WebhookFault, RestFault)


class Troubles:
    """What is still to go wrong on one call."""

    def __init__(self, faults: CallFaults | None = None) -> None:
        faults = faults or CallFaults()
        self.duplicate = faults.duplicate_webhooks
        self.bad_signature = faults.bad_signature
        self._callbacks = faults.callbacks
        self._queue = faults.queue
        self._taskrouter = faults.taskrouter
        self._webhooks = [_Left(fault, fault.times, fault.skip) for fault in faults.webhooks]
        self._rest = [_Left(fault, fault.times) for fault in faults.rest]

    def of_request(self, address: str) -> WebhookFault | None:
        """What happens to this request."""
        path = urlsplit(address).path
        return _first(left for left in self._webhooks if path.endswith(left.fault.path) and left.happens())

    def of_operation(self, operation: RestOperation) -> RestFault | None:
        """How the REST API fails this time."""
        return _first(left for left in self._rest if left.fault.operation is operation and left.happens())

    def of_queue(self) -> QueueFault | None:
        """What the queue says instead of taking the call; the next one takes it."""
        fault, self._queue = self._queue, None
        return fault

    @property
    def taskrouter_refuses(self) -> bool:
        """TaskRouter does not take the call."""
        return self._taskrouter is TaskRouterFault.REFUSES

    @property
    def taskrouter_is_silent(self) -> bool:
        """TaskRouter takes the call, and nothing more is heard of it."""
        return self._taskrouter is TaskRouterFault.SILENT

    def callback_delay_seconds(self, *, final: bool) -> float | None:
        """How late a status callback goes out; None for one that is lost."""
        match self._callbacks:
            case CallbackFault.LOST:
                return None
            case CallbackFault.LATE:
                return LATE_SECONDS
            case CallbackFault.REVERSED:
                return 0.0 if final else LATE_SECONDS
        return 0.0


@dataclass
class _Left(Generic[FaultT]):
    """A fault, and how often it is still to happen."""

    fault: FaultT
    times: int
    skip: int = 0

    def happens(self) -> bool:
        """Whether it happens to this one."""
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return self.times >= 0


def _first(happening: Iterable[_Left[FaultT]]) -> FaultT | None:
    return next((left.fault for left in happening), None)
