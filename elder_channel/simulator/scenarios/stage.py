"""Where scenarios are played: the simulator, and what there is of the service behind it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from elder_channel.placing import SimulatorClient
from elder_channel.simulator.scenarios.called import DeskDeed, Tap
from elder_channel.simulator.scenarios.facts import Books
from elder_channel.simulator.scenarios.format import ServiceFault


class ServiceHarness(Protocol):
    """What can be done to the service itself, where its processes are ours."""

    def suffer(self, fault: ServiceFault) -> AbstractContextManager[None]:
        """The fault begins; leaving the context makes it good again."""
        ...

    def contact_of(self, agent: str) -> str:
        """The contact of an agent named by id; a contact stays what it is."""
        ...

    def tap(self, tap: Tap) -> str:
        """Make a personal link, open it, press its button; the words the page shows then. Raises ElderChannelError."""
        ...

    def do(self, deed: DeskDeed, call_sid: str, *, spoken_to: bool) -> str:
        """Staff do this about a call; what came of it, in words. Raises ElderChannelError where it was refused.

        `spoken_to` says that the caller has said something, which staff would have heard.
        """
        ...


@dataclass(frozen=True)
class Stage:
    """Where scenarios are played."""

    simulator: SimulatorClient
    books: Books | None = None
    harness: ServiceHarness | None = None
    speed: float = 1.0
    """How much quicker than life the simulator waits in scenarios without sound and without times."""
