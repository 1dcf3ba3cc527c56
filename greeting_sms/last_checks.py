"""The last look before a greeting leaves: much may have happened since it was planned (law 6).

`facts_about` reads what the books say now, in the transaction that also writes the attempt; `verdict` is pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms import holds
from greeting_sms.errors import LunarDateError
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.occasions import BirthdayKey, Calendar, birthday_keys
from greeting_sms.states import MAY_HAVE_REACHED, GreetingState, stands_at, written
from greeting_sms.tables import bad_numbers, greetings, opt_outs, recipients, reply_holds

GUARD = timedelta(days=300)
"""No second greeting within so many days: lunar birthdays lie 353 days apart at the least."""
LEAST_TIME = timedelta(seconds=30)
"""A greeting with less time than this is not begun: its request may take that long."""
LOOK_AGAIN = timedelta(minutes=10)
"""A greeting that waits for somebody to read a reply is looked at so often; at once where the reply was read."""


class Held(StrEnum):
    """Why a greeting does not leave after all."""

    OPTED_OUT = "opted_out"
    NUMBER_CHANGED = "number_changed"
    BAD_NUMBER = "bad_number"  # the carrier has said that it takes no texts
    NOT_A_RECIPIENT = "not_a_recipient"  # taken out of the books
    GREETED_LATELY = "greeted_lately"  # within 300 days, under another greeting year
    HOUSEHOLD_FULL = "household_full"  # the phone has had its greetings of this day
    UNREAD_REPLY = holds.UNREAD_REPLY  # waits until somebody has read a reply of this number
    WINDOW_OVER = "window_over"
    NO_WORDING = "no_wording"  # its template is not there any more


@dataclass(frozen=True)
class Facts:
    """What the books say now of the rows of one batch, and what this batch has added to it so far."""

    held: Mapping[int, str]
    """Why the books or a carrier's word hold a greeting back, by its number; most batches have none."""
    greeted_on: dict[str, list[date]] = field(default_factory=dict)
    """Days of other greetings that may have reached the person, by group customer."""
    household: dict[tuple[str, date], int] = field(default_factory=dict)
    """Greetings that may have reached a number, by number and day."""

    @property
    def is_something(self) -> bool:
        """Whether there is anything to know; of most batches there is not."""
        return bool(self.held or self.greeted_on or self.household)

    def count(self, greeting: ClaimedGreeting) -> None:
        """This greeting leaves: the next ones of the batch see it."""
        day = greeting.birthday_on
        self.greeted_on.setdefault(greeting.group_customer_id, []).append(day)
        self.household[greeting.number, day] = self.household.get((greeting.number, day), 0) + 1


class InTheBooks(NamedTuple):
    """What is in the books about a greeting that cannot simply go; the columns of the query."""

    id: int
    number: str
    opted_out: str | None
    bad: str | None
    person: str | None
    current_number: str | None
    held_back: str | None
    awaited: bool | None = None
    """A reply of the number is still to be read."""


def why_held(now: InTheBooks) -> str:
    """The reason, the worst first: a greeting to the dead is the worst error there is; what only waits comes last."""
    if now.person is None:
        return Held.NOT_A_RECIPIENT
    if now.held_back:
        return now.held_back
    if now.opted_out:
        return Held.OPTED_OUT
    if now.bad:
        return Held.BAD_NUMBER
    return Held.UNREAD_REPLY if now.current_number == now.number else Held.NUMBER_CHANGED


def facts_about(connection: Connection, batch: Sequence[ClaimedGreeting], *, holder: str) -> Facts:
    """Read the facts about the rows of one claim that `holder` still has.

    One question finds the rows about which there may be anything to know; most batches have none.
    """
    if not batch:
        return Facts({})
    days = {each.birthday_on for each in batch}
    of_claim, guarded = claim_of(holder, batch[0]), _guarded(days)
    may_be_odd = _MAY_BE_ODD_OF_A_DAY if len(days) == 1 else _MAY_BE_ODD
    found = connection.execute(may_be_odd, {**of_claim, **guarded, **_keys(days)}).scalars().all()
    if not found:
        return Facts({})
    odd = connection.execute(_ODD, {**of_claim, **guarded, "found": found}).all()
    in_books = len(InTheBooks._fields)
    return Facts(
        {row[0]: why_held(InTheBooks._make(row[:in_books])) for row in odd if row.is_held},
        _greeted(connection, of_claim) if any(row.is_greeted for row in odd) else {},
        _household(connection, of_claim) if any(row.is_shared for row in odd) else {},
    )


