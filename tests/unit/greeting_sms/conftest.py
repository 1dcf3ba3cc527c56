"""Campaigns that tests change one thing of."""

from __future__ import annotations

from typing import Any

import pytest

from greeting_sms.campaign import Campaign
from tests.fakes.campaigns import campaign_settings


@pytest.fixture
def settings() -> dict[str, Any]:
    """A campaign in Chinese and English, as a file would have it."""
    return campaign_settings()


@pytest.fixture
def campaign(settings: dict[str, Any]) -> Campaign:
    """The campaign."""
    return Campaign.model_validate(settings)
