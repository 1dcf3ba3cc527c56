"""What channels and campaigns let through, as the sender has to know it."""

from __future__ import annotations

from dataclasses import dataclass

from greeting_sms.gates import Breaker, Pace
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.prices import FREE, Prices
from greeting_sms.spending import NO_CAPS, Caps


@dataclass(frozen=True)
class ChannelRules:
    """What a channel lets through."""

    name: str
    pace: Pace
    breaker: Breaker
    caps: Caps = NO_CAPS
    prices: Prices = FREE


@dataclass(frozen=True)
class CampaignRules:
    """What a campaign that is running lets through."""

    id: str
    pace: Pace | None = None
    caps: Caps = NO_CAPS
    per_number: int = 2
    """How many greetings a phone gets on one day: households share phones."""


def gate_name(rules: ChannelRules | CampaignRules) -> str:
    """The name of a channel's or campaign's gate."""
    return f"channel:{rules.name}" if isinstance(rules, ChannelRules) else f"campaign:{rules.id}"


def cost_of(row: ClaimedGreeting, channel: ChannelRules) -> int:
    """What the text is taken to cost, in micros, until the carrier says what it did."""
    return row.segments * channel.prices.micros(row.number)