def _guarded(days: Collection[date]) -> dict[str, date]:
    """From when to when another greeting may be too near one of these days."""
    return {"guarded_from": min(days) - GUARD, "guarded_to": max(days) + GUARD}


def _keys(days: Collection[date]) -> dict[str, Any]:
    """Parameters of `_IS_AS_PLANNED`: the birthdays that these days are, as many as fit."""
    try:
        keys = [key for day in sorted(days) for key in birthday_keys(day)]
    except LunarDateError:  # so far from now nobody has a lunar birthday that is known
        keys = []
    keys = (keys + [_NO_KEY] * _KEYS)[:_KEYS]
    return {f"{name}_{n}": value for n, key in enumerate(keys) for name, value in key._asdict().items()}


def claim_of(holder: str, one: ClaimedGreeting) -> dict[str, str]:
    """The parameters of `HELD`: all rows of a claim are of the channel and campaign of `one`."""
    return {"of_channel": one.channel, "of_campaign": one.campaign_id, "of_holder": holder}


def verdict(greeting: ClaimedGreeting, facts: Facts, *, now: datetime, per_number: int) -> str | None:
    """Why the greeting must not leave; None when it may."""
    if why := facts.held.get(greeting.id):
        return why
    if now + LEAST_TIME >= greeting.not_after:
        return Held.WINDOW_OVER
    day = greeting.birthday_on
    others = facts.greeted_on.get(greeting.group_customer_id)
    if others and any(abs(day - other) < GUARD for other in others):
        return Held.GREETED_LATELY
    if facts.household.get((greeting.number, day), 0) >= per_number:
        return Held.HOUSEHOLD_FULL
    return None


def _greeted(connection: Connection, of_claim: dict[str, str]) -> dict[str, list[date]]:
    """Days of other greetings of these people that may have reached them, by person, of the years about."""
    greeted: dict[str, list[date]] = {}
    for person, day in connection.execute(_GREETED, of_claim):
        greeted.setdefault(person, []).append(day)
    return greeted


def _household(connection: Connection, of_claim: dict[str, str]) -> dict[tuple[str, date], int]:
    """How many other greetings may have reached these numbers for the same day."""
    return {(number, day): count for number, day, count in connection.execute(_HOUSEHOLD, of_claim)}


