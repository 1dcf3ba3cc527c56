"""Test texts of campaigns in the books: asked for once by token, written before the request, nobody's greeting.

They have a table of their own: no greeting year, no household and no plan ever counts them. Money they do cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.channel import Outcome, OutgoingText, PostResult, Wording
from greeting_sms.spending import Spent, spend
from greeting_sms.states import RANK, GreetingState
from greeting_sms.tables import receipts, test_texts

NO_GREETING = 0
"""The greeting a test text's reference names: none has this number, so that no receipt of a test changes one."""
VALID = timedelta(minutes=10)
"""A carrier that has not passed a test text on by then may drop it."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Trial:
    """One text to be sent as a test."""

    template: str
    number: str
    channel: str
    wording: Wording
    cost_micros: int


@dataclass(frozen=True)
class TrialText:
    """A test text as the books have it."""

    id: int
    token: str
    campaign_id: str
    campaign_version: int
    template: str
    number: str
    channel: str
    segments: int
    asked_by: str
    asked_at: datetime
    outcome: str | None
    """Of the request; None while it is under way, or where the process died in it: it is never made again."""
    carrier_sid: str | None
    error_code: str | None
    arrived: str | None = None
    """The carrier's weightiest receipt, if any came."""

    @property
    def stands_at(self) -> str:
        """In one word: the receipt's, else the answer's, else that nobody knows."""
        return self.arrived or self.outcome or Outcome.UNKNOWN.value


@dataclass(frozen=True)
class Asked:
    """Who asks for a test, of what, under which token, and on which day the money counts."""

    token: str
    campaign_id: str
    campaign_version: int
    by: str
    at: datetime
    today: date


def of_token(connection: Connection, token: str) -> list[TrialText]:
    """What was sent under the token before."""
    return _read(connection, test_texts.c.token == token)


def newest(connection: Connection, campaign_id: str, *, most: int) -> list[TrialText]:
    """The campaign's test texts, the newest first."""
    return _read(connection, test_texts.c.campaign_id == campaign_id, newest_first=True, most=most)


def asked_since(connection: Connection, since: datetime) -> int:
    """How many test texts were asked for, of all campaigns; a clock set back makes it no less."""
    asked = sa.select(sa.func.count()).select_from(test_texts).where(test_texts.c.asked_at > since)
    return int(connection.execute(asked).scalar_one())


def write(connection: Connection, asked: Asked, trials: Sequence[Trial]) -> dict[int, Trial] | None:
    """Write the texts down before any request, and what they cost; by their number. None: the token was used."""
    ids: dict[int, Trial] = {}
    for trial in trials:
        id_ = connection.execute(_insert(connection).values(_row(asked, trial))).scalar()
        if id_ is None:
            return None
        ids[id_] = trial
        _spend(connection, asked, trial, +1)
    return ids


def answered(connection: Connection, asked: Asked, id_: int, trial: Trial, result: PostResult) -> None:
    """Write down what came of one; what the carrier has not taken costs nothing."""
    values = {
        "outcome": result.outcome.value,
        "carrier_sid": result.sid or None,
        "error_code": result.code[:16] or None,
    }
    connection.execute(test_texts.update().where(test_texts.c.id == id_).values(values))
    if result.outcome is Outcome.NOT_TAKEN:
        _spend(connection, asked, trial, -1)


def outgoing(id_: int, trial: Trial, *, at: datetime) -> OutgoingText:
    """The text as a channel takes it."""
    return OutgoingText(NO_GREETING, id_, trial.number, trial.wording, at + VALID)


def forget_before(connection: Connection, before: datetime) -> int:
    """Forget tests that are older, with their receipts; how many."""
    old = test_texts.c.asked_at < before
    sids = sa.select(test_texts.c.carrier_sid).where(old, test_texts.c.carrier_sid.is_not(None))
    connection.execute(receipts.delete().where(receipts.c.carrier_sid.in_(sids)))
    return connection.execute(test_texts.delete().where(old)).rowcount


def _row(asked: Asked, trial: Trial) -> dict[str, Any]:
    return {
        "token": asked.token,
        "campaign_id": asked.campaign_id,
        "campaign_version": asked.campaign_version,
        "template": trial.template,
        "number": trial.number,
        "channel": trial.channel,
        "segments": trial.wording.segments,
        "asked_by": asked.by,
        "asked_at": asked.at,
    }


def _spend(connection: Connection, asked: Asked, trial: Trial, sign: int) -> None:
    spent = Spent(sign, sign * trial.wording.segments, sign * trial.cost_micros)
    spend(connection, asked.today, trial.channel, asked.campaign_id, spent)


def _insert(connection: Connection) -> Any:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(test_texts).on_conflict_do_nothing().returning(test_texts.c.id)


def _read(
    connection: Connection, *where: sa.ColumnElement[bool], newest_first: bool = False, most: int | None = None
) -> list[TrialText]:
    order = test_texts.c.id.desc() if newest_first else test_texts.c.id
    rows = connection.execute(sa.select(test_texts).where(*where).order_by(order).limit(most)).all()
    said = _arrived(connection, [row.carrier_sid for row in rows if row.carrier_sid])
    return [TrialText(**row._asdict(), arrived=said.get(row.carrier_sid)) for row in rows]


def _arrived(connection: Connection, sids: Sequence[str]) -> dict[str, str]:
    """The weightiest receipt of each text."""
    asked = sa.select(receipts.c.carrier_sid, receipts.c.status).where(receipts.c.carrier_sid.in_(sids))
    by_weight = sorted(connection.execute(asked), key=lambda row: RANK.get(GreetingState(row[1]), 0))
    return {sid: status for sid, status in by_weight}  # noqa: C416 - the last of a text counts
