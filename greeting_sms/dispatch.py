"""Sends what is due: claim, last checks, one request each, what came of it. Several of these may run side by side."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection, Engine

from greeting_sms.answering import answered
from greeting_sms.caps import not_capped
from greeting_sms.channel import Action, Outcome, OutgoingText, PostResult, SmsChannel, Wording
from greeting_sms.gates import Gate
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.outbox import claim
from greeting_sms.posting import Begun, begin
from greeting_sms.sending_limits import CampaignRules, ChannelRules
from greeting_sms.stops import is_stopped
from greeting_sms.turns import in_turn

log = structlog.get_logger()

SAFE_SHARE_OF_LEASE = 0.5
"""A request is not begun later than this share of the lease after its attempt was written: a sender that was held up
(a laptop asleep, a machine swapping) must not post what others already count as doubtful."""
_MOST_BACK_OFF_SECONDS = 300.0


class Campaigns(Protocol):
    """What the sender has to know of campaigns."""

    def running(self, connection: Connection) -> Sequence[CampaignRules]:
        """Those that may send now; a paused or cancelled one is missing. Asked at every claim."""

    def wording(self, row: ClaimedGreeting) -> Wording | None:
        """The words of a row, from the template version it was planned with; None when that is not there."""


@dataclass(frozen=True)
class Pacing:
    """How a sender works."""

    batch: int
    """Rows of one claim: as many may become doubtful when the process dies."""
    lease: timedelta
    threads: int
    """Requests at once."""


@dataclass(frozen=True)
class Sent:
    """What one round did."""

    claimed: int = 0
    accepted: int = 0
    refused: int = 0
    not_taken: int = 0
    unknown: int = 0
    held: int = 0
    """Suppressed or expired at the last look, or put back until somebody has read a reply."""
    waiting: int = 0
    """Given back: pace, cap or a shut gate."""

    def __add__(self, other: Sent) -> Sent:
        """Both together."""
        return Sent(**{name: getattr(self, name) + getattr(other, name) for name in Sent.__dataclass_fields__})


class Sender:
    """One sender. `owner` names it in leases: host and process. `zone_day` gives the day the caps count in."""

    def __init__(
        self,
        engine: Engine,
        channels: Sequence[tuple[SmsChannel, ChannelRules]],
        campaigns: Campaigns,
        *,
        owner: str,
        pacing: Pacing,
        clock: Callable[[], datetime],
        zone_day: Callable[[datetime], date],
    ) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reads_only=True)  # waits for no writer
        self._channels = tuple(channels)
        self._campaigns = campaigns
        self._owner = owner
        self._pacing = pacing
        self._clock = clock
        self._day = zone_day
        self._claims = 0
        self._refusals_in_a_row: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(pacing.threads, thread_name_prefix="texts")

    def close(self) -> None:
        """Wait for what is under way, and end the threads."""
        self._pool.shutdown()

    def round(self) -> Sent:
        """One batch of every running campaign on every channel."""
        total = Sent()
        for channel, rules in self._channels:
            for campaign in self._running(rules):
                total += self._batch(channel, rules, campaign)
        return total

    def drain(self, *, until: Callable[[], bool] = lambda: False) -> Sent:
        """Rounds until nothing more goes now, or `until` says to stop."""
        total = Sent()
        while not until():
            done = self.round()
            total += done
            if done.claimed == done.waiting:  # nothing was due, or nothing more passes the gates for now
                break
        return total

    def _running(self, rules: ChannelRules) -> Sequence[CampaignRules]:
        with self._reader.connect() as connection:
            if is_stopped(connection, rules.name):
                return ()
            today = self._day(self._clock())
            return not_capped(connection, today, rules, self._campaigns.running(connection))

    def _batch(self, channel: SmsChannel, rules: ChannelRules, campaign: CampaignRules) -> Sent:
        self._claims += 1
        holder = f"{self._owner}/{self._claims}"
        batch = in_turn(self._engine, lambda connection: self._claim(connection, rules, campaign, holder))
        if not batch:
            return Sent()
        worded = [(row, self._wording(row)) for row in batch]
        begun = in_turn(self._engine, lambda connection: self._begin(connection, worded, rules, campaign, holder))
        results = self._post(channel, begun)
        if results:
            self._write_down(results, rules)
        told = [result.outcome for _, result in results]
        return Sent(
            claimed=len(batch),
            accepted=told.count(Outcome.ACCEPTED),
            refused=told.count(Outcome.REFUSED),
            not_taken=told.count(Outcome.NOT_TAKEN),
            unknown=told.count(Outcome.UNKNOWN),
            held=begun.held,
            waiting=begun.waiting,
        )

    def _claim(
        self, connection: Connection, rules: ChannelRules, campaign: CampaignRules, holder: str
    ) -> list[ClaimedGreeting]:
        return claim(
            connection,
            rules.name,
            campaign.id,
            owner=holder,
            limit=self._pacing.batch,
            now=self._clock(),
            lease=self._pacing.lease,
        )

    def _begin(
        self,
        connection: Connection,
        worded: Sequence[tuple[ClaimedGreeting, Wording | None]],
        rules: ChannelRules,
        campaign: CampaignRules,
        holder: str,
    ) -> Begun:
        now = self._clock()
        return begin(
            connection,
            worded,
            holder=holder,
            channel=rules,
            campaign=campaign,
            today=self._day(now),
            now=now,
            lease=self._pacing.lease,
        )

    def _wording(self, row: ClaimedGreeting) -> Wording | None:
        """One row whose words cannot be made must not keep the others from going."""
        try:
            wording = self._campaigns.wording(row)
            _ = wording and wording.digest  # worked out once and here, while no transaction is open
            return wording
        except Exception:
            log.exception("greeting.no_wording", greeting=row.id, template=row.template)
            return None

    def _post(self, channel: SmsChannel, begun: Begun) -> list[tuple[ClaimedGreeting, PostResult]]:
        """One request each, side by side."""
        late = time.monotonic() + self._pacing.lease.total_seconds() * SAFE_SHARE_OF_LEASE
        post = _Post(channel, late, self._clock)
        return list(zip((row for row, _ in begun.going), self._pool.map(post, begun.going), strict=True))

    def _write_down(self, results: Sequence[tuple[ClaimedGreeting, PostResult]], rules: ChannelRules) -> None:
        back_off = self._back_off(rules.name, [result for _, result in results])
        now = self._clock()
        today = self._day(now)

        def work(connection: Connection) -> Gate:
            return answered(connection, results, channel=rules, back_off_seconds=back_off, today=today, now=now)

        gate = in_turn(self._engine, work)
        if gate.is_shut(now):
            log.error("channel.shut", channel=rules.name, because=gate.shut_because, until=str(gate.shut_until))

    def _back_off(self, name: str, results: Sequence[PostResult]) -> float:
        """Seconds to leave the carrier alone: what it asks for, else doubling with every round it refuses."""
        tried_again = [result for result in results if result.action is Action.RETRY]
        if not tried_again:
            self._refusals_in_a_row[name] = 0
            return 0.0
        n = self._refusals_in_a_row[name] = self._refusals_in_a_row.get(name, 0) + 1
        own = min(_MOST_BACK_OFF_SECONDS, 2.0 ** min(n, 9)) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads senders
        return max(own, *(result.retry_after_seconds for result in tried_again))


class _Post:
    """Makes one request, unless it has become too late for it."""

    def __init__(self, channel: SmsChannel, late: float, clock: Callable[[], datetime]) -> None:
        self._channel = channel
        self._late = late
        self._clock = clock

    def __call__(self, going: tuple[ClaimedGreeting, Wording]) -> PostResult:
        row, wording = going
        if time.monotonic() > self._late:
            return PostResult(Outcome.NOT_TAKEN, code="too_late")
        text = OutgoingText(row.id, row.fence, row.number, wording, row.not_after)
        try:
            return self._channel.post(text, now=self._clock())
        except Exception:
            log.exception("channel.post_failed", channel=self._channel.name, greeting=row.id)
            return PostResult(Outcome.UNKNOWN, code="fault")
