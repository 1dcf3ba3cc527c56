"""What the line asks of TaskRouter, and TaskRouter's REST API through the carrier's own client."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.rest import NO_ANSWER, RehostingHttpClient, RequestCounts, refusal_of
from elder_channel.telephony.taskrouter.objects import Json, compact

TASKROUTER_API = "https://taskrouter.twilio.com"


class Kind(StrEnum):
    """What lies in a workspace."""

    ACTIVITY = "activity"
    TASK_QUEUE = "task_queue"
    WORKER = "worker"
    WORKFLOW = "workflow"


@dataclass(frozen=True)
class Existing:
    """Something TaskRouter has."""

    sid: str
    name: str
    fields: Mapping[str, Any]
    """What we compare and change, as the client names it; JSON texts are read."""


class Provisioning(Protocol):
    """Writes what lies in a workspace. Every method may raise `CarrierError`."""

    def workspace(self, name: str) -> Existing | None:
        """The workspace of this name."""
        ...

    def create_workspace(self, name: str) -> str:
        """A new workspace; its SID."""
        ...

    def update_workspace(self, sid: str, fields: Mapping[str, Any]) -> None:
        """Change it."""
        ...

    def all(self, workspace: str, kind: Kind) -> list[Existing]:
        """Everything of a kind."""
        ...

    def create(self, workspace: str, kind: Kind, name: str, fields: Mapping[str, Any]) -> str:
        """A new one; its SID."""
        ...

    def update(self, workspace: str, kind: Kind, sid: str, fields: Mapping[str, Any]) -> None:
        """Change one."""
        ...

    def delete(self, workspace: str, kind: Kind, sid: str) -> None:
        """Take one away."""
        ...


class TaskDesk(Protocol):
    """Looks after tasks and workers while calls wait. Every method may raise `CarrierError`."""

    def task_attributes(self, workspace: str, task: str) -> Json:
        """What the task says now, the call's own attributes among it."""
        ...

    def update_task(
        self, workspace: str, task: str, *, attributes: Json, priority: int, virtual_start_at: datetime
    ) -> None:
        """Tell it anew; a waiting one is looked at again."""
        ...

    def end_task(self, workspace: str, task: str, *, completed: bool, reason: str) -> None:
        """Complete an assigned task, or cancel one that waits; one that is over already is as good."""
        ...

    def settle(self, workspace: str, task: str, reservation: str, *, accepted: bool) -> None:
        """Accept a reservation that waits for its answer, or reject it; one that waits no more is as good."""
        ...

    def set_activity(self, workspace: str, worker: str, activity: str) -> None:
        """What a worker does from now on, by SID."""
        ...


_FIELDS = {
    Kind.ACTIVITY: ("available",),
    Kind.TASK_QUEUE: ("target_workers",),
    Kind.WORKER: ("attributes",),
    Kind.WORKFLOW: (
        "configuration",
        "assignment_callback_url",
        "fallback_assignment_callback_url",
        "task_reservation_timeout",
    ),
}
_WORKSPACE_FIELDS = ("event_callback_url", "events_filter", "default_activity_sid", "timeout_activity_sid")
_JSON_FIELDS = {"attributes", "configuration"}
_PLURALS = {
    Kind.ACTIVITY: "activities",
    Kind.TASK_QUEUE: "task_queues",
    Kind.WORKER: "workers",
    Kind.WORKFLOW: "workflows",
}
_TOO_LATE = {400, 404, 409, 410}
"""How TaskRouter answers a change that comes too late: invalid in this state, in conflict, not there any more."""


