"""A waiting call as TaskRouter is told of it: when it enters the queue, and whenever more is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from elder_channel.agents.settings import Engine
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.services.situation import Situation
from elder_channel.services.team import CurrentTeam
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.telephony.taskrouter.objects import compact
from elder_channel.telephony.taskrouter.tasks import TTL_SECONDS, Task, Told, pool_of, task_of
from elder_channel.telephony.twiml import QueueTask

log = structlog.get_logger()


@dataclass(frozen=True)
class Look:
    """The line at one moment, for all the calls that are looked at together."""

    situation: Situation
    now: datetime


class QueueTasks:
    """Writes tasks."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._team = CurrentTeam(line)

    def task_for(self, call_sid: str) -> QueueTask | None:
        """The task as which the call waits in TaskRouter; None where it waits in our own queue.

        Whatever hinders it, the call waits in our own queue then, and our own router takes it (law 1).
        """
        settings = self._line.settings
        if settings.routing.engine is not Engine.TASKROUTER:
            return None
        try:
            call = self._line.calls.get(call_sid)
            workflow = self._line.tasks.objects("workflow").get(settings.taskrouter.workflow)
            if call is None or workflow is None:
                log.warning("taskrouter.not_used", call=call_sid, pushed=workflow is not None)
                return None
            look = self.look()
            task = self.task_of(call, look, made_at=look.now)
        except BOOKS_FAULTS:
            log.exception("taskrouter.task_failed", call=call_sid)
            return None
        return QueueTask(workflow.sid, compact(task.attributes), task.priority, TTL_SECONDS)

    def look(self) -> Look:
        """The line now."""
        now = self._line.clock()
        return Look(Situation(self._line, self._team(), now=now), now)

    def task_of(self, call: Call, look: Look, *, made_at: datetime) -> Task:
        """What TaskRouter is to know of the call; `made_at` is when its task was made."""
        situation, team = look.situation, self._team()
        waiting = situation.waiting(call)
        present = situation.present_for(waiting)
        bond = situation.bond(call, waiting)
        at_sites = team.at_sites(waiting.only_sites)
        return task_of(
            waiting,
            team=team,
            present=present,
            now=look.now,
            made_at=made_at,
            pool=pool_of(waiting, bond, company=call.company, present=present, at_sites=at_sites),
            settings=self._line.settings.routing,
            catalogue=self._line.catalogue,
            told=self._told(call, situation),
        )

    def _told(self, call: Call, situation: Situation) -> Told:
        found = call.identification
        shares = self._line.settings.taskrouter.share_words
        return Told(
            need=call.need,
            province=situation.province(call),
            probability=round(found.top[1], 3) if found and not found.abstained else None,
            words=call.transcript if shares else None,
        )
