"""What somebody should look at now: worked out from today's figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elder_channel.services.today import Today

LONG_WAIT_SECONDS = 60.0
"""A caller who waits longer than this is told of; twice what the longest standard wants."""
FEWEST_CALLS = 20
"""Below this a share says nothing: one caller of three makes 33 percent."""
WANTED_WITHIN_20 = 0.85
"""Share that the standard for financial services wants answered within 20 seconds."""


class Kind(StrEnum):
    """What is wrong, the most urgent first."""

    LONG_WAIT = "long_wait"
    DANGER_UNREAD = "danger_unread"  # a reply to a greeting may tell of danger, and nobody has read it
    NOBODY_AT_WORK = "nobody_at_work"
    UNREADABLE = "unreadable"  # a book cannot be read
    BY_FALLBACK = "by_fallback"  # our documents did not come, and the carrier rang people by itself
    CARRIER_ERRORS = "carrier_errors"
    RECOGNIZER = "recognizer"
    SLOW = "slow"  # fewer answered within 20 seconds than the standard wants
    ORDERS_LATE = "orders_late"
    SWITCHES = "switches"  # disaster mode or a drain is on
    REPLIES_HELD = "replies_held"  # replies that hold their numbers are read too late
    GREETINGS_STOPPED = "greetings_stopped"
    GREETINGS_FAILED = "greetings_failed"


@dataclass(frozen=True)
class Alarm:
    """One thing to look at."""

    kind: Kind
    count: int = 1
    """How many of it; seconds for a wait, percent for a share."""


def alarms_of(today: Today) -> tuple[Alarm, ...]:
    """Everything that should be looked at, the most urgent first."""
    found = [*_of_calls(today), *_of_machines(today), *_of_work(today)]
    order = list(Kind)
    return tuple(sorted(found, key=lambda alarm: order.index(alarm.kind)))


def _of_calls(today: Today) -> list[Alarm]:
    found = []
    if today.now and (today.now.longest_wait_seconds or 0.0) > LONG_WAIT_SECONDS:
        found.append(Alarm(Kind.LONG_WAIT, int(today.now.longest_wait_seconds or 0)))
    if today.now and not sum(number for presence, number in today.now.agents.items() if presence != "absent"):
        found.append(Alarm(Kind.NOBODY_AT_WORK))
    level = today.calls.level if today.calls else None
    if level and level.by_fallback:
        found.append(Alarm(Kind.BY_FALLBACK, level.by_fallback))
    share = level.share_within(20) if level else None
    if level and share is not None and level.asked >= FEWEST_CALLS and share < WANTED_WITHIN_20:
        found.append(Alarm(Kind.SLOW, int(100 * share)))
    return found


def _of_machines(today: Today) -> list[Alarm]:
    parts: tuple[object, ...] = (today.now, today.calls, today.say_once, today.orders, today.greetings, today.replies)
    parts += (today.carrier, today.switches_on)
    unreadable = sum(part is None for part in parts)
    found = [Alarm(Kind.UNREADABLE, unreadable)] if unreadable else []
    if today.recognizer and today.recognizer.status not in {"ready", "disabled", "starting", "not_running"}:
        found.append(Alarm(Kind.RECOGNIZER))
    if today.carrier and today.carrier.errors:
        found.append(Alarm(Kind.CARRIER_ERRORS, today.carrier.errors))
    return found


def _of_work(today: Today) -> list[Alarm]:
    found = []
    if today.replies and today.replies.danger:
        found.append(Alarm(Kind.DANGER_UNREAD, today.replies.danger))
    if today.replies and today.replies.held:
        found.append(Alarm(Kind.REPLIES_HELD, today.replies.held))
    if today.orders and today.orders.late:
        found.append(Alarm(Kind.ORDERS_LATE, today.orders.late))
    if today.switches_on:
        found.append(Alarm(Kind.SWITCHES, today.switches_on))
    if today.greetings and today.greetings.stopped:
        found.append(Alarm(Kind.GREETINGS_STOPPED))
    if today.greetings and today.greetings.failed:
        found.append(Alarm(Kind.GREETINGS_FAILED, today.greetings.failed))
    return found