class TwilioTaskRouter:
    """Both, on Twilio's REST API."""

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str, *, counts: RequestCounts | None = None
    ) -> None:
        http = RehostingHttpClient(base_url, counts or RequestCounts())
        self._spaces = Client(account_sid, auth_token, http_client=http).taskrouter.v1.workspaces

    def workspace(self, name: str) -> Existing | None:
        """The workspace of this name."""
        found = _asked(name, lambda: self._spaces.list(friendly_name=name))
        return next((_existing(each, _WORKSPACE_FIELDS) for each in found if each.friendly_name == name), None)

    def create_workspace(self, name: str) -> str:
        """A new workspace; its SID."""
        return str(_asked(name, lambda: self._spaces.create(friendly_name=name, template="NONE")).sid)

    def update_workspace(self, sid: str, fields: Mapping[str, Any]) -> None:
        """Change it."""
        _asked(sid, lambda: self._spaces(sid).update(**fields))

    def all(self, workspace: str, kind: Kind) -> list[Existing]:
        """Everything of a kind."""
        found = _asked(workspace, lambda: self._list(workspace, kind).list(page_size=1000))
        return [_existing(each, _FIELDS[kind]) for each in found]

    def create(self, workspace: str, kind: Kind, name: str, fields: Mapping[str, Any]) -> str:
        """A new one; its SID."""
        texts = _texts(fields)
        return str(_asked(name, lambda: self._list(workspace, kind).create(friendly_name=name, **texts)).sid)

    def update(self, workspace: str, kind: Kind, sid: str, fields: Mapping[str, Any]) -> None:
        """Change one."""
        _asked(sid, lambda: self._one(workspace, kind, sid).update(**_texts(fields)))

    def delete(self, workspace: str, kind: Kind, sid: str) -> None:
        """Take one away."""
        _asked(sid, lambda: self._one(workspace, kind, sid).delete())

    def task_attributes(self, workspace: str, task: str) -> Json:
        """What the task says now."""
        found = _asked(task, lambda: self._spaces(workspace).tasks(task).fetch())
        return dict(json.loads(found.attributes or "{}"))

    def update_task(
        self, workspace: str, task: str, *, attributes: Json, priority: int, virtual_start_at: datetime
    ) -> None:
        """Tell it anew."""
        changed = {"attributes": attributes, "priority": priority, "virtual_start_time": virtual_start_at}
        _asked(task, lambda: self._spaces(workspace).tasks(task).update(**_texts(changed)))

    def end_task(self, workspace: str, task: str, *, completed: bool, reason: str) -> None:
        """Complete or cancel it."""
        status = "completed" if completed else "canceled"
        _if_still_open(
            task, lambda: self._spaces(workspace).tasks(task).update(assignment_status=status, reason=reason)
        )

    def settle(self, workspace: str, task: str, reservation: str, *, accepted: bool) -> None:
        """Accept or reject a reservation."""
        status = "accepted" if accepted else "rejected"
        found = self._spaces(workspace).tasks(task).reservations(reservation)
        _if_still_open(reservation, lambda: found.update(reservation_status=status))

    def set_activity(self, workspace: str, worker: str, activity: str) -> None:
        """What a worker does from now on."""
        _asked(worker, lambda: self._spaces(workspace).workers(worker).update(activity_sid=activity))

    def _list(self, workspace: str, kind: Kind) -> Any:
        return getattr(self._spaces(workspace), _PLURALS[kind])

    def _one(self, workspace: str, kind: Kind, sid: str) -> Any:
        return self._list(workspace, kind)(sid)


def taskrouter_base_url(carrier_base_url: str) -> str:
    """Where TaskRouter's API is, for where the carrier's is: with Twilio a host of its own, else the same."""
    if not carrier_base_url:
        return TASKROUTER_API
    parts = urlsplit(carrier_base_url)
    host = parts.netloc
    if host.startswith("api.") and host.endswith(".twilio.com"):
        host = "taskrouter." + host.removeprefix("api.")
    return urlunsplit(parts._replace(netloc=host))


def _existing(found: Any, fields: tuple[str, ...]) -> Existing:
    values = {name: getattr(found, name) for name in fields}
    return Existing(str(found.sid), str(found.friendly_name), {k: _read(k, value) for k, value in values.items()})


def _read(name: str, value: Any) -> Any:
    """JSON as it reads, so that it is compared by what it says; what cannot be read is changed."""
    if name not in _JSON_FIELDS:
        return value
    try:
        return json.loads(value or "{}")
    except ValueError:
        return None


def _texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: compact(value) if name in _JSON_FIELDS else value for name, value in fields.items()}


def _asked(about: str, request: Callable[[], Any]) -> Any:
    """What the request gives; the client's errors become `CarrierError`, which names what it was about."""
    try:
        return request()
    except TwilioException as error:
        refused = refusal_of(error)
        raise refused.told(f"TaskRouter, {about}: {refused.message}") from error
    except requests.RequestException as error:
        raise CarrierError("TaskRouter's REST API does not answer", code=NO_ANSWER, retryable=True) from error


def _if_still_open(about: str, request: Callable[[], Any]) -> None:
    """Ask for a change that is as good when it comes too late."""

    def changed() -> None:
        try:
            request()
        except TwilioRestException as error:
            if error.status not in _TOO_LATE:
                raise

    _asked(about, changed)
