"""TaskRouter is told of the line's settings, and what it was told is kept in the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from elder_channel.bootstrap import Line
from elder_channel.storage.tasks import KeptObject, SqlTaskStore
from elder_channel.telephony.taskrouter.generate import objects_of
from elder_channel.telephony.taskrouter.limits import check_limits
from elder_channel.telephony.taskrouter.objects import Objects
from elder_channel.telephony.taskrouter.pushing import Callbacks, Change, Done, Push

log = structlog.get_logger()

ASSIGNMENT_PATH = "/taskrouter/assignment"
EVENT_PATH = "/taskrouter/event"


def objects_for(line: Line) -> Objects:
    """What TaskRouter has to know; raises `LimitExceededError` where it does not take that."""
    settings = line.settings
    objects = objects_of(
        settings.agents,
        line.catalogue,
        routing=settings.routing,
        desk=settings.desk,
        companies=settings.companies,
        settings=settings.taskrouter,
    )
    check_limits(objects)
    return objects


def push(line: Line, *, dry_run: bool = False) -> list[Change]:
    """Tell TaskRouter; what was made, changed, kept and deleted. Raises `LimitExceededError` and `CarrierError`."""
    callbacks = Callbacks(line.addresses.url(ASSIGNMENT_PATH), line.addresses.url(EVENT_PATH))
    pushing = Push(line.provisioning, _BookLedger(line.tasks), dry_run=dry_run)
    changes = pushing.run(objects_for(line), callbacks)
    if not dry_run:
        counts = {done.value: sum(change.done is done for change in changes) for done in Done}
        log.info("taskrouter.pushed", **counts)
    return changes


class _BookLedger:
    """The ledger in calls.db."""

    def __init__(self, store: SqlTaskStore) -> None:
        self._store = store

    def sids(self, kind: str) -> Mapping[str, str]:
        """Those we have written, by name."""
        return {name: kept.sid for name, kept in self._store.objects(kind).items()}

    def made_by_us(self, kind: str) -> Mapping[str, str]:
        """Those we made ourselves, by name."""
        return {name: kept.sid for name, kept in self._store.objects(kind).items() if kept.made_by_us}

    def keep(self, kind: str, name: str, sid: str, *, made_by_us: bool) -> None:
        """Note one; what a worker was told last stays known while it is the same worker."""
        before = self._store.objects(kind).get(name)
        kept = KeptObject(kind, name, sid, made_by_us)
        if before and before.sid == sid:
            kept = replace(kept, told=before.told, told_at=before.told_at)
        self._store.keep_object(kept)

    def forget(self, kind: str, name: str) -> None:
        """It is gone."""
        self._store.forget_object(kind, name)
