"""Plays scenarios against an application in this process, on a virtual clock: minutes of a call take milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
from anyio.to_thread import current_default_thread_limiter

from elder_channel.simulator.call import Call
from elder_channel.simulator.caller import CallPlan
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.in_process.application import Application
from elder_channel.simulator.in_process.network import InProcessNetwork
from elder_channel.simulator.in_process.rest import carrier_of
from elder_channel.simulator.options import SimulatorOptions
from elder_channel.simulator.scenarios.called import Called
from elder_channel.simulator.scenarios.checks import Check
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.facts import PlayedCall
from elder_channel.simulator.scenarios.format import Caller, Scenario
from elder_channel.simulator.scenarios.judging import judge, judge_ringing, judge_together
from elder_channel.simulator.scenarios.performance import Clock, Judged, Performance
from elder_channel.simulator.scenarios.plans import Plans
from elder_channel.simulator.scenarios.reading import ScenarioFile, read_scenario
from elder_channel.simulator.subscribers import CalledPlan
from elder_channel.simulator.twiml import Verb
from elder_channel.simulator.virtual_time import VirtualLoop, VirtualTimeError

BASE_URL = "https://hotline.test"
"""Where the application is found by the carrier: a name that nobody can own (RFC 6761)."""
VOICE_PATH = "/voice"
NOBODYS_TOKEN = "not-a-secret"  # noqa: S105 (nothing leaves the process)


@dataclass(frozen=True)
class Hotline:
    """An application that answers in TwiML, and what a carrier must know of it. Addresses may be paths."""

    app: Any
    """An ASGI application."""
    voice_url: str = VOICE_PATH
    """Asked for the first document of an incoming call."""
    status_url: str | None = None
    """Told when a call has ended."""
    fallback: tuple[Verb, ...] | None = None
    """TwiML the carrier follows when the application gives no usable answer."""
    account_sid: str = "AC" + "0" * 32
    auth_token: str = NOBODYS_TOKEN
    """What requests are signed with."""

    @property
    def address(self) -> str:
        """The whole address for incoming calls."""
        return urljoin(BASE_URL, self.voice_url)


def play(scenario: Path | str | ScenarioFile, app: Any, **about: Any) -> Performance:
    """Play one scenario, by its file, against an ASGI application; `about` are the fields of `Hotline`.

    The application is started for it and stopped after it. What went otherwise than expected is in the performance
    (`passed`, `failure_lines`). Raises InvalidScenarioError for a file that is wrong.
    """
    file = scenario if isinstance(scenario, ScenarioFile) else read_scenario(Path(scenario))
    return play_on(Hotline(app, **about), file)


def play_on(hotline: Hotline, file: ScenarioFile) -> Performance:
    """Play one scenario; what hinders it is told in the result, not raised."""
    began = time.monotonic()
    calls: tuple[Judged, ...] = ()
    checks: tuple[Check, ...] = ()
    problem: str | None = None
    try:
        _refuse_what_cannot_be(file.scenario)
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            calls, checks = runner.run(_InProcess(hotline, file).run())
    except Exception as error:  # noqa: BLE001 (one broken scenario must not take the others with it)
        problem = f"{type(error).__name__}: {error}"
    return Performance(file, calls, time.monotonic() - began, problem, checks=checks, clock=Clock.VIRTUAL)


def _refuse_what_cannot_be(scenario: Scenario) -> None:
    if scenario.needs_books:
        raise CannotPlayError("it needs a line of our own, its books or its settings; leave --app out")
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise CannotPlayError("an event loop is running here already; play from an ordinary function, or in a thread")


@dataclass(frozen=True)
class _InProcess:
    """One scenario on one loop."""

    hotline: Hotline
    file: ScenarioFile
    _dialling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Sound is made ready in threads; one after the other, so that callers of the same moment keep their order."""

    async def run(self) -> tuple[tuple[Judged, ...], tuple[Check, ...]]:
        """Start the application, play, and stop it."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        threads = current_default_thread_limiter()
        loop.stand_still_for(lambda: threads.borrowed_tokens)
        application = Application(self.hotline.app)
        network = InProcessNetwork(application, urlsplit(self.hotline.address).hostname or "")
        exchange = Exchange(self._options(), network)
        async with carrier_of(exchange), application:
            try:
                played = await self._play(exchange)
            finally:
                await exchange.close()
        if loop.refused:
            raise VirtualTimeError(loop.refused[0])
        return played

    def _options(self) -> SimulatorOptions:
        hotline = self.hotline
        return SimulatorOptions(
            voice_url=hotline.address,
            status_url=urljoin(hotline.address, hotline.status_url) if hotline.status_url else None,
            account_sid=hotline.account_sid,
            auth_token=hotline.auth_token,
            control_token="",  # there is no control API here
            fallback=hotline.fallback,
        )

    async def _play(self, exchange: Exchange) -> tuple[tuple[Judged, ...], tuple[Check, ...]]:
        scenario, plans = self.file.scenario, Plans(self.file)
        for number, expected in plans.of_called().items():
            await exchange.subscribers.expect(number, [CalledPlan.model_validate(plan) for plan in expected])
        calling = [self._call(exchange, each, plans.of_caller(each)) for each in scenario.everybody]
        ringing = [self._await(exchange, each) for each in scenario.everybody_called]
        judged = tuple(await asyncio.gather(*calling, *ringing))
        rung = {each.number: await self._rung(exchange, each.number) for each in scenario.called}
        return judged, tuple(judge_together(scenario, [each.call for each in judged], rung))

    async def _call(self, exchange: Exchange, caller: Caller, plan: Mapping[str, Any]) -> Judged:
        """Somebody calls."""
        await asyncio.sleep(caller.calls_after)
        async with self._dialling:
            call = await exchange.place_incoming(CallPlan.model_validate(plan))
        return await self._judged(call, caller)

    async def _await(self, exchange: Exchange, called: Called) -> Judged:
        """The service rings somebody, or does not."""
        same = [each for each in self.file.scenario.everybody_called if each.number == called.number and each.rung]
        place = same.index(called) if called.rung else len(same)
        sids = await exchange.subscribers.calls_after(called.number, place, wait_seconds=called.within)
        check = judge_ringing(called, was=bool(sids))
        call = exchange.call(sids[0]) if sids else None
        if call is None:
            return Judged(PlayedCall.never_placed(called.name, called.number), (check,))
        return await self._judged(call, called, check)

    async def _judged(self, call: Call, person: Caller | Called, *first: Check) -> Judged:
        """The call, once it is over."""
        await call.journey.closed()
        events = [_as_sent(event.as_json()) for event in call.journey.after(0)]
        played = PlayedCall(person.name, _as_sent(call.record.as_json()), events)
        if isinstance(person, Called) and not person.rung:
            return Judged(played, first)
        return Judged(played, (*first, *judge(played, self.file.scenario.expected_of(person))))

    async def _rung(self, exchange: Exchange, number: str) -> int:
        return len(await exchange.subscribers.calls_after(number, 0, wait_seconds=0) or ())


def _as_sent(values: Mapping[str, object]) -> dict[str, Any]:
    """As the control API would give it: plain words in place of our own types."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(values))
    return plain
