"""Who gives waiting calls to agents: one port, our own router and TaskRouter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

Errand = TypeVar("Errand")


class RoutingEngine(Protocol[Errand]):
    """Looks at who waits, several times a second; what it asks of the carrier is carried out apart from the look.

    Whichever it is: an agent has one call and a call one agent, by one conditional update of the books; who rings is
    rung by `/voice/connect`, so that everything from there on is the same; a call that nobody takes keeps its place;
    and a fault leads to a person (law 1).
    """

    def tick(self) -> Sequence[Errand]:
        """One look; what is to be carried out."""
        ...

    def carry_out(self, errand: Errand) -> None:
        """Ask the carrier; what fails is made good by a later look."""
        ...
