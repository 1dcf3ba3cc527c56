"""People with birthdays, campaigns without words of their own, and a sender on a loopback carrier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from greeting_sms.adapters.loopback import Faults, LoopbackCarrier, LoopbackChannel, no_faults
from greeting_sms.channel import SmsChannel, Wording
from greeting_sms.dispatch import Pacing, Sender
from greeting_sms.gates import Breaker, Pace
from greeting_sms.greeting import ClaimedGreeting, PlannedGreeting
from greeting_sms.outbox import Outbox
from greeting_sms.reconcile import Patience, Reconciled, reconcile
from greeting_sms.sending_limits import CampaignRules, ChannelRules
from greeting_sms.tables import greetings, recipients

BIRTHDAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 2, tzinfo=UTC)
"""Ten o'clock in Shanghai, within the window."""
OPENS, CLOSES = datetime(2026, 11, 22, 1, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def number_of(n: int) -> str:
    """A fictitious number."""
    return f"+86591{n:08d}"


def planned(n: int, **changes: Any) -> PlannedGreeting:
    """Person `n`'s greeting of this year."""
    row = PlannedGreeting(
        f"c{n}", 2026, "birthday", 1, "", BIRTHDAY, number_of(n), "loopback", "zh", "plain", f"陈{n}", 1, OPENS, CLOSES
    )
    return row._replace(**changes)


def add_people(engine: Engine, rows: Sequence[PlannedGreeting], **changes: Any) -> None:
    """The people of these greetings, in the books."""
    values = [
        {
            "group_customer_id": row.group_customer_id,
            "name": row.salutation,
            "number": row.number,
            "language": row.language,
            "zone": "Asia/Shanghai",
            "companies": "life",
            "calendar": "solar",
            "birth_month": row.birthday_on.month,
            "birth_day": row.birthday_on.day,
            "updated_at": MORNING,
            **changes,
        }
        for row in {row.group_customer_id: row for row in rows}.values()
    ]
    with engine.begin() as connection:
        connection.execute(recipients.insert(), values)


@dataclass
class SteadyClock:
    """Stands still until it is moved."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    def move(self, **by: float) -> None:
        """Forward, or back."""
        self.now += timedelta(**by)


@dataclass
class PlainCampaigns:
    """Campaigns that say one sentence."""

    running_now: tuple[CampaignRules, ...] = (CampaignRules("birthday"),)

    def running(self, connection: Connection) -> Sequence[CampaignRules]:
        """All of them."""
        return self.running_now

    def wording(self, row: ClaimedGreeting) -> Wording | None:
        """`gone` is a template that is not there any more."""
        if row.template == "gone":
            return None
        return Wording(f"【平安】{row.salutation}，生日快乐！", row.segments, "平安", "T1", {"name": row.salutation})


RULES = ChannelRules(
    "loopback",
    Pace(10_000.0),
    Breaker(window_seconds=600, least_answers=20, refused_ratio=0.5, filtered_ratio=0.1, pause_seconds=900),
)
PATIENCE = Patience(timedelta(minutes=1), timedelta(minutes=15))


@dataclass
class Post:
    """The outbox with a loopback carrier, a sender, and a clock that stands still."""

    engine: Engine
    faults: Faults = no_faults
    rules: ChannelRules = RULES
    clock: SteadyClock = field(default_factory=SteadyClock)
    campaigns: PlainCampaigns = field(default_factory=PlainCampaigns)
    batch: int = 50
    threads: int = 1

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.engine)
        self.carrier = LoopbackCarrier(clock=self.clock, faults=lambda: self.faults())
        self.channel: SmsChannel = LoopbackChannel(self.carrier, self.clock)
        self.sender = self.another_sender("one")

    def another_sender(self, owner: str, channel: SmsChannel | None = None) -> Sender:
        """A sender beside the first."""
        return Sender(
            self.engine,
            [(channel or self.channel, self.rules)],
            self.campaigns,
            owner=owner,
            pacing=Pacing(self.batch, timedelta(seconds=300), self.threads),
            clock=self.clock,
            zone_day=lambda at: at.astimezone(SHANGHAI).date(),
        )

    def plan(self, *rows: PlannedGreeting, known: bool = True) -> None:
        """Into the outbox, and, unless they are there, into the books."""
        if known:
            add_people(self.engine, rows)
        self.outbox.plan(rows, at=self.clock())

    def reconcile(self) -> Reconciled:
        """One look at what is in doubt."""
        return reconcile(self.engine, self.channel, patience=PATIENCE, now=self.clock())

    def states(self) -> dict[str, str]:
        """State by person; with the reason where there is one."""
        asked = sa.select(greetings.c.group_customer_id, greetings.c.state, greetings.c.reason).order_by(greetings.c.id)
        with self.engine.begin() as connection:
            rows = connection.execute(asked).all()
        return {row[0]: f"{row[1]}: {row[2]}" if row[2] else row[1] for row in rows}

    def close(self) -> None:
        """End the threads."""
        self.sender.close()


def slower(rules: ChannelRules, segments_per_second: float) -> ChannelRules:
    """The same channel at another pace."""
    return replace(rules, pace=Pace(segments_per_second))
