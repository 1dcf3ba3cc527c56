"""An agent: a person with dialects, languages, a site and a phone."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from elder_channel.agents.hours import Hours


class Presence(StrEnum):
    """Whether an agent can be given a call."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    WRAPPING_UP = "wrapping_up"  # writes down what the last call came to; at work, and free in a moment
    ABSENT = "absent"  # did not answer, or went away; comes back by own hand


class Answer(StrEnum):
    """How an agent takes calls."""

    PHONE = "phone"
    DESK = "desk"


class AgentDefinition(BaseModel):
    """An agent as configured in agents.yaml; presence and load live in the database."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$", description="Short unique id.")
    name: str = Field(min_length=1, max_length=40, description="Name as callers and colleagues know it.")
    contact: str = Field(min_length=3, description="Phone number (+…), SIP address (sip:…) or softphone (client:…).")
    dialects: dict[str, int] = Field(default_factory=dict, description="Dialect id to proficiency 1-5.")
    languages: dict[str, int] = Field(
        default_factory=lambda: {"zh": 5}, description="Language (zh, en) to proficiency 1-5."
    )
    elder_trained: bool = Field(False, description="Trained to serve old callers; asked before just anyone is.")
    interpreter: bool = Field(False, description="Asked first when a caller speaks neither Chinese nor English.")
    site: str = Field("", max_length=32, description="Id of the site the agent works at (sites.yaml); empty: none.")
    answer: Answer = Field(
        Answer.PHONE, description="phone: calls ring at once; desk: they ring after being accepted on the agent desk."
    )
    wrap_up_seconds: int = Field(
        0, ge=0, le=600, description="Rest after a call before the next one; saving on the agent desk ends it sooner."
    )
    companies: tuple[str, ...] = Field(
        (), description="Ids of the sister companies the agent serves (companies.yaml); empty: all of them."
    )
    shifts: tuple[Hours, ...] = Field(
        (), description="When the agent works; outside only who came by hand gets calls. Empty: always."
    )
    hunt_group: bool = Field(False, description="Rung by the carrier itself when this service is down.")
