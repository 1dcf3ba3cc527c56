"""Tells TaskRouter of our settings: makes what is missing, changes what differs, deletes what only we had made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from elder_channel.telephony.taskrouter.api import Existing, Kind, Provisioning
from elder_channel.telephony.taskrouter.errors import UnchangeableActivityError
from elder_channel.telephony.taskrouter.objects import ABSENT, LAPSED, Objects

WORKSPACE = "workspace"
EVENTS = (
    "task.created",
    "task.canceled",
    "task.completed",
    "task.deleted",
    "task.system-deleted",
    "reservation.rejected",
    "reservation.timeout",
    "reservation.canceled",
    "worker.activity.update",
)
"""The events that change our books; a busy workspace has many more."""


class Done(StrEnum):
    """What became of an object."""

    MADE = "made"
    CHANGED = "changed"
    KEPT = "kept"
    DELETED = "deleted"


@dataclass(frozen=True)
class Change:
    """One object, and what became of it, or would."""

    done: Done
    kind: str
    name: str


class Ledger(Protocol):
    """Which objects are ours."""

    def sids(self, kind: str) -> Mapping[str, str]:
        """Those we have written, made or found, by name."""
        ...

    def made_by_us(self, kind: str) -> Mapping[str, str]:
        """Those we made ourselves, by name."""
        ...

    def keep(self, kind: str, name: str, sid: str, *, made_by_us: bool) -> None:
        """Note one."""
        ...

    def forget(self, kind: str, name: str) -> None:
        """It is gone."""
        ...


@dataclass(frozen=True)
class Callbacks:
    """Where TaskRouter finds us."""

    assignment_url: str
    event_url: str


class Push:
    """One telling; with `dry_run` nothing is written, and the changes are what would be."""

    def __init__(self, api: Provisioning, ledger: Ledger, *, dry_run: bool = False) -> None:
        self._api = api
        self._ledger = ledger
        self._dry_run = dry_run
        self._workspace = ""
        self.changes: list[Change] = []

    def run(self, objects: Objects, callbacks: Callbacks) -> list[Change]:
        """Tell everything, in the order things need each other. Raises `CarrierError`; then run it again."""
        space = self._space(objects.workspace)
        activities = {each.name: {"available": each.available} for each in objects.activities}
        self._save(Kind.ACTIVITY, activities)
        queues = {each.name: {"target_workers": each.target_workers} for each in objects.queues}
        sids = self._save(Kind.TASK_QUEUE, queues)
        self._save(Kind.WORKER, {each.name: {"attributes": each.attributes} for each in objects.workers})
        workflow = {
            "configuration": objects.workflow.with_sids(sids),
            "assignment_callback_url": callbacks.assignment_url,
            "fallback_assignment_callback_url": callbacks.assignment_url,  # a second try; the same offer twice is one
            "task_reservation_timeout": objects.workflow.reservation_seconds,
        }
        self._save(Kind.WORKFLOW, {objects.workflow.name: workflow})
        # Only now, for a queue a workflow names cannot go. Activities stay: a worker may be in one.
        self._delete(Kind.TASK_QUEUE, queues)
        self._delete(Kind.WORKER, [each.name for each in objects.workers])
        self._delete(Kind.WORKFLOW, [objects.workflow.name])
        self._finish_space(space, objects.workspace, callbacks)
        return self.changes

    def _space(self, name: str) -> Existing | None:
        found = self._api.workspace(name)
        if found is None:
            self._note(Done.MADE, WORKSPACE, name)
            self._workspace = "" if self._dry_run else self._api.create_workspace(name)
        else:
            self._workspace = found.sid
        if not self._dry_run:
            made = found is None or name in self._ledger.made_by_us(WORKSPACE)
            self._ledger.keep(WORKSPACE, name, self._workspace, made_by_us=made)
        return found

    def _finish_space(self, found: Existing | None, name: str, callbacks: Callbacks) -> None:
        activities = self._ledger.sids(Kind.ACTIVITY)
        wanted = {
            "event_callback_url": callbacks.event_url,
            "events_filter": ",".join(sorted(EVENTS)),
            "default_activity_sid": activities.get(ABSENT.name, ""),
            "timeout_activity_sid": activities.get(LAPSED.name, ""),
        }
        has = dict(found.fields) if found else {}
        has["events_filter"] = ",".join(sorted(each.strip() for each in str(has.get("events_filter") or "").split(",")))
        if found is not None:
            self._note(Done.KEPT if has == wanted else Done.CHANGED, WORKSPACE, name)
        if has != wanted and not self._dry_run:
            self._api.update_workspace(self._workspace, wanted)

    def _save(self, kind: Kind, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """The SIDs by name."""
        existing = {each.name.lower(): each for each in self._existing(kind)}  # names differ by more than case
        made_before = self._ledger.made_by_us(kind)
        sids: dict[str, str] = {}
        for name, fields in wanted.items():
            found = existing.get(name.lower())
            done, sid = self._save_one(kind, name, fields, found)
            self._note(done, kind, name)
            sids[name] = sid
            if not self._dry_run:
                made = done is Done.MADE or made_before.get(name) == sid
                self._ledger.keep(kind, name, sid, made_by_us=made)
        return sids

    def _save_one(self, kind: Kind, name: str, fields: Mapping[str, Any], found: Existing | None) -> tuple[Done, str]:
        if found is None:
            return Done.MADE, name if self._dry_run else self._api.create(self._workspace, kind, name, fields)
        if all(found.fields.get(key) == value for key, value in fields.items()):
            return Done.KEPT, found.sid
        if kind is Kind.ACTIVITY:
            raise UnchangeableActivityError(
                f"the workspace has an activity {name}, and whether it is available cannot be changed: rename it there"
            )
        if not self._dry_run:
            self._api.update(self._workspace, kind, found.sid, fields)
        return Done.CHANGED, found.sid

    def _delete(self, kind: Kind, wanted: Iterable[str]) -> None:
        """Take away what we made and need no more; what somebody else made stays."""
        there = {each.sid for each in self._existing(kind)}
        for name, sid in sorted(self._ledger.made_by_us(kind).items()):
            if name in set(wanted):
                continue
            self._note(Done.DELETED, kind, name)
            if self._dry_run:
                continue
            if sid in there:
                self._api.delete(self._workspace, kind, sid)
            self._ledger.forget(kind, name)

    def _existing(self, kind: Kind) -> list[Existing]:
        return self._api.all(self._workspace, kind) if self._workspace else []

    def _note(self, done: Done, kind: str, name: str) -> None:
        self.changes.append(Change(done, kind, name))
