"""TaskRouter gives calls to agents: its offers and its news reach the books, and what the books know reaches it.

Books and TaskRouter are brought together by comparing, look by look: a request that fails, or word that is lost, is
made good by the next. Our own router stands by for what TaskRouter leaves undone.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState
from elder_channel.services.line import LineService
from elder_channel.services.queue_tasks import Look, QueueTasks
from elder_channel.services.routing import Move, RoutingService
from elder_channel.services.situation import Workforce
from elder_channel.storage.agents import AgentState
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.storage.tasks import CallTask, KeptObject
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.taskrouter.names import agent_id, plain
from elder_channel.telephony.taskrouter.objects import ABSENT, Activity, activity_of, compact
from elder_channel.telephony.taskrouter.tasks import OURS, Task

log = structlog.get_logger()

WORD_TAKES = timedelta(seconds=2)
"""So soon after a call is in the carrier's queue TaskRouter's word of its task is here, or our own router takes it."""
ANSWER_TAKES = timedelta(seconds=2)
"""So soon after a call was given to somebody its task says to whom, if it was by TaskRouter's offer: the books of calls
come first, and a look in between must not take the task for one that is left over."""
QUEUE_TAKES = timedelta(seconds=8)
"""So soon a call that waits is in the queue, also after a sentence that was said to it first."""
MOST_ERRANDS = 50
"""Started in one look; the rest wait for the next."""


class Kind(StrEnum):
    """What is asked of TaskRouter."""

    TELL = "tell"  # what is known of a waiting call now
    ACCEPT = "accept"  # the agent has accepted on the desk
    REJECT = "reject"  # the agent has not, or is not free
    END = "end"  # the call is over, or with somebody else
    ACTIVITY = "activity"  # what an agent does now


@dataclass(frozen=True)
class Errand:
    """One request."""

    kind: Kind
    subject: str
    """SID of the task, or the worker's name."""
    task: CallTask | None = None
    says: Task | None = None
    activity: Activity | None = None


