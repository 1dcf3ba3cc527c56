"""Keeps the texts that bring personal links: a link and its text are written together, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.one_tap.model import Link, LinkText
from elder_channel.one_tap.tables import one_tap_texts
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.one_tap import hold, keep_link
from greeting_sms.channel import Outcome

ASKED_TWICE = timedelta(minutes=1)
"""Whoever asks again so soon pressed twice: the first text is on its way."""
HOUR = timedelta(hours=1)
_NOT_OUT = (Outcome.NOT_TAKEN.value, Outcome.REFUSED.value)


class NotKept(StrEnum):
    """Why nothing was written."""

    TOO_MANY_LINKS = "too_many_links"  # made for the number within a day
    TOO_MANY_TEXTS = "too_many_texts"  # sent to the number within an hour


@dataclass(frozen=True)
class Kept:
    """A text in the books."""

    text: LinkText
    repeated: bool = False
    """Whether it is the one asked for a moment ago; then nothing new was written."""


class SqlLinkTextStore:
    """Texts by link."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def add(self, link: Link, text: LinkText, *, links_per_day: int, texts_per_hour: int) -> Kept | NotKept:
        """Keep a link and its text, both or neither; within a minute of the last text that one is told instead.

        A text that certainly did not leave counts for nothing here.
        """
        with writing(self._engine) as connection:
            hold(connection, link.number)
            lately = self._since(connection, link.number, text.asked_at - HOUR)
            if lately and lately[0].asked_at > text.asked_at - ASKED_TWICE:
                return Kept(lately[0], repeated=True)
            if len(lately) >= texts_per_hour:
                return NotKept.TOO_MANY_TEXTS
            kept = keep_link(connection, link, most_per_day=links_per_day)
            if kept is None:
                return NotKept.TOO_MANY_LINKS
            row = {name: value for name, value in vars(text).items() if name != "id"} | {"link_id": kept.id}
            statement = one_tap_texts.insert().values(**row).returning(one_tap_texts)
            return Kept(_to_text(connection.execute(statement).one()))

    def answered(self, text_id: int, *, outcome: Outcome, sid: str, code: str) -> None:
        """Keep what the carrier said."""
        values = {"outcome": outcome.value, "carrier_sid": sid or None, "error_code": code[:16] or None}
        with writing(self._engine) as connection:
            connection.execute(one_tap_texts.update().where(one_tap_texts.c.id == text_id).values(**values))

    def newest(self, most: int) -> list[LinkText]:
        """The latest texts, newest first."""
        with self._reader.begin() as connection:
            rows = connection.execute(sa.select(one_tap_texts).order_by(one_tap_texts.c.id.desc()).limit(most))
            return [_to_text(row) for row in rows]

    @staticmethod
    def _since(connection: sa.Connection, number: str, moment: datetime) -> Sequence[LinkText]:
        """The number's texts that may have left since then, newest first."""
        texts = one_tap_texts.c
        out = texts.outcome.is_(None) | texts.outcome.not_in(_NOT_OUT)
        query = sa.select(one_tap_texts).where(texts.number == number, texts.asked_at > moment, out)
        return [_to_text(row) for row in connection.execute(query.order_by(texts.id.desc()))]


def _to_text(row: sa.Row[Any]) -> LinkText:
    return LinkText(**row._mapping)
