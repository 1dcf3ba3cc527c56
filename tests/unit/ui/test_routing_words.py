"""Why an agent was chosen, and which switches are on, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from elder_channel.agents.matching import Match
from elder_channel.agents.trace import Bond
from elder_channel.services.live import ChoiceView
from elder_channel.services.sites import SwitchView
from ui.routing_words import present_choice, present_switches
from ui.words import EN, ZH

ZONE = ZoneInfo("Asia/Shanghai")


def test_nobody_chosen_needs_no_reason() -> None:
    """A waiting call shows no empty heading."""
    assert present_choice(None) == ()


@pytest.mark.parametrize("match", list(Match))
@pytest.mark.parametrize("bond", [None, *Bond])
def test_every_choice_is_told_in_both_languages(match: Match, bond: Bond | None) -> None:
    """No key of the program ever reaches the page."""
    view = ChoiceView(str(match), "any", 12.4, "上海", 2, str(bond) if bond else None, 1, ())
    reasons = present_choice(view)
    assert len(reasons) == (5 if bond else 4)
    assert all(reason.zh and reason.en for reason in reasons)
    assert not any("choice." in str(reason) for reason in reasons)


def test_a_drained_line_and_a_drained_site_are_told_apart() -> None:
    """Since when, by whom and why."""
    on_at = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    line, site = present_switches(
        [
            SwitchView("drain", "", (), "换机", on_at, "lin.fang", whole_line=True),
            SwitchView("drain", "福州", (), "装修", on_at, "lin.fang"),
        ],
        zone=ZONE,
    )
    assert line.title.zh.startswith("整条线维护中")
    assert site.title.zh.startswith("福州维护中")
    assert "11-22 09:30" in line.detail.zh


def test_both_languages_have_the_same_words() -> None:
    """Every key is said twice."""
    assert set(ZH) == set(EN)
