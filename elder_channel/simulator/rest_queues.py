"""Queues and the calls waiting in them in the REST API."""

from __future__ import annotations

from starlette.requests import Request

from elder_channel.simulator.errors import RestError
from elder_channel.simulator.exchange import Exchange
from elder_channel.simulator.queues import DEFAULT_MAX_SIZE, LARGEST_MAX_SIZE, Member, Queue
from elder_channel.simulator.rest_format import Json, account_path, member_json, page_json, queue_json
from elder_channel.simulator.steps import GoTo

Form = dict[str, list[str]]
_NOT_FOUND = 20404


class QueueResource:
    """What the API does with queues and their members."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._account_sid = exchange.options.account_sid

    def create(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002 (one shape for all operations)
        """A new queue: `FriendlyName`, `MaxSize`."""
        name = form.get("FriendlyName", [""])[0]
        if not name:
            raise RestError(400, 22002, "FriendlyName is required")
        queue = self._exchange.queues.create(name, _max_size(form, DEFAULT_MAX_SIZE))
        if queue is None:
            raise RestError(400, 22003, f"A queue named {name} exists already")
        return queue_json(queue, self._account_sid), 201

    def list(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """All queues."""
        items = [queue_json(queue, self._account_sid) for queue in self._exchange.queues.all()]
        path = f"{account_path(self._account_sid)}/Queues.json"
        return page_json("queues", items, path=path, query=dict(request.query_params)), 200

    def fetch(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """One queue."""
        return queue_json(self._queue(request, "sid"), self._account_sid), 200

    def update(self, request: Request, form: Form) -> tuple[Json, int]:
        """Change how many calls a queue takes."""
        queue = self._queue(request, "sid")
        queue.max_size = _max_size(form, queue.max_size)
        return queue_json(queue, self._account_sid), 200

    def list_members(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """The calls waiting in a queue, in order."""
        queue = self._queue(request, "queue_sid")
        items = [member_json(queue, member, self._account_sid) for member in queue.members]
        path = f"{account_path(self._account_sid)}/Queues/{queue.sid}/Members.json"
        return page_json("queue_members", items, path=path, query=dict(request.query_params)), 200

    def fetch_member(self, request: Request, form: Form) -> tuple[Json, int]:  # noqa: ARG002
        """One waiting call, by call SID or `Front`."""
        queue = self._queue(request, "queue_sid")
        return member_json(queue, self._member(request, queue), self._account_sid), 200

    def update_member(self, request: Request, form: Form) -> tuple[Json, int]:
        """Take a call out of the queue and follow `Url` on it."""
        queue = self._queue(request, "queue_sid")
        member = self._member(request, queue)
        url = form.get("Url", [""])[0]
        if not url:
            raise RestError(400, 21205, "Url parameter is required")
        position = queue.position(member)
        queue.leave(member)  # now, so that the next request to the front meets the next caller
        member.call.redirect(GoTo(url, method=form.get("Method", ["POST"])[0].upper()))
        return member_json(queue, member, self._account_sid, position=position), 200

    def _queue(self, request: Request, name: str) -> Queue:
        queue = self._exchange.queues.find(request.path_params[name])
        if queue is None:
            raise _missing(request)
        return queue

    def _member(self, request: Request, queue: Queue) -> Member:
        member = queue.member(request.path_params["call_sid"])
        if member is None:
            raise _missing(request)
        return member


def _max_size(form: Form, default: int) -> int:
    text = form.get("MaxSize", [""])[0]
    return min(int(text), LARGEST_MAX_SIZE) if text.isdigit() else default


def _missing(request: Request) -> RestError:
    return RestError(404, _NOT_FOUND, f"The requested resource {request.url.path} was not found")
