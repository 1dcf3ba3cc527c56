"""Campaigns in the books, from proposal to the end, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from elder_channel.storage.engine import Databases
from greeting_sms import campaign_books as books
from greeting_sms.campaign import Campaign
from greeting_sms.campaign_books import CampaignState
from greeting_sms.errors import CampaignStateError, CampaignUnknownError
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.sending import SendingCampaigns
from tests.fakes.campaigns import campaign_settings

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
WHO: dict[str, Any] = {"by": "chief", "at": AT}


def proposed(databases: Databases, by: str = "editor", **changes: Any) -> int:
    """Propose the campaign; its version."""
    campaign = Campaign.model_validate(campaign_settings(**changes))
    with databases.greetings.begin() as connection:
        return books.propose(connection, campaign, by=by, at=AT).version


def test_a_campaign_goes_from_proposal_to_the_end(databases: Databases) -> None:
    """Every step is kept, with who did it and why."""
    version = proposed(databases)
    with databases.greetings.begin() as connection:
        assert books.live(connection) == []
        assert books.approve(connection, "birthday", version, **WHO).state is CampaignState.APPROVED
        assert [each.version for each in books.live(connection)] == [1]
        assert books.pause(connection, "birthday", reason="a typo", **WHO).state is CampaignState.PAUSED
        assert len(books.live(connection)) == 1  # planned all the same
        assert books.resume(connection, "birthday", reason="mended", **WHO).state is CampaignState.APPROVED
        assert books.cancel(connection, "birthday", reason="over", **WHO).state is CampaignState.CANCELLED
        assert books.live(connection) == []
        told = [
            (each.before, each.after, each.changed_by, each.reason) for each in books.changes(connection, "birthday")
        ]
    assert told == [
        (None, "proposed", "editor", ""),
        ("proposed", "approved", "chief", ""),
        ("approved", "paused", "chief", "a typo"),
        ("paused", "approved", "chief", "mended"),
        ("approved", "cancelled", "chief", "over"),
    ]


def test_nobody_approves_an_own_campaign(databases: Databases) -> None:
    """Four eyes, whatever the role."""
    version = proposed(databases, by="chief")
    with (
        databases.greetings.begin() as connection,
        pytest.raises(CampaignStateError, match="somebody else") as refused,
    ):
        books.approve(connection, "birthday", version, **WHO)
    assert refused.value.code == "own_campaign"


def test_a_changed_campaign_is_a_new_version(databases: Databases) -> None:
    """The old one goes on until the new one is approved; the same words twice are no change."""
    first = proposed(databases)
    with databases.greetings.begin() as connection:
        books.approve(connection, "birthday", first, **WHO)
    with pytest.raises(CampaignStateError, match="exactly this"):
        proposed(databases)
    second = proposed(databases, title="other")
    with databases.greetings.begin() as connection:
        assert [each.version for each in books.live(connection)] == [1]
        books.approve(connection, "birthday", second, **WHO)
        assert [each.version for each in books.live(connection)] == [2]
        states = [(each.version, each.state) for each in books.versions(connection, "birthday")]
    assert states == [(2, CampaignState.APPROVED), (1, CampaignState.SUPERSEDED)]


def test_a_new_version_of_a_paused_campaign_is_paused(databases: Databases) -> None:
    """Approving words is not starting again."""
    first = proposed(databases)
    with databases.greetings.begin() as connection:
        books.approve(connection, "birthday", first, **WHO)
        books.pause(connection, "birthday", reason="wait", **WHO)
    second = proposed(databases, title="other")
    with databases.greetings.begin() as connection:
        assert books.approve(connection, "birthday", second, **WHO).state is CampaignState.PAUSED


def test_a_rejected_version_may_be_proposed_again(databases: Databases) -> None:
    """Rejecting says no to this time, with a reason."""
    first = proposed(databases)
    with databases.greetings.begin() as connection:
        books.reject(connection, "birthday", first, reason="too long", **WHO)
        with pytest.raises(CampaignStateError, match="is rejected, not proposed"):
            books.approve(connection, "birthday", first, **WHO)
    assert proposed(databases) == 2


@pytest.mark.parametrize("deed", ["pause", "resume", "cancel"])
def test_what_is_not_in_force_cannot_be_turned(databases: Databases, deed: str) -> None:
    """A campaign nobody approved, or none at all."""
    proposed(databases)
    with databases.greetings.begin() as connection:
        for id_ in ("birthday", "none"):
            with pytest.raises(CampaignUnknownError):
                getattr(books, deed)(connection, id_, reason="x", **WHO)


def test_the_sender_gets_the_words_of_the_version_that_was_planned(databases: Databases) -> None:
    """Of a superseded one too; nothing of a paused one goes out; nothing is made up where the words are gone."""
    first = proposed(databases, limits={"segments_per_second": 5, "cost_per_day": 1.5, "messages_per_day": 9})
    sending = SendingCampaigns(databases.greetings)
    number = "+8659100000102"
    row = ClaimedGreeting(1, 1, "G1", 1, number, "zh", "陈阿姨", 1, date(2026, 11, 24), AT, "loopback", "birthday")
    with databases.greetings.begin() as connection:
        books.approve(connection, "birthday", first, **WHO)
        (rules,) = sending.running(connection)
    assert (rules.id, rules.caps.messages, rules.caps.cost_micros, rules.per_number) == ("birthday", 9, 1_500_000, 2)
    second = proposed(databases, title="other")
    with databases.greetings.begin() as connection:
        books.approve(connection, "birthday", second, **WHO)
        books.pause(connection, "birthday", reason="wait", **WHO)
        assert sending.running(connection) == []
    wording = sending.wording(row)
    assert wording is not None
    assert wording.body == "【示例集团】陈阿姨，祝您生日快乐！拒收请回复R"
    changes: list[dict[str, Any]] = [{"template": "gone"}, {"campaign_version": 7}, {"campaign_id": "none"}]
    for change in changes:
        assert sending.wording(row._replace(**change)) is None
