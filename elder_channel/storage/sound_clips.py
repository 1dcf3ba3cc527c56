"""Keeps who agreed to what, and which utterances are kept; the sound itself lies in files."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.learning.model import Consent, SoundClip
from elder_channel.learning.tables import consents, corrections, sound_clips
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.values import as_value


class SqlSoundClipStore:
    """Consents and kept utterances."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def record_consent(self, customer_id: int, *, given: bool, basis: str, by: str, role: str, at: datetime) -> Consent:
        """Add what the customer said; it counts from now on."""
        values = {"customer_id": customer_id, "given": given, "basis": basis, "recorded_by": by, "role": role}
        with writing(self._engine) as connection:
            statement = consents.insert().values(**values, recorded_at=at).returning(*consents.c)
            return as_value(Consent, connection.execute(statement).one())

    def consents_of(self, customer_ids: Collection[int]) -> dict[int, Consent]:
        """The newest word of each of these customers."""
        return self._newest(consents.c.customer_id.in_(sorted(customer_ids))) if customer_ids else {}

    def all_consents(self) -> dict[int, Consent]:
        """The newest word of every customer who was asked."""
        return self._newest(sa.true())

    def _newest(self, where: sa.ColumnElement[bool]) -> dict[int, Consent]:
        query = sa.select(consents).where(where).order_by(consents.c.id)
        with self._reader.begin() as connection:
            return {row.customer_id: as_value(Consent, row) for row in connection.execute(query)}

    def add(self, clip: SoundClip) -> bool:
        """Keep an utterance; False when the consent it names is no longer the customer's newest word, or no yes."""
        newest = sa.select(consents.c.id, consents.c.given).where(consents.c.customer_id == clip.customer_id)
        with writing(self._engine) as connection:
            row = connection.execute(newest.order_by(consents.c.id.desc()).limit(1)).first()
            if row is None or not row.given or row.id != clip.consent_id:
                return False
            connection.execute(sound_clips.insert().values(**vars(clip)))
            return True

    def has(self, clip_id: str) -> bool:
        """Whether the utterance is still to be kept."""
        with self._reader.begin() as connection:
            return (
                connection.execute(sa.select(sound_clips.c.id).where(sound_clips.c.id == clip_id)).first() is not None
            )

    def forget(self, clip_ids: Collection[str]) -> None:
        """Take rows away; their files must be gone by then."""
        with writing(self._engine) as connection:
            connection.execute(sound_clips.delete().where(sound_clips.c.id.in_(sorted(clip_ids))))

    def of_customer(self, customer_id: int) -> list[SoundClip]:
        """What is kept of a customer."""
        return self._select(sound_clips.c.customer_id == customer_id)

    def of_calls(self, sids: Collection[str]) -> list[SoundClip]:
        """What is kept of these calls, oldest first."""
        return self._select(sound_clips.c.call_sid.in_(sorted(sids))) if sids else []

    def all(self) -> list[SoundClip]:
        """Everything kept, oldest first."""
        return self._select(sa.true())

    def due(self, *, kept_before: datetime, unjudged_before: datetime) -> list[SoundClip]:
        """What may not be kept any longer: too old, never judged in time, or of a customer who said no."""
        judged = sa.select(corrections.c.call_sid).where(corrections.c.to_dialect.is_not(None))
        unjudged = (sound_clips.c.heard_at < unjudged_before) & sound_clips.c.call_sid.not_in(judged)
        newest = sa.select(sa.func.max(consents.c.id)).group_by(consents.c.customer_id)
        agreed = sa.select(consents.c.customer_id).where(consents.c.id.in_(newest), consents.c.given)
        refused = sound_clips.c.customer_id.not_in(agreed)
        return self._select((sound_clips.c.heard_at < kept_before) | unjudged | refused)

    def _select(self, where: sa.ColumnElement[bool]) -> list[SoundClip]:
        query = sa.select(sound_clips).where(where).order_by(sound_clips.c.heard_at, sound_clips.c.id)
        with self._reader.begin() as connection:
            return [as_value(SoundClip, row) for row in connection.execute(query)]
