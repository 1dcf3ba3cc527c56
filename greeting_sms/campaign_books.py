"""Campaigns in the books: every version that was proposed, who made and who approved it, and where it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.campaign import Campaign
from greeting_sms.errors import CampaignStateError, CampaignUnknownError
from greeting_sms.planning import LiveCampaign
from greeting_sms.tables import campaign_changes, campaigns


class CampaignState(StrEnum):
    """Where a version of a campaign stands."""

    PROPOSED = "proposed"  # waits for somebody else's yes
    APPROVED = "approved"  # greets
    PAUSED = "paused"  # is planned on, and nothing of it goes out
    CANCELLED = "cancelled"  # over for good; what is planned is not sent
    REJECTED = "rejected"
    SUPERSEDED = "superseded"  # a newer version was approved; what it has planned still goes out in its words


IN_FORCE = (CampaignState.APPROVED, CampaignState.PAUSED)
"""States of the one version of a campaign that counts."""


@dataclass(frozen=True)
class CampaignVersion:
    """One version, and what became of it."""

    campaign: Campaign
    version: int
    digest: str
    state: CampaignState
    made_by: str
    made_at: datetime
    approved_by: str | None
    approved_at: datetime | None

    @property
    def etag(self) -> str:
        """Changes whenever the version does; who changes it says which one was looked at."""
        return f"{self.version}-{self.state}-{self.digest[:12]}"


@dataclass(frozen=True)
class CampaignChange:
    """What somebody did to a campaign."""

    version: int
    before: str | None
    after: str
    changed_by: str
    reason: str
    changed_at: datetime


def propose(connection: Connection, campaign: Campaign, *, by: str, at: datetime) -> CampaignVersion:
    """Keep the campaign as its next version. Raises CampaignStateError when the newest says the same already."""
    settings = campaign.model_dump_json()  # whole: a later default must not change what was approved
    digest = hashlib.sha256(settings.encode()).hexdigest()
    newest = _newest(connection, campaign.id)
    if newest is not None and newest.digest == digest and newest.state != CampaignState.REJECTED:
        raise CampaignStateError("unchanged", f"{campaign.id} version {newest.version} says exactly this already.")
    version = 1 if newest is None else newest.version + 1
    connection.execute(
        campaigns.insert().values(
            id=campaign.id,
            version=version,
            settings=settings,
            digest=digest,
            state=CampaignState.PROPOSED.value,
            made_by=by,
            made_at=at,
        )
    )
    _note(connection, campaign.id, version, None, CampaignState.PROPOSED, by=by, reason="", at=at)
    return get(connection, campaign.id, version)


def approve(connection: Connection, id_: str, version: int, *, by: str, at: datetime) -> CampaignVersion:
    """Put a proposed version in force, paused where the campaign is; raises CampaignStateError for its own maker."""
    proposed = get(connection, id_, version)
    if proposed.made_by == by:
        raise CampaignStateError(
            "own_campaign", f"{by} made version {version} of {id_}; somebody else must approve it."
        )
    _demand(proposed, CampaignState.PROPOSED)
    before = in_force(connection, id_)
    state = CampaignState.PAUSED if before and before.state is CampaignState.PAUSED else CampaignState.APPROVED
    if before:
        _move(connection, before, CampaignState.SUPERSEDED, by=by, reason=f"version {version}", at=at)
    connection.execute(_row(id_, version).values(approved_by=by, approved_at=at))
    _move(connection, proposed, state, by=by, reason="", at=at)
    return get(connection, id_, version)


def reject(connection: Connection, id_: str, version: int, *, by: str, reason: str, at: datetime) -> CampaignVersion:
    """Refuse a proposed version."""
    proposed = get(connection, id_, version)
    _demand(proposed, CampaignState.PROPOSED)
    _move(connection, proposed, CampaignState.REJECTED, by=by, reason=reason, at=at)
    return get(connection, id_, version)


def pause(connection: Connection, id_: str, *, by: str, reason: str, at: datetime) -> CampaignVersion:
    """Stop sending what the campaign has planned."""
    return _turn(connection, id_, CampaignState.APPROVED, CampaignState.PAUSED, by=by, reason=reason, at=at)


def resume(connection: Connection, id_: str, *, by: str, reason: str, at: datetime) -> CampaignVersion:
    """Send again."""
    return _turn(connection, id_, CampaignState.PAUSED, CampaignState.APPROVED, by=by, reason=reason, at=at)


def cancel(connection: Connection, id_: str, *, by: str, reason: str, at: datetime) -> CampaignVersion:
    """End the campaign for good; a new version may be proposed."""
    counts = _counting(connection, id_)
    _move(connection, counts, CampaignState.CANCELLED, by=by, reason=reason, at=at)
    return get(connection, id_, counts.version)


def live(connection: Connection) -> list[LiveCampaign]:
    """The campaigns that are planned: in force, paused ones too, so that nothing is missing when they are resumed."""
    return in_state(connection, *IN_FORCE)


def in_state(connection: Connection, *states: CampaignState) -> list[LiveCampaign]:
    """The versions that stand like this, by id."""
    rows = connection.execute(sa.select(campaigns).where(campaigns.c.state.in_(states)).order_by(campaigns.c.id))
    return [LiveCampaign(Campaign.model_validate_json(row.settings), row.version) for row in rows]


def get(connection: Connection, id_: str, version: int) -> CampaignVersion:
    """A version. Raises CampaignUnknownError."""
    row = connection.execute(sa.select(campaigns).where(campaigns.c.id == id_, campaigns.c.version == version)).first()
    if row is None:
        raise CampaignUnknownError(f"There is no version {version} of a campaign {id_[:40]}.")
    return _read(row)


def in_force(connection: Connection, id_: str) -> CampaignVersion | None:
    """The version that counts; None where none was approved, or the campaign is over."""
    row = connection.execute(sa.select(campaigns).where(campaigns.c.id == id_, campaigns.c.state.in_(IN_FORCE))).first()
    return None if row is None else _read(row)


def versions(connection: Connection, id_: str | None = None) -> list[CampaignVersion]:
    """Every version, of one campaign or of all, the newest first."""
    query = sa.select(campaigns).order_by(campaigns.c.id, campaigns.c.version.desc())
    return [_read(row) for row in connection.execute(query if id_ is None else query.where(campaigns.c.id == id_))]


def changes(connection: Connection, id_: str) -> Sequence[CampaignChange]:
    """What was done to a campaign, oldest first."""
    query = sa.select(campaign_changes).where(campaign_changes.c.campaign_id == id_).order_by(campaign_changes.c.id)
    return [
        CampaignChange(row.version, row.before, row.after, row.changed_by, row.reason, row.changed_at)
        for row in connection.execute(query)
    ]


def _turn(
    connection: Connection,
    id_: str,
    before: CampaignState,
    after: CampaignState,
    *,
    by: str,
    reason: str,
    at: datetime,
) -> CampaignVersion:
    counts = _counting(connection, id_)
    _demand(counts, before)
    _move(connection, counts, after, by=by, reason=reason, at=at)
    return get(connection, id_, counts.version)


def _counting(connection: Connection, id_: str) -> CampaignVersion:
    counts = in_force(connection, id_)
    if counts is None:
        raise CampaignUnknownError(f"There is no approved campaign {id_[:40]}.")
    return counts


def _demand(version: CampaignVersion, state: CampaignState) -> None:
    if version.state is not state:
        message = f"Version {version.version} of {version.campaign.id} is {version.state}, not {state}."
        raise CampaignStateError("wrong_state", message)


def _move(
    connection: Connection, version: CampaignVersion, after: CampaignState, *, by: str, reason: str, at: datetime
) -> None:
    """Change the state if it is still what was read: of two people at once one comes too late."""
    id_ = version.campaign.id
    moved = connection.execute(
        _row(id_, version.version).where(campaigns.c.state == version.state.value).values(state=after.value)
    )
    if not moved.rowcount:
        raise CampaignStateError("changed_meanwhile", f"Somebody else has changed {id_} meanwhile; look again.")
    _note(connection, id_, version.version, version.state, after, by=by, reason=reason, at=at)


def _note(
    connection: Connection,
    id_: str,
    version: int,
    before: CampaignState | None,
    after: CampaignState,
    *,
    by: str,
    reason: str,
    at: datetime,
) -> None:
    connection.execute(
        campaign_changes.insert().values(
            campaign_id=id_,
            version=version,
            before=before and before.value,
            after=after.value,
            changed_by=by,
            reason=reason,
            changed_at=at,
        )
    )


def _row(id_: str, version: int) -> sa.Update:
    return campaigns.update().where(campaigns.c.id == id_, campaigns.c.version == version)


def _newest(connection: Connection, id_: str) -> CampaignVersion | None:
    return next(iter(versions(connection, id_)), None)


def _read(row: Any) -> CampaignVersion:
    return CampaignVersion(
        campaign=Campaign.model_validate_json(row.settings),
        version=row.version,
        digest=row.digest,
        state=CampaignState(row.state),
        made_by=row.made_by,
        made_at=row.made_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )
