"""Runs the real console, with real accounts, on calls held in memory: `python console_with_calls.py STATE PORT`.

The calls follow the clock like real ones: a new one arrives once `STATE/arrive` is made, and reading
fails while `STATE/trouble` exists. The product itself knows nothing of this.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from streamlit.web import cli

from dialects.catalogue import load_catalogue
from elder_channel.services.accounts import Accounts
from elder_channel.services.choices import Choices, choices_of
from elder_channel.services.live import LiveCall, LiveCallReader
from elder_channel.services.sessions import Sessions
from elder_channel.staff.settings import ConsoleSettings
from elder_channel.staff.tables import metadata
from elder_channel.storage.console_sessions import SqlConsoleSessions
from elder_channel.storage.engine import open_databases
from ui.launch import streamlit_arguments

CONSOLE = "elder_channel.services.console"
# By its file: a package of the extra `paddle` (ppdiffusers) installs a `tests` of its own, which a script finds first.
_FAKES = runpy.run_path(str(Path(__file__).parents[1] / "fakes" / "live_calls.py"))
example_calls, waiting_call = _FAKES["example_calls"], _FAKES["waiting_call"]
SwitchesInMemory, example_switches = _FAKES["SwitchesInMemory"], _FAKES["example_switches"]


@dataclass(frozen=True)
class ConsoleServices:
    """The services the console asks for; nothing can be written here."""

    live: LiveCallReader
    switches: Any
    accounts: Accounts
    sessions: Sessions
    sign_on: Any
    corrections: None = None
    consents: None = None
    desk: None = None
    marks: None = None
    sites: None = None
    recordings: None = None
    waiting: None = None
    prompt_board: None = None
    prompt_takes: None = None
    today: None = None
    reports: None = None
    choices: Choices = field(default_factory=lambda: choices_of(load_catalogue()))


class CallsFollowingFiles:
    """Example calls of this moment, steered by files in the state folder."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._started_at = datetime.now(UTC)

    def list_calls(self, *, viewer: str, most: int | None = None, also: Container[str] = frozenset()) -> list[LiveCall]:
        """The example calls, one more after `arrive`, none after `quiet`; fails during `trouble`."""
        if (self._state / "trouble").exists():
            raise OSError("database is away")
        if (self._state / "quiet").exists():
            return []
        calls = example_calls(self._started_at)
        if (self._state / "arrive").exists():
            newest = waiting_call(datetime.now(UTC))
            calls.insert(0, LiveCall(**{**newest.__dict__, "call_sid": "CA07", "caller": "137****0007"}))
        return calls


def main() -> None:
    """Put the calls in the place of the wired services, then run Streamlit as the product does."""
    state, port = Path(sys.argv[1]), int(sys.argv[2])
    wiring = ModuleType(CONSOLE)
    accounts = Accounts(state / "accounts.json", lambda: datetime.now(UTC))
    databases = open_databases(state)
    metadata.create_all(databases.calls)
    sessions = Sessions(SqlConsoleSessions(databases.calls), accounts, ConsoleSettings, lambda: datetime.now(UTC))
    no_provider = SimpleNamespace(configured=False, local_accounts=True)
    switches = SwitchesInMemory(example_switches())
    services = ConsoleServices(CallsFollowingFiles(state), switches, accounts, sessions, no_provider)
    vars(wiring).update(ConsoleServices=ConsoleServices, open_console=lambda _state: services)
    sys.modules[CONSOLE] = wiring
    cli.main(streamlit_arguments(port=port, host="127.0.0.1"))


if __name__ == "__main__":
    main()
