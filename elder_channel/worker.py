"""The worker process: what is done by the clock, not by a call. Huey keeps the time, on a SQLite file of its own."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

import structlog
from huey import SqliteHuey, crontab

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.own_process import collect_seldom
from elder_channel.services.carrier_events import CarrierEvents
from elder_channel.services.consents import ShellOperator
from elder_channel.services.drafts import Drafts
from elder_channel.services.greeting_costs import GreetingCosts
from elder_channel.services.greeting_plans import GreetingPlans
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.services.greeting_trials import GreetingTrials
from elder_channel.services.hunting import rescue_forgotten
from elder_channel.services.line import LineService
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.order_clock import raise_overdue
from elder_channel.services.outbound import OutboundService
from elder_channel.services.prompt_takes import forget_stray_sounds
from elder_channel.services.recordings import Recordings
from elder_channel.services.replies import Replies
from elder_channel.services.situation import to_spare
from elder_channel.services.sound_keeping import SoundKeeping
from elder_channel.services.training_dispatch import TrainingDispatch
from elder_channel.storage.checkpoints import carried_aside

log = structlog.get_logger()

NICENESS = 10
"""Callers first, and then recognition: a plan of all greetings takes a whole processor for as long as it gets one."""
TASKS_KEPT = timedelta(days=7)
"""How long the books know a task of TaskRouter after its end, for whoever looks for what went wrong."""
GREET_SECONDS = 50.0
"""A tick of sending ends before the next one."""
GREET_PAUSE_SECONDS = 1.0
"""So often a tick looks whether the pace lets more through."""
PLAN_AHEAD_FROM_HOUR = 18
"""Tomorrow is planned this evening: who lives further east has morning while it is still night here."""
WORKERS = 3
"""Greetings may take a tick's whole minute; calls and work orders do not wait for them."""

_greeting = threading.Lock()


def make_huey(line: Line, *, plan_first: bool = False) -> SqliteHuey:
    """The task queue with the line's periodic tasks; `plan_first` plans greetings before the hour comes round."""
    huey = SqliteHuey("elder-channel", filename=str(line.databases.huey_file), fsync=False)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator] # huey has no types
    def reconcile_calls() -> int:
        return reconcile(line)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator] # huey has no types
    def look_after_orders() -> int:
        return look_after_orders_of(line)

    @huey.periodic_task(crontab(minute="17"))  # type: ignore[untyped-decorator] # huey has no types
    def erase_old_words() -> int:
        return erase(line)

    @huey.periodic_task(crontab(minute="37"))  # type: ignore[untyped-decorator] # huey has no types
    def delete_old_recordings() -> int:
        return tidy_carrier(line)

    @huey.periodic_task(crontab(minute="*/10"))  # type: ignore[untyped-decorator] # huey has no types
    def purge_kept_sound() -> int:
        return purge(line)

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator] # huey has no types
    def send_greetings() -> int:
        return greet(line)

    @huey.periodic_task(crontab(minute="47"))  # type: ignore[untyped-decorator] # huey has no types
    def read_text_prices() -> int:
        return GreetingCosts(line).read()

    dispatch = TrainingDispatch(line)  # remembers the process it began

    @huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator] # huey has no types
    def look_after_training() -> int:
        return dispatch.look()

    @huey.periodic_task(crontab(minute="5"))  # type: ignore[untyped-decorator] # huey has no types
    def plan_greetings() -> int:
        return plan_greetings_of(line)

    if plan_first:
        plan_greetings()
    return huey


def greet(line: Line) -> int:
    """Send what is due until the next tick, and look after what is under way; how many texts. One tick at a time."""
    if not _greeting.acquire(blocking=False):
        return 0
    try:
        line.source.reload()
        until = time.monotonic() + GREET_SECONDS
        sending = GreetingSending(line)
        sending.look_after()
        _tell_caps(line, sending)
        sent = 0
        while True:
            sent += sending.send_due(until=lambda: time.monotonic() >= until).accepted
            if time.monotonic() + GREET_PAUSE_SECONDS >= until or not sending.somebody_is_due():
                return sent
            time.sleep(GREET_PAUSE_SECONDS)
    finally:
        _greeting.release()


