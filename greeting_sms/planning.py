"""Who is greeted on a day, with which words and when; or why not. Pure: what the books know comes in with each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from bilingual.salutation import Salutations, load_salutations
from greeting_sms.ages import MILESTONES, Counting, age, may_speak_of_age
from greeting_sms.campaign import Campaign
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.letters import Letter, is_mainland, letter_of
from greeting_sms.occasions import Birthday, BirthdayKey
from greeting_sms.templates import Variable, clean_name, pack
from greeting_sms.windows import moments

NOBODY = -1
"""`Due.campaign` of who is in no campaign's audience."""
_SHARES = 10_000
_KEPT = 50_000
"""How much is remembered at once; a day's people are far fewer kinds of people than people."""


class LeftOut(StrEnum):
    """Why somebody with a birthday gets no greeting; the words of `recipients.held_back` stand beside these."""

    NO_NUMBER = "no_number"
    OPTED_OUT = "opted_out"
    GREETED_LATELY = "greeted_lately"  # less than 300 days before or after, whatever became of the birthday
    NO_CAMPAIGN = "no_campaign"  # no approved campaign has this person in its audience
    CONTROL_GROUP = "control_group"
    NO_WORDS = "no_words"  # nobody wrote a template in the person's language
    NO_WINDOW = "no_window"  # the window does not open on that day where the person lives
    WINDOW_OVER = "window_over"  # planned too late
    UNKNOWN_ZONE = "unknown_zone"
    NUMBER_FULL = "number_full"  # others at this number are greeted already


class Due(NamedTuple):
    """Somebody whose birthday it is, with what the books know; the fields are the columns of `greeting_sms.due`."""

    group_customer_id: str
    name: str
    gender: str | None
    number: str | None
    language: str
    dialect: str | None
    region: str | None
    zone: str
    companies: str | None
    """Only where a campaign's words name the company."""
    birth_year: int | None
    """Only where a campaign's words speak of milestones."""
    held_back: str | None
    opted_out: int
    """1 when the number is."""
    greeted_lately: int
    """1 when another greeting may have reached the person within 300 days."""
    campaign: int
    """Place of the deciding campaign in the day's list, or `NOBODY`."""
    person_id: int | None = None
    """The number by which the outbox knows the person; None for one who was never planned."""


@dataclass(frozen=True)
class LiveCampaign:
    """A campaign in an approved version."""

    campaign: Campaign
    version: int


def in_order(campaigns: Sequence[LiveCampaign], day: date) -> tuple[LiveCampaign, ...]:
    """Those that greet this day's birthdays; the one that decides about whoever is in several audiences first."""
    on = [live for live in campaigns if live.campaign.is_on(day)]
    return tuple(sorted(on, key=lambda live: (-live.campaign.priority, live.campaign.id)))


class _Written(NamedTuple):
    """The words of one greeting."""

    template: str
    filled: str
    segments: int


@dataclass(frozen=True)
class _Readers:
    """People who get the same words, but for their names. What is worked out for one name is kept for the next."""

    live: LiveCampaign
    head: tuple[int, str, int]
    """Greeting year, campaign and version: what their greetings begin with."""
    divided: bool
    """Whether there are variants or a control group."""
    per_number: int
    by_surname: bool
    """Whether the salutation has the family name, not the whole one."""
    before: str
    """What stands before the name in the salutation, and what after it."""
    after: str
    values: Mapping[Variable, str]
    letters: Mapping[tuple[str, bool], tuple[Letter, ...]]
    """By variant, and whether the number is of the mainland; the fitting first."""
    hours: tuple[datetime, datetime]
    """Not before and not after, UTC."""
    by_name: bool
    """Whether the words hold the whole name besides the salutation."""
    written: dict[tuple[str, bool, str], _Written]
    """By variant, kind of number, and name or salutation; shared with all who have the same values."""


