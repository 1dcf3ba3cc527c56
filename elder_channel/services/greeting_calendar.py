"""The greetings' calendar: solar and lunar days together, their birthdays in numbers, and what is in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.storage.engine import reading
from greeting_sms.day_counts import birthdays_on, greetings_on, waiting_of
from greeting_sms.lunar import FIRST_SOLAR_DAY, LAST_SOLAR_DAY, LunarDay, lunar_day
from greeting_sms.states import GreetingState

MAY_SEE = frozenset(Role)
"""Numbers of people, and nobody by name: everybody at the console."""
MOST_DAYS = 62


@dataclass(frozen=True)
class CalendarDay:
    """One day."""

    day: date
    lunar: LunarDay
    birthdays: int
    """People of the books, held back or not."""
    greetings: Mapping[str, int]
    """In the outbox, by state."""

    @property
    def planned(self) -> int:
        """Greetings in the outbox that were to go out, whatever became of them."""
        return sum(count for state, count in self.greetings.items() if state != GreetingState.SUPPRESSED)


class GreetingCalendar:
    """Counts by day."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def days(self, first: date, last: date, *, by: Account) -> list[CalendarDay]:
        """The days `first` to `last`. Raises NotAllowedError, and CampaignRefusedError outside the lunar table."""
        allowed_role(self._accounts, by, MAY_SEE)
        if not FIRST_SOLAR_DAY <= first <= last <= LAST_SOLAR_DAY or (last - first).days >= MOST_DAYS:
            raise CampaignRefusedError("days_out_of_reach", f"No calendar of {first} to {last}.")
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        with reading(self._line.databases.greetings).connect() as connection:
            born = birthdays_on(connection, days, leap_day=self._line.settings.greetings.leap_day)
            sent = greetings_on(connection, first, last)
        return [CalendarDay(day, lunar_day(day), born[day], sent.get(day, {})) for day in days]

    def waiting(self, campaign_id: str, *, by: Account) -> int:
        """Greetings of a campaign that are planned and not begun."""
        allowed_role(self._accounts, by, MAY_SEE)
        with reading(self._line.databases.greetings).connect() as connection:
            return waiting_of(connection, campaign_id)

    def today(self) -> date:
        """The hotline's."""
        return self._line.clock().astimezone(HOTLINE_ZONE).date()