_caps_told: set[tuple[date, str]] = set()
"""Each pause by a cap is told once a day, not every minute."""


def _tell_caps(line: Line, sending: GreetingSending) -> None:
    today = line.clock().astimezone(HOTLINE_ZONE).date()
    _caps_told.difference_update({told for told in _caps_told if told[0] != today})
    for cap in sending.caps_reached():
        if (today, cap.scope) not in _caps_told:
            _caps_told.add((today, cap.scope))
            log.warning("greetings.paused_by_cap", scope=cap.scope, reason=cap.reason, until="tomorrow")


def plan_greetings_of(line: Line) -> int:
    """Put today's greetings into the outbox, and from the evening on tomorrow's; how many are new."""
    line.source.reload()
    here = line.clock().astimezone(HOTLINE_ZONE)
    days = [here.date(), *([here.date() + timedelta(days=1)] if here.hour >= PLAN_AHEAD_FROM_HOUR else [])]
    plans = GreetingPlans(line, ShellOperator())
    return sum(plans.plan(day, by=ShellOperator.ACCOUNT).new for day in days)


def tidy_carrier(line: Line) -> int:
    """Delete recordings that are older than they may be kept, and forget old events and marks; how many recordings."""
    line.source.reload()
    deleted = Recordings(line).delete_due()
    CarrierEvents(line).erase_old()
    line.nuisance_marks.erase_ended(at=line.clock())
    line.tasks.forget_over_before(line.clock() - TASKS_KEPT)
    if deleted:
        log.info("recordings.deleted", recordings=deleted)
    return deleted


def reconcile(line: Line) -> int:
    """Close calls of which the carrier's last word never arrived, and ring people for forgotten ones (law 1)."""
    line.source.reload()
    if rescued := rescue_forgotten(line):
        log.warning("calls.rescued", calls=rescued)
    older_than = timedelta(seconds=line.settings.line.reconcile_after_seconds)
    if lost := OutboundService(line, LineService(line)).look_after():
        log.warning("outbound.made_good", requests=lost)
    closed = LineService(line).reconcile(older_than=older_than)
    if closed:
        log.info("calls.reconciled", closed=closed)
    return closed


def look_after_orders_of(line: Line) -> int:
    """Note what came of calls back, ring who is owed one, raise what is overdue; how many orders that changed."""
    if late := Replies(line).make_good():
        log.warning("replies.made_good", replies=late)
    callbacks = callbacks_of(line)
    done = callbacks.follow() + callbacks.ring_owed(free=to_spare(line)) if callbacks else 0
    return done + raise_overdue(line)


def erase(line: Line) -> int:
    """Erase what callers said once it is older than configured (law 7); how many calls."""
    line.source.reload()
    before = line.clock() - timedelta(days=line.settings.privacy.keep_transcripts_days)
    line.outbound.erase_before(before)
    line.one_tap.erase_before(before)
    erased = 0
    while batch := line.calls.erase_words_before(before):
        erased += batch
    if erased:
        log.info("words.erased", calls=erased)
    if blanked := Replies(line).erase_words():
        log.info("replies.erased", replies=blanked)
    if forgotten := GreetingSending(line).forget_old():
        log.info("greetings.forgotten", greetings=forgotten)
    GreetingTrials(line, ShellOperator()).forget_old()
    Drafts(line, ShellOperator()).forget_old()
    return erased


def purge(line: Line) -> int:
    """Delete kept sound whose time is over, whose consent is gone or that is nobody's (law 7); how many files."""
    line.source.reload()
    deleted = SoundKeeping(line).purge() + forget_stray_sounds(line)
    if deleted:
        log.info("sound.purged", utterances=deleted)
    return deleted


def run(line: Line) -> None:
    """Work until stopped. One that starts late in the day plans at once: what nobody planned is not sent late."""
    collect_seldom()
    huey = make_huey(line, plan_first=True)
    with carried_aside(line.databases.greetings):
        huey.create_consumer(workers=WORKERS, worker_type="thread", check_worker_health=True).run()
