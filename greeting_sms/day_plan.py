"""The bulk path: everybody with a birthday on a day, decided and put into the outbox, or only told (dry run)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Protocol

from sqlalchemy.engine import Engine

from greeting_sms.due import PAGE_ROWS, DueBooks, texts_to
from greeting_sms.greeting import Planned, PlannedGreeting
from greeting_sms.occasions import LeapDay, birthday_keys, greeting_year
from greeting_sms.planning import DayPlanner, Due, LiveCampaign, in_order
from greeting_sms.prices import FREE, MICROS, Prices


class PlanTaker(Protocol):
    """Where planned greetings go: the outbox."""

    def plan(self, rows: Sequence[PlannedGreeting], *, at: datetime) -> Planned:
        """Add what is not there yet."""


@dataclass(frozen=True)
class Shelf:
    """Greetings that are alike in everything a plan is told by."""

    campaign_id: str
    campaign_version: int
    variant: str
    language: str
    template: str
    channel: str
    segments: int
    segment_price: float


@dataclass
class DayPlan:
    """What came of a day."""

    day: date
    campaigns: tuple[str, ...]
    """`id v2`, the deciding one first."""
    due: int = 0
    """People with a birthday, held back or not."""
    greetings: Counter[Shelf] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    """People who get none, by reason."""
    new: int = 0
    already: int = 0
    """Greetings that were in the outbox before, as they are."""

    @property
    def planned(self) -> int:
        """Greetings decided, new or not."""
        return self.greetings.total()

    @property
    def segments(self) -> int:
        """What the greetings count together."""
        return sum(shelf.segments * count for shelf, count in self.greetings.items())

    @property
    def cost(self) -> float:
        """In the currency of the prices."""
        return sum(shelf.segments * count * shelf.segment_price for shelf, count in self.greetings.items())


def over_limits(told: DayPlan, campaigns: Sequence[LiveCampaign]) -> list[str]:
    """What a day's limits will not let through, a sentence each: what is over them is not sent, never sent late."""
    found = []
    for live in campaigns:
        id_, limits = live.campaign.id, live.campaign.limits
        own = DayPlan(told.day, (), greetings=_of(told, id_))
        if limits.messages_per_day is not None and own.planned > limits.messages_per_day:
            found.append(
                f"{id_}: {own.planned:,} greetings, and limits.messages_per_day is {limits.messages_per_day:,}"
            )
        if limits.cost_per_day is not None and own.cost > limits.cost_per_day:
            found.append(f"{id_}: they cost {own.cost:,.2f}, and limits.cost_per_day is {limits.cost_per_day:,.2f}")
        hours = own.segments / limits.segments_per_second / 3600
        if hours > live.campaign.window.hours:
            told_hours = f"{hours:,.1f} hours at limits.segments_per_second {limits.segments_per_second:g}"
            found.append(f"{id_}: sending takes {told_hours}, and the window is open {live.campaign.window.hours:g}")
    return found


def _of(told: DayPlan, campaign_id: str) -> Counter[Shelf]:
    return Counter({shelf: count for shelf, count in told.greetings.items() if shelf.campaign_id == campaign_id})


Witness = Callable[[Due, "PlannedGreeting | str"], None]
"""Is shown everybody and what was decided: for previews and lists."""


def plan_day(
    engine: Engine,
    day: date,
    campaigns: Sequence[LiveCampaign],
    *,
    now: datetime,
    channel_of: Callable[[str], str],
    outbox: PlanTaker | None,
    witness: Witness | None = None,
    leap_day: LeapDay = LeapDay.FEBRUARY_28,
    prices: Prices = FREE,
    page_rows: int = PAGE_ROWS,
) -> DayPlan:
    """Plan the birthdays of `day`, the recipients' own; planning it again adds nothing.

    `outbox` None is the dry run. Nobody is missed or doubled by a crash between two pages: the next run decides the
    same and the outbox keeps what it has. Raises LunarDateError outside 1901 to 2100.
    """
    ordered = in_order(campaigns, day)
    told = DayPlan(day, tuple(f"{live.campaign.id} v{live.version}" for live in ordered))
    planner = DayPlanner(day, ordered, channel_of=channel_of, now=now)
    books = DueBooks(day, ordered)
    longest = max((live.campaign.limits.per_number_days for live in ordered), default=1)
    for key in birthday_keys(day, leap_day=leap_day):
        year = greeting_year(key.calendar, day)
        planner.turn_to(key, year)
        for page in books.pages(engine, key, year, page_rows=page_rows):
            if longest > 1:
                planner.count(_texts_before(engine, page, day=day, days=longest))
            rows = _decided(planner, page, told, prices, witness)
            if outbox is not None:
                done = outbox.plan(rows, at=now)
                told.new, told.already = told.new + done.new, told.already + done.already
    return told


_SHELF = ("campaign_id", "campaign_version", "variant", "language", "template", "channel", "segments")
_shelf = itemgetter(*(PlannedGreeting._fields.index(each) for each in _SHELF))
_number = itemgetter(PlannedGreeting._fields.index("number"))


def _decided(
    planner: DayPlanner, page: Sequence[Due], told: DayPlan, prices: Prices, witness: Witness | None
) -> list[PlannedGreeting]:
    rows: list[PlannedGreeting] = []
    for due in page:
        decision = planner.decide(due)
        if witness is not None:
            witness(due, decision)
        if isinstance(decision, str):
            told.left_out[str(decision)] += 1
        else:
            rows.append(decision)
    told.due += len(page)
    priced = map(prices.micros, map(_number, rows))
    for (kind, micros), count in Counter(zip(map(_shelf, rows), priced, strict=True)).items():
        told.greetings[Shelf(**dict(zip(_SHELF, kind, strict=True)), segment_price=micros / MICROS)] += count
    return rows


def _texts_before(engine: Engine, page: Sequence[Due], *, day: date, days: int) -> dict[str, int]:
    numbers = [due.number for due in page if due.number]
    with engine.execution_options(reads_only=True).connect() as connection:
        return texts_to(connection, numbers, day=day, days=days)
