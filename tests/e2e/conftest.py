"""A real stack for whole calls: every process of the line but the console, on free ports, with a state of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from elder_channel.bootstrap import Line, load_settings, open_line
from elder_channel.calls.model import CallState
from elder_channel.demo import load_customers
from elder_channel.placing import CallOrder, SimulatorClient, read_sound, wait_until
from elder_channel.services.call_report import CallReport, report_call
from elder_channel.stack import Stack, StackOptions

ELDER = "+862000000101"  # 陈示例, born 1944; speaks Cantonese
STRANGER = "+8659100000155"
QUICK = {"answer_after_seconds": 2.5, "talk_seconds": 0.5}
"""Quicker than people, yet not before the caller, who speaks after a second, has said something."""
VOICES = Path(str(resources.files("elder_channel") / "data" / "demo"))


@dataclass
class LiveStack:
    """A running stack, as a test uses it."""

    stack: Stack
    state: Path
    line: Line
    simulator: SimulatorClient = field(init=False)

    def __post_init__(self) -> None:
        token = self.line.secrets.simulator_token.get_secret_value()
        self.simulator = SimulatorClient(f"http://127.0.0.1:{self.stack.server.simulator_port}", token)

    def close(self) -> None:
        """Let go of the books and the simulator."""
        self.simulator.close()
        self.line.databases.dispose()

    def call(self, from_: str = STRANGER, *, to: str | None = None, audio: str | None = None, key: str | None = None,
             say: str | None = None, **more: Any) -> CallReport:  # fmt: skip
        """Place a call, follow it to its end, and report it."""
        return self.report(self.place(from_, to=to, audio=audio, key=key, say=say, **more))

    def place(self, from_: str = STRANGER, *, to: str | None = None, audio: str | None = None, key: str | None = None,
              say: str | None = None, **more: Any) -> str:  # fmt: skip
        """Place a call; its SID."""
        sound = read_sound(VOICES / audio) if audio else None
        return self.simulator.place(CallOrder(from_, to, sound, key, say), **more)

    def report(self, sid: str) -> CallReport:
        """Wait for the call's end, and for the last word of it to reach the books."""
        for _ in self.simulator.events(sid):
            pass
        record = self.simulator.record(sid)
        spoke = record["first_voiced_sent_at"] is not None

        def settled() -> bool:
            call = self.line.calls.get(sid)
            heard = call is not None and (call.identified_finally or call.recognition == "off")
            return call is not None and call.state is CallState.ENDED and (heard or not spoke)

        wait_until(settled, seconds=6)
        return report_call(self.line, record)

    def names(self, sid: str) -> list[str]:
        """The names of what happened on the call, in order."""
        return [event["name"] for event in self.simulator.events(sid)]


def start_stack(folder: Path, **settings: str) -> Stack:
    """A stack on `folder`; `settings` are environment variables of the line."""
    site = folder / "site"
    site.mkdir(parents=True)
    ours = {"ELDER_CHANNEL_SITE": str(site), "ELDER_CHANNEL_STATE": str(folder / "state")}
    # Tests share a line: the callers one of them loses are not rung into the next one.
    env = {**os.environ, **ours, "ELDER_CHANNEL_WORKORDERS__LOST_CALLS": "nobody"}
    # Nor are they bidden good-bye, two seconds a call: the scenarios hear that.
    env |= {"ELDER_CHANNEL_LINE__SAY_GOOD_BYE": "false", **settings}
    (folder / "state").mkdir()
    quick = {agent.contact: QUICK for agent in load_settings(env).agents}
    (folder / "state" / "simulated-agents.json").write_text(json.dumps(quick), encoding="utf-8")
    return Stack(StackOptions(folder / "state", env, console=False, free_ports=True))


def running(stack: Stack, folder: Path, env: Mapping[str, str] | None = None) -> LiveStack:
    """The running stack with the demonstration's customers in the books."""
    line = open_line(folder / "state", env or stack.env)
    load_customers(line.customers)
    return LiveStack(stack, folder / "state", line)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    """One stack for all calls that leave it as they found it."""
    folder = tmp_path_factory.mktemp("stack")
    with start_stack(folder, ELDER_CHANNEL_LINE__PROMPT_TIMEOUT_SECONDS="3") as stack:
        started = running(stack, folder)
        yield started
        started.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LiveStack]:
    """A stack of the test's own, to break."""
    settings = {"ELDER_CHANNEL_LINE__PROMPT_TIMEOUT_SECONDS": "3", "ELDER_CHANNEL_LINE__AGENT_RING_SECONDS": "5"}
    with start_stack(tmp_path, **settings) as stack:
        started = running(stack, tmp_path)
        yield started
        started.close()
