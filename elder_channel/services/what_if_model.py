"""What is asked of the line at "what if", and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from elder_channel.agents.standing import Way
from elder_channel.customers.model import ElderWhy
from elder_channel.services.live import LiveCall


class People(StrEnum):
    """Who is taken to be at work."""

    NOW = "now"  # as everybody is at this moment, busy ones too
    ON_SHIFT = "on_shift"  # everybody whose shift it is then, and nobody on a call


class Listed(StrEnum):
    """What the books have of a number."""

    WITHHELD = "withheld"
    NOBODY = "nobody"
    CUSTOMER = "customer"  # one person's own number
    SEVERAL = "several"
    FAMILY = "family"  # somebody else may be calling for the customer


class Ending(StrEnum):
    """What came of the call that was tried."""

    GIVEN = "given"
    ALL_BUSY = "all_busy"  # still waits when the trial ends
    HUNT_GROUP = "hunt_group"  # nobody is at work: phones of the hunt group ring
    LINE_DRAINED = "line_drained"  # a switch sends every new call elsewhere


@dataclass(frozen=True)
class Question:
    """A call that might come."""

    number: str
    """As it would be shown; empty for a caller who withholds it."""
    called: str
    at: datetime | None = None
    """When it comes, with people on shift then; None: now, with people as they are."""
    words: str = ""
    """What is said; empty for a caller who says nothing, or says it in a recording."""
    key: str = ""
    """The key pressed instead of speaking."""

    @property
    def people(self) -> People:
        """Who is taken to be at work."""
        return People.NOW if self.at is None else People.ON_SHIFT


@dataclass(frozen=True)
class WhoCalls:
    """Whom the line takes the caller for; names are masked (law 7)."""

    listed: Listed
    names: tuple[str, ...]
    why_elder: ElderWhy
    hearing: bool
    """Whether the line speaks loud and slowly."""
    marked: bool
    """Whether the number waits behind others."""
    orders: int
    """Work orders this call may be about."""


@dataclass(frozen=True)
class Asked:
    """What is asked of an agent."""

    dialect: str | None
    """Name of the dialect to be matched; None while none is probable enough."""
    province: str | None
    way: Way | None
    """None where sites decide nothing."""
    first_sites: tuple[str, ...]
    held_seconds: float
    """For how long the choice waited for a surer dialect."""


@dataclass(frozen=True)
class StepThen:
    """The least that is asked of an agent for a while."""

    match: str
    from_seconds: float
    until_seconds: float | None
    """None for the last step."""
    people: int
    """Who at work would do, busy ones too."""
    free: int


@dataclass(frozen=True)
class Candidate:
    """An agent who could have taken the call."""

    agent_id: str
    name: str
    site: str
    match: str
    tier: int | None
    score: float
    """Expected proficiency, 0 to 1."""
    idle_seconds: float
    speaks: tuple[str, ...]
    """Dialects, each with the proficiency."""
    chosen: bool


@dataclass(frozen=True)
class AtWork:
    """How many agents there were to choose from."""

    listed: int
    at_work: int
    in_reach: int
    """Of those at work who may be given this call: at open sites, of its company."""
    free: int


@dataclass(frozen=True)
class Said:
    """One message the caller hears."""

    after_seconds: float
    message_id: str
    texts: tuple[tuple[str, str], ...]
    """(language, text) in the order they are said."""


@dataclass(frozen=True)
class Decision:
    """Everything the line would decide, and why."""

    at: datetime
    people: People
    ending: Ending
    who: WhoCalls
    call: LiveCall
    """As the console would show it."""
    asked: Asked | None
    """None for a call that is not given to anybody of ours."""
    steps: tuple[StepThen, ...]
    at_work: AtWork | None
    candidates: tuple[Candidate, ...]
    """Best first; the chosen one leads."""
    after_seconds: float
    """From the call's asking for a person until an agent's phone rings, or the trial ended."""
    heard: tuple[Said, ...]
    elsewhere: tuple[str, ...] = ()
    """Number, or names of the hunt group, that is rung instead of an agent."""
    understood_late: bool = False
    """Whether what was said became known only after the choice: it is in the note, and changed nothing."""
    cut: bool = False
    """Whether only the beginning of the recording was listened to."""