def _held(table: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """In the order of the index."""
    return (
        stands_at(table, GreetingState.CLAIMED),
        table.c.channel == sa.bindparam("of_channel"),
        table.c.campaign_id == sa.bindparam("of_campaign"),
        table.c.lease_owner == sa.bindparam("of_holder"),
    )


HELD = _held(greetings)
"""The condition for the rows of one claim; `claim_of` gives its parameters."""
_mine, _other = greetings.alias("mine"), greetings.alias("other")
# Written out and no parameters: the text is the same for every batch.
_MAY_HAVE_REACHED = _other.c.state.in_([written(state) for state in MAY_HAVE_REACHED])
_IS_AWAITED = sa.exists().where(reply_holds.c.number == greetings.c.number, holds.OPEN)
_IS_HELD = sa.or_(
    _IS_AWAITED,
    opt_outs.c.number.is_not(None),
    bad_numbers.c.number.is_not(None),
    recipients.c.held_back.is_not(None),
    recipients.c.number.is_distinct_from(greetings.c.number),  # also where the person is not there
)


def _of_the_person(table: Any, *first: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[bool], ...]:
    """Other greetings of the person, of the years about, that may have reached them; `first` is looked at first."""
    return (
        _other.c.person_id == table.c.person_id,
        _other.c.greeting_year.between(table.c.greeting_year - 1, table.c.greeting_year + 1),
        _other.c.id != table.c.id,
        *first,
        _MAY_HAVE_REACHED,
    )


def _of_the_number(table: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Other greetings that may have reached the number for the same day."""
    return (
        _other.c.birthday_on == table.c.birthday_on,
        _other.c.number == table.c.number,
        _other.c.id != table.c.id,
        _MAY_HAVE_REACHED,
    )


# Nearly everybody was greeted last year; only what may be too near is worth a closer look.
_IS_GREETED = sa.exists().where(
    *_of_the_person(greetings, _other.c.birthday_on.between(sa.bindparam("guarded_from"), sa.bindparam("guarded_to")))
)
_IS_SHARED = sa.exists().where(*_of_the_number(greetings))

# The people of a day lie side by side in the index of birthdays, which has the number too. One who stands there as the
# greeting has it is held back by nothing in the books; whoever does not (another birthday by now, or one of more days
# than fit) is looked at by id.
_KEYS = 4
_NO_KEY = BirthdayKey(Calendar.SOLAR, 0, 0)
_booked = recipients.alias("booked")


def _is_booked(calendar: Any, month: Any, day: Any, leap: Any) -> sa.ColumnElement[bool]:
    """Whether the person is under a birthday with this number, and nothing holds them back."""
    return sa.exists().where(
        _booked.c.calendar == calendar,
        _booked.c.birth_month == month,
        _booked.c.birth_day == day,
        _booked.c.birth_leap == leap,
        # With "=" SQLite would take the primary key, where everybody is on a page apart.
        _booked.c.group_customer_id.between(greetings.c.group_customer_id, greetings.c.group_customer_id),
        _booked.c.number == greetings.c.number,
        _booked.c.held_back.is_(None),
    )


_GIVEN_DAY, *_GIVEN_KEYS = (
    _is_booked(*(sa.bindparam(f"{name}_{n}") for name in BirthdayKey._fields)) for n in range(_KEYS)
)
_OWN_DAY = _is_booked(
    sa.literal_column(f"'{Calendar.SOLAR.value}'"),
    sa.extract("month", greetings.c.birthday_on),
    sa.extract("day", greetings.c.birthday_on),
    sa.false(),
)


def _may_be_odd(*as_planned: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    """The rows of a claim that do not stand in the books in one of these ways, or about which anything else is known.

    The ways are tried in this order, and most birthdays are solar.
    """
    return sa.select(greetings.c.id).where(
        *HELD,
        sa.or_(
            ~sa.or_(*as_planned),
            _IS_AWAITED,
            sa.exists().where(opt_outs.c.number == greetings.c.number),
            sa.exists().where(bad_numbers.c.number == greetings.c.number),
            _IS_GREETED,
            _IS_SHARED,
        ),
    )


_MAY_BE_ODD = _may_be_odd(_OWN_DAY, _GIVEN_DAY, *_GIVEN_KEYS)
_MAY_BE_ODD_OF_A_DAY = _may_be_odd(_GIVEN_DAY, *_GIVEN_KEYS)  # a day told once is taken apart once
_ODD = (
    sa.select(greetings.c.id, greetings.c.number, opt_outs.c.number, bad_numbers.c.number)
    .add_columns(recipients.c.group_customer_id, recipients.c.number, recipients.c.held_back, _IS_AWAITED)
    .add_columns(_IS_HELD.label("is_held"), _IS_GREETED.label("is_greeted"), _IS_SHARED.label("is_shared"))
    .select_from(
        greetings.outerjoin(opt_outs, opt_outs.c.number == greetings.c.number)
        .outerjoin(bad_numbers, bad_numbers.c.number == greetings.c.number)
        .outerjoin(recipients, recipients.c.group_customer_id == greetings.c.group_customer_id)
    )
    .where(
        *HELD,
        greetings.c.id.in_(sa.bindparam("found", expanding=True)),
        sa.or_(_IS_HELD, _IS_GREETED, _IS_SHARED),
    )
)
_GREETED = (
    sa.select(_other.c.group_customer_id, _other.c.birthday_on)
    .select_from(_mine.join(_other, sa.and_(*_of_the_person(_mine))))
    .where(*_held(_mine))
)
_HOUSEHOLD = (
    sa.select(_other.c.number, _other.c.birthday_on, sa.func.count(sa.distinct(_other.c.id)))
    .select_from(_mine.join(_other, sa.and_(*_of_the_number(_mine))))
    .where(*_held(_mine))
    .group_by(_other.c.number, _other.c.birthday_on)
)
