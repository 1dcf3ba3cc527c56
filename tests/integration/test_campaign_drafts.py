"""Drafts of campaigns in the books, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from elder_channel.storage.engine import Databases
from greeting_sms.campaign_drafts import NOT_SAVED, CampaignDraft, all_drafts, discard, find, save
from greeting_sms.errors import CampaignStateError

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def saved(databases: Databases, text: str, seen: str, by: str = "editor") -> CampaignDraft:
    """Save a draft of the campaign."""
    with databases.greetings.begin() as connection:
        return save(connection, "birthday", text, seen=seen, by=by, at=AT)


def test_a_draft_is_saved_on_top_of_the_one_that_was_seen(databases: Databases) -> None:
    """Whoever saved from an older one is told, and nothing is overwritten."""
    first = saved(databases, "title: 1", NOT_SAVED)
    second = saved(databases, "title: 2", first.etag, by="colleague")
    assert (second.revision, second.etag != first.etag) == (2, True)
    for seen in (NOT_SAVED, first.etag):
        with pytest.raises(CampaignStateError, match="meanwhile"):
            saved(databases, "title: 3", seen)
    with databases.greetings.begin() as connection:
        assert find(connection, "birthday") == second
        assert all_drafts(connection) == [second]


def test_only_the_draft_that_was_seen_is_thrown_away(databases: Databases) -> None:
    """A colleague's newer one stays."""
    first = saved(databases, "title: 1", NOT_SAVED)
    second = saved(databases, "title: 2", first.etag)
    with databases.greetings.begin() as connection:
        with pytest.raises(CampaignStateError, match="meanwhile"):
            discard(connection, "birthday", seen=first.etag)
        discard(connection, "birthday", seen=second.etag)
        assert find(connection, "birthday") is None
