"""Drafts of campaigns: one a campaign, as its writer left it, right or wrong; it greets nobody until it is proposed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.errors import CampaignStateError
from greeting_sms.tables import campaign_drafts

NOT_SAVED = ""
"""What somebody has seen who begins a draft."""


@dataclass(frozen=True)
class CampaignDraft:
    """A draft as it was saved last."""

    campaign_id: str
    text: str
    """YAML."""
    revision: int
    """Counts the savings, from 1."""
    saved_by: str
    saved_at: datetime

    @property
    def etag(self) -> str:
        """Changes with every saving; who saves says which one was looked at."""
        return f"{self.revision}-{hashlib.sha256(self.text.encode()).hexdigest()[:12]}"


def find(connection: Connection, campaign_id: str) -> CampaignDraft | None:
    """The draft of a campaign, or None."""
    query = sa.select(campaign_drafts).where(campaign_drafts.c.campaign_id == campaign_id)
    row = connection.execute(query).first()
    return None if row is None else CampaignDraft(**row._asdict())


def all_drafts(connection: Connection) -> list[CampaignDraft]:
    """Every draft, by campaign."""
    query = sa.select(campaign_drafts).order_by(campaign_drafts.c.campaign_id)
    return [CampaignDraft(**row._asdict()) for row in connection.execute(query)]


def save(connection: Connection, campaign_id: str, text: str, *, seen: str, by: str, at: datetime) -> CampaignDraft:
    """Keep `text` on top of the draft that was `seen`.

    Raises CampaignStateError (`changed_meanwhile`) where another one is there by now; nothing is overwritten then.
    """
    before = _demand(connection, campaign_id, seen)
    new = CampaignDraft(campaign_id, text, before.revision + 1 if before else 1, by, at)
    if before is None:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(campaign_drafts).values(new.__dict__).on_conflict_do_nothing()
        kept = connection.execute(statement.returning(sa.literal(1))).first() is not None
    else:
        mine = campaign_drafts.update().where(*_of(before)).values(new.__dict__)
        kept = bool(connection.execute(mine).rowcount)
    if not kept:
        raise _overtaken(campaign_id)
    return new


def discard(connection: Connection, campaign_id: str, *, seen: str) -> None:
    """Forget the draft that was `seen`. Raises as `save`."""
    before = _demand(connection, campaign_id, seen)
    if before is not None and not connection.execute(campaign_drafts.delete().where(*_of(before))).rowcount:
        raise _overtaken(campaign_id)


def _demand(connection: Connection, campaign_id: str, seen: str) -> CampaignDraft | None:
    before = find(connection, campaign_id)
    if (before.etag if before else NOT_SAVED) != seen:
        raise _overtaken(campaign_id)
    return before


def _of(draft: CampaignDraft) -> tuple[sa.ColumnElement[bool], ...]:
    return campaign_drafts.c.campaign_id == draft.campaign_id, campaign_drafts.c.revision == draft.revision


def _overtaken(campaign_id: str) -> CampaignStateError:
    return CampaignStateError("changed_meanwhile", f"Somebody else has saved the draft of {campaign_id} meanwhile.")
