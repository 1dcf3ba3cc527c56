"""The line today in figures: each from its own book, so that one that cannot be read leaves the others standing."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.levels import STANDARD_SECONDS, Level, total
from elder_channel.calls.model import CallState
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.model_checks import health_of
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.reply_watch import UnreadReplies, unread_replies
from elder_channel.services.say_once import SayOnce, say_once_of
from elder_channel.services.today_alarms import Alarm, alarms_of
from elder_channel.state import find_running
from elder_channel.storage.engine import reading
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.storage.line_figures import OpenCall, OrdersDue, SqlLineFigures
from greeting_sms.day_counts import greetings_on
from greeting_sms.states import GreetingState
from greeting_sms.stops import stops_in_force

MAY_SEE_TODAY = frozenset(Role) - {Role.AGENT}
"""Whoever leads, writes or looks; agents have their desk, where no figure hurries them."""
STAYS_KNOWN = timedelta(seconds=5)
"""Ten open tabs ask the books once."""
ON_THE_WAY = frozenset({CallState.WAITING, CallState.RINGING})
_WITH_THE_CARRIER = (GreetingState.ACCEPTED, GreetingState.SENT, GreetingState.DELIVERED, GreetingState.UNDELIVERED)
_NOT_BEGUN = (GreetingState.PLANNED, GreetingState.CLAIMED, GreetingState.POSTING)

log = structlog.get_logger(__name__)
Found = TypeVar("Found")


@dataclass(frozen=True)
class Now:
    """The calls that go on."""

    prompted: int
    waiting: int
    """On the way to a person, also while a phone rings."""
    waiting_elders: int
    talking: int
    longest_wait_seconds: float | None
    """None while nobody waits."""
    waiting_by_dialect: tuple[tuple[str | None, str, int], ...]
    """(dialect id, Chinese name, callers), most first; id None where the line names no dialect yet."""
    agents: Mapping[str, int]
    """Agents by presence."""


@dataclass(frozen=True)
class Calls:
    """The calls of the day: those that ended since midnight, and for the level those that talk now."""

    level: Level
    elders: int
    """Calls of elders among them."""
    going_on: int
    """Calls that go on now; not in `level` until somebody answers."""
    going_on_elders: int

    @property
    def in_all(self) -> int:
        """Calls ended today and going on."""
        return self.level.calls + self.going_on

    @property
    def elder_share(self) -> float | None:
        """Share of the calls in all that came from elders; None while there was none."""
        return (self.elders + self.going_on_elders) / self.in_all if self.in_all else None


@dataclass(frozen=True)
class GreetingsToday:
    """Greetings of today's birthdays."""

    in_all: int
    sent: int
    """The carrier has them."""
    delivered: int
    to_send: int
    failed: int
    stopped: tuple[str, ...]
    """Scopes a person has stopped: `all` or `channel:…`."""


@dataclass(frozen=True)
class Recognizer:
    """What the recognizer of the running line says of itself."""

    status: str
    """`ready`, `disabled`, `starting`, `unreachable`, `not_running`, or its own word."""
    added_models_in_trouble: int = 0


@dataclass(frozen=True)
class CarrierToday:
    """How the carrier got on with us since midnight."""

    errors: int
    warnings: int


@dataclass(frozen=True)
class Today:
    """All figures; a part that could not be read is None."""

    at: datetime
    since: datetime
    """Midnight in the hotline's zone."""
    now: Now | None
    calls: Calls | None
    say_once: SayOnce | None
    orders: OrdersDue | None
    greetings: GreetingsToday | None
    replies: UnreadReplies | None
    recognizer: Recognizer | None
    carrier: CarrierToday | None
    switches_on: int | None
    alarms: tuple[Alarm, ...] = ()


