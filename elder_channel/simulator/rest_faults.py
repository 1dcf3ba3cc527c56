"""The REST API when it fails, as the plan of the call in question says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request

from elder_channel.simulator.errors import RestError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.faults import RestFault, RestFaultKind, RestOperation

_ERRORS = {
    RestFaultKind.NOT_FOUND: (404, 20404, "The requested resource was not found"),
    RestFaultKind.NOT_IN_PROGRESS: (400, 21220, "Call is not in-progress. Cannot redirect."),
    RestFaultKind.TOO_MANY_REQUESTS: (429, 20429, "Too Many Requests"),
    RestFaultKind.SERVER_ERROR: (500, 20500, "An internal server error has occurred"),
    RestFaultKind.UNAVAILABLE: (503, 20503, "Service unavailable"),
}


def fault_of(request: Request, form: Mapping[str, Sequence[str]], exchange: Exchange) -> RestFault | None:
    """What goes wrong with this request, if it is about a call whose plan says so."""
    if request.method == "POST" and request.url.path.endswith("/Calls.json"):
        return exchange.subscribers.fault_of_placing(next(iter(form.get("To", ())), ""))
    sid, operation = _about(request)
    call = exchange.call(sid)
    if call is None or operation is None:
        return None
    fault = call.troubles.of_operation(operation)
    if fault is not None:
        call.warn(f"REST {operation}: {fault.kind} (a fault of the plan)")
    return fault


async def fail_before(fault: RestFault) -> None:
    """Fail in place of doing what was asked; returns when it is to be done all the same, and answered late."""
    if fault.kind is RestFaultKind.ANSWER_LOST:
        return
    if fault.kind is RestFaultKind.HANGS:
        await asyncio.sleep(fault.seconds)
    status, code, message = _ERRORS.get(fault.kind, _ERRORS[RestFaultKind.UNAVAILABLE])
    raise RestError(status, code, message)


def _about(request: Request) -> tuple[str, RestOperation | None]:
    path = request.path_params
    if "call_sid" in path and "/Streams" in request.url.path:
        return path["call_sid"], RestOperation.STREAM
    if "sid" in path and "/Calls/" in request.url.path:
        return path["sid"], RestOperation.MOVE if request.method == "POST" else RestOperation.FETCH
    return request.query_params.get("ParentCallSid", ""), RestOperation.LEGS
