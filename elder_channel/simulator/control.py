"""How tests and demonstrations steer the simulator: place calls, watch them, change agents. Not part of any carrier."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.simulator.agents import AgentProfile
from elder_channel.simulator.call import Call
from elder_channel.simulator.caller import CallPlan
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.subscribers import CalledPlan

MOST_WAIT_SECONDS = 60.0
MOST_BODY_BYTES = 8_000_000  # ten minutes of telephone sound in base64, and some

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(exchange: Exchange) -> list[Route]:
    """The routes of the control API; each wants the bearer token and a caller on this machine."""
    control = _Control(exchange)

    def route(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(f"/simulator{path}", _guarded(endpoint, exchange.options.control_token), methods=[method])

    return [
        route("/calls", control.place, "POST"),
        route("/calls/{sid}", control.record, "GET"),
        route("/calls/{sid}/events", control.events, "GET"),
        route("/phones/{number}", control.expect_calls, "PUT"),
        route("/phones/{number}/calls", control.calls_to, "GET"),
        route("/agents/{contact:path}", control.change_agent, "PUT"),
        route("/agents/{contact:path}", control.agent, "GET"),
    ]


class _Expected(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: tuple[CalledPlan, ...] = Field((), max_length=50)


class _Control:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def place(self, request: Request) -> Response:
        """Place a call; answers at once with its SID."""
        body = await request.body()
        if len(body) > MOST_BODY_BYTES:
            return JSONResponse({"error": "the recording is too long"}, status_code=413)
        try:
            plan = CallPlan.model_validate_json(body)
        except ValidationError as error:
            return _invalid(error)
        call = await self._exchange.place_incoming(plan)
        return JSONResponse({"call_sid": call.sid}, status_code=201)

    async def record(self, request: Request) -> Response:
        """What is known of a call."""
        call = self._exchange.call(request.path_params["sid"])
        return _unknown_call() if call is None else JSONResponse(call.record.as_json())

    async def events(self, request: Request) -> Response:
        """The events after `after`, waiting up to `wait` seconds for the first."""
        call = self._exchange.call(request.path_params["sid"])
        if call is None:
            return _unknown_call()
        try:
            after, wait_seconds = _after_and_wait(request)
        except ValueError:
            return _no_numbers()
        return JSONResponse(await _events(call, after, wait_seconds))

    async def expect_calls(self, request: Request) -> Response:
        """How the next calls of the service to a number go; calls to it so far are forgotten."""
        body = await request.body()
        if len(body) > MOST_BODY_BYTES:
            return JSONResponse({"error": "the recordings are too long"}, status_code=413)
        try:
            expected = _Expected.model_validate_json(body)
        except ValidationError as error:
            return _invalid(error)
        await self._exchange.subscribers.expect(request.path_params["number"], expected.calls)
        return JSONResponse({"expected": len(expected.calls)})

    async def calls_to(self, request: Request) -> Response:
        """The calls the service placed to a number, after the first `after`, waiting up to `wait` seconds for one."""
        try:
            after, wait_seconds = _after_and_wait(request)
        except ValueError:
            return _no_numbers()
        subscribers = self._exchange.subscribers
        sids = await subscribers.calls_after(request.path_params["number"], max(after, 0), wait_seconds=wait_seconds)
        if sids is None:
            return JSONResponse({"error": "no calls to this number were spoken of"}, status_code=404)
        return JSONResponse({"calls": sids})

    async def agent(self, request: Request) -> Response:
        """How a contact behaves."""
        return JSONResponse(self._exchange.agents.profile(request.path_params["contact"]).model_dump(mode="json"))

    async def change_agent(self, request: Request) -> Response:
        """Change how a contact behaves from the next call on; what is not named keeps its value."""
        contact = request.path_params["contact"]
        try:
            changes = AgentProfile.model_validate_json(await request.body())
        except ValidationError as error:
            return _invalid(error)
        profile = self._exchange.agents.profile(contact)
        profile = profile.model_copy(update=changes.model_dump(exclude_unset=True))
        self._exchange.agents.change(contact, profile)
        return JSONResponse(profile.model_dump(mode="json"))


def _after_and_wait(request: Request) -> tuple[int, float]:
    query = request.query_params
    return int(query.get("after", "0")), min(float(query.get("wait", "0")), MOST_WAIT_SECONDS)


def _no_numbers() -> JSONResponse:
    return JSONResponse({"error": "after and wait are numbers"}, status_code=422)


async def _events(call: Call, after: int, wait_seconds: float) -> dict[str, Any]:
    events = await call.journey.wait_after(after, wait_seconds=wait_seconds)
    last = events[-1].n if events else after
    return {"events": [event.as_json() for event in events], "done": call.journey.done and not call.journey.after(last)}


def _guarded(endpoint: Endpoint, token: str) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if request.client is None or not _is_loopback(request.client.host):
            return JSONResponse({"error": "only from this machine"}, status_code=403)
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return JSONResponse({"error": "bearer token wanted"}, status_code=401)
        return await endpoint(request)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _invalid(error: ValidationError) -> Response:
    problems = [{"where": ".".join(map(str, each["loc"])), "problem": each["msg"]} for each in error.errors()]
    return JSONResponse({"error": "invalid", "problems": problems}, status_code=422)


def _unknown_call() -> Response:
    return JSONResponse({"error": "no such call"}, status_code=404)
