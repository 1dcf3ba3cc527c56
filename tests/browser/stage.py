"""A real line with its console and a week in its books: what the tour, the pictures and the figures are taken from.

Every person, number and word in it is invented. The processes are those of `elder-channel run`, on free ports.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import yaml

from elder_channel.bootstrap import Line, open_line
from elder_channel.clock import utc_now
from elder_channel.placing import CallOrder, CallPlacingError, SimulatorClient, Sound
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.stack import Stack, StackOptions
from tests.browser.conftest import PASSWORD, Served
from tests.browser.stage_books import AT_DESK, CALLERS, EDITOR, SETTINGS, TEAM, fill
from tests.fakes.line import open_test_line

NEWCOMER, COLLEAGUE, AGENT = "chen.hong", "lin.fang", "liu.meihua"
BEHAVIOUR = {"answer_after_seconds": 3.0, "talk_seconds": 20.0}
"""Of the simulated agents: long enough on the telephone to be seen."""


@dataclass
class Stage:
    """The running line, and what a test needs to move it."""

    stack: Stack
    line: Line
    served: Served
    """Its console."""
    simulator: SimulatorClient

    @property
    def console_pid(self) -> int:
        """The process that draws the pages."""
        return self.stack.supervisor.pids()["console"]

    @contextmanager
    def callers(self, sounds: Sequence[Sound], *, every_seconds: float) -> Iterator[None]:
        """As long as this lasts somebody calls every so many seconds, and says one of these."""
        over = threading.Event()
        thread = threading.Thread(target=self._call, args=(sounds, every_seconds, over))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _call(self, sounds: Sequence[Sound], every_seconds: float, over: threading.Event) -> None:
        numbers, said = cycle(CALLERS), cycle(sounds)
        while not over.is_set():
            try:
                self.simulator.place(CallOrder(next(numbers), sound=next(said)))
            except CallPlacingError:
                over.set()  # the stage is being taken down
            over.wait(every_seconds)


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """The line is up, staff have accounts, the team is at work, and a week of calls lies behind it."""
    site, state = folder / "site", folder / "state"
    _write_site(site)
    books = open_test_line(folder, **SETTINGS)
    books.clock.now = utc_now()
    fill(books)
    books.line.databases.dispose()
    code = _appoint(state)
    behaviour = {agent["contact"]: BEHAVIOUR for agent in TEAM}
    (state / "simulated-agents.json").write_text(json.dumps(behaviour), encoding="utf-8")
    env = {**os.environ, "ELDER_CHANNEL_SITE": str(site), **SETTINGS}
    with Stack(StackOptions(state, env, free_ports=True)) as stack:
        line = open_line(state, stack.env)
        token = line.secrets.simulator_token.get_secret_value()
        simulator = SimulatorClient(f"http://127.0.0.1:{stack.server.simulator_port}", token)
        served = Served(f"http://127.0.0.1:{stack.server.console_port}/", state, code)
        try:
            yield Stage(stack, line, served, simulator)
        finally:
            simulator.close()
            line.databases.dispose()


def _write_site(site: Path) -> None:
    site.mkdir(parents=True)
    text = yaml.safe_dump({"schema": 1, "agents": TEAM}, allow_unicode=True, sort_keys=False)
    (site / "agents.yaml").write_text(text, encoding="utf-8")


def _appoint(state: Path) -> str:
    """The first administrator, and three colleagues."""
    accounts = Accounts(state / ACCOUNTS_FILE, utc_now)
    code = accounts.bootstrap_code() or ""
    accounts.claim(code, COLLEAGUE, PASSWORD)
    chief = Account(COLLEAGUE, Role.ADMINISTRATOR)
    accounts.add(NEWCOMER, PASSWORD, Role.ADMINISTRATOR, by=chief)
    accounts.add(EDITOR, PASSWORD, Role.EDITOR, by=chief)
    accounts.add(AGENT, PASSWORD, Role.AGENT, by=chief, agent_id=AT_DESK)
    return code