class TaskRouterService:
    """One look over tasks and workers, and what follows from it."""

    def __init__(self, line: Line, calls: LineService) -> None:
        self._line = line
        self._tasks = QueueTasks(line)
        self._standby = RoutingService(line, calls, ours=self.left_to_us)
        self._under_way: set[tuple[Kind, str]] = set()
        self._one_counts = threading.Lock()

    def tick(self) -> list[Move | Errand]:
        """One look: calls that are ours to move, and what TaskRouter has to be asked or told."""
        moves = self._standby.tick()  # takes back offers nobody accepted, too
        try:
            errands = list(self._errands())
        except BOOKS_FAULTS:
            log.exception("taskrouter.look_failed")
            errands = []
        return [*moves, *self._start(errands)]

    def carry_out(self, errand: Move | Errand) -> None:
        """Move a call, or ask TaskRouter; what fails is asked again after the next look."""
        if isinstance(errand, Move):
            self._standby.carry_out(errand)
            return
        try:
            self._ask(errand)
        except CarrierError as error:
            log.warning("taskrouter.request_failed", kind=errand.kind, about=errand.subject, code=error.code)
        finally:
            with self._one_counts:
                self._under_way.discard((errand.kind, errand.subject))

    def left_to_us(self, waiting: list[Call]) -> list[Call]:
        """The waiting calls our own router takes: those TaskRouter does not know, or lets wait beside a free agent.

        With nobody at work they are all ours: the hunt group is rung (law 1).
        """
        if not waiting:
            return waiting
        look = self._tasks.look()
        workforce, now = look.situation.workforce, look.now
        if not workforce.present:
            return waiting
        known = self._line.tasks.of_calls([call.sid for call in waiting])
        silent = timedelta(seconds=self._line.settings.taskrouter.silent_after_seconds)
        idle = any(now - agent.idle_since >= silent for agent in workforce.free)
        return [call for call in waiting if self._is_ours(call, now, known=call.sid in known, idle=idle)]

    def _is_ours(self, call: Call, now: datetime, *, known: bool, idle: bool) -> bool:
        waited = now - (call.assigned_at or call.entered_at or call.started_at)
        if not known:
            return waited >= QUEUE_TAKES or (call.queued_at is not None and now - call.queued_at >= WORD_TAKES)
        settings = self._line.settings
        steps = sum(step.seconds for step in settings.routing.steps)
        patience = timedelta(seconds=steps + settings.taskrouter.silent_after_seconds)
        if idle and waited >= patience:
            log.warning("taskrouter.silent", call=call.sid, waited_seconds=round(waited.total_seconds(), 1))
            return True
        return False

    def _start(self, errands: list[Errand]) -> list[Errand]:
        """Those that are not under way already; a slow carrier is not asked twice at once."""
        started: list[Errand] = []
        with self._one_counts:
            for errand in errands:
                key = errand.kind, errand.subject
                if key not in self._under_way and len(started) < MOST_ERRANDS:
                    self._under_way.add(key)
                    started.append(errand)
        return started

    def _errands(self) -> Iterator[Errand]:
        tasks = self._line.tasks.open_tasks()
        look = self._tasks.look()
        newest = {task.call_sid: task.sid for task in tasks}
        for task in tasks:
            if errand := self._for_task(task, look, is_newest=newest[task.call_sid] == task.sid):
                yield errand
        held = {task.agent_id for task in tasks if task.agent_id}
        yield from self._activities(look, held)

    def _for_task(self, task: CallTask, look: Look, *, is_newest: bool) -> Errand | None:
        call = self._line.calls.get(task.call_sid)
        if call is None or call.state is CallState.ENDED or not is_newest:
            return Errand(Kind.END, task.sid, task)
        theirs = call.state in (CallState.RINGING, CallState.TALKING) and call.agent_id == task.agent_id
        if task.reservation_sid and task.accepted_at is None:
            if not theirs:
                return Errand(Kind.REJECT, task.sid, task)
            return None if call.offered_until else Errand(Kind.ACCEPT, task.sid, task)
        if not theirs and task.agent_id:
            return Errand(Kind.END, task.sid, task)
        if not theirs and call.state is not CallState.WAITING:  # with somebody else: our own router's, the hunt group's
            given_now = call.assigned_at is not None and look.now - call.assigned_at < ANSWER_TAKES
            return None if given_now else Errand(Kind.END, task.sid, task)
        says = self._tasks.task_of(call, look, made_at=task.made_at)
        return None if task.told == _told(says, task) else Errand(Kind.TELL, task.sid, task, says)

    def _activities(self, look: Look, held: set[str]) -> Iterator[Errand]:
        """What workers do, where TaskRouter was told something else."""
        workers, states = self._line.tasks.objects("worker"), self._line.agents.states()
        for agent in self._line.settings.agents:
            kept, state = workers.get(plain(agent.id)), states.get(agent.id)
            if kept is None or state is None:
                continue
            wanted = self._activity(state, look.situation.workforce, held)
            if kept.told != wanted.name:
                yield Errand(Kind.ACTIVITY, kept.name, activity=wanted)

    def _activity(self, state: AgentState, workforce: Workforce, held: set[str]) -> Activity:
        """Who may not be given calls now, for the hour or for the site, is absent to TaskRouter."""
        wanted = activity_of(state.presence, by_task=state.id in held)
        return wanted if state.id in workforce.present or not wanted.available else ABSENT

    def _ask(self, errand: Errand) -> None:
        space = self._space()
        if space is None:
            return
        desk, task = self._line.task_desk, errand.task
        if errand.activity is not None:
            self._set_activity(space, errand.subject, errand.activity)
        elif task is None:
            return
        elif errand.kind is Kind.TELL and errand.says:
            says = errand.says
            attributes = {**desk.task_attributes(space, task.sid), **says.attributes}  # the call's own stay
            start = min(says.virtual_start_at, task.made_at)
            desk.update_task(space, task.sid, attributes=attributes, priority=says.priority, virtual_start_at=start)
            self._line.tasks.told(task.sid, _told(says, task))
        elif errand.kind is Kind.ACCEPT:
            desk.settle(space, task.sid, task.reservation_sid or "", accepted=True)
            self._line.tasks.accepted(task.sid, at=self._line.clock())
        elif errand.kind is Kind.REJECT:
            self._settle_worker(space, task)
            desk.settle(space, task.sid, task.reservation_sid or "", accepted=False)
            self._line.tasks.released(task.sid, task.reservation_sid or "")
        elif errand.kind is Kind.END:
            self._settle_worker(space, task)
            desk.end_task(space, task.sid, completed=task.accepted_at is not None, reason="the call has gone on")
            self._line.tasks.over(task.sid, at=self._line.clock())

    def _settle_worker(self, space: str, task: CallTask) -> None:
        """Before a worker is free again, TaskRouter knows whether the agent is: else the next call rings nobody."""
        state = self._line.agents.states().get(task.agent_id or "")
        if state is None or state.presence is Presence.IDLE:
            return
        others = {each.agent_id for each in self._line.tasks.open_tasks() if each.sid != task.sid}
        self._set_activity(space, plain(state.id), activity_of(state.presence, by_task=state.id in others))

    def _set_activity(self, space: str, worker: str, activity: Activity) -> None:
        kept = self._line.tasks.objects("worker").get(worker)
        to = self._line.tasks.objects("activity").get(activity.name)
        if kept is None or to is None or kept.told == activity.name:
            return
        self._line.task_desk.set_activity(space, kept.sid, to.sid)
        self._line.tasks.worker_told(worker, activity.name, at=self._line.clock())

    def _space(self) -> str | None:
        kept: KeptObject | None = self._line.tasks.objects("workspace").get(self._line.settings.taskrouter.workspace)
        return kept.sid if kept else None


def agent_named(line: Line, worker: str) -> str | None:
    """The id of the agent whose worker this is."""
    wanted = agent_id(worker)
    return next((agent.id for agent in line.settings.agents if plain(agent.id) == plain(wanted)), None)


def _told(says: Task, task: CallTask) -> str:
    """A hash of what a task says, to tell whether it says it already.

    Once an agent has it, only what is known of the caller counts: a desk at the carrier shows it, and nobody is routed.
    """
    known = says.attributes
    if task.agent_id:
        known = {name: known.get(name) for name in ("language", "dialect", "elder", OURS)}
    turn = [] if task.agent_id else [says.priority, says.virtual_start_at.isoformat()]
    return hashlib.sha256(compact({**known, "": turn}).encode()).hexdigest()
