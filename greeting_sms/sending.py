"""Campaigns as the sender sees them: which may send now, how much, and the words of each row it has claimed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection, Engine

from greeting_sms.campaign import Campaign
from greeting_sms.campaign_books import CampaignState, get, in_state
from greeting_sms.channel import Wording
from greeting_sms.errors import CampaignUnknownError, TemplateError
from greeting_sms.gates import Pace
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.prices import MICROS
from greeting_sms.sending_limits import CampaignRules
from greeting_sms.spending import Caps
from greeting_sms.wordings import wording_of


class SendingCampaigns:
    """What the sender has to know of campaigns: which may send, how much, and the words of each row.

    Versions are read once, because a version never changes; which of them may send is asked every time.
    """

    def __init__(self, engine: Engine) -> None:
        self._reader = engine.execution_options(reads_only=True)
        self._campaigns: dict[tuple[str, int], Campaign] = {}

    def running(self, connection: Connection) -> Sequence[CampaignRules]:
        """The campaigns that may send now; paused and cancelled ones are missing."""
        return [_rules(each.campaign) for each in in_state(connection, CampaignState.APPROVED)]

    def wording(self, row: ClaimedGreeting) -> Wording | None:
        """The words; None where the campaign, its version or its template is not in the books."""
        try:
            return wording_of(self._campaign(row.campaign_id, row.campaign_version), row)
        except (CampaignUnknownError, TemplateError):
            return None

    def _campaign(self, id_: str, version: int) -> Campaign:
        if (id_, version) not in self._campaigns:
            with self._reader.connect() as connection:
                self._campaigns[id_, version] = get(connection, id_, version).campaign
        return self._campaigns[id_, version]


def _rules(campaign: Campaign) -> CampaignRules:
    limits = campaign.limits
    cost = None if limits.cost_per_day is None else round(limits.cost_per_day * MICROS)
    return CampaignRules(
        campaign.id,
        pace=Pace(limits.segments_per_second),
        caps=Caps(messages=limits.messages_per_day, cost_micros=cost),
        per_number=limits.per_number,
    )
