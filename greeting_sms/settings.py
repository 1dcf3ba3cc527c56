"""Settings of the greetings: which channel a number is texted on, how fast, what it may cost, and 29 February."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from greeting_sms.occasions import LeapDay

_NAME = r"^[a-z][a-z0-9_]{0,15}$"
_PREFIX = re.compile(r"\+[1-9][0-9]{0,6}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_DEAREST = 100.0


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
        0.4, ge=0, le=100, description="Of one segment to any other number without a price of its own."
    )
    segment_prices: dict[str, float] = Field(
        {},
        description="Of one segment by the beginning of the number, the longest one counting: "
        '`{"+852": 0.5, "+1": 0.06, "+1876": 0.9}`.',
    )
    twilio_price_rate: float = Field(
        0.0,
        ge=0,
        le=1_000_000,
        description="What one unit of Twilio's own prices is in the currency of the cost caps (7.2 where Twilio bills "
        "dollars and the caps are in yuan). With it every hour what texts have really cost is read from Twilio's list "
        "and takes the place of the estimate; 0: estimates stand.",
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
    test_numbers: tuple[str, ...] = Field(
        (),
        max_length=200,
        description="Who may get test texts of campaigns, as +8659100000102; the phones of whoever works on them.",
    )
    test_texts_per_hour: int = Field(
        30, ge=1, le=1_000, description="So many test texts go out in an hour, of all campaigns together."
    )
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
    read_urgent_minutes: int = Field(
        5,
        ge=1,
        le=120,
        description="Within so long somebody is to read a reply whose writer may be in danger; later the page of today "
        "tells of it.",
    )
    read_held_minutes: int = Field(
        240,
        ge=10,
        le=10_080,
        description="Within so long somebody is to read a reply that holds its number because it may be an opt-out; "
        "its work order is due then, and later the page of today tells of it. Nothing is sent to the number meanwhile.",
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

    @field_validator("segment_prices")
    @classmethod
    def _are_prices(cls, prices: dict[str, float]) -> dict[str, float]:
        for prefix, price in prices.items():
            if not _PREFIX.fullmatch(prefix):
                raise ValueError(f'"{prefix[:16]}" is no beginning of a number; write one as "+852"')
            if not 0 <= price <= _DEAREST:
                raise ValueError(f"{price:g} is no price of a segment to {prefix}; 0 to {_DEAREST:g}")
        return prices

    @field_validator("test_numbers")
    @classmethod
    def _are_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        for number in numbers:
            if not _NUMBER.fullmatch(number):
                raise ValueError(f'"{number[:20]}" is no number in E.164; write one as "+8659100000102"')
        return numbers
