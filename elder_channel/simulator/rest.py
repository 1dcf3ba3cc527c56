"""The carrier's REST API: the part a voice service uses, under the paths of twilio_api_v2010.json.

TaskRouter's lies beside it, under its own paths; the real one has a host of its own.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from elder_channel.simulator.errors import RestError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.rest_calls import CallResource
from elder_channel.simulator.rest_faults import fail_before, fault_of
from elder_channel.simulator.rest_format import Json
from elder_channel.simulator.rest_queues import QueueResource
from elder_channel.simulator.rest_recordings import RecordingResource
from elder_channel.simulator.taskrouter.formats import Formats
from elder_channel.simulator.taskrouter.rest import TaskRouterResource

Form = dict[str, list[str]]
Answer = tuple[Json | bytes, int]
Operation = Callable[[Request, Form], Answer]
_BASE = "/2010-04-01/Accounts/{account_sid}"
_NOT_FOUND = 20404
_AUTHENTICATE = 20003


def rest_routes(exchange: Exchange) -> list[Route]:
    """The routes of the REST API."""
    calls, queues = CallResource(exchange), QueueResource(exchange)
    recordings = RecordingResource(exchange)

    def route(
        path: str, *, get: Operation | None = None, post: Operation | None = None, delete: Operation | None = None
    ) -> Route:
        return _route(exchange, f"{_BASE}{path}", get=get, post=post, delete=delete)

    return [
        route("/Calls.json", get=calls.list, post=calls.create),
        route("/Calls/{sid}.json", get=calls.fetch, post=calls.update),
        route("/Calls/{call_sid}/Streams.json", post=calls.create_stream),
        route("/Calls/{call_sid}/Streams/{sid}.json", post=calls.update_stream),
        route("/Calls/{call_sid}/Recordings.json", get=recordings.list, post=recordings.create),
        route("/Calls/{call_sid}/Recordings/{sid}.json", get=recordings.fetch, post=recordings.update),
        route("/Recordings.json", get=recordings.list),
        route("/Recordings/{sid}.json", get=recordings.fetch, delete=recordings.delete),
        route("/Recordings/{sid}.wav", get=recordings.sound),
        route("/Queues.json", get=queues.list, post=queues.create),
        route("/Queues/{sid}.json", get=queues.fetch, post=queues.update),
        route("/Queues/{queue_sid}/Members.json", get=queues.list_members),
        route("/Queues/{queue_sid}/Members/{call_sid}.json", get=queues.fetch_member, post=queues.update_member),
        *_taskrouter_routes(exchange),
    ]


def _taskrouter_routes(exchange: Exchange) -> list[Route]:
    options = exchange.options
    formats = Formats(options.account_sid, f"http://{options.host}:{options.port}")
    tasks = TaskRouterResource(exchange.taskrouter, formats)

    def route(path: str, **operations: Operation) -> Route:
        return _route(exchange, f"/v1/Workspaces{path}", **operations)

    def routes(path: str, kind: str, save: Operation) -> list[Route]:
        one = {"get": tasks.fetch_in(kind), "post": save, "delete": tasks.delete_in(kind)}
        below = f"/{{workspace_sid}}/{path}"
        return [route(below, get=tasks.list_in(kind), post=save), route(f"{below}/{{sid}}", **one)]

    task, reservations = "/{workspace_sid}/Tasks/{sid}", "/{workspace_sid}/Tasks/{task_sid}/Reservations"
    return [
        route("", get=tasks.list_workspaces, post=tasks.create_workspace),
        route("/{workspace_sid}", get=tasks.workspace, post=tasks.workspace),
        *routes("Activities", "activities", tasks.save_in("activities", tasks.save_activity)),
        *routes("TaskQueues", "task_queues", tasks.save_in("task_queues", tasks.save_queue)),
        *routes("Workers", "workers", tasks.save_in("workers", tasks.save_worker)),
        *routes("Workflows", "workflows", tasks.save_in("workflows", tasks.save_workflow)),
        route("/{workspace_sid}/Tasks", get=tasks.list_in("tasks")),
        route(task, get=tasks.fetch_in("tasks"), post=tasks.update_task),
        route(reservations, get=tasks.list_reservations),
        route(f"{reservations}/{{sid}}", get=tasks.reservation, post=tasks.reservation),
    ]


def _route(
    exchange: Exchange,
    path: str,
    *,
    get: Operation | None = None,
    post: Operation | None = None,
    delete: Operation | None = None,
) -> Route:
    operations = {"GET": get, "POST": post, "DELETE": delete}
    given = {name: operation for name, operation in operations.items() if operation is not None}
    return Route(path, _endpoint(exchange, given), methods=list(given))


def _endpoint(exchange: Exchange, operations: Mapping[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        operation = operations["GET" if request.method == "HEAD" else request.method]
        try:
            _authenticate(request, exchange)
            form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
            fault = fault_of(request, form, exchange)
            if fault is not None:
                await fail_before(fault)
            body, status = operation(request, form)
            if fault is not None:
                await asyncio.sleep(fault.seconds)
        except RestError as error:
            return _refusal(error)
        if isinstance(body, bytes):
            return Response(body, media_type="audio/x-wav", status_code=status)
        return JSONResponse(body, status_code=status) if status != 204 else Response(status_code=204)

    return endpoint


def _authenticate(request: Request, exchange: Exchange) -> None:
    """Basic authentication with account SID and auth token; the path must name the same account."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
    except binascii.Error:
        given = b""
    options = exchange.options
    if not hmac.compare_digest(given, f"{options.account_sid}:{options.auth_token}".encode()):
        raise RestError(401, _AUTHENTICATE, "Authenticate")
    if request.path_params.get("account_sid", options.account_sid) != options.account_sid:
        raise RestError(404, _NOT_FOUND, f"The requested resource {request.url.path} was not found")


def _refusal(error: RestError) -> Response:
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
    return JSONResponse(body, status_code=error.status, headers=headers)
