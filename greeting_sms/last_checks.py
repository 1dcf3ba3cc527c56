"""The last look before a greeting leaves: much may have happened since it was planned (law 6).

`facts_about` reads what the books say now, in the transaction that also writes the attempt; `verdict` is pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.states import MAY_HAVE_REACHED, GreetingState
from greeting_sms.tables import bad_numbers, greetings, opt_outs, recipients

GUARD = timedelta(days=300)
"""No second greeting within so many days: lunar birthdays lie 353 days apart at the least."""
LEAST_TIME = timedelta(seconds=30)
"""A greeting with less time than this is not begun: its request may take that long."""


class Held(StrEnum):
    """Why a greeting does not leave after all."""

    OPTED_OUT = "opted_out"
    NUMBER_CHANGED = "number_changed"
    BAD_NUMBER = "bad_number"  # the carrier has said that it takes no texts
    NOT_A_RECIPIENT = "not_a_recipient"  # taken out of the books
    GREETED_LATELY = "greeted_lately"  # within 300 days, under another greeting year
    HOUSEHOLD_FULL = "household_full"  # the phone has had its greetings of this day
    WINDOW_OVER = "window_over"
    NO_WORDING = "no_wording"  # its template is not there any more


@dataclass(frozen=True)
class Facts:
    """What the books say now of the rows of one batch, and what this batch has added to it so far."""

    current_number: Mapping[int, str | None]
    """Number in the books by greeting id; ids that are no more ours are left out, people who are gone have None."""
    held_back: Mapping[int, str]
    """Why a person gets no greeting at all (deceased, complaint …), by greeting id."""
    opted_out: frozenset[str]
    """Numbers."""
    bad: frozenset[str]
    """Numbers that take no texts."""
    gone: frozenset[int]
    """Greetings whose person is not in the books."""
    greeted_on: dict[str, list[date]] = field(default_factory=dict)
    """Days of other greetings that may have reached the person, by group customer."""
    household: Counter[tuple[str, date]] = field(default_factory=Counter)
    """Greetings that may have reached a number, by number and day."""

    def count(self, greeting: ClaimedGreeting) -> None:
        """This greeting leaves: the next ones of the batch see it."""
        self.greeted_on.setdefault(greeting.group_customer_id, []).append(greeting.birthday_on)
        self.household[greeting.number, greeting.birthday_on] += 1


def facts_about(connection: Connection, batch: Sequence[ClaimedGreeting], *, owner: str) -> Facts:
    """Read the facts; the rows are locked until the transaction ends."""
    asked = (
        sa.select(greetings.c.id, greetings.c.fence, greetings.c.number)
        .add_columns(opt_outs.c.number, bad_numbers.c.number)
        .add_columns(recipients.c.group_customer_id, recipients.c.number, recipients.c.held_back)
        .select_from(
            greetings.outerjoin(opt_outs, opt_outs.c.number == greetings.c.number)
            .outerjoin(bad_numbers, bad_numbers.c.number == greetings.c.number)
            .outerjoin(recipients, recipients.c.group_customer_id == greetings.c.group_customer_id)
        )
        .where(
            greetings.c.id.in_([each.id for each in batch]),
            greetings.c.state == GreetingState.CLAIMED,
            greetings.c.lease_owner == owner,
        )
        .with_for_update(of=greetings)
    )
    fences = {each.id: each.fence for each in batch}
    current: dict[int, str | None] = {}
    held_back: dict[int, str] = {}
    opted_out: set[str] = set()
    bad: set[str] = set()
    gone: set[int] = set()
    for id_, fence, number, refused, useless, person, now_number, held in connection.execute(asked):
        if fences[id_] != fence:
            continue
        current[id_] = now_number
        if held:
            held_back[id_] = held
        if refused:
            opted_out.add(number)
        if useless:
            bad.add(number)
        if person is None:
            gone.add(id_)
    ours = [each for each in batch if each.id in current]
    greeted, household = _greeted(connection, ours), _household(connection, ours)
    return Facts(current, held_back, frozenset(opted_out), frozenset(bad), frozenset(gone), greeted, household)


def verdict(greeting: ClaimedGreeting, facts: Facts, *, now: datetime, per_number: int) -> str | None:
    """Why the greeting must not leave; None when it may. The worst error first: a greeting to the dead."""
    if greeting.id in facts.gone:
        return Held.NOT_A_RECIPIENT
    if held := facts.held_back.get(greeting.id):
        return held
    if greeting.number in facts.opted_out:
        return Held.OPTED_OUT
    if greeting.number in facts.bad:
        return Held.BAD_NUMBER
    if facts.current_number[greeting.id] != greeting.number:
        return Held.NUMBER_CHANGED
    if now + LEAST_TIME >= greeting.not_after:
        return Held.WINDOW_OVER
    others = facts.greeted_on.get(greeting.group_customer_id, ())
    if any(abs(greeting.birthday_on - other) < GUARD for other in others):
        return Held.GREETED_LATELY
    if facts.household[greeting.number, greeting.birthday_on] >= per_number:
        return Held.HOUSEHOLD_FULL
    return None


def _greeted(connection: Connection, batch: Sequence[ClaimedGreeting]) -> dict[str, list[date]]:
    """Days of greetings of the years about, other than the batch's own."""
    if not batch:
        return {}
    years = [each.greeting_year for each in batch]
    asked = sa.select(greetings.c.group_customer_id, greetings.c.birthday_on).where(
        greetings.c.group_customer_id.in_([each.group_customer_id for each in batch]),
        greetings.c.greeting_year.between(min(years) - 1, max(years) + 1),
        greetings.c.state.in_(MAY_HAVE_REACHED),
        greetings.c.id.not_in([each.id for each in batch]),
    )
    greeted: dict[str, list[date]] = {}
    for person, day in connection.execute(asked):
        greeted.setdefault(person, []).append(day)
    return greeted


def _household(connection: Connection, batch: Sequence[ClaimedGreeting]) -> Counter[tuple[str, date]]:
    if not batch:
        return Counter()
    asked = (
        sa.select(greetings.c.number, greetings.c.birthday_on, sa.func.count())
        .where(
            greetings.c.number.in_([each.number for each in batch]),
            greetings.c.birthday_on.in_({each.birthday_on for each in batch}),
            greetings.c.state.in_(MAY_HAVE_REACHED),
            greetings.c.id.not_in([each.id for each in batch]),
        )
        .group_by(greetings.c.number, greetings.c.birthday_on)
    )
    return Counter({(number, day): count for number, day, count in connection.execute(asked)})
