"""Who waits for a person, who is being rung, and who is to be called back: read for supervisors, masked, no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialects.needs import is_urgent
from elder_channel.agents.matching import Match, Team
from elder_channel.agents.router import in_order as in_order_served
from elder_channel.agents.router import must_hold, open_to, waited_seconds, widest_now, within_reach
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState
from elder_channel.logs import mask_number
from elder_channel.outbound.model import ACTIVE, OutboundState, Reason
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.live import ChoiceView
from elder_channel.services.live_calls import choice_view
from elder_channel.services.situation import Situation
from elder_channel.services.team import team_of
from elder_channel.services.waiting import Waiting
from elder_channel.storage.workorders import OrderQuery
from elder_channel.workorders.model import Kind, Priority, WorkOrder

MAY_SUPERVISE = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
MOST_CALLBACKS = 30
MOST_REQUESTS = 100
MOST_ORDERS = 1000


@dataclass(frozen=True)
class WaitingCaller:
    """A caller in line."""

    sid: str
    place: int
    """1 is served next; urgent callers and elders have a head start."""
    caller: str
    elder: bool
    urgent: bool
    behind: bool
    """Whether a nuisance mark lets others go first."""
    language: str
    dialect: tuple[str, str, float] | None
    """(dialect id, Chinese name, probability); None while none is named."""
    entered_at: datetime
    estimate_seconds: float | None
    """About how long it still takes; None when nobody can say."""
    step: Match
    """The least good match that is taken now."""
    held: bool
    """Whether the choice waits a moment for a surer dialect."""
    free: int
    """Free agents who could be given the call at this step."""
    at_work: int
    """Agents at work who could, busy ones too."""
    bond: str | None
    tried: tuple[str, ...]
    """Names of the agents who were rung in vain or had it before."""


@dataclass(frozen=True)
class Choosing:
    """One choice of the router."""

    agent: str
    chosen_at: datetime
    view: ChoiceView


@dataclass(frozen=True)
class RingingCaller:
    """A caller for whom somebody's phone rings."""

    sid: str
    caller: str
    elder: bool
    urgent: bool
    dialect: tuple[str, str, float] | None
    entered_at: datetime
    since: datetime
    """Since when this agent is rung."""
    agent: str | None
    offered: bool
    """Whether the agent has yet to accept on the desk."""
    choices: tuple[Choosing, ...]
    """The router's choices, the newest first: the one now, and those in vain before."""


@dataclass(frozen=True)
class WaitingCallback:
    """Somebody who is to be called back by a work order."""

    order_id: int
    caller: str
    priority: Priority
    dialect: str | None
    opened_at: datetime
    due_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    being_called: bool
    owner: str
    kept_place: bool
    """Whether the caller chose it while waiting, and keeps the place."""


@dataclass(frozen=True)
class AskedToBeCalled:
    """Somebody the line was asked to ring, with no work order behind it yet."""

    reason: Reason
    caller: str
    requested_at: datetime
    attempts: int
    state: OutboundState


@dataclass(frozen=True)
class WaitingBoard:
    """All of them at one moment."""

    at: datetime
    in_line: tuple[WaitingCaller, ...]
    ringing: tuple[RingingCaller, ...]
    callbacks: tuple[WaitingCallback, ...]
    """Urgent ones and elders first, at most `MOST_CALLBACKS`."""
    callbacks_in_all: int
    asked: tuple[AskedToBeCalled, ...]
    agents_free: int
    agents_at_work: int