class TodayBoard:
    """Reads the figures."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._figures = SqlLineFigures(line.databases.calls)
        self._one_reads = threading.Lock()
        self._known: Today | None = None

    def look(self, *, by: Account) -> Today:
        """The figures, at most five seconds old; raises `NotAllowedError` for agents."""
        if by.role not in MAY_SEE_TODAY:
            raise NotAllowedError("The figures of the whole line are not for agents.")
        now = self._line.clock()
        with self._one_reads:
            if self._known is None or abs(now - self._known.at) >= STAYS_KNOWN:
                self._known = self._read(now)
            return self._known

    def _read(self, now: datetime) -> Today:
        local = now.astimezone(HOTLINE_ZONE)
        since = datetime.combine(local.date(), time.min, HOTLINE_ZONE)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), time.min, HOTLINE_ZONE)
        going_on = _readable("open_calls", self._figures.open_calls)
        today = Today(
            at=now,
            since=since,
            now=_readable("now", lambda: self._now(_there(going_on), now)),
            calls=_readable("calls", lambda: self._calls(_there(going_on), since, now)),
            say_once=_readable(
                "say_once", lambda: say_once_of(self._figures.pick_ups_between(since, _just_after(now)))
            ),
            orders=_readable("orders", lambda: self._figures.orders_due(now=now, until=tomorrow)),
            greetings=_readable("greetings", lambda: self._greetings(local)),
            replies=_readable("replies", lambda: unread_replies(self._line, now)),
            recognizer=_readable("recognizer", self._recognizer),
            carrier=_readable("carrier", lambda: _carrier(self._figures.carrier_events_since(since))),
            switches_on=_readable("switches", lambda: len(self._line.switches.on())),
        )
        return Today(**{**vars(today), "alarms": alarms_of(today)})

    def _now(self, going_on: list[OpenCall], now: datetime) -> Now:
        waiting = [call for call in going_on if call.state in ON_THE_WAY]
        waits = [(now - call.entered_at).total_seconds() for call in waiting if call.entered_at]
        spoken = Counter(call.dialect for call in waiting)
        return Now(
            prompted=sum(call.state is CallState.PROMPTED for call in going_on),
            waiting=len(waiting),
            waiting_elders=sum(call.elder for call in waiting),
            talking=sum(call.state is CallState.TALKING for call in going_on),
            longest_wait_seconds=max(waits, default=None),
            waiting_by_dialect=tuple((id_, self._name(id_), count) for id_, count in spoken.most_common()),
            agents=self._figures.agents_by_presence(),
        )

    def _calls(self, going_on: list[OpenCall], since: datetime, now: datetime) -> Calls:
        groups = self._figures.levels_between(since, _just_after(now))
        answered = [call for call in going_on if call.answered_at is not None and call.entered_at is not None]
        unanswered = [call for call in going_on if call.answered_at is None or call.entered_at is None]
        return Calls(
            level=total([*(each.level for each in groups), *(_level_of(call) for call in answered)]),
            elders=sum(each.level.calls for each in groups if each.elder) + sum(call.elder for call in answered),
            going_on=len(unanswered),
            going_on_elders=sum(call.elder for call in unanswered),
        )

    def _greetings(self, local: datetime) -> GreetingsToday:
        day = local.date()
        with reading(self._line.databases.greetings).connect() as connection:
            states = greetings_on(connection, day, day).get(day, {})
            stopped = stops_in_force(connection)
        return GreetingsToday(
            in_all=sum(states.values()),
            sent=sum(states.get(state, 0) for state in _WITH_THE_CARRIER),
            delivered=states.get(GreetingState.DELIVERED, 0),
            to_send=sum(states.get(state, 0) for state in _NOT_BEGUN),
            failed=states.get(GreetingState.FAILED, 0) + states.get(GreetingState.UNDELIVERED, 0),
            stopped=tuple(each.scope for each in stopped),
        )

    def _recognizer(self) -> Recognizer:
        health: dict[str, Any] | None = health_of(find_running(self._line.state))
        if health is None:
            return Recognizer("not_running")
        added = health.get("specialists", ())
        return Recognizer(str(health.get("status", "unreachable")), sum(bool(each.get("trouble")) for each in added))

    def _name(self, dialect: str | None) -> str:
        return self._line.catalogue.name(dialect) if dialect else ""


def _level_of(call: OpenCall) -> Level:
    """One caller who talks now, counted as if the call were over."""
    assert call.answered_at is not None
    assert call.entered_at is not None
    waited = (call.answered_at - call.entered_at).total_seconds()
    return Level(1, 1, 1, tuple(int(waited <= each) for each in STANDARD_SECONDS), max(0.0, waited))


def _carrier(levels: Mapping[str, int]) -> CarrierToday:
    return CarrierToday(levels.get("error", 0), levels.get("warning", 0))


def _readable(part: str, read: Callable[[], Found]) -> Found | None:
    """What was read, or None where the book it stands in cannot be read."""
    try:
        return read()
    except BOOKS_FAULTS as error:
        log.error("today.unreadable", part=part, error=type(error).__name__)
        return None


def _there(found: Found | None) -> Found:
    """What was found; raises OSError for what could not be read, so that all that stands on it is unknown too."""
    if found is None:
        raise OSError("the open calls could not be read")
    return found


def _just_after(now: datetime) -> datetime:
    """A moment that what happened just now lies before."""
    return now + timedelta(microseconds=1)
