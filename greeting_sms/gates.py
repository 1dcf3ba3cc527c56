"""The gate before a channel or a campaign: a token bucket in segments that all senders share, and a circuit breaker.

Both live in one row of the database, so that several sending processes together keep one pace. A clock set back gives
no tokens and opens nothing early; it only waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.channel import Action, Outcome, PostResult, Receipt
from greeting_sms.states import GreetingState
from greeting_sms.tables import gates

MOST_BACK_OFF = timedelta(minutes=5)
"""So long at most a carrier that is asked too often is left alone."""


@dataclass(frozen=True)
class Pace:
    """How fast a gate lets segments through."""

    segments_per_second: float
    burst_seconds: float = 1.0
    """So many seconds' worth may go at once after a pause."""

    @property
    def most(self) -> float:
        """What the bucket holds: never less than one long text."""
        return max(self.segments_per_second * self.burst_seconds, 10.0)


@dataclass(frozen=True)
class Breaker:
    """When a gate shuts by itself."""

    window_seconds: float
    least_answers: int
    """With fewer answers in the window nothing is concluded."""
    refused_ratio: float
    filtered_ratio: float
    pause_seconds: float


@dataclass(frozen=True)
class Gate:
    """A gate as it stands in the books."""

    name: str
    tokens: float
    refilled_at: datetime
    window_began_at: datetime
    shut_until: datetime | None = None
    shut_because: str | None = None
    answered: int = 0
    refused: int = 0
    filtered: int = 0

    def is_shut(self, now: datetime) -> bool:
        """Whether nothing may pass."""
        return self.shut_until is not None and now < self.shut_until

    def refilled(self, pace: Pace, now: datetime) -> Gate:
        """With the tokens that time has brought."""
        ahead = self.refilled_at - now
        if timedelta(0) < ahead <= MOST_BACK_OFF:
            return replace(self, tokens=min(self.tokens, 0.0))
        seconds = max(0.0, -ahead.total_seconds())  # far ahead: the clock was set back, and time begins anew
        return replace(self, tokens=min(pace.most, self.tokens + seconds * pace.segments_per_second), refilled_at=now)

    def without(self, segments: int) -> Gate:
        """After so many have passed."""
        return replace(self, tokens=self.tokens - segments)

    def backed_off(self, seconds: float, now: datetime) -> Gate:
        """Closed for a moment, because the carrier asked for it."""
        until = now + min(timedelta(seconds=seconds), MOST_BACK_OFF)
        return replace(self, tokens=0.0, refilled_at=max(until, self.refilled_at))

    def counted(self, results: Sequence[PostResult], breaker: Breaker, now: datetime) -> Gate:
        """After these answers; shut when too many were refused, or one says that nothing can get through."""
        gate = self._in_window(breaker, now)._with(results)
        if stopping := [result for result in results if result.action is Action.STOP_CHANNEL]:
            return gate._shut(f"carrier_{stopping[0].code}"[:64], breaker, now)
        return gate._too_many(breaker, now)

    def judged(self, words: Sequence[Receipt], breaker: Breaker, now: datetime) -> Gate:
        """After receipts: what was accepted may still be filtered or refused further on."""
        bad = [word.action for word in words if word.status in (GreetingState.FAILED, GreetingState.UNDELIVERED)]
        filtered, stop = bad.count(Action.FILTERED), Action.STOP_CHANNEL in bad
        if not (filtered or stop):
            return self
        gate = self._in_window(breaker, now)
        gate = replace(gate, refused=gate.refused + filtered, filtered=gate.filtered + filtered)
        return gate._shut("refused_further_on", breaker, now) if stop else gate._too_many(breaker, now)

    def _too_many(self, breaker: Breaker, now: datetime) -> Gate:
        if self.answered >= breaker.least_answers:
            if self.filtered > breaker.filtered_ratio * self.answered:
                return self._shut("too_many_filtered", breaker, now)
            if self.refused > breaker.refused_ratio * self.answered:
                return self._shut("too_many_refused", breaker, now)
        return self

    def _with(self, results: Sequence[PostResult]) -> Gate:
        """A person who wants no texts, or a number that takes none, says nothing about the channel."""
        accepted = sum(result.outcome is Outcome.ACCEPTED for result in results)
        refused = [result.action for result in results if result.outcome is Outcome.REFUSED]
        theirs = sum(action in (Action.OPT_OUT, Action.STOP_NUMBER) for action in refused)
        return replace(
            self,
            answered=self.answered + accepted + len(refused),
            refused=self.refused + len(refused) - theirs,
            filtered=self.filtered + refused.count(Action.FILTERED),
        )

    def _in_window(self, breaker: Breaker, now: datetime) -> Gate:
        if now - self.window_began_at < timedelta(seconds=breaker.window_seconds) and now >= self.window_began_at:
            return self
        return replace(self, window_began_at=now, answered=0, refused=0, filtered=0)

    def _shut(self, because: str, breaker: Breaker, now: datetime) -> Gate:
        until = now + timedelta(seconds=breaker.pause_seconds)
        again = replace(self, window_began_at=now, answered=0, refused=0, filtered=0)
        return replace(again, shut_until=until, shut_because=because)


def gate_at(connection: Connection, name: str, *, pace: Pace, now: datetime) -> Gate:
    """The gate, its row locked until the transaction ends; a full one where there is none yet."""
    if found := read_gate(connection, name, lock=True):
        return found
    fresh = {"name": name, "tokens": pace.most, "refilled_at": now, "window_began_at": now}
    connection.execute(_insert(connection).values(fresh).on_conflict_do_nothing())
    return read_gate(connection, name, lock=True) or Gate(name, 0.0, now, now)


def read_gate(connection: Connection, name: str, *, lock: bool = False) -> Gate | None:
    """The gate as it stands."""
    row = connection.execute(_LOCKED if lock else _READ, {"of_name": name}).first()
    return Gate(**row._asdict()) if row else None


def keep_gate(connection: Connection, gate: Gate) -> None:
    """Write the gate back."""
    connection.execute(_KEEP, {f"new_{name}": getattr(gate, name) for name in Gate.__dataclass_fields__})


_READ = sa.select(gates).where(gates.c.name == sa.bindparam("of_name"))
_LOCKED = _READ.with_for_update()
_KEEP = (
    gates.update()
    .where(gates.c.name == sa.bindparam("new_name"))
    .values({name: sa.bindparam(f"new_{name}") for name in Gate.__dataclass_fields__ if name != "name"})
)


def _insert(connection: Connection) -> Any:
    return postgresql.insert(gates) if connection.dialect.name == "postgresql" else sqlite.insert(gates)
