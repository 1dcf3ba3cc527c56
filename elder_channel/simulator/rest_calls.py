"""Calls and their streams in the REST API."""

from __future__ import annotations

import re

from starlette.requests import Request

from elder_channel.simulator import twiml
from elder_channel.simulator.call import Call
from elder_channel.simulator.detection import MachineDetection
from elder_channel.simulator.errors import DocumentError, RestError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.legs import Leg, StatusCallback
from elder_channel.simulator.phones import DialledPhone
from elder_channel.simulator.record import EndedBy
from elder_channel.simulator.rest_format import Json, account_path, call_json, page_json, stream_json
from elder_channel.simulator.steps import GoTo, Inline, Instruction
from elder_channel.simulator.stream_opening import AskedStream, StreamRefusedError, open_stream

Form = dict[str, list[str]]
NOT_FOUND = 20404
NOT_IN_PROGRESS = 21220
_DEFAULT_RING_SECONDS = 60.0
_CALLABLE = re.compile(r"\+[1-9][0-9]{6,14}|sips?:\S+@\S+|client:\S+", re.ASCII)
"""E.164, a SIP address or a client; for other numbers the carrier guesses a country, which nobody should rely on."""


class CallResource:
    """What the API does with calls."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._account_sid = exchange.options.account_sid

    def create(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002 (one shape for all operations)
        """Place a call: `To`, `From`, and `Url` or `Twiml`."""
        to = _required(form, "To", 21201, "No 'To' number is specified")
        if not _CALLABLE.fullmatch(to):
            raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        from_ = _required(form, "From", 21213, "No 'From' number is specified")
        first = self._instruction(form)
        if first is None:
            raise RestError(400, 21205, "Url parameter is required")
        fallback_url = _one(form, "FallbackUrl")
        call = self._exchange.place_outgoing(
            from_=from_,
            to=to,
            first=first,
            timeout_seconds=_seconds(form, "Timeout", _DEFAULT_RING_SECONDS),
            callback=_callback(form),
            fallback=GoTo(fallback_url, method=_one(form, "FallbackMethod") or "POST") if fallback_url else None,
            detection=_detection(form),
        )
        return call_json(call, self._account_sid), 201

    def fetch(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """One call."""
        return call_json(self._leg(request.path_params["sid"]), self._account_sid), 200

    def list(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """Calls, newest first, by `Status`, `To`, `From` and `ParentCallSid`."""
        query = dict(request.query_params)
        wanted = {
            name: query[key]
            for key, name in (("Status", "status"), ("To", "to"), ("From", "from_"), ("ParentCallSid", "parent_sid"))
            if key in query
        }
        legs = [
            leg for leg in self._exchange.legs() if all(getattr(leg, name) == value for name, value in wanted.items())
        ]
        path = f"{account_path(self._account_sid)}/Calls.json"
        return page_json("calls", [call_json(leg, self._account_sid) for leg in legs], path=path, query=query), 200

    def update(self, request: Request, form: Form) -> tuple[Json, int]:
        """Redirect a live call with `Url` or `Twiml`, or end it with `Status`; at once."""
        leg = self._leg(request.path_params["sid"])
        instruction, status = self._instruction(form), _one(form, "Status")
        if not leg.is_live:
            cannot = "Cannot redirect." if instruction else "Cannot end it."
            raise RestError(400, NOT_IN_PROGRESS, f"Call is not in-progress. {cannot}")
        if status:
            _end(leg, status)
        elif instruction is not None:
            _redirect(leg, instruction)
        return call_json(leg, self._account_sid) | ({"status": status} if status else {}), 200

    def create_stream(self, request: Request, form: Form) -> tuple[Json, int]:
        """Begin a stream of a live call: `Url`, `Name`, `Track`, `StatusCallback`, `Parameter1.Name` and on."""
        call_sid = request.path_params["call_sid"]
        call = self._exchange.call(call_sid)
        if call is None:
            raise _missing(request)
        if not call.is_live:
            raise RestError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot stream it.")
        asked = AskedStream(
            url=_required(form, "Url", 21205, "Url parameter is required"),
            name=_one(form, "Name"),
            track=_one(form, "Track") or "inbound_track",
            parameters=_parameters(form),
            callback=_callback(form),
        )
        try:
            return stream_json(open_stream(call, asked), call_sid, self._account_sid), 201
        except StreamRefusedError as error:
            raise RestError(400, 20001, str(error)) from error

    def update_stream(self, request: Request, form: Form) -> tuple[Json, int]:
        """Stop a stream, named by its SID or the name it was started with."""
        call_sid, wanted = request.path_params["call_sid"], request.path_params["sid"]
        call = self._exchange.call(call_sid)
        streams = [each for each in call.streams if wanted in (each.sid, each.name)] if call else []
        if not streams:
            raise _missing(request)
        if _one(form, "Status") != "stopped":
            raise RestError(400, 20001, "Status must be 'stopped'")
        if streams[-1].status != "stopped":
            streams[-1].stop()
        return stream_json(streams[-1], call_sid, self._account_sid), 200

    def _leg(self, sid: str) -> Leg:
        if (leg := self._exchange.leg(sid)) is None:
            path = f"{account_path(self._account_sid)}/Calls/{sid}.json"
            raise RestError(404, NOT_FOUND, f"The requested resource {path} was not found")
        return leg

    def _instruction(self, form: Form) -> Instruction | None:
        if (text := _one(form, "Twiml")) is not None:
            try:
                return Inline(twiml.parse(text), self._exchange.options.voice_url)
            except DocumentError as error:
                raise RestError(400, 12100, f"Document parse failure: {error}") from error
        if url := _one(form, "Url"):
            if not url.startswith(("http://", "https://")):
                raise RestError(400, 21205, f"Url is not a valid URL: {url}")
            return GoTo(url, method=(_one(form, "Method") or "POST").upper())
        return None


def _end(leg: Leg, status: str) -> None:
    if status not in ("completed", "canceled"):
        raise RestError(400, 20001, "Status must be 'completed' or 'canceled'")
    if status == "canceled" and leg.status not in ("queued", "ringing"):
        raise RestError(400, NOT_IN_PROGRESS, "Call is in-progress. Cannot cancel it.")
    if isinstance(leg, Call):
        leg.end(EndedBy.SERVICE, status=status)
    elif isinstance(leg, DialledPhone):
        leg.finish("completed" if leg.status == "in-progress" else "canceled")


def _redirect(leg: Leg, instruction: Instruction) -> None:
    if not isinstance(leg, Call):
        raise RestError(400, 21218, "The simulator does not redirect a dialled phone; redirect the caller's call.")
    if leg.status == "queued" or (leg.status == "ringing" and leg.direction != "inbound"):
        raise RestError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
    leg.redirect(instruction)


def _callback(form: Form) -> StatusCallback | None:
    if not (url := _one(form, "StatusCallback")):
        return None
    events = frozenset(form.get("StatusCallbackEvent", ["completed"]))
    return StatusCallback(url, (_one(form, "StatusCallbackMethod") or "POST").upper(), events)


def _parameters(form: Form) -> dict[str, str]:
    """`Parameter1.Name` with `Parameter1.Value`, and so on."""
    names = {key.removesuffix(".Name"): values[0] for key, values in form.items() if key.endswith(".Name")}
    return {name: _one(form, f"{key}.Value") or "" for key, name in names.items()}


def _detection(form: Form) -> MachineDetection | None:
    wanted = _one(form, "MachineDetection")
    try:
        return MachineDetection(wanted) if wanted else None
    except ValueError as error:
        raise RestError(400, 20001, "MachineDetection must be 'Enable' or 'DetectMessageEnd'") from error


def _one(form: Form, name: str) -> str | None:
    return form[name][0] if name in form else None


def _required(form: Form, name: str, code: int, message: str) -> str:
    if not (value := _one(form, name)):
        raise RestError(400, code, message)
    return value


def _seconds(form: Form, name: str, default: float) -> float:
    text = _one(form, name) or ""
    return float(text) if text.isdigit() else default


def _missing(request: Request) -> RestError:
    return RestError(404, NOT_FOUND, f"The requested resource {request.url.path} was not found")
