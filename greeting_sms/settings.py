"""Settings of the greetings: which channel a number is texted on, what a segment costs there, and 29 February."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from greeting_sms.occasions import LeapDay

_NAME = r"^[a-z][a-z0-9_]{0,15}$"


class GreetingSettings(BaseModel):
    """What holds for every campaign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mainland_channel: str = Field(
        "loopback", pattern=_NAME, description="Channel of numbers of +86: `loopback` or `domestic`."
    )
    foreign_channel: str = Field(
        "loopback", pattern=_NAME, description="Channel of all others, +852, +853 and +886 too: `loopback` or `twilio`."
    )
    mainland_segment_price: float = Field(
        0.05,
        ge=0,
        le=100,
        description="Of one segment to +86, in the currency of the cost caps; for estimates and caps.",
    )
    foreign_segment_price: float = Field(
        0.4, ge=0, le=100, description="Of one segment to any other number; the dearest country that is texted."
    )
    leap_day: LeapDay = Field(
        LeapDay.FEBRUARY_28,
        description="When a birthday of 29 February is greeted in other years: `february_28` or `march_1`.",
    )
