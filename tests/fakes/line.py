"""A line on SQLite files of its own, with a carrier in memory and a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from elder_channel.bootstrap import Line, open_line
from elder_channel.demo import load_customers
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate
from tests.fakes.carrier import FakeCarrier
from tests.fakes.recorder import FakeRecorder

SECRETS = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token", "ELDER_CHANNEL_STREAM_SECRET": "secret"}


@dataclass
class StandingClock:
    """Tells the same moment until it is put forward."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    def forward(self, seconds: float = 0.0, *, days: int = 0) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds, days=days)


@dataclass(frozen=True)
class LineInMemory:
    """A line with the parts that tests move."""

    line: Line
    carrier: FakeCarrier
    clock: StandingClock


def open_test_line(folder: Path, **settings: str) -> LineInMemory:
    """A migrated line with all agents at work and the demonstration's customers; `settings` are its environment."""
    state, site = folder / "state", folder / "site"
    for path in (state, site):
        path.mkdir(parents=True, exist_ok=True)
    copy_migrated(state)
    env: Mapping[str, str] = {"ELDER_CHANNEL_SITE": str(site), **SECRETS, **settings}
    carrier, clock = FakeCarrier(), StandingClock()
    line = replace(open_line(state, env, clock=clock), carrier=carrier, recorder=FakeRecorder(carrier))
    line.agents.sync((agent.id for agent in line.settings.agents), at=clock())
    load_customers(line.customers)
    return LineInMemory(line, carrier, clock)


def copy_migrated(folder: Path) -> None:
    """Put migrated, empty SQLite files into a folder."""
    for file in Path(_migrated().name).glob("*.db"):
        shutil.copy(file, folder / file.name)


@lru_cache
def _migrated() -> TemporaryDirectory[str]:
    """Empty databases in the newest version, made once and copied for every test."""
    folder: TemporaryDirectory[str] = TemporaryDirectory(prefix="migrated-")
    databases = open_databases(Path(folder.name))
    migrate(databases)
    databases.dispose()
    return folder
