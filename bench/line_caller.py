"""A line of its own to measure, and who calls it: through the carrier simulator, or its webhooks directly."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator

from bench.line_figures import Measured
from dialects.catalogue import load_catalogue
from elder_channel.bootstrap import Line, load_settings, open_line
from elder_channel.demo import load_customers
from elder_channel.placing import CallOrder, SimulatorClient, Sound, read_sound, wait_until
from elder_channel.services.call_report import report_call
from elder_channel.services.say_once import SayOnce, SayOnceReport
from elder_channel.stack import Stack, StackOptions

ELDER = "+862000000101"  # of the demonstration's customers
STRANGER = "+8659100000155"
AGENTS = 64
"""Enough that no call waits for a person: the packaged demonstration team four times over."""
QUICK: Mapping[str, float] = {"answer_after_seconds": 0.5, "talk_seconds": 0.2}
MAX_CALL_SECONDS = 25.0
"""No call of the bench lasts longer, so that the bench ends."""
SEED = 1
SETTLING_SECONDS = 4.0
"""For the last word of the last calls to reach the books."""
VOICES = ("zh_policy_question", "zh_accident_claim", "zh_wants_a_person", "zh_premium_payment", "en_policy_help")
_DEMO = Path(str(resources.files("elder_channel") / "data" / "demo"))
_FAILED = ("webhook failed", "webhook of the fallback failed", "wait document failed")

Count = Callable[[], object]
Journey = list[dict[str, Any]]
"""The carrier's events of one call, in order."""


def demo_sounds() -> list[Sound]:
    """What the speaking callers say: synthetic sentences of the demonstration, as telephone sound."""
    return [read_sound(_DEMO / f"{name}.flac") for name in VOICES]


def prepare_stack(folder: Path) -> Stack:
    """A stack on `folder`, not started: free ports, no console, many agents with the demonstration team's skills."""
    site, state = folder / "site", folder / "state"
    site.mkdir()
    state.mkdir()
    team = load_settings({}).agents
    agents = [
        {
            "id": f"bench-{number}",
            "name": f"示例{number}",
            "contact": f"client:bench-{number}",
            "dialects": dict(team[number % len(team)].dialects),
            "languages": dict(team[number % len(team)].languages),
            "hunt_group": number < 4,
        }
        for number in range(AGENTS)
    ]
    # JSON is YAML.
    (site / "agents.yaml").write_text(json.dumps({"schema": 1, "agents": agents}, ensure_ascii=False), encoding="utf-8")
    behaviour = {agent["contact"]: QUICK for agent in agents}
    (state / "simulated-agents.json").write_text(json.dumps(behaviour), encoding="utf-8")
    env = {**os.environ, "ELDER_CHANNEL_SITE": str(site), "ELDER_CHANNEL_STATE": str(state)}
    return Stack(StackOptions(state, env, console=False, free_ports=True))