class WaitingList:
    """Reads who waits."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting = Waiting(line)

    def look(self, *, by: Account) -> WaitingBoard:
        """Everybody who waits; nothing of what they said. Raises `NotAllowedError` for who does not supervise."""
        if by.role not in MAY_SUPERVISE:
            raise NotAllowedError("Who waits is seen by supervisors and administrators.")
        self._line.source.reload()
        now = self._line.clock()
        team = team_of(self._line)
        situation = Situation(self._line, team, now=now)
        open_orders = self._line.work_orders.list_orders(OrderQuery(limit=MOST_ORDERS))
        callbacks = [order for order in open_orders if order.kind is Kind.CALL_BACK]
        ringing = [call for call in self._line.calls.open_calls() if call.state is CallState.RINGING]
        force = situation.workforce
        return WaitingBoard(
            at=now,
            in_line=self._in_line(situation, team, now),
            ringing=tuple(self._ringing(call) for call in ringing),
            callbacks=tuple(self._callback(order) for order in callbacks[:MOST_CALLBACKS]),
            callbacks_in_all=len(callbacks),
            asked=self._asked(),
            agents_free=sum(each.definition.id in force.present for each in force.free),
            agents_at_work=len(force.present),
        )

    def _in_line(self, situation: Situation, team: Team, now: datetime) -> tuple[WaitingCaller, ...]:
        calls = {call.sid: call for call in self._line.calls.waiting(entered_before=_after(now))}
        waiting = [situation.waiting(call) for call in calls.values()]
        settings = self._line.settings.routing
        found = []
        for place, each in enumerate(in_order_served(waiting, settings=settings), start=1):
            call, waited = calls[each.sid], waited_seconds(each, now)
            reach = within_reach(each, team, situation.present_for(each))
            step = widest_now(each, team, reach, waited, settings)
            fits = team.fits(language=each.language, dialect=each.dialect, elder=each.elder)
            fitting = {id_ for id_ in reach if fits[id_].rank <= step.rank}
            free = open_to(each, situation.workforce.free, reach)
            found.append(
                WaitingCaller(
                    sid=call.sid,
                    place=place,
                    caller=self._shown(call.caller_number),
                    elder=call.elder,
                    urgent=each.urgent,
                    behind=each.behind_seconds > 0,
                    language=call.language,
                    dialect=self._dialect(call),
                    entered_at=each.entered_at,
                    estimate_seconds=self._waiting.estimate_seconds(call),
                    step=step,
                    held=must_hold(each, waited, settings),
                    free=sum(agent.definition.id in fitting for agent in free),
                    at_work=len(fitting),
                    bond=situation.bond(call, each),
                    tried=tuple(self._agent(id_) or id_ for id_ in each.agents_tried if id_),
                )
            )
        return tuple(found)

    def _ringing(self, call: Call) -> RingingCaller:
        choices = [
            Choosing(
                agent=self._agent(trace["agent_id"]) or trace["agent_id"],
                chosen_at=datetime.fromisoformat(trace["chosen_at"]),
                view=choice_view(trace, self._line.settings),
            )
            for trace in reversed(call.routing)
        ]
        return RingingCaller(
            sid=call.sid,
            caller=self._shown(call.caller_number),
            elder=call.elder,
            urgent=is_urgent(call.need),
            dialect=self._dialect(call),
            entered_at=call.entered_at or call.started_at,
            since=call.assigned_at or call.started_at,
            agent=self._agent(call.agent_id),
            offered=call.offered_until is not None,
            choices=tuple(choices),
        )

    def _callback(self, order: WorkOrder) -> WaitingCallback:
        call = self._line.calls.get(order.call_sid) if order.call_sid else None
        return WaitingCallback(
            order_id=order.id,
            caller=self._shown(order.caller_number or ""),
            priority=order.priority,
            dialect=self._line.catalogue.name(order.dialect) if order.dialect else None,
            opened_at=order.opened_at,
            due_at=order.due_at,
            attempts=order.attempts,
            next_attempt_at=order.next_attempt_at,
            being_called=order.callback_key is not None,
            owner=order.owner,
            kept_place=call is not None and call.callback_wanted_at is not None,
        )

    def _asked(self) -> tuple[AskedToBeCalled, ...]:
        requests = [each for each in self._line.outbound.newest(MOST_REQUESTS) if each.state in ACTIVE]
        return tuple(
            AskedToBeCalled(each.reason, self._shown(each.number), each.requested_at, each.attempts, each.state)
            for each in reversed(requests)
            if not each.reason.order_owns
        )

    def _dialect(self, call: Call) -> tuple[str, str, float] | None:
        found = call.identification
        if found is None or found.abstained:
            return None
        id_, probability = found.top
        return id_, self._line.catalogue.name(id_), probability

    def _agent(self, agent_id: str | None) -> str | None:
        return next((agent.name for agent in self._line.settings.agents if agent.id == agent_id), agent_id)

    def _shown(self, number: str) -> str:
        return number if self._line.settings.privacy.show_numbers else mask_number(number)


def _after(now: datetime) -> datetime:
    """A moment that what happened just now lies before."""
    return now + timedelta(microseconds=1)
