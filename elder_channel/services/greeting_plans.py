"""Planning greetings: a day into the outbox, the same as a dry run, and what one customer would get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.storage.engine import reading
from greeting_sms.campaign_books import live
from greeting_sms.channel import channel_for
from greeting_sms.day_plan import DayPlan, Witness, over_limits, plan_day
from greeting_sms.due import DueBooks, greeting_of
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.occasions import Birthday, greeting_year, next_birthday
from greeting_sms.outbox import Outbox
from greeting_sms.overlaps import Overlap, overlaps
from greeting_sms.planning import DayPlanner, LiveCampaign, in_order
from greeting_sms.prices import prices_of
from greeting_sms.recipients import birthday_of, find
from greeting_sms.wordings import wording_of

log = structlog.get_logger()

MAY_PLAN = frozenset({Role.ADMINISTRATOR, Role.APPROVER})
MAY_LOOK = MAY_PLAN | {Role.EDITOR, Role.SUPERVISOR}
FARTHEST_DAYS = 370
"""A plan further ahead than a year, or back, is a mistyped day."""


@dataclass(frozen=True)
class Preview:
    """What one customer gets on the next birthday, or why nothing."""

    group_customer_id: str
    birthday_on: date | None
    """None where the books have no birthday."""
    greeting_year: int | None
    greeting: PlannedGreeting | None
    body: str
    """All that would be read on the phone; empty where nothing is sent."""
    left_out: str
    """Why nothing is; empty where something is."""
    campaign: str
    """`id v2` of the one that decides; empty where none does."""
    in_outbox: str
    """State of the greeting of that year in the outbox, if it is there already."""


class GreetingPlans:
    """Plans of the greetings."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def plan(self, day: date, *, by: Account) -> DayPlan:
        """Put the greetings of a day's birthdays into the outbox. Doing it again adds nothing.

        Raises NotAllowedError, and CampaignRefusedError for a day that is past or too far ahead.
        """
        allowed_role(self._accounts, by, MAY_PLAN)
        told = self._plan(day, witness=None, dry=False)
        log.info("greetings.planned", day=day.isoformat(), due=told.due, new=told.new, already=told.already)
        return told

    def dry_run(self, day: date, *, by: Account, witness: Witness | None = None) -> DayPlan:
        """What `plan` would do; nothing is written."""
        allowed_role(self._accounts, by, MAY_LOOK)
        return self._plan(day, witness=witness, dry=True)

    def overlaps(self, day: date, *, by: Account) -> list[Overlap]:
        """How many of a day's people are in the audience of several campaigns, and which of them decides."""
        allowed_role(self._accounts, by, MAY_LOOK)
        with reading(self._line.databases.greetings).connect() as connection:
            ordered = in_order(live(connection), day)
            return overlaps(connection, day, ordered, leap_day=self._line.settings.greetings.leap_day)

    def over_limits(self, told: DayPlan) -> list[str]:
        """What the campaigns' limits of a day will not let through, a sentence each."""
        with reading(self._line.databases.greetings).connect() as connection:
            ordered = in_order(live(connection), told.day)
        return over_limits(told, ordered)

    def body(self, greeting: PlannedGreeting) -> str:
        """All that would be read on the phone."""
        with reading(self._line.databases.greetings).connect() as connection:
            return self._body(live(connection), greeting)

    def preview(self, group_customer_id: str, *, by: Account) -> Preview:
        """What a customer gets on the next birthday, today's included. Raises CampaignRefusedError for a stranger."""
        allowed_role(self._accounts, by, MAY_LOOK)
        with reading(self._line.databases.greetings).connect() as connection:
            row = find(connection, group_customer_id)
            if row is None:
                raise CampaignRefusedError("customer_unknown", f"There is no customer {group_customer_id[:64]}.")
            birthday = birthday_of(row)
            if birthday is None:
                why = row.held_back or "no_birthday"
                return Preview(group_customer_id, None, None, None, "", why, "", "")
            return self._preview(connection, group_customer_id, birthday)

    def _preview(self, connection: Connection, person: str, birthday: Birthday) -> Preview:
        now = self._line.clock()
        yesterday = now.astimezone(HOTLINE_ZONE).date() - timedelta(days=1)
        day = next_birthday(birthday, yesterday, leap_day=self._line.settings.greetings.leap_day)
        year = greeting_year(birthday.calendar, day)
        ordered = in_order(live(connection), day)
        planner = self._planner(day, ordered, now)
        planner.turn_to(birthday.key, year)
        due = DueBooks(day, ordered).one(connection, birthday.key, year, person)
        assert due is not None, "the books had the person a moment ago, in the same transaction"
        decision = planner.decide(due)
        greeting = None if isinstance(decision, str) else decision
        deciding = ordered[due.campaign] if due.campaign >= 0 else None
        return Preview(
            person,
            day,
            year,
            greeting,
            self._body(ordered, greeting) if greeting else "",
            "" if greeting else str(decision),
            f"{deciding.campaign.id} v{deciding.version}" if deciding else "",
            greeting_of(connection, person, year) or "",
        )

    def _plan(self, day: date, *, witness: Witness | None, dry: bool) -> DayPlan:
        engine, now = self._line.databases.greetings, self._line.clock()
        ahead = (day - now.astimezone(HOTLINE_ZONE).date()).days
        if not -1 <= ahead <= FARTHEST_DAYS:
            raise CampaignRefusedError("day_out_of_reach", f"{day} is {'past' if ahead < 0 else 'too far ahead'}.")
        with reading(engine).connect() as connection:
            campaigns = live(connection)
        return plan_day(
            engine,
            day,
            campaigns,
            now=now,
            channel_of=self._channel_of,
            outbox=None if dry else Outbox(engine),
            witness=witness,
            leap_day=self._line.settings.greetings.leap_day,
            prices=prices_of(self._line.settings.greetings),
        )

    def _planner(self, day: date, ordered: tuple[LiveCampaign, ...], now: datetime) -> DayPlanner:
        return DayPlanner(day, ordered, channel_of=self._channel_of, now=now)

    def _channel_of(self, number: str) -> str:
        settings = self._line.settings.greetings
        return channel_for(number, mainland=settings.mainland_channel, elsewhere=settings.foreign_channel)

    def _body(self, campaigns: tuple[LiveCampaign, ...] | list[LiveCampaign], greeting: PlannedGreeting) -> str:
        known = {(each.campaign.id, each.version): each.campaign for each in campaigns}
        return wording_of(known[greeting.campaign_id, greeting.campaign_version], greeting).body
