"""Sending greetings: what is due goes out, receipts come in, doubts are cleared, and staff may stop it all."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from secrets import token_hex

import structlog

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.storage.engine import reading, writing
from greeting_sms.campaign_books import versions
from greeting_sms.caps import CapReached, caps_reached, not_capped
from greeting_sms.channel import Receipt, SmsChannel
from greeting_sms.dispatch import Pacing, Sender, Sent
from greeting_sms.errors import ChannelSilentError
from greeting_sms.gates import Breaker, Pace
from greeting_sms.outbox import Outbox, is_due
from greeting_sms.prices import MICROS, prices_of
from greeting_sms.receipts import Applied
from greeting_sms.receiving import receive
from greeting_sms.reconcile import Patience, Reconciled, reconcile
from greeting_sms.sending import SendingCampaigns
from greeting_sms.sending_limits import ChannelRules
from greeting_sms.settings import GreetingSettings
from greeting_sms.spending import Caps
from greeting_sms.status import Status, status_of
from greeting_sms.stops import EVERYTHING, Stop, go_on, is_stopped, of_channel, stop

log = structlog.get_logger()

MAY_STOP = frozenset({Role.EDITOR, Role.APPROVER, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Whoever sees that something is wrong may stop it; starting again takes an approver."""
MAY_GO_ON = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
MOST_BATCHES_OF_RECEIPTS = 100


@dataclass(frozen=True)
class LookedAfter:
    """What a look at the outbox did."""

    freed: int
    """Leases that were over before anything was posted."""
    doubtful: int
    """Leases that were over in the midst of a request."""
    expired: int
    receipts: Applied
    reconciled: Reconciled


