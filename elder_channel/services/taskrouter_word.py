"""What TaskRouter asks and tells: an agent it has found for a call, and what became of tasks and workers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from elder_channel.agents.model import AgentDefinition, Answer, Presence
from elder_channel.agents.router import Choice
from elder_channel.agents.trace import explain
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState
from elder_channel.services.knowing import Knowing
from elder_channel.services.routing import TRACES_KEPT
from elder_channel.services.situation import Situation
from elder_channel.services.taskrouter import agent_named
from elder_channel.services.team import CurrentTeam
from elder_channel.storage.call_rows import trace_row
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.storage.tasks import CallTask
from elder_channel.telephony.taskrouter.names import plain
from elder_channel.telephony.taskrouter.objects import ABSENT, Activity, activity_of, presence_of

log = structlog.get_logger()

_OVER = frozenset({"task.canceled", "task.completed", "task.deleted", "task.system-deleted"})
_RELEASED = frozenset({"reservation.timeout", "reservation.rejected", "reservation.canceled"})
MOST_SID_CHARACTERS = 34

Instruction = dict[str, Any]
LATER: Instruction = {}
"""The reservation stays open until we accept or reject it ourselves."""
ACCEPT: Instruction = {"instruction": "accept"}
"""TaskRouter's work on the task is done; we complete it with the next look."""


@dataclass(frozen=True)
class Offer:
    """A worker TaskRouter has found for a call."""

    task_sid: str
    reservation_sid: str
    worker: str
    call_sid: str