class LineCaller:
    """Places calls on the running stack and asks its webhooks."""

    def __init__(self, stack: Stack, line: Line) -> None:
        token = line.secrets.simulator_token.get_secret_value()
        self._stack = stack
        self._line = line
        self._simulator = SimulatorClient(f"http://127.0.0.1:{stack.server.simulator_port}", token)

    def close(self) -> None:
        """Let go of simulator and books."""
        self._simulator.close()
        self._line.databases.dispose()

    def warm_up(self, sounds: Sequence[Sound]) -> None:
        """Wait for the speech model, and let the simulator find the voice in each sound once, before any is timed."""
        with httpx.Client(trust_env=False) as http:
            health = f"http://127.0.0.1:{self._stack.server.recognizer_port}/health"
            wait_until(lambda: http.get(health).json()["status"] == "ready", seconds=20)
        for sound in sounds:
            sid = self._simulator.place(CallOrder(STRANGER, sound=sound), hang_up_after_seconds=0.5)
            self._follow(sid)

    def set_agents(self, profile: Mapping[str, float]) -> None:
        """How every simulated agent behaves from the next call on."""
        for agent in self._line.settings.agents:
            self._simulator.set_agent(agent.contact, **profile)

    def ask_alone(self, requests: int, count: Count) -> list[float]:
        """Milliseconds from request to document for strangers' calls, one at a time, a connection each."""
        url = f"{self._line.addresses.public_base_url}/voice"
        limits = httpx.Limits(max_keepalive_connections=0)  # as the carrier
        took_ms = []
        with httpx.Client(trust_env=False, limits=limits) as http:
            for _ in range(requests):
                form = {"CallSid": f"CA{uuid4().hex}", "From": STRANGER, "To": self._line.settings.line.hotline_number}
                took_ms.append(self._post(http, f"{url}/incoming", form | {"CallStatus": "ringing"}))
                self._post(http, f"{url}/status", form | {"CallStatus": "completed"})
                count()
        return took_ms

    def hold(self, orders: Sequence[CallOrder], per_second: float, *, placed: Count, ended: Count) -> list[Measured]:
        """Place the calls, follow each to its end, and read what carrier and books know of it.

        They come as people call, independently of each other (exponential gaps, the same ones every time): calls at
        equal gaps would bring the key, the pick-up and the end of many at one instant, every tenth of a second.
        """
        due, gaps, sids, journeys = time.monotonic(), Random(SEED), [], []
        for order in orders:
            due += gaps.expovariate(per_second)
            time.sleep(max(0.0, due - time.monotonic()))
            sids.append(self._simulator.place(order, max_seconds=MAX_CALL_SECONDS))
            placed()
        for sid in sids:
            journeys.append(self._follow(sid))
            ended()
        self._let_settle(list(zip(sids, journeys, strict=True)))
        return [self._measured(sid, journey) for sid, journey in zip(sids, journeys, strict=True)]

    def now(self) -> datetime:
        """The moment, by the clock the books go by."""
        return self._line.clock()

    def said_once(self, since: datetime) -> SayOnce:
        """What agents knew when they picked up, of the calls since then."""
        return SayOnceReport(self._line).between(since, self.now())

    def _post(self, http: httpx.Client, url: str, form: dict[str, str]) -> float:
        validator = RequestValidator(self._line.secrets.auth_token.get_secret_value())
        signed = {"X-Twilio-Signature": validator.compute_signature(url, form)}
        began = time.perf_counter()
        http.post(url, data=form, headers=signed).raise_for_status()
        return (time.perf_counter() - began) * 1000

    def _follow(self, sid: str) -> Journey:
        return list(self._simulator.events(sid))

    def _let_settle(self, unsettled: list[tuple[str, Journey]]) -> None:
        def settled() -> bool:
            while unsettled and self._is_settled(*unsettled[-1]):
                unsettled.pop()
            return not unsettled

        wait_until(settled, seconds=SETTLING_SECONDS)

    def _is_settled(self, sid: str, journey: Journey) -> bool:
        """The books have closed the call, and no recognition is on its way."""
        call = self._line.calls.get(sid)
        spoke = any(event["name"] == "speech.first_voiced_frame" for event in journey)
        return call is not None and call.ended_at is not None and (call.identified_finally or not spoke)

    def _measured(self, sid: str, journey: Journey) -> Measured:
        record, call = self._simulator.record(sid), self._line.calls.get(sid)
        timings = report_call(self._line, record).timings_ms
        return Measured(
            rang_at=next(event["at"] for event in journey if event["name"] == "call.ringing"),
            served=record["served"],
            first_webhook_ms=record["webhook_ms"],
            webhooks_ms=tuple(event["took_ms"] for event in journey if event["name"] == "twiml.received"),
            webhooks_failed=sum(warning.startswith(_FAILED) for warning in record["warnings"]),
            spoke=record["first_voiced_sent_at"] is not None,
            onset_to_enqueue_ms=timings.onset_to_enqueue,
            utterance_end_to_dialect_ms=timings.utterance_end_to_dialect,
            recognized=bool(call and (call.transcript or call.identified_finally)),
            media_lateness_ms=record["media_lateness_ms"],
        )


def numbers_of_dialects() -> list[str]:
    """A number for each of the 42: of the area code most of whose speakers speak it; no subscriber's begins with 0."""
    dialects = load_catalogue().dialects.values()
    codes = [max(dialect.area_codes, key=lambda area: area.share).code for dialect in dialects if dialect.area_codes]
    return [f"+86{code.removeprefix('0')}00000155"[:14] for code in codes]


@contextmanager
def open_caller(stack: Stack, state: Path) -> Iterator[LineCaller]:
    """The caller of a running stack, the demonstration's customers in its books."""
    line = open_line(state, stack.env)
    load_customers(line.customers)
    caller = LineCaller(stack, line)
    try:
        yield caller
    finally:
        caller.close()