class DayPlanner:
    """Decides about the people of one birthday key of one day.

    `campaigns` are those of the day, in order; `channel_of` names the channel of a number. One planner sees the people
    of a whole day, through `turn_to`, so that the texts to one number are counted across calendars.
    """

    def __init__(
        self,
        day: date,
        campaigns: Sequence[LiveCampaign],
        *,
        channel_of: Callable[[str], str],
        now: datetime,
        salutations: Salutations | None = None,
    ) -> None:
        self._day = day
        self._campaigns = campaigns
        self._channel_of = channel_of
        self._now = now
        self._salutations = salutations or load_salutations()
        self._letters = [_letters(live.campaign) for live in campaigns]
        self._readers: dict[tuple[object, ...], _Readers | LeftOut] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._written: dict[tuple[object, ...], dict[tuple[str, bool, str], _Written]] = {}
        self._to_number: dict[str, int] = {}
        self._key: BirthdayKey | None = None
        self._greeting_year = 0

    def turn_to(self, key: BirthdayKey, greeting_year: int) -> None:
        """The rows that follow are of this key."""
        self._key, self._greeting_year = key, greeting_year
        self._readers.clear()

    def count(self, texts: Mapping[str, int]) -> None:
        """Texts that numbers got or will get on other days, where a campaign's limit spans several."""
        for number, sent in texts.items():
            self._to_number.setdefault(number, sent)

    def decide(self, due: Due) -> PlannedGreeting | str:
        """The greeting, or why there is none: a word of `LeftOut`, or of what the person is held back for."""
        (person, name, gender, number, language, dialect, region, zone, companies, birth_year, held_back, opted_out,
         lately, which, person_id) = due  # fmt: skip
        if held_back:
            return held_back
        if not number:
            return LeftOut.NO_NUMBER
        if opted_out:
            return LeftOut.OPTED_OUT
        if lately:
            return LeftOut.GREETED_LATELY
        if which == NOBODY:
            return LeftOut.NO_CAMPAIGN
        kind = (which, language, gender, dialect, region, zone, companies, birth_year)
        readers = self._readers.get(kind) or self._read(kind, due)
        if isinstance(readers, LeftOut):
            return readers
        variant = ""
        if readers.divided:
            drawn = variant_of(readers.live.campaign, person)
            if drawn is None:
                return LeftOut.CONTROL_GROUP
            variant = drawn
        sent = self._to_number.get(number, 0)
        if sent >= readers.per_number:
            return LeftOut.NUMBER_FULL
        self._to_number[number] = sent + 1
        named = self._names.get(name) or self._read_name(name)
        part = named[readers.by_surname]
        saluted = f"{readers.before}{part}{readers.after}" if part else ""
        words = variant, is_mainland(number), named[0] if readers.by_name else saluted
        written = readers.written.get(words) or self._write(readers, words, named[0], saluted)
        channel = self._channel_of(number)
        # The fields of a PlannedGreeting in their order; its own constructor would take a tenth of the time of a plan.
        return tuple.__new__(
            PlannedGreeting,
            (person, *readers.head, variant, self._day, number, channel, language, *written, *readers.hours, person_id),
        )

    def _write(self, readers: _Readers, words: tuple[str, bool, str], name: str, saluted: str) -> _Written:
        """The first letter that is short enough; the last one, which is plain, whatever its length."""
        values = {**readers.values, Variable.SALUTATION: saluted, Variable.NAME: name}
        for letter in readers.letters[words[:2]]:
            filled = letter.template.fill(values)
            segments = letter.segments(filled)
            if segments <= readers.live.campaign.most_segments:
                break
        if len(readers.written) >= _KEPT:
            readers.written.clear()
        written = readers.written[words] = _Written(letter.template.id, pack(filled), segments)
        return written

    def _read_name(self, name: str) -> tuple[str, str]:
        """The name as it may be printed, and the family name of it; both empty where it may not."""
        if len(self._names) >= _KEPT:
            self._names.clear()
        printed = clean_name(name)
        named = self._names[name] = printed, self._salutations.surname(printed)
        return named

    def _read(self, kind: tuple[object, ...], due: Due) -> _Readers | LeftOut:
        if len(self._readers) >= _KEPT:
            self._readers.clear()
        readers = self._readers[kind] = self._readers_like(due)
        return readers

    def _readers_like(self, due: Due) -> _Readers | LeftOut:
        """What everybody of this kind gets, or why nobody of it gets anything."""
        live = self._campaigns[due.campaign]
        campaign = live.campaign
        letters = {
            (variant, mainland): each
            for (language, variant, mainland), each in self._letters[due.campaign].items()
            if language == due.language
        }
        if not letters:
            return LeftOut.NO_WORDS
        try:
            window = moments(campaign.window, day=self._day, zone=due.zone)
        except ValueError:
            return LeftOut.UNKNOWN_ZONE
        if window is None:
            return LeftOut.NO_WINDOW
        if window[1] <= self._now:
            return LeftOut.WINDOW_OVER
        pattern = self._salutations.pattern(
            language=due.language, style=campaign.manner, gender=due.gender, dialect=due.dialect, region=due.region
        )
        by_surname = "{surname}" in pattern
        before, _, after = pattern.partition("{surname}" if by_surname else "{name}")
        values = self._values(campaign, due)
        shared = (due.campaign, due.language, *sorted(values.items()))
        return _Readers(
            live=live,
            head=(self._greeting_year, campaign.id, live.version),
            divided=bool(campaign.variants or campaign.control_percent),
            per_number=campaign.limits.per_number,
            by_surname=by_surname,
            before=before,
            after=after,
            values=values,
            letters=letters,
            hours=window,
            by_name=campaign.uses(Variable.NAME),
            written=self._written.setdefault(shared, {}),
        )

    def _values(self, campaign: Campaign, due: Due) -> dict[Variable, str]:
        values = {}
        names = [
            campaign.company_names[id_] for id_ in (due.companies or "").split(",") if id_ in campaign.company_names
        ]
        if names:
            values[Variable.COMPANY] = next((each[of] for each in names for of in each if of == due.language), "")
        if campaign.milestones != "never" and self._key is not None:
            values[Variable.AGE_WORDS] = self._age_words(campaign, due)
        return values

    def _age_words(self, campaign: Campaign, due: Due) -> str:
        assert self._key is not None
        birthday = Birthday(self._key.calendar, self._key.month, self._key.day, self._key.leap, due.birth_year)
        if not may_speak_of_age(birthday, self._day):
            return ""
        reached = age(birthday, self._day, Counting(campaign.milestones))
        milestone = MILESTONES.get(reached) if reached is not None else None
        if milestone is None:
            return ""
        return f"{milestone.en} " if due.language == "en" else milestone.zh  # happy {age_words|}birthday


def variant_of(campaign: Campaign, person: str) -> str | None:
    """The variant somebody gets, empty where there are none; None in the control group. Always the same of both."""
    if not campaign.control_percent and not campaign.variants:
        return ""
    digest = int.from_bytes(blake2b(f"{campaign.id}\x00{person}".encode(), digest_size=8).digest(), "big")
    control, share = divmod(digest % _SHARES**2, _SHARES)
    if control < campaign.control_percent * _SHARES // 100:
        return None
    for variant in campaign.variants:
        share -= variant.percent * _SHARES // 100
        if share < 0:
            return variant.id
    return ""


def _letters(campaign: Campaign) -> dict[tuple[str, str, bool], tuple[Letter, ...]]:
    """By language, variant and whether for the mainland."""
    variants = [variant.id for variant in campaign.variants] or [""]
    return {
        (language.value, variant, mainland): tuple(
            letter_of(campaign, text, mainland=mainland) for text in campaign.texts(language, variant)
        )
        for language in {text.language for text in campaign.templates}
        for variant in variants
        for mainland in (True, False)
    }
