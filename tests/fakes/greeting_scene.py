"""Books with people, a campaign and a clock that stands still, for the console's page of greetings."""

from __future__ import annotations

from datetime import date
from typing import Any

from greeting_sms.campaign import Campaign
from greeting_sms.campaign_books import approve, propose
from greeting_sms.tables import recipients
from tests.fakes.campaigns import campaign_settings
from tests.fakes.line import LineInMemory

TOMORROW = date(2026, 11, 23)
"""The day after the standing clock's; lunar: the fifteenth of the tenth month."""


def put_people(at: LineInMemory, count: int, *, beginning: int = 0, **changes: Any) -> None:
    """So many people born on tomorrow's day of the solar calendar, numbered from `beginning`."""
    rows = [
        {
            "group_customer_id": f"G{n:03d}",
            "name": "陈秀英",
            "gender": "female",
            "number": f"+86591{n:08d}",
            "language": "zh",
            "zone": "Asia/Shanghai",
            "companies": "life",
            "calendar": "solar",
            "birth_year": 1950,
            "birth_month": TOMORROW.month,
            "birth_day": TOMORROW.day,
            "updated_at": at.clock(),
            **changes,
        }
        for n in range(beginning, beginning + count)
    ]
    with at.line.databases.greetings.begin() as connection:
        connection.execute(recipients.insert(), rows)


def put_campaign(at: LineInMemory, *, by: str = "editor", approved_by: str | None = None, **changes: Any) -> None:
    """Propose a campaign, and approve it where somebody does."""
    with at.line.databases.greetings.begin() as connection:
        campaign = Campaign.model_validate(campaign_settings(**changes))
        version = propose(connection, campaign, by=by, at=at.clock())
        if approved_by:
            approve(connection, campaign.id, version.version, by=approved_by, at=at.clock())
