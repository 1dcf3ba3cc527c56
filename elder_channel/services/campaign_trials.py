"""What a campaign would do that is only being written: real people of a day, masked, and a dry run with its cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.services.greeting_plans import FARTHEST_DAYS, MAY_LOOK
from elder_channel.storage.engine import reading
from greeting_sms.campaign import Campaign
from greeting_sms.campaign_books import live
from greeting_sms.channel import channel_for
from greeting_sms.day_plan import DayPlan, Witness, over_limits, plan_day
from greeting_sms.due import DueBooks
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.occasions import birthday_keys, greeting_year
from greeting_sms.overlaps import Overlap, overlaps
from greeting_sms.planning import DayPlanner, Due, LiveCampaign, in_order
from greeting_sms.prices import MICROS, prices_of
from greeting_sms.templates import clean_name
from greeting_sms.wordings import wording_of

UNAPPROVED = 0
"""Version of a campaign that is only being written."""
_LOOKED_AT = 200
"""People looked at for each key of a day, so that the preview costs the same with a million of them."""
_TOLD_EVERY = 500
_HIDDEN = "＊"


@dataclass(frozen=True)
class Example:
    """What one real person would read; name and number are masked."""

    person: str
    """`C****17`: enough to find again what was seen, too little to say who it is."""
    number: str
    template: str
    language: str
    body: str
    segments: int
    cost: float


@dataclass(frozen=True)
class Examples:
    """Some of the people of a day."""

    day: date
    shown: tuple[Example, ...]
    looked_at: int
    left_out: Counter[str]
    """Of those looked at, why this campaign gives them nothing."""


@dataclass(frozen=True)
class Trial:
    """A dry run of a whole day."""

    told: DayPlan
    cost: float
    over_limits: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True)
class TrialFigures:
    """A dry run in numbers; nobody stands in it."""

    day: date
    due: int
    planned: int
    segments: int
    cost: float
    kinds: Mapping[str, int]
    """Greetings by `campaign / template`."""
    left_out: Mapping[str, int]
    """People who get none, by reason."""
    over_limits: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


TRIAL_TEXT: Final = TypeAdapter(TrialFigures)
"""How it is written down for `services.results`."""


def figures_of(trial: Trial) -> TrialFigures:
    """A dry run in numbers."""
    told, kinds = trial.told, Counter[str]()
    for shelf, count in told.greetings.items():
        kinds[f"{shelf.campaign_id} / {shelf.template}"] += count
    return TrialFigures(
        told.day,
        told.due,
        told.planned,
        told.segments,
        trial.cost,
        dict(kinds),
        dict(told.left_out),
        trial.over_limits,
        trial.overlaps,
    )


class CampaignTrials:
    """Looks at what would be; writes nothing."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def examples(self, campaign: Campaign, day: date, *, by: Account, most: int = 5) -> Examples:
        """Some people whom the campaign would greet on a day, one of each template first.

        Raises NotAllowedError, and CampaignRefusedError for a day that is past or too far ahead.
        """
        allowed_role(self._accounts, by, MAY_LOOK)
        self._demand_day(day)
        found: list[Example] = []
        left_out: Counter[str] = Counter()
        looked_at = 0
        with reading(self._line.databases.greetings).connect() as connection:
            ordered = in_order(_with(live(connection), campaign), day)
        planner = DayPlanner(day, ordered, channel_of=self._channel_of, now=self._line.clock())
        books = DueBooks(day, ordered)
        for key in birthday_keys(day, leap_day=self._line.settings.greetings.leap_day):
            year = greeting_year(key.calendar, day)
            planner.turn_to(key, year)
            page: Sequence[Due] = next(books.pages(self._line.databases.greetings, key, year, page_rows=_LOOKED_AT), [])
            looked_at += len(page)
            for due in page:
                decision = planner.decide(due)
                if isinstance(decision, str):
                    left_out[str(decision)] += 1
                elif decision.campaign_id == campaign.id:
                    found.append(self._example(campaign, due, decision))
        return Examples(day, tuple(_of_each_template(found)[:most]), looked_at, left_out)

    def dry_run(
        self, campaign: Campaign, day: date, *, by: Account, progress: Callable[[int], object] = lambda _: None
    ) -> Trial:
        """What a day's plan would be with this campaign, as it is written, in the place of its approved version.

        `progress` is told now and then how many people have been looked at.
        """
        allowed_role(self._accounts, by, MAY_LOOK)
        self._demand_day(day)
        settings, engine = self._line.settings.greetings, self._line.databases.greetings
        with reading(engine).connect() as connection:
            campaigns = _with(live(connection), campaign)
            ordered = in_order(campaigns, day)
            both = overlaps(connection, day, ordered, leap_day=settings.leap_day)
        told = plan_day(
            engine,
            day,
            campaigns,
            now=self._line.clock(),
            channel_of=self._channel_of,
            outbox=None,
            witness=_counting(progress),
            leap_day=settings.leap_day,
            prices=prices_of(settings),
        )
        return Trial(told, told.cost, tuple(over_limits(told, ordered)), tuple(both))

    def _example(self, campaign: Campaign, due: Due, greeting: PlannedGreeting) -> Example:
        price = prices_of(self._line.settings.greetings).micros(greeting.number) / MICROS
        person = due.group_customer_id
        return Example(
            f"{person[:1]}****{person[-2:]}",
            greeting.number if self._line.settings.privacy.show_numbers else mask_number(greeting.number),
            greeting.template,
            greeting.language,
            _without_name(wording_of(campaign, greeting).body, clean_name(due.name)),
            greeting.segments,
            greeting.segments * price,
        )

    def _demand_day(self, day: date) -> None:
        ahead = (day - _today(self._line.clock())).days
        if not 0 <= ahead <= FARTHEST_DAYS:
            raise CampaignRefusedError("day_out_of_reach", f"{day} is {'past' if ahead < 0 else 'too far ahead'}.")

    def _channel_of(self, number: str) -> str:
        settings = self._line.settings.greetings
        return channel_for(number, mainland=settings.mainland_channel, elsewhere=settings.foreign_channel)


def _counting(progress: Callable[[int], object]) -> Witness:
    """Tells after each few hundred how many there were."""
    seen = 0

    def count(_: Due, decided: object) -> None:
        nonlocal seen
        del decided
        seen += 1
        if seen % _TOLD_EVERY == 0:
            progress(seen)

    return count


def _with(campaigns: Sequence[LiveCampaign], campaign: Campaign) -> list[LiveCampaign]:
    """The campaigns in force with this one in the place of its approved version."""
    return [*(each for each in campaigns if each.campaign.id != campaign.id), LiveCampaign(campaign, UNAPPROVED)]


def _of_each_template(found: Sequence[Example]) -> list[Example]:
    """One of each template first, so that the rare language is seen too."""
    first = {example.template: example for example in reversed(found)}
    return [*first.values(), *(example for example in found if example not in first.values())]


def _without_name(body: str, name: str) -> str:
    """The text with all of the name but its beginning hidden; how long it is stays."""
    return body.replace(name, name[:1] + _HIDDEN * (len(name) - 1)) if len(name) > 1 else body


def _today(now: datetime) -> date:
    return now.astimezone(HOTLINE_ZONE).date()
