"""Settings of the greetings: which channel a number is texted on, how fast, what it may cost, and 29 February."""

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
    mainland_segments_per_second: float = Field(
        100.0, gt=0, le=100_000, description="How fast texts go to +86; all processes that send share it."
    )
    foreign_segments_per_second: float = Field(
        1.0, gt=0, le=2_000, description="How fast texts go elsewhere; one is what a single long code may send."
    )
    mainland_cost_per_day: float = Field(0.0, ge=0, description="What texts to +86 may cost a day; 0: no bound.")
    foreign_cost_per_day: float = Field(0.0, ge=0, description="What texts elsewhere may cost a day; 0: no bound.")
    batch: int = Field(
        50, ge=1, le=1_000, description="Greetings claimed at once; so many may be in doubt when a process dies."
    )
    threads: int = Field(16, ge=1, le=64, description="Requests to a carrier at once.")
    lease_seconds: int = Field(
        300,
        ge=90,
        le=3_600,
        description="After so long without a word from a sender its greetings count as left behind.",
    )
    look_after_seconds: int = Field(
        60, ge=10, le=3_600, description="After so long a request in doubt is looked up in the carrier's books."
    )
    not_sent_after_seconds: int = Field(
        900,
        ge=300,
        le=7_200,
        description="After so long without a trace in the carrier's books a request counts as not made, and is made "
        "once more.",
    )
    breaker_window_seconds: int = Field(
        600, ge=10, le=86_400, description="So far back the answers of a channel are looked at."
    )
    breaker_least_answers: int = Field(20, ge=5, le=10_000, description="With fewer answers nothing is concluded.")
    breaker_refused_percent: int = Field(
        50, ge=1, le=100, description="More refusals than this shut the channel; opt-outs and bad numbers do not count."
    )
    breaker_filtered_percent: int = Field(
        5, ge=1, le=100, description="More texts taken for spam than this shut the channel."
    )
    breaker_pause_seconds: int = Field(900, ge=10, le=86_400, description="So long a channel stays shut.")
    keep_days: int = Field(
        800,
        ge=400,
        le=3_650,
        description="After so long a greeting is forgotten, with its number and receipts. Proof of sending is kept for "
        "six months at the least, and a year's greeting must be known until the next one.",
    )
    twilio_messaging_service: str = Field(
        "", pattern=r"^(MG[0-9a-f]{32})?$", description="SID of the Messaging Service that texts abroad."
    )
    twilio_from_number: str = Field(
        "",
        pattern=r"^(\+[1-9][0-9]{6,14})?$",
        description="The number that texts abroad, where there is no such service.",
    )
    domestic_base_url: str = Field("", description="The domestic provider's address.")
    domestic_app_id: str = Field(
        "", max_length=64, description="Our name there; the key is ELDER_CHANNEL_DOMESTIC_TEXT_KEY."
    )
