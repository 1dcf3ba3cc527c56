"""When something is due: time that counts only while somebody works, or while people may be called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.workorders.model import Priority
from elder_channel.workorders.settings import OrderType, WorkOrderSettings

MOST_DAYS = 1000
"""Nobody configures more holidays in a row; the walk over the days must end."""


def due_at(now: datetime, *, type_: OrderType, priority: Priority, settings: WorkOrderSettings) -> datetime:
    """By when an order of this type and priority is to be done."""
    within = timedelta(minutes=type_.minutes(priority))
    if priority is Priority.URGENT or not type_.working_time:
        return now + within
    return add_open_time(
        now,
        within,
        opens=settings.working_opens,
        closes=settings.working_closes,
        open_on=lambda day: is_working_day(day, settings),
    )


def callback_due_at(now: datetime, *, priority: Priority, settings: WorkOrderSettings) -> datetime:
    """By when an unserved caller is to be called back: inside the hours for it, unless somebody is in danger."""
    minutes = {
        Priority.URGENT: settings.callback_urgent_minutes,
        Priority.ELDER: settings.callback_elder_minutes,
        Priority.NORMAL: settings.callback_minutes,
    }[priority]
    if priority is Priority.URGENT:
        return now + timedelta(minutes=minutes)
    return in_callback_hours(now, timedelta(minutes=minutes), settings)


def next_attempt_at(now: datetime, *, priority: Priority, settings: WorkOrderSettings) -> datetime:
    """When a customer who was not reached is called again."""
    pause = timedelta(minutes=settings.callback_pause_minutes)
    return now + pause if priority is Priority.URGENT else in_callback_hours(now, pause, settings)


def in_callback_hours(now: datetime, within: timedelta, settings: WorkOrderSettings) -> datetime:
    """`within` later, counting only the hours in which people are called."""
    return add_open_time(
        now, within, opens=settings.callback_opens, closes=settings.callback_closes, open_on=lambda _day: True
    )


def is_working_day(day: date, settings: WorkOrderSettings) -> bool:
    """Whether people work on `day`: an exchanged weekend day counts, a holiday does not."""
    if day in settings.extra_workdays:
        return True
    return day.isoweekday() in settings.working_days and day not in settings.holidays


def add_open_time(
    start: datetime, amount: timedelta, *, opens: str, closes: str, open_on: Callable[[date], bool]
) -> datetime:
    """`start` plus `amount` of time between `opens` and `closes` (HH:MM, hotline's zone) of days that are open.

    Raises ValueError when no day is open.
    """
    zone = HOTLINE_ZONE
    moment = start.astimezone(zone)
    day, left = moment.date(), amount
    for _ in range(MOST_DAYS):
        if open_on(day):
            begins = max(moment, datetime.combine(day, time.fromisoformat(opens), zone))
            ends = datetime.combine(day, time.fromisoformat(closes), zone)
            if begins < ends:
                if left <= ends - begins:
                    return (begins + left).astimezone(start.tzinfo)
                left -= ends - begins
        day += timedelta(days=1)
        moment = datetime.combine(day, time.min, zone)
    raise ValueError("no day is open")
