"""How many calls the line may place in an hour, and what they may cost: a plain decision, no clock, no database.

A fault of ours must not ring half a province, nor a stolen key run up a bill. The hour slides: what counts is the last
3600 seconds before `now`, so that no full hour's worth is placed on both sides of the stroke of the clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

HOUR = timedelta(hours=1)


class OutboundCeilingSettings(BaseModel):
    """Bounds on the calls the line places itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_calls_per_hour: int = Field(
        300,
        ge=0,
        le=3600,
        description="Calls the line may place in any 60 minutes; 0: none. The carrier takes one a second.",
    )
    max_cost_per_hour: float = Field(
        60.0,
        ge=0,
        description="What these calls may cost in any 60 minutes, in the currency of the prices; 0: no bound.",
    )
    warn_at_share: float = Field(
        0.8, gt=0, le=1, description="From this share of either bound on, a warning is logged once an hour."
    )
    price_per_minute: float = Field(
        0.05, ge=0, description="Price of a minute to a number no entry of prices_by_prefix fits; minutes begun count."
    )
    prices_by_prefix: dict[str, float] = Field(
        {}, description="Price of a minute by the beginning of the number, such as '+852': 0.08; the longest fits."
    )
    expected_minutes: float = Field(
        4.0, gt=0, le=120, description="How long a call is taken to last before it has ended, in minutes."
    )


@dataclass(frozen=True)
class PlacedCall:
    """A call the line placed, or is about to count."""

    at: datetime
    """When the carrier was asked for it; failed attempts count too, for each is a ring or a fee."""
    number: str
    """E.164."""
    minutes: float | None = None
    """How long it lasted, once known; None while it rings or talks. 0: nobody picked up."""


class Verdict(StrEnum):
    """Whether one more call may be placed now."""

    MAY = "may"
    MAY_BUT_WARN = "may_but_warn"  # within the bounds, beyond the share from which staff are told
    TOO_MANY = "too_many"
    TOO_COSTLY = "too_costly"


@dataclass(frozen=True)
class Allowance:
    """The verdict with the figures it rests on."""

    verdict: Verdict
    calls_last_hour: int
    cost_last_hour: float
    """Of the calls placed, in the currency of the prices."""
    cost_with_this: float
    again_at: datetime | None
    """When enough of the hour will have passed for one more; None when one may be placed now, or none ever."""

    @property
    def may_place(self) -> bool:
        """Whether the call may be placed now."""
        return self.verdict in (Verdict.MAY, Verdict.MAY_BUT_WARN)


def call_cost(number: str, minutes: float | None, settings: OutboundCeilingSettings) -> float:
    """What a call costs: minutes begun, by the longest prefix of the number; unknown length counts as expected.

    A call nobody answered costs nothing.
    """
    fitting = [prefix for prefix in settings.prices_by_prefix if number.startswith(prefix)]
    price = settings.prices_by_prefix[max(fitting, key=len)] if fitting else settings.price_per_minute
    return price * math.ceil(settings.expected_minutes if minutes is None else minutes)


def may_place(
    number: str, placed: Iterable[PlacedCall], *, now: datetime, settings: OutboundCeilingSettings
) -> Allowance:
    """Whether a call to `number` may be placed at `now`, given those of the last hour; older ones are passed over."""
    lately = sorted((call for call in placed if call.at > now - HOUR), key=lambda call: call.at)
    costs = [call_cost(call.number, call.minutes, settings) for call in lately]
    cost, count = math.fsum(costs), len(lately)
    together = cost + call_cost(number, None, settings)
    verdict = _verdict(count + 1, together, settings)
    again_at = None
    if verdict in (Verdict.TOO_MANY, Verdict.TOO_COSTLY):
        again_at = _again_at(number, lately, costs, settings)
    return Allowance(verdict, count, cost, together, again_at)


def _verdict(count: int, cost: float, settings: OutboundCeilingSettings) -> Verdict:
    bound = settings.max_cost_per_hour
    if count > settings.max_calls_per_hour:
        return Verdict.TOO_MANY
    if bound and cost > bound:
        return Verdict.TOO_COSTLY
    near = count > settings.max_calls_per_hour * settings.warn_at_share
    near = near or bool(bound and cost > bound * settings.warn_at_share)
    return Verdict.MAY_BUT_WARN if near else Verdict.MAY


def _again_at(
    number: str, lately: list[PlacedCall], costs: list[float], settings: OutboundCeilingSettings
) -> datetime | None:
    """When so many of the oldest calls have left the hour that one more fits; None when it never does."""
    own = call_cost(number, None, settings)
    for gone, call in enumerate(lately, start=1):
        left = math.fsum(costs[gone:]) + own
        if _verdict(len(lately) - gone + 1, left, settings) not in (Verdict.TOO_MANY, Verdict.TOO_COSTLY):
            return call.at + HOUR
    return None
