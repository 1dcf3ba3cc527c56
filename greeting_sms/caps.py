"""What rests until tomorrow because a cap of the day is reached, and which one: the pause that ends by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from greeting_sms.sending_limits import CampaignRules, ChannelRules, gate_name
from greeting_sms.spending import NO_CAPS, spent_on_campaign, spent_on_channel


@dataclass(frozen=True)
class CapReached:
    """A campaign or channel that sends nothing more today."""

    scope: str
    """`campaign:` or `channel:` and its name, as its gate is called."""
    reason: str


def channel_cap(connection: Connection, today: date, channel: ChannelRules) -> CapReached | None:
    """The cap of the channel, if it is reached."""
    if channel.caps == NO_CAPS:
        return None
    spent = spent_on_channel(connection, today, channel.name)
    return _reached(gate_name(channel), channel.caps.reached(spent, cheapest=channel.prices.cheapest))


def campaign_cap(
    connection: Connection, today: date, campaign: CampaignRules, channel: ChannelRules
) -> CapReached | None:
    """The cap of the campaign, if it is reached."""
    if campaign.caps == NO_CAPS:
        return None
    spent = spent_on_campaign(connection, today, campaign.id)
    return _reached(gate_name(campaign), campaign.caps.reached(spent, cheapest=channel.prices.cheapest))


def not_capped(
    connection: Connection, today: date, channel: ChannelRules, campaigns: Iterable[CampaignRules]
) -> list[CampaignRules]:
    """The campaigns that may still send on the channel today."""
    if channel_cap(connection, today, channel):
        return []
    return [each for each in campaigns if not campaign_cap(connection, today, each, channel)]


def caps_reached(
    connection: Connection, today: date, channels: Iterable[ChannelRules], campaigns: Iterable[CampaignRules]
) -> tuple[CapReached, ...]:
    """All of them, each once."""
    campaigns = list(campaigns)
    found: dict[str, CapReached] = {}
    for channel in channels:
        for cap in (
            channel_cap(connection, today, channel),
            *(campaign_cap(connection, today, each, channel) for each in campaigns),
        ):
            if cap:
                found.setdefault(cap.scope, cap)
    return tuple(found.values())


def _reached(scope: str, reason: str | None) -> CapReached | None:
    return CapReached(scope, reason) if reason else None
