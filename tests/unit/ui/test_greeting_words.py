"""The greetings' page has words for every member of every closed set it shows."""

from __future__ import annotations

from enum import StrEnum

import pytest

from elder_channel.services.reply_inbox import Tray
from greeting_sms.campaign_books import CampaignState
from greeting_sms.inbound.labels import Label
from greeting_sms.last_checks import Held
from greeting_sms.lint import Severity
from greeting_sms.planning import LeftOut
from greeting_sms.recipients import HeldBack
from greeting_sms.states import GreetingState
from ui.components.campaign_fields import GROUPS
from ui.words import ZH


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("greeting.state", GreetingState),
        ("left_out", LeftOut),
        ("left_out", HeldBack),
        ("left_out", Held),
        ("campaign.state", CampaignState),
        ("reply.label", Label),
        ("replies.tray", Tray),
        ("editor.lint", Severity),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_every_member_has_its_words(prefix: str, members: type[StrEnum]) -> None:
    """A state or a reason that is new is not shown as a bare code."""
    assert [each for each in members if f"{prefix}.{each}" not in ZH] == []


def test_every_field_of_the_form_has_its_label() -> None:
    """And every choice, where the choices are ours."""
    fields = [field for group in GROUPS.values() for field in group]
    assert [field.name for field in fields if f"field.{field.name}" not in ZH] == []
    ours = [each for field in fields if field.path[-1] != "regions" for each in field.choices]
    assert [each for each in ours if f"choice.{each}" not in ZH] == []
    assert [group for group in GROUPS if f"field.group.{group}" not in ZH] == []
