"""Calls as the console shows them: open ones and those that ended a moment ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class ChoiceView:
    """Why an agent was chosen."""

    match: str
    """`exact`, `branch`, `group`, `elder_trained` or `any`."""
    step: str
    """The least that was asked of an agent at that moment, in the same words."""
    waited_seconds: float
    site: str | None
    """Name of the agent's site."""
    tier: int | None
    """How soon that site is asked for this caller, 0 first; None where sites decide nothing."""
    bond: str | None
    """`diverted`, `company`, `agent` or `queue` while that kept the call for some agents."""
    free: int
    """How many could have taken it."""
    others: tuple[str, ...]
    """Names of the next best."""


@dataclass(frozen=True)
class JudgedCall:
    """What agents have said of a call so far."""

    number: int
    """Number of the newest verdict."""
    dialect: tuple[str, str] | None
    """(dialect id, Chinese name), or None while only the need was judged."""
    need: str | None
    """In words."""
    confirms: bool
    """Whether the line's first dialect was right."""


class WhyNoSound(StrEnum):
    """Why there is nothing to hear of a call."""

    OFF = "off"  # the setting
    UNKNOWN = "unknown"  # the number is no one customer's: nobody could have agreed
    RELATIVE = "relative"  # somebody of the family calls: the consent is not theirs
    UNASKED = "unasked"
    REFUSED = "refused"
    NOTHING = "nothing"  # nothing said before the pick-up that was long enough, or deleted in time


@dataclass(frozen=True)
class SoundOfCall:
    """Whether a call can be heard."""

    clips: tuple[str, ...] = ()
    """Ids of the kept utterances, oldest first; with a new one there is more to hear."""
    why_none: WhyNoSound | None = None


@dataclass(frozen=True)
class LiveCall:
    """One call as staff see it; what must stay private is masked before it gets here (law 7)."""

    call_sid: str
    state: str
    """`prompted`, `waiting`, `ringing`, `talking` or `ended`."""
    caller: str
    """Masked number such as `139****5678`, or `匿名`."""
    elder: bool
    """Whether the caller is a known elder or came in on the dedicated number."""
    entry: str
    """How the call came in: `known_elder`, `dedicated_line`, `one_key`, `voice`, `english`, `one_tap`,
    `called_back`, `prompted`."""
    language: str
    """BCP 47 tag of the language the call is served in."""
    started_at: datetime
    entered_at: datetime | None = None
    """When it was put on the way to a person; waiting is counted from here."""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    """`served`, `callback`, `work_order` or `caller_ended`; None while the call is open."""
    is_counted: bool = True
    """False for a test call, which is in no figure."""
    by_fallback: bool = False
    """Whether the carrier rang people for it by itself, because our document did not come."""
    posterior: tuple[tuple[str, str, float], ...] = ()
    """(dialect id, Chinese name, probability), best first, at most five."""
    abstained: bool = True
    """True while no dialect is probable enough to be named (law 5)."""
    evidence: tuple[tuple[str, str, float], ...] = ()
    """(source, what it says in words, weight in nats)."""
    transcript: str | None = None
    recognizer: str | None = None
    trust: str | None = None
    """How far the transcript is to be trusted: `person` (nobody but a person understands this dialect reliably),
    `key_words`, `unsure` or `good`; None while nothing can be told."""
    need: str | None = None
    """What the caller wants, in Chinese, with what it was known by."""
    urgent: bool = False
    """Whether the need puts the call first in line."""
    handover: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    matched: str | None = None
    """`exact`, `group` or `any`: how near the agent's dialects are to the caller's."""
    choice: ChoiceView | None = None
    """Why this agent, as the router saw it when it chose last."""
    company: str | None = None
    """Name of the sister company it is for, in Chinese; None for the hotline."""
    passed_on: int = 0
    """How often an agent has passed it on."""
    judged: JudgedCall | None = None
    """What agents have said of dialect and need; None before the first word on it."""
    customer_id: int | None = None
    """The customer of the number; None when it is in nobody's record."""
    consent: bool | None = None
    """The customer's newest word on keeping sound for training; None when never asked."""
    sound: SoundOfCall = SoundOfCall()
    """What is kept of it to be heard, or why nothing."""


class LiveCallReader(Protocol):
    """Where the console reads calls from."""

    def list_calls(self, *, viewer: str) -> list[LiveCall]:
        """Open calls and those ended in the last ten minutes, newest first; records that `viewer` read them (law 7)."""
        ...
