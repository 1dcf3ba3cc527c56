"""Where a call goes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from elder_channel.simulator.record import EndedBy
from elder_channel.simulator.twiml import Verb


class Place(StrEnum):
    """Whose document is being followed."""

    MAIN = "main"
    WAIT = "wait"  # the waitUrl document of a queue, looped until the call leaves it


@dataclass(frozen=True)
class GoTo:
    """Fetch a document and follow it."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True)
class Inline:
    """Follow these verbs; relative addresses in them start from `base_url`."""

    verbs: tuple[Verb, ...]
    base_url: str


@dataclass(frozen=True)
class HangUp:
    """The call is over."""

    by: EndedBy = EndedBy.SERVICE
    status: str = "completed"


@dataclass(frozen=True)
class LeaveQueue:
    """`<Leave>`: out of the queue, on with the document that enqueued."""


@dataclass(frozen=True)
class Finished:
    """The document has no more verbs."""


Instruction = GoTo | Inline
Step = GoTo | Inline | HangUp | LeaveQueue | Finished
Ending = HangUp | LeaveQueue | Finished
