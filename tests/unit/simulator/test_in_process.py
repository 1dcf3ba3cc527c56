"""Scenarios against an application in this process: what the carrier hears of it, and what it hears of the carrier."""

from __future__ import annotations

import asyncio
import base64
import importlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from elder_channel.simulator.in_process import CarrierHttpClient, CarrierTransport, play, told
from elder_channel.simulator.in_process.playing import NOBODYS_TOKEN
from elder_channel.simulator.in_process.rest import NoCarrierError
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.virtual_time import VirtualTimeError

EXAMPLE = Path(__file__).parents[3] / "docs/examples/own_hotline"
ACCOUNT_SID = "AC" + "0" * 32
CALLER = "+8659100000157"
Answer = Callable[[Request], Awaitable[Response]]


def twiml(verbs: str, **options: Any) -> Response:
    return Response(f"<Response>{verbs}</Response>", media_type="text/xml", **options)


def says(verbs: str) -> Answer:
    async def answer(request: Request) -> Response:
        return twiml(verbs)

    return answer


def application(voice: Answer, **others: Answer | Callable[[WebSocket], Awaitable[None]]) -> Starlette:
    websockets = {name: others.pop(name) for name in list(others) if name.startswith("media")}
    routes: list[Any] = [Route("/voice", voice, methods=["GET", "POST"])]
    routes += [Route(f"/{name}", each, methods=["POST"]) for name, each in others.items()]
    routes += [WebSocketRoute(f"/{name}", each) for name, each in websockets.items()]
    return Starlette(routes=routes)


@pytest.fixture
def played(tmp_path: Path) -> Callable[..., Performance]:
    """Plays what a test writes down; a caller and no expectation unless it says so."""

    def playing(app: Any, scenario: dict[str, Any] | None = None, **about: Any) -> Performance:
        file = tmp_path / "scenario.yaml"
        written = {"name": "A call", "expect": {}, **(scenario or {})}
        if "callers" not in written:
            written.setdefault("caller", {"from": CALLER})
        file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
        return play(file, app, **about)

    return playing


def events(performance: Performance) -> list[dict[str, Any]]:
    assert performance.problem is None, performance.problem
    return [dict(event) for event in performance.calls[0].call.events]


def seconds_of(performance: Performance, name: str) -> float:
    at = performance.calls[0].call.first(name)
    assert at is not None, told(performance)
    return at


def test_the_example_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    """What docs/simulator.md shows for a hotline of one's own works as it stands there."""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    test, scenarios = importlib.import_module("test_hotline"), sorted(EXAMPLE.glob("*.yaml"))
    assert len(scenarios) == 2
    for scenario in scenarios:
        test.test_the_call_goes_as_it_is_written(scenario)