class TaskRouterWord:
    """Takes TaskRouter's word into the books. Each may come twice, late, or never."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._team = CurrentTeam(line)
        self._knowing = Knowing(line)

    def assign(self, form: Mapping[str, str]) -> Instruction:
        """What becomes of a reservation: the agent's phone rings, the desk offers the call, or another is to be found.

        The agent's leg is our own `/voice/connect`, as with our own router; whether call and agent are still free is
        decided by the same conditional update.
        """
        offer = _offer(form)
        now = self._line.clock()
        self._line.tasks.add(CallTask(offer.task_sid, offer.call_sid, now))
        call, agent = self._line.calls.get(offer.call_sid), self._agent(offer.worker)
        if agent is None:
            log.warning("taskrouter.stranger", worker=offer.worker)
            return self._reject(offer, ABSENT)
        if call is None or call.state is not CallState.WAITING:
            return self._again(offer, call, agent, now)
        self._line.calls.queued(call.sid, at=now)  # it waits in the workflow's queue, whether or not word of it came
        until = now + timedelta(seconds=self._line.settings.desk.accept_seconds)
        offered_until = until if agent.answer is Answer.DESK else None
        if not self._give(call, agent, now, offered_until):
            return self._reject(offer, self._activity(agent))
        accepted_at = None if offered_until else now
        self._line.tasks.reserve(offer.task_sid, agent.id, offer.reservation_sid, accepted_at=accepted_at)
        self._write_note(call.sid)
        return LATER if offered_until else self._ring(call, agent)

    def _again(self, offer: Offer, call: Call | None, agent: AgentDefinition, now: datetime) -> Instruction:
        """The call does not wait: it was given to this agent by this very offer, or has gone on without TaskRouter."""
        task = self._line.tasks.get(offer.task_sid)
        same = task is not None and task.reservation_sid == offer.reservation_sid
        if same and call is not None and call.agent_id == agent.id:
            return LATER if call.offered_until else self._ring(call, agent)
        self._line.tasks.reserve(offer.task_sid, agent.id, offer.reservation_sid, accepted_at=now)
        return ACCEPT  # a rejection would bring the task back at once, again and again

    def _give(self, call: Call, agent: AgentDefinition, now: datetime, offered_until: datetime | None) -> bool:
        """One conditional update, with why; False when the call or the agent is not free."""
        team, settings = self._team(), self._line.settings.routing
        situation = Situation(self._line, team, now=now)
        free = situation.workforce.free
        if agent.id not in {each.definition.id for each in free}:
            return False
        waiting = situation.waiting(call)
        fits = team.fits(language=waiting.language, dialect=waiting.dialect, elder=waiting.elder)
        choice, present = Choice(agent.id, fits[agent.id]), situation.present_for(waiting)
        trace = explain(
            waiting,
            choice,
            free,
            team=team,
            present=present,
            now=now,
            settings=settings,
            province=situation.province(call),
            bond=situation.bond(call, waiting),
        )
        routing = [*call.routing, trace_row(trace)][-TRACES_KEPT:]
        given = self._line.calls.assign(
            call.sid, agent.id, matched=choice.matched, at=now, routing=routing, offered_until=offered_until
        )
        if given:
            log.info("call.assigned", call=call.sid, agent=agent.id, matched=choice.match, by="taskrouter")
        return given

    def _ring(self, call: Call, agent: AgentDefinition) -> Instruction:
        url = self._line.addresses.url("/voice/connect", agent=agent.id)
        return {"instruction": "redirect", "call_sid": call.sid, "url": url, "accept": True}

    def _reject(self, offer: Offer, activity: Activity) -> Instruction:
        """Another worker is to be found; this one gets the activity that keeps TaskRouter from asking again."""
        kept = self._line.tasks.objects("activity").get(activity.name)
        if kept is None:
            return {"instruction": "reject"}
        self._line.tasks.worker_told(offer.worker, activity.name, at=self._line.clock())
        return {"instruction": "reject", "activity_sid": kept.sid}

    def _activity(self, agent: AgentDefinition) -> Activity:
        """What the agent does, for whom the offer came at a wrong moment; who is idle is then not here to be called."""
        state = self._line.agents.states().get(agent.id)
        if state is None or state.presence is Presence.IDLE:
            return ABSENT
        return activity_of(state.presence, by_task=False)

    def event(self, form: Mapping[str, str]) -> None:
        """Something has happened in the workspace."""
        kind, task_sid = form.get("EventType", ""), form.get("TaskSid", "")[:MOST_SID_CHARACTERS]
        now = self._line.clock()
        if kind == "task.created":
            call_sid = str(_object(form.get("TaskAttributes", "")).get("call_sid") or "")
            if call_sid and task_sid:
                self._line.tasks.add(CallTask(task_sid, call_sid, now))
        elif kind in _OVER:
            if self._line.tasks.over(task_sid, at=now):
                log.info("taskrouter.task_over", task=task_sid, kind=kind, why=form.get("TaskCanceledReason", "")[:80])
        elif kind in _RELEASED:
            self._released(kind, task_sid, form.get("ReservationSid", "")[:MOST_SID_CHARACTERS], now)
        elif kind == "worker.activity.update":
            self._activity_changed(form, now)

    def _released(self, kind: str, task_sid: str, reservation_sid: str, now: datetime) -> None:
        """An offer has come to nothing; one that was still open on a desk waits again in its old place."""
        task = self._line.tasks.get(task_sid)
        if task is None or not self._line.tasks.released(task_sid, reservation_sid) or task.agent_id is None:
            return
        presence = Presence.ABSENT if kind == "reservation.timeout" else Presence.IDLE
        if self._line.calls.put_back(task.call_sid, task.agent_id, presence=presence, at=now, offered=True):
            log.info("agent.did_not_accept", call=task.call_sid, agent=task.agent_id)

    def _activity_changed(self, form: Mapping[str, str], now: datetime) -> None:
        """A worker does something else: news to the books, unless it is the echo of what we said."""
        worker, activity = form.get("WorkerName", ""), form.get("WorkerActivityName", "")
        agent, kept = agent_named(self._line, worker), self._line.tasks.objects("worker").get(worker)
        if agent is None or kept is None or kept.told == activity:
            return
        if kept.told_at is not None and _moment(form, now) < kept.told_at:
            return  # overtaken by what we said since
        self._line.tasks.worker_told(worker, activity, at=now)
        presence, state = presence_of(activity), self._line.agents.states().get(agent)
        if presence is None or state is None or activity_of(state.presence, by_task=True).name == activity:
            return
        if self._line.agents.set_presence(agent, presence, at=now):
            log.info("agent.presence", agent=agent, presence=presence, by="taskrouter")

    def _agent(self, worker: str) -> AgentDefinition | None:
        id_ = agent_named(self._line, worker)
        return self._line.settings.agent(id_)

    def _write_note(self, call_sid: str) -> None:
        """A note that cannot be written holds up nobody."""
        try:
            self._knowing.write_note(call_sid)
        except BOOKS_FAULTS:
            log.exception("note.not_written", call=call_sid)


def call_sid_of(form: Mapping[str, str]) -> str:
    """The call a task stands for; empty where it stands for none."""
    return str(_object(form.get("TaskAttributes", "")).get("call_sid") or "")


def _offer(form: Mapping[str, str]) -> Offer:
    """Raises ValueError for an offer that names no task, reservation, worker or call."""
    attributes = _object(form.get("WorkerAttributes", ""))
    worker = str(form.get("WorkerName") or attributes.get("agent") or "")
    offer = Offer(
        form.get("TaskSid", "")[:MOST_SID_CHARACTERS],
        form.get("ReservationSid", "")[:MOST_SID_CHARACTERS],
        plain(worker),
        call_sid_of(form),
    )
    if not all(vars(offer).values()):
        raise ValueError("an offer without task, reservation, worker or call")
    return offer


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _moment(form: Mapping[str, str], default: datetime) -> datetime:
    """When the event was sent; TaskRouter writes seconds since the epoch, and milliseconds beside them."""
    for name, unit in (("TimestampMs", 1000.0), ("Timestamp", 1.0)):
        text = form.get(name, "")
        if text.isascii() and text.isdecimal() and len(text) < 15:
            return datetime.fromtimestamp(int(text) / unit, UTC)
    return default