class GreetingSending:
    """The sending half of the greetings."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._engine = line.databases.greetings
        self._outbox = Outbox(self._engine)

    def sender(self) -> Sender:
        """A sender of this process; close it after use. Raises `ChannelError` where a channel is not set up."""
        settings = self._line.settings.greetings
        return Sender(
            self._engine,
            self._channels(),
            SendingCampaigns(self._engine),
            owner=f"{platform.node()[:20]}-{os.getpid()}-{token_hex(4)}",
            pacing=Pacing(settings.batch, timedelta(seconds=settings.lease_seconds), settings.threads),
            clock=self._line.clock,
            zone_day=_day_of,
        )

    def send_due(self, *, until: Callable[[], bool] = lambda: False) -> Sent:
        """Send what is due now; what the pace does not let through waits for the next time."""
        sender = self.sender()
        try:
            sent = sender.drain(until=until)
        finally:
            sender.close()
        if sent.claimed > sent.waiting:
            log.info("greetings.sent", **vars(sent))
        return sent

    def look_after(self) -> LookedAfter:
        """End leases, take receipts that wait, clear doubts, and end what nobody sent in its window."""
        now = self._line.clock()
        freed, doubtful = self._outbox.end_leases(now)
        receipts, reconciled = Applied(), Reconciled()
        for channel, rules in self._channels():
            receipts = self._fetch(channel, rules)
            reconciled += reconcile(self._engine, channel, patience=self._patience(), now=now)
        expired = sum(
            self._outbox.expire(name, campaign, now)
            for name in self.channel_names()
            for campaign in self._campaign_ids()
        )
        told = LookedAfter(freed, doubtful, expired, receipts, reconciled)
        if doubtful or reconciled != Reconciled() or expired:
            log.info("greetings.looked_after", doubtful=doubtful, expired=expired, **vars(reconciled))
        return told

    def forget_old(self) -> int:
        """Forget greetings that are older than they are kept (law 7); how many."""
        day = _day_of(self._line.clock()) - timedelta(days=self._line.settings.greetings.keep_days)
        forgotten = 0
        while batch := self._outbox.forget_before(day):
            forgotten += batch
        return forgotten

    def somebody_is_due(self) -> bool:
        """Whether a campaign that runs has greetings that may go now."""
        now = self._line.clock()
        with reading(self._engine).connect() as connection:
            running = SendingCampaigns(self._engine).running(connection)
            return any(
                is_due(connection, name, campaign.id, now)
                for name in self.channel_names()
                if not is_stopped(connection, name)
                for campaign in not_capped(connection, _day_of(now), self.rules(name), running)
            )

    def caps_reached(self) -> tuple[CapReached, ...]:
        """What rests until tomorrow because a cap of today is reached, and which cap."""
        with reading(self._engine).connect() as connection:
            running = SendingCampaigns(self._engine).running(connection)
            channels = [self.rules(name) for name in self.channel_names()]
            return caps_reached(connection, _day_of(self._line.clock()), channels, running)

    def receive(self, words: Sequence[Receipt], channel: str) -> Applied:
        """Receipts a carrier calls us with."""
        return receive(self._engine, words, self.rules(channel), now=self._line.clock())

    def status(self, day: date | None = None) -> Status:
        """How sending stands; today's birthdays unless another day is named."""
        with reading(self._engine).connect() as connection:
            found = status_of(connection, day or _day_of(self._line.clock()), self.channel_names())
        return replace(found, caps=self.caps_reached())

    def stop(self, *, by: Account, accounts: AccountDirectory, reason: str, channel: str | None = None) -> None:
        """Stop sending at once, everything or one channel. Raises NotAllowedError, CampaignRefusedError."""
        allowed_role(accounts, by, MAY_STOP)
        new = Stop(self._scope(channel), by.username, _checked(reason), self._line.clock())
        with writing(self._engine) as connection:
            if not stop(connection, new):
                raise CampaignRefusedError("stopped_already", f"{new.scope} is stopped already.")
        log.warning("greetings.stopped", scope=new.scope, by=by.username)

    def go_on(self, *, by: Account, accounts: AccountDirectory, channel: str | None = None) -> None:
        """Take a stop back; what has passed its window meanwhile is not sent late. Raises as `stop`."""
        allowed_role(accounts, by, MAY_GO_ON)
        scope = self._scope(channel)
        with writing(self._engine) as connection:
            if not go_on(connection, scope):
                raise CampaignRefusedError("not_stopped", f"{scope} is not stopped.")
        log.warning("greetings.go_on", scope=scope, by=by.username)

    def rules(self, name: str) -> ChannelRules:
        """What the settings let through a channel; one that serves both kinds of numbers has the mainland's."""
        settings = self._line.settings.greetings
        mainland = name == settings.mainland_channel
        pace = settings.mainland_segments_per_second if mainland else settings.foreign_segments_per_second
        cost = settings.mainland_cost_per_day if mainland else settings.foreign_cost_per_day
        return ChannelRules(
            name,
            Pace(pace),
            _breaker(settings),
            Caps(cost_micros=round(cost * MICROS) if cost else None),
            prices_of(settings),
        )

    def _channels(self) -> list[tuple[SmsChannel, ChannelRules]]:
        return [(self._line.text_channels.channel(name), self.rules(name)) for name in self.channel_names()]

    def channel_names(self) -> tuple[str, ...]:
        """The channels texts go by, each once."""
        settings = self._line.settings.greetings
        return tuple(dict.fromkeys((settings.mainland_channel, settings.foreign_channel)))

    def _campaign_ids(self) -> list[str]:
        with reading(self._engine).connect() as connection:
            return sorted({each.campaign.id for each in versions(connection)})

    def _fetch(self, channel: SmsChannel, rules: ChannelRules) -> Applied:
        """Receipts that wait at the carrier, batch by batch."""
        changed = kept = repeated = 0
        for _ in range(MOST_BATCHES_OF_RECEIPTS):
            try:
                words = channel.fetch_receipts()
            except ChannelSilentError as error:
                log.warning("greetings.no_receipts", channel=channel.name, why=str(error))
                break
            if not words:
                break
            done = receive(self._engine, words, rules, now=self._line.clock())
            changed, kept, repeated = changed + done.changed, kept + done.kept, repeated + done.repeated
        return Applied(changed, kept, repeated)

    def _patience(self) -> Patience:
        settings = self._line.settings.greetings
        return Patience(
            timedelta(seconds=settings.look_after_seconds), timedelta(seconds=settings.not_sent_after_seconds)
        )

    def _scope(self, channel: str | None) -> str:
        if channel is not None and channel not in self.channel_names():
            raise CampaignRefusedError(
                "channel_unknown", f"No texts go by {channel[:32]}; {', '.join(self.channel_names())}."
            )
        return of_channel(channel) if channel else EVERYTHING


def _breaker(settings: GreetingSettings) -> Breaker:
    return Breaker(
        settings.breaker_window_seconds,
        settings.breaker_least_answers,
        settings.breaker_refused_percent / 100,
        settings.breaker_filtered_percent / 100,
        settings.breaker_pause_seconds,
    )


def _day_of(at: datetime) -> date:
    return at.astimezone(HOTLINE_ZONE).date()


def _checked(reason: str) -> str:
    told = " ".join(reason.split())
    if not told or len(told) > 200:
        raise CampaignRefusedError("reason", "Say why, in at most 200 characters.")
    return told
