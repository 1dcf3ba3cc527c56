"""What is known of a call that was played: the carrier's record and events, and what the service's books say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Event = Mapping[str, Any]


@dataclass(frozen=True)
class OrderFacts:
    """The work order a call left."""

    kind: str
    owner: str
    note: str


@dataclass(frozen=True)
class RecordingFacts:
    """The recording of a conversation, fetched and listened to."""

    ground: str
    """Why the conversation may be recorded."""
    state: str
    seconds: float
    caller_voiced_seconds: float
    """Voice on the first channel."""
    agent_voiced_seconds: float
    """Voice on the second."""


@dataclass(frozen=True)
class BookFacts:
    """A call as the line's own books have it."""

    outcome: str
    entry: str | None = None
    language: str | None = None
    matched: str | None = None
    agent: str | None = None
    posterior: Sequence[tuple[str, float]] = ()
    """Most probable first."""
    abstained: bool = True
    evidence: frozenset[str] = frozenset()
    transcript: str | None = None
    need: str | None = None
    passed_on: Sequence[str] = ()
    """To whom, the first first."""
    recording: RecordingFacts | None = None
    note: str = ""
    tried: str = ""
    work_order: OrderFacts | None = None


class Books(Protocol):
    """The books of the service that is tried."""

    def settled(self, call_sid: str, record: Mapping[str, Any]) -> BookFacts | None:
        """The call, once the last word of it is in the books; None for a call they do not know."""
        ...


@dataclass(frozen=True)
class PlayedCall:
    """One call of a scenario, after its end."""

    caller: str
    """The caller's name in the scenario."""
    record: Mapping[str, Any]
    events: Sequence[Event]
    books: BookFacts | None = None
    began_at: float = field(init=False)
    """Seconds since the epoch."""

    @classmethod
    def never_placed(cls, caller: str, number: str) -> PlayedCall:
        """A call that was not made: nobody was rung."""
        return cls(caller, {"from": "", "to": number}, ())

    @property
    def was_placed(self) -> bool:
        """There was such a call."""
        return bool(self.events)

    def __post_init__(self) -> None:
        object.__setattr__(self, "began_at", self.events[0]["at"] if self.events else 0.0)

    def named(self, *names: str) -> list[Event]:
        """The events with one of these names."""
        return [event for event in self.events if event["name"] in names]

    def seconds(self, at: float | None) -> float | None:
        """A moment of the call, in seconds from its beginning."""
        return None if at is None else at - self.began_at

    def first(self, name: str) -> float | None:
        """When this first happened, in seconds from the beginning."""
        return next((self.seconds(event["at"]) for event in self.events if event["name"] == name), None)

    @property
    def told(self) -> str:
        """All the caller was told, line by line."""
        return "\n".join(str(event["text"]) for event in self.named("prompt.started") if event.get("text"))
