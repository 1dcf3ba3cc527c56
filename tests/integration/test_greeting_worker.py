"""The real worker process plans, sends and takes receipts by itself; killed and started again it repeats nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.consents import ShellOperator
from elder_channel.services.greeting_plans import GreetingPlans
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.worker import greet, plan_greetings_of
from greeting_sms import campaign_books
from greeting_sms.campaign import Campaign
from greeting_sms.states import GreetingState
from greeting_sms.tables import greetings
from tests.fakes.campaigns import campaign_settings
from tests.fakes.greetings import MORNING, add_people, planned
from tests.fakes.line import SECRETS, LineInMemory, open_test_line

LAST_ON_EARTH = "Pacific/Pago_Pago"
"""Its day ends so late that the hotline's today can always still be planned there."""
PATIENCE_SECONDS = 40.0


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line whose campaign is in force."""
    opened = open_test_line(tmp_path, **SECRETS)
    with opened.line.databases.greetings.begin() as connection:
        campaign = Campaign.model_validate(campaign_settings())
        version = campaign_books.propose(connection, campaign, by="one", at=MORNING).version
        campaign_books.approve(connection, "birthday", version, by="two", at=MORNING)
    yield opened
    opened.line.databases.dispose()


def noon_zone(now: datetime) -> str:
    """A zone where it is about noon: its window is open, whenever this test runs."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def states(at: LineInMemory) -> dict[str, str]:
    """State by person."""
    with at.line.databases.greetings.connect() as connection:
        rows = connection.execute(sa.select(greetings.c.group_customer_id, greetings.c.state)).all()
    return {row[0]: row[1] for row in rows}


def carried(at: LineInMemory) -> list[str]:
    """The numbers the loopback carrier got texts for."""
    journal = at.line.state / "loopback_texts.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    return [json.loads(line)["number"] for line in lines]


@contextmanager
def worker(at: LineInMemory, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The worker as the supervisor starts it; killed at the end, wherever it stands."""
    env = {
        **os.environ,
        **SECRETS,
        "ELDER_CHANNEL_STATE": str(at.line.state),
        "ELDER_CHANNEL_SITE": str(folder / "site"),
    }
    command = [sys.executable, "-m", "elder_channel.cli.main", "process", "worker"]
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(10)


def wait_for(done: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until it is done, or the worker ends, or it takes too long."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not done():
        ended = process.poll() is not None
        assert not ended, (folder / "worker.log").read_text(encoding="utf-8")[-2000:]
        assert time.monotonic() < until, (folder / "worker.log").read_text(encoding="utf-8")[-2000:]
        time.sleep(0.1)


def test_law_6_the_worker_plans_and_sends_by_itself_and_a_killed_one_repeats_nothing(
    at: LineInMemory, tmp_path: Path
) -> None:
    """One person's window is open now; another's birthday is today, where the window is yet to come."""
    now, engine = datetime.now(UTC), at.line.databases.greetings
    here, zone = now.astimezone(HOTLINE_ZONE).date(), noon_zone(now)
    there = now.astimezone(ZoneInfo(zone)).date()
    add_people(engine, [planned(1, birthday_on=there)], zone=zone)
    at.clock.now = now
    operator = ShellOperator()
    GreetingPlans(at.line, operator).plan(there, by=operator.ACCOUNT)
    add_people(engine, [planned(2, birthday_on=here)], zone=LAST_ON_EARTH)

    def sent_and_planned() -> bool:
        found = states(at)
        return "c1" in found and found["c1"] not in ("planned", "claimed", "posting") and "c2" in found

    with worker(at, tmp_path) as process:
        wait_for(sent_and_planned, process, tmp_path)
    assert greet(at.line) == 0  # the next tick, wherever it runs
    assert states(at)["c1"] == GreetingState.DELIVERED
    assert len(carried(at)) == len(set(carried(at))) == len([each for each in states(at).values() if each != "planned"])
    assert set(states(at)) == {"c1", "c2"}


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=30), timedelta(days=400)], ids=str)
def test_law_6_a_clock_set_back_plans_and_sends_nothing_twice(at: LineInMemory, back: timedelta) -> None:
    """The ticks go on as if nothing were: what was planned and sent stays planned and sent."""
    at.clock.now = MORNING
    add_people(at.line.databases.greetings, [planned(1), planned(2, birthday_on=date(2026, 11, 23))])
    assert plan_greetings_of(at.line) == 1
    assert greet(at.line) == 1
    at.clock.now = MORNING - back
    plan_greetings_of(at.line)
    assert greet(at.line) == 0
    at.clock.now = MORNING
    plan_greetings_of(at.line)
    assert greet(at.line) == 0
    assert len(carried(at)) == 1
    assert GreetingSending(at.line).look_after().doubtful == 0
