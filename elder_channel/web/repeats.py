"""A webhook the carrier repeats gets the answer the first one got, and happens once.

The books make every event idempotent by themselves, also between several voice processes; this spares them the
repetition, and gives requests that race each other one answer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

KEEP_SECONDS = 120.0
"""The carrier gives up long before: at most 15 s for all its tries of one document."""
MOST_KEPT = 20_000


@dataclass(frozen=True)
class Answered:
    """The answer to a webhook."""

    text: str
    status: int = 200
    is_final: bool = True
    """False after a fault of ours: a repetition is then a new chance, not a reminder."""


class Repeats:
    """Answers by the identity of their request, for a while."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._answers: OrderedDict[Hashable, tuple[float, asyncio.Task[Answered]]] = OrderedDict()

    async def once(self, identity: Hashable | None, make: Callable[[], Awaitable[Answered]]) -> tuple[Answered, bool]:
        """The answer, made at most once for an identity, and whether this was a repetition."""
        if identity is None:
            return await make(), False
        self._forget()
        if known := self._answers.get(identity):
            return await asyncio.shield(known[1]), True
        task = asyncio.ensure_future(make())
        self._answers[identity] = (self._clock(), task)
        answered: Answered | None = None
        try:
            answered = await asyncio.shield(task)
        finally:
            if answered is None or not answered.is_final:
                self._answers.pop(identity, None)
        return answered, False

    def _forget(self) -> None:
        long_ago = self._clock() - KEEP_SECONDS
        while self._answers:
            identity, (at, _) = next(iter(self._answers.items()))
            if at > long_ago and len(self._answers) < MOST_KEPT:
                return
            del self._answers[identity]
