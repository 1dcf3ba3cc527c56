"""What texts have really cost, by the carrier's own list: it takes the place of what they were taken to cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from greeting_sms.spending import Spent, spend
from greeting_sms.tables import attempts, greetings
from greeting_sms.turns import in_turn

PAGE_TEXTS = 500


@dataclass(frozen=True)
class Billed:
    """One text as the carrier bills it."""

    sid: str
    cost_micros: int
    """In millionths of the currency of the caps."""


@runtime_checkable
class TellsPrices(Protocol):
    """A channel whose carrier says what a text has cost."""

    def billed(self, on: date) -> Iterator[Billed]:
        """Every text of that day (GMT) that has a price already. Raises `ChannelSilentError`."""


def read_prices(engine: Engine, channel: TellsPrices, on: date, *, zone_day: Callable[[datetime], date]) -> int:
    """Read a day's prices and put what was spent right; how many texts had cost something else than was thought.

    Reading it again changes nothing. Raises `ChannelSilentError`; what was read until then stays.
    """
    changed, page = 0, list[Billed]()
    for billed in channel.billed(on):
        page.append(billed)
        if len(page) >= PAGE_TEXTS:
            changed += _take(engine, page, zone_day)
            page = []
    return changed + (_take(engine, page, zone_day) if page else 0)


def apply_prices(connection: Connection, billed: Sequence[Billed], *, zone_day: Callable[[datetime], date]) -> int:
    """Put right what was spent for these texts, in the caller's transaction; others are passed over."""
    real = {each.sid: each.cost_micros for each in billed}
    changed = 0
    for row in connection.execute(_OF_TEXTS, {"sids": list(real)}).all():
        difference = real[row.carrier_sid] - row.cost_micros
        if not difference:
            continue
        mine = attempts.c.greeting_id == row.greeting_id, attempts.c.fence == row.fence
        connection.execute(attempts.update().where(*mine).values(cost_micros=real[row.carrier_sid]))
        spend(connection, zone_day(row.began_at), row.channel, row.campaign_id, Spent(cost_micros=difference))
        changed += 1
    return changed


def _take(engine: Engine, page: Sequence[Billed], zone_day: Callable[[datetime], date]) -> int:
    return in_turn(engine, lambda connection: apply_prices(connection, page, zone_day=zone_day))


_OF_TEXTS: sa.Select[Any] = (
    sa.select(
        attempts.c.greeting_id,
        attempts.c.fence,
        attempts.c.carrier_sid,
        attempts.c.channel,
        attempts.c.began_at,
        attempts.c.cost_micros,
        greetings.c.campaign_id,
    )
    .select_from(greetings.join(attempts, attempts.c.greeting_id == greetings.c.id))
    .where(
        # By the number of the greeting's last text, which has an index.
        greetings.c.carrier_sid.in_(sa.bindparam("sids", expanding=True)),
        attempts.c.carrier_sid == greetings.c.carrier_sid,
    )
)