def test_two_runs_give_the_same_journey_to_the_microsecond(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes of waiting, a media stream, a minute of talking: every event, moment and identifier."""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    app = importlib.import_module("hotline").app
    first, second = (play(EXAMPLE / "night.yaml", app) for _ in range(2))
    assert events(first) == events(second)
    assert first.calls[0].call.record == second.calls[0].call.record
    assert seconds_of(first, "agent.answered") == pytest.approx(seconds_of(first, "agent.ringing") + 8, abs=1e-5)
    assert seconds_of(first, "queue.left") > 120
    assert seconds_of(first, "call.ended") == pytest.approx(seconds_of(first, "agent.answered") + 60, abs=1e-5)


def test_nothing_but_waiting_takes_time(played) -> None:
    """The answer of an application takes none, so a pause of 90 seconds is a call of 90 seconds."""
    performance = played(application(says('<Pause length="90"/>')))
    assert seconds_of(performance, "call.ended") == pytest.approx(90, abs=1e-5)
    assert performance.calls[0].call.record["webhook_ms"] == 0


def test_requests_are_signed_over_the_address_the_application_sees(played) -> None:
    """As on the wire, with the real checker of the carrier's own package."""
    seen: list[bool] = []

    async def voice(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        signed = request.headers["x-twilio-signature"]
        seen.append(RequestValidator(NOBODYS_TOKEN).validate(str(request.url), form, signed))
        return twiml("<Hangup/>")

    played(application(voice))
    played(application(voice), {"caller": {"from": CALLER, "faults": {"bad_signature": True}}})
    assert seen == [True, False]


def test_an_answer_does_not_wait_for_what_the_application_does_afterwards(played) -> None:
    """A background task of 40 seconds; the caller hears the answer at once."""
    done: list[float] = []

    async def work() -> None:
        await asyncio.sleep(40)
        done.append(asyncio.get_running_loop().time())

    async def voice(request: Request) -> Response:
        return twiml('<Pause length="60"/>', background=BackgroundTask(work))

    performance = played(application(voice))
    assert seconds_of(performance, "twiml.received") == 0
    assert done == [40]


def test_an_application_that_does_not_answer_in_time_leads_to_the_fallback(played) -> None:
    """After the two seconds its address asks for, and the warning says so."""

    async def voice(request: Request) -> Response:
        await asyncio.sleep(300)
        return twiml("")

    performance = played(application(voice), voice_url="/voice#rt=2000")
    assert any("ReadTimeout" in each for each in performance.calls[0].call.record["warnings"])
    assert seconds_of(performance, "prompt.started") == pytest.approx(2, abs=1e-5)


@pytest.mark.parametrize(
    ("verbs", "warning"),
    [
        ("<Redirect>/nowhere</Redirect>", "the service answered 404"),
        ("<Redirect>/broken</Redirect>", "the service answered 500"),
        ("<Redirect>https://elsewhere.test/</Redirect>", "ConnectError"),
        ('<Start><Stream url="wss://hotline.test/nowhere"/></Start><Pause/>', "HTTP 403"),
        ('<Start><Stream url="wss://hotline.test/media_broken"/></Start><Pause/>', "HTTP 500"),
        ('<Start><Stream url="wss://elsewhere.test/"/></Start><Pause/>', "nothing but hotline.test"),
        ('<Start><Stream url="wss://hotline.test/media_dropped"/></Start><Pause/>', "no close frame"),
        ('<Start><Stream url="wss://hotline.test/media_closed"/></Start><Pause/>', "1008"),
    ],
)
def test_what_fails_is_warned_of_as_on_the_wire(played, verbs: str, warning: str) -> None:
    """Wrong addresses, faults of the application, other hosts, streams refused, dropped and closed."""

    async def broken(request: Request) -> Response:
        raise ValueError("on purpose")

    async def media_broken(websocket: WebSocket) -> None:
        raise ValueError("on purpose")

    async def media_dropped(websocket: WebSocket) -> None:
        await websocket.accept()
        raise ValueError("on purpose")

    async def media_closed(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close(1008)

    sockets = {"media_broken": media_broken, "media_dropped": media_dropped, "media_closed": media_closed}
    performance = played(application(says(verbs), broken=broken, **sockets))
    assert any(warning in each for each in performance.calls[0].call.record["warnings"]), told(performance)


def test_a_two_way_stream_is_heard_and_told_of_keys(played) -> None:
    """Frames every 20 ms, marks when their sound was heard, keys at their moment, the document when it is closed."""
    heard: list[tuple[str, float]] = []

    async def media(websocket: WebSocket) -> None:
        await websocket.accept()
        while True:
            message = await websocket.receive_json()
            heard.append((message["event"], asyncio.get_running_loop().time()))
            told_of = {"streamSid": message.get("streamSid")}
            if message["event"] == "start":
                await websocket.send_json(
                    {"event": "media", "media": {"payload": base64.b64encode(b"\xff" * 8000).decode()}, **told_of}
                )
                await websocket.send_json({"event": "mark", "mark": {"name": "over"}, **told_of})
            if message["event"] == "dtmf":
                await websocket.close()
                return

    does = [{"when": "prompt", "after": 5.0, "press": "7"}]
    connect = '<Connect><Stream url="wss://hotline.test/media"/></Connect><Say>再见</Say>'
    performance = played(application(says(connect), media=media), {"caller": {"from": CALLER, "does": does}})
    assert [event for event, _ in heard if event != "media"] == ["connected", "start", "mark", "dtmf"]
    frames = [at for event, at in heard if event == "media"]
    assert len(frames) == pytest.approx(250, abs=1)
    assert frames == pytest.approx([0.02 * n for n in range(1, len(frames) + 1)], abs=1e-5)
    assert performance.calls[0].call.told == "再见"


@pytest.mark.parametrize("blocking", [False, True], ids=["httpx", "the carrier's own client, in a thread"])
def test_an_application_asks_the_carrier_s_rest_api(played, blocking: bool) -> None:
    """It has somebody rung after a minute; who is rung picks up after four seconds and hears it."""

    async def ring_back() -> None:
        await asyncio.sleep(60)
        about = {"From": "+864005550100", "To": CALLER, "Url": "https://hotline.test/back"}
        if blocking:
            client = Client(ACCOUNT_SID, NOBODYS_TOKEN, http_client=CarrierHttpClient())
            create = {"from_": about["From"], "to": about["To"], "url": about["Url"]}
            await run_in_threadpool(lambda: client.calls.create(**create))
        else:
            carrier = "https://api.twilio.com"
            async with httpx.AsyncClient(
                base_url=carrier, transport=CarrierTransport(), auth=(ACCOUNT_SID, NOBODYS_TOKEN)
            ) as client:
                answer = await client.post(f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json", data=about)
                answer.raise_for_status()

    async def voice(request: Request) -> Response:
        return twiml("<Say>我们打回去。</Say>", background=BackgroundTask(ring_back))

    called = {"number": CALLER, "within": 90, "answers_after": 4, "expect": {"hears": ["您好，我们打回来了"]}}
    rung = {"callers": [{"from": CALLER}], "called": [called]}
    performance = played(application(voice, back=says("<Say>您好，我们打回来了。</Say>")), rung)
    assert performance.passed, told(performance)
    back = performance.calls[1].call
    assert back.first("call.answered") == pytest.approx(4, abs=1e-5)
    assert back.began_at - performance.calls[0].call.began_at == pytest.approx(60, abs=1e-5)


def test_the_blocking_client_on_the_loop_is_refused_with_a_sentence(played) -> None:
    """It would wait for itself; on the wire it would only hold everybody else up."""
    problems: list[str] = []

    async def voice(request: Request) -> Response:
        try:
            Client(ACCOUNT_SID, NOBODYS_TOKEN, http_client=CarrierHttpClient()).calls.list()
        except NoCarrierError as error:
            problems.append(str(error))
        return twiml("")

    played(application(voice))
    assert "call the client in a thread" in problems[0]


def test_a_blocking_endpoint_runs_in_a_thread_and_takes_no_time(played) -> None:
    """Starlette and FastAPI give plain functions to threads."""

    def voice(request: Request) -> Response:
        return twiml('<Pause length="5"/>')

    performance = played(application(voice))
    assert seconds_of(performance, "call.ended") == pytest.approx(5, abs=1e-5)


def test_the_application_is_started_and_stopped(played) -> None:
    """Its lifespan surrounds the call, and what it keeps there reaches its requests."""
    happened: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        happened.append("started")
        yield {"words": "从启动就记得"}
        happened.append("stopped")

    async def voice(request: Request) -> Response:
        happened.append("asked")
        return twiml(f"<Say>{request.state.words}</Say>")

    performance = played(Starlette(routes=[Route("/voice", voice, methods=["POST"])], lifespan=lifespan))
    assert happened == ["started", "asked", "stopped"]
    assert performance.calls[0].call.told == "从启动就记得"


def test_an_application_that_cannot_start_is_a_problem_with_a_reason(played) -> None:
    """Not a call that failed."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        raise RuntimeError("the cupboard is locked")
        yield

    performance = played(Starlette(lifespan=lifespan))
    assert not performance.passed
    assert "the cupboard is locked" in str(performance.problem)


def test_sockets_of_the_application_are_a_problem_even_when_it_swallows_them(played) -> None:
    """Else the result would depend on the machine."""

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        async def voice(request: Request) -> Response:
            try:
                await asyncio.open_connection("127.0.0.1", port)
            except VirtualTimeError:
                return twiml("<Say>没有连上</Say>")
            return twiml("")

        assert "no sockets" in str(played(application(voice)).problem)


def test_what_needs_our_own_books_is_refused(played) -> None:
    """As with `--service`."""
    performance = played(application(says("")), {"expect": {"outcome": "served"}})
    assert "a line of our own" in str(performance.problem)


def test_callers_at_once_are_answered_in_order(played) -> None:
    """Several callers on one clock: each waits until the only desk is free."""
    two = [
        {"name": name, "from": number, "calls_after": after}
        for name, number, after in (
            ("first", "+8659100000158", 0.0),
            ("second", "+8659100000159", 30.0),
        )
    ]
    scenario = {
        "callers": two,
        "agents": {"client:desk": {"answer_after_seconds": 2, "talk_seconds": 10}},
        "expect": {"answered": True},
        "answered_in_order": ["first", "second"],
    }
    performance = played(application(says("<Dial><Client>desk</Client></Dial>")), scenario)
    assert performance.passed, told(performance)
    began = [judged.call.began_at for judged in performance.calls]
    assert began[1] - began[0] == pytest.approx(30, abs=1e-5)


def test_callers_of_the_same_moment_keep_their_order(played) -> None:
    """Their voices are made ready in threads, and every run is alike all the same."""
    sound = {"tone": {"seconds": 0.5, "hz": 440}}
    callers = [
        {"name": name, "from": f"+865910000016{name}", "does": [{"when": "question", "sound": sound}]} for name in "123"
    ]
    app = application(says("<Gather><Say>请讲</Say></Gather>"))
    first, second = (played(app, {"callers": callers}) for _ in range(2))
    assert [each.call for each in first.calls] == [each.call for each in second.calls]


def test_an_application_whose_start_never_ends_is_a_problem_and_no_hang(played) -> None:
    """Nothing will ever happen, and the sentence says so."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield

    assert "nothing will ever happen" in str(played(Starlette(lifespan=lifespan)).problem)


def test_playing_on_a_loop_that_runs_is_refused(played) -> None:
    """In a test that is a coroutine itself, for instance."""

    async def test() -> Performance:
        return played(application(says("")))

    assert "an event loop is running here already" in str(asyncio.run(test()).problem)
