"""Keeps the personal links; pressing the button uses one up and asks for its call in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.customers.tables import customer_numbers
from elder_channel.one_tap.model import Link
from elder_channel.one_tap.tables import one_tap_links, one_tap_texts
from elder_channel.outbound.model import ACTIVE, NewRequest, Reason
from elder_channel.outbound.tables import outbound_requests
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.outbound import keep_request


@dataclass(frozen=True)
class Taps:
    """Callbacks by links so far."""

    of_number_within_hour: int
    of_all_within_minute: int


class SqlOneTapStore:
    """Links by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def numbers_of(self, customer_id: int) -> tuple[str, ...]:
        """The numbers registered for a customer; none where there is no such customer."""
        query = sa.select(customer_numbers.c.number).where(customer_numbers.c.customer_id == customer_id)
        with self._reader.begin() as connection:
            return tuple(connection.scalars(query.order_by(customer_numbers.c.number)))

    def add(self, link: Link, *, most_per_day: int) -> Link | None:
        """Keep a new link (its id is given here); None when the number has had `most_per_day` within a day."""
        with writing(self._engine) as connection:
            hold(connection, link.number)
            return keep_link(connection, link, most_per_day=most_per_day)

    def find(self, name: str) -> Link | None:
        """The link with this name."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(one_tap_links).where(one_tap_links.c.name == name)).first()
        return _to_link(row) if row else None

    def use(self, link: Link, request: NewRequest, *, allowed: Callable[[Taps], bool]) -> bool:
        """Use the link up and ask for its call, both or neither; False when that is one too many.

        A link used before, or one of a number that is being called already, asks for nothing more and is no fault:
        however often the button is pressed, the phone rings once.
        """
        now = request.requested_at
        with writing(self._engine) as connection:
            hold(connection, link.number)
            mine = one_tap_links.c.id == link.id
            used = connection.scalar(sa.select(one_tap_links.c.used_at).where(mine))
            if used is not None or _is_being_called(connection, link.number):
                return True
            if not allowed(_taps(connection, link.number, now)):
                return False
            fresh = mine, one_tap_links.c.used_at.is_(None), one_tap_links.c.expires_at > now
            if connection.execute(one_tap_links.update().where(*fresh).values(used_at=now)).rowcount:
                keep_request(connection, request)
            return True

    def erase_before(self, moment: datetime) -> int:
        """Forget links that ended before `moment`, and the texts that brought them (law 7); how many links."""
        old = one_tap_links.c.expires_at < moment
        texts = one_tap_texts.c.link_id.in_(sa.select(one_tap_links.c.id).where(old))
        with writing(self._engine) as connection:
            connection.execute(one_tap_texts.delete().where(texts))
            return int(connection.execute(one_tap_links.delete().where(old)).rowcount)


def keep_link(connection: sa.Connection, link: Link, *, most_per_day: int) -> Link | None:
    """Write a link down in the caller's transaction, which holds the number; None when it is one too many."""
    row = {name: value for name, value in vars(link).items() if name != "id"}
    day = one_tap_links.c.made_at > link.made_at - timedelta(days=1)
    if _count(connection, one_tap_links.c.number == link.number, day) >= most_per_day:
        return None
    return _to_link(connection.execute(one_tap_links.insert().values(**row).returning(one_tap_links)).one())


def hold(connection: sa.Connection, number: str) -> None:
    """Let nobody else count this number's links and taps meanwhile; a file of SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"one-tap {number}"))))


def _taps(connection: sa.Connection, number: str, now: datetime) -> Taps:
    requests = outbound_requests.c
    mine = sa.select(sa.func.count()).where(requests.reason == Reason.ONE_TAP)
    of_number = mine.where(requests.number == number, requests.requested_at > now - timedelta(hours=1))
    of_all = mine.where(requests.requested_at > now - timedelta(minutes=1))
    return Taps(connection.scalar(of_number) or 0, connection.scalar(of_all) or 0)


def _is_being_called(connection: sa.Connection, number: str) -> bool:
    requests = outbound_requests.c
    mine = requests.number == number, requests.reason == Reason.ONE_TAP, requests.state.in_(ACTIVE)
    return connection.execute(sa.select(requests.id).where(*mine).limit(1)).first() is not None


def _count(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(one_tap_links).where(*where)) or 0


def _to_link(row: Row[Any]) -> Link:
    return Link(**row._mapping)
