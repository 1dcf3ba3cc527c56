"""The voice process: webhooks, media websockets and the router's ticks in one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from elder_channel.agents.model import Answer
from elder_channel.agents.settings import Engine
from elder_channel.bootstrap import Line, Reload, sections_with_a_start
from elder_channel.going_on import GoingOn
from elder_channel.outbound.model import OutboundRequest
from elder_channel.recognition.client import RecognizerClient
from elder_channel.services.engine import Errand, RoutingEngine
from elder_channel.services.expected_ends import ExpectedEnds
from elder_channel.services.line import LineService
from elder_channel.services.one_tap import OneTapService
from elder_channel.services.outbound import OutboundService
from elder_channel.services.routing import RoutingService
from elder_channel.services.taskrouter import TaskRouterService
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.listening import Listener
from elder_channel.web.media import media_route
from elder_channel.web.metrics import Metrics, metrics_route
from elder_channel.web.one_tap import one_tap_routes
from elder_channel.web.prompt_audio import prompt_audio_route
from elder_channel.web.replies import reply_routes
from elder_channel.web.taskrouter import taskrouter_routes
from elder_channel.web.texts import text_routes
from elder_channel.web.threads import carrier_threads
from elder_channel.web.voice import voice_routes

log = structlog.get_logger()

SETTINGS_LOOK_SECONDS = 2.0
ENDS_LOOK_SECONDS = 1.0
WORKER_THREADS = 16
"""Webhooks and books run in threads; SQLite lets one write at a time anyway. More threads than this took turns at
Python itself for longer than they saved."""
CALL_OUT_SECONDS = 0.5
"""How often whoever is due to be called is looked for, besides being woken by the button."""
PUSH_TAKES_SECONDS = 30.0
"""So long after its start a stack with the simulator has told the simulated TaskRouter of its settings."""
JUST_STARTED = timedelta(seconds=5)
"""A call so young arrived after the start."""


def voice_app(line: Line) -> Starlette:
    """The ASGI application of the voice process."""
    tokens = StreamTokens(line.secrets.stream_secret.get_secret_value())
    calls = LineService(line)
    taskrouter = line.settings.routing.engine is Engine.TASKROUTER
    router: RoutingEngine[Any] = TaskRouterService(line, calls) if taskrouter else RoutingService(line, calls)
    recognizer = RecognizerClient(
        f"http://127.0.0.1:{line.settings.server.recognizer_port}",
        token=line.secrets.recognizer_token.get_secret_value(),
        settings=line.settings.recognition,
    )
    metrics = Metrics()
    wake, somebody_to_call = asyncio.Event(), asyncio.Event()
    outbound = OutboundService(line, calls)
    listener = Listener(line, calls, recognizer, wake.set)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = WORKER_THREADS
        await to_thread.run_sync(_agents_as_configured, line)
        await to_thread.run_sync(_sounds_at_hand, line)
        # What is there now stays; a full collection over all of it would stop every call for a tenth of a second.
        gc.collect()
        gc.freeze()
        listener.start()
        background = [
            asyncio.create_task(_settle_in(calls)),
            asyncio.create_task(_route_for_ever(line, router, wake)),
            asyncio.create_task(_call_out_for_ever(outbound, somebody_to_call)),
            asyncio.create_task(_look_at_ends_for_ever(calls.expected_ends)),
            asyncio.create_task(_watch_settings(line)),
            *([asyncio.create_task(_say_whether_pushed(line))] if taskrouter else []),
        ]
        yield
        listener.stop()
        for task in background:
            task.cancel()
        await recognizer.aclose()

    async def health(_request: Request) -> JSONResponse:
        return JSONResponse({"ok": True})

    routes = [
        Route("/health", health),
        metrics_route(line, metrics),
        *voice_routes(line, calls, tokens, metrics),
        media_route(line, calls, listener, tokens, metrics),
        prompt_audio_route(line.sounds),
        *taskrouter_routes(line, metrics, wake.set),
        *text_routes(line, metrics),
        *reply_routes(line, metrics, somebody_to_call.set),
        *one_tap_routes(line, OneTapService(line, outbound), somebody_to_call.set),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _agents_as_configured(line: Line) -> None:
    agents = line.settings.agents
    at_desks = [agent.id for agent in agents if agent.answer is Answer.DESK]
    line.agents.sync((agent.id for agent in agents), at=line.clock(), at_desks=at_desks)


def _sounds_at_hand(line: Line) -> None:
    with GoingOn("prompt_audio.not_prepared"):  # the carrier's voice speaks instead (law 1)
        log.info("prompt_audio.ready", sounds=line.sounds.prepare(), used=line.settings.prompts.audio)


async def _say_whether_pushed(line: Line) -> None:
    """Calls are served all the same, by our own router; who switched TaskRouter on meant something else."""
    await asyncio.sleep(PUSH_TAKES_SECONDS)
    with GoingOn("taskrouter.look_failed"):
        pushed = await to_thread.run_sync(line.tasks.objects, "workflow")
        if line.settings.taskrouter.workflow not in pushed:
            log.error("taskrouter.not_pushed", remedy="elder-channel taskrouter push")


async def _settle_in(calls: LineService) -> None:
    """After a start books and carrier may disagree on what happened meanwhile; new calls need not wait for that."""
    with GoingOn("calls.reconcile_failed"):
        closed = await to_thread.run_sync(lambda: calls.reconcile(older_than=JUST_STARTED))
        log.info("calls.reconciled", closed=closed)


async def _route_for_ever(line: Line, router: RoutingEngine[Errand], wake: asyncio.Event) -> None:
    moving: set[asyncio.Task[None]] = set()
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), line.settings.routing.tick_seconds)
        wake.clear()
        errands: Sequence[Errand] = []
        with GoingOn("router.tick_failed"):
            errands = await to_thread.run_sync(router.tick)
        for errand in errands:
            task = asyncio.create_task(to_thread.run_sync(router.carry_out, errand, limiter=carrier_threads()))
            moving.add(task)
            task.add_done_callback(moving.discard)


async def _call_out_for_ever(outbound: OutboundService, somebody_to_call: asyncio.Event) -> None:
    placing: set[asyncio.Task[None]] = set()
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(somebody_to_call.wait(), CALL_OUT_SECONDS)
        somebody_to_call.clear()
        request: OutboundRequest | None = None
        with GoingOn("outbound.tick_failed"):
            request = await to_thread.run_sync(outbound.tick)
        if request:
            task = asyncio.create_task(_place(outbound, request))
            placing.add(task)
            task.add_done_callback(placing.discard)


async def _look_at_ends_for_ever(ends: ExpectedEnds) -> None:
    while True:
        await asyncio.sleep(ENDS_LOOK_SECONDS)
        if not ends.is_due():
            continue
        with GoingOn("calls.look_at_ends_failed"):
            await to_thread.run_sync(ends.look, limiter=carrier_threads())


async def _place(outbound: OutboundService, request: OutboundRequest) -> None:
    with GoingOn("outbound.place_failed", request=request.id):  # `look_after` asks later what became of it
        await to_thread.run_sync(outbound.place, request, limiter=carrier_threads())


async def _watch_settings(line: Line) -> None:
    """Take changed settings while running; a wrong one is refused and the last good ones stay (law 8)."""
    _tell_refused_dialects(line, seen={})
    while True:
        await asyncio.sleep(SETTINGS_LOOK_SECONDS)
        await to_thread.run_sync(look_at_settings, line)


def look_at_settings(line: Line) -> None:
    """One look at the site's files."""
    seen = line.source.problem
    with GoingOn("settings.look_failed"):
        match line.source.reload():
            case Reload.CHANGED:
                _agents_as_configured(line)
                log.info("settings.taken", restart_needed_for=sections_with_a_start())
            case Reload.REFUSED if line.source.problem is not seen:
                log.error("settings.refused", problem=str(line.source.problem))
    with GoingOn("dialects.look_failed"):
        look_at_dialects(line)


def look_at_dialects(line: Line) -> None:
    """One look at the site's own words of the dialects."""
    seen = {name: str(error) for name, error in line.catalogues.problems.items()}
    if line.catalogues.reload():
        log.info("dialects.taken")
    _tell_refused_dialects(line, seen=seen)


def _tell_refused_dialects(line: Line, *, seen: Mapping[str, str]) -> None:
    for name, error in line.catalogues.problems.items():
        if seen.get(name) != str(error):
            log.error("dialects.refused", file=name, problem=str(error))
