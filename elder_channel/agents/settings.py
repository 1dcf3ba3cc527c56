"""Settings of routing: what is asked of an agent, and how it widens with waiting."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from elder_channel.agents.matching import Match


class Engine(StrEnum):
    """Who gives waiting calls to agents."""

    LOCAL = "local"  # our own router, over the books
    TASKROUTER = "taskrouter"  # the carrier's, told of our settings; ours stands by


class RelaxationStep(BaseModel):
    """How long at least so good a match is waited for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: Match = Field(description="Least good match that may take the call.")
    seconds: float = Field(ge=0, le=600, description="How long, after the step before; no time if nobody can meet it.")


DEFAULT_STEPS: Final = (
    RelaxationStep(match=Match.EXACT, seconds=7),
    RelaxationStep(match=Match.BRANCH, seconds=2),
    RelaxationStep(match=Match.GROUP, seconds=2),
    RelaxationStep(match=Match.ELDER_TRAINED, seconds=1),
)
"""Twelve seconds of wish in all: with those 92.8% were answered within 15 s, at 83.6% matches (simulated)."""


class RoutingSettings(BaseModel):
    """The timed steps of law 4 and the bounded hold of law 2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Engine = Field(
        Engine.LOCAL,
        description="Who gives calls to agents: local (our own router), or taskrouter (the carrier's, after "
        "elder-channel taskrouter push); taken over at the next start.",
    )
    identify_hold_seconds: float = Field(
        4.0, ge=0, le=5, description="Longest wait for a surer dialect before choosing; never past 5 s (law 2)."
    )
    hold_below: float = Field(
        0.6, ge=0, le=1, description="The choice is held while the best dialect is less probable than this."
    )
    steps: tuple[RelaxationStep, ...] = Field(
        DEFAULT_STEPS,
        max_length=4,
        description="How the wish widens: exact (speaks the dialect), branch (a near one), group, elder_trained "
        "(for old callers: trained, in Putonghua); after the last step anyone takes the call.",
    )
    min_proficiency: int = Field(
        3, ge=1, le=5, description="Proficiency from which an agent counts as speaking a dialect."
    )
    tie_margin: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Agents whose scores differ less than this count as equal; the longest idle takes the call.",
    )
    elder_head_start_seconds: float = Field(
        60, ge=0, le=3600, description="An elder is served as if so much longer in the queue; nobody starves by it."
    )
    urgent_head_start_seconds: float = Field(
        600, ge=0, le=36000, description="The same for a caller in need of help at once."
    )
    transfer_hold_seconds: float = Field(
        30, ge=0, le=300, description="How long a call passed on to one colleague is kept for that colleague alone."
    )
    drained_line_number: str = Field(
        "", description="Where new calls go while the whole line is drained; empty: the phones of the hunt group ring."
    )
    tick_seconds: float = Field(
        0.25, gt=0, le=2, description="How often the router looks, besides being woken by events."
    )

    @model_validator(mode="after")
    def _steps_in_order(self) -> RoutingSettings:
        for earlier, later in zip(self.steps, self.steps[1:], strict=False):
            if later.match.rank <= earlier.match.rank:
                raise ValueError(f"steps must widen: {later.match} cannot come after {earlier.match}")
        if any(step.match is Match.ANY for step in self.steps):
            raise ValueError("steps must not name any: it is what follows the last")
        return self
