"""Gives waiting calls to free agents, by one conditional update for all of a look, and moves them there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from dialects.needs import is_urgent
from elder_channel.agents.model import Answer, Presence
from elder_channel.agents.router import Choice, choose, in_order
from elder_channel.agents.trace import Trace, explain
from elder_channel.bootstrap import Line
from elder_channel.calls.desk import Act, DeskAct
from elder_channel.calls.model import Call
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.situation import Situation
from elder_channel.services.still_wanted import not_rung_yet
from elder_channel.services.team import CurrentTeam
from elder_channel.storage.assigning import Assignment
from elder_channel.storage.call_rows import trace_row
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.telephony.errors import CallGoneError, CarrierError

log = structlog.get_logger()

QUEUED_AFTER = timedelta(seconds=2)
"""A call that entered so long ago is in the carrier's queue, whether or not word of it reached us."""
LONGEST_PAUSE_SECONDS = 10
GIVEN_AT_ONCE = 50
"""Calls given away in one look: those are moved before the rest are looked at, a tick later."""
TRACES_KEPT = 5
"""Choices of the router kept with a call, the last ones: who was chosen before and did not answer is told too."""
NOBODY_AFTER = timedelta(seconds=5)
"""With no agent at work at all, the hunt group is rung after this."""


Ours = Callable[[list[Call]], list[Call]]


def everybody(waiting: list[Call]) -> list[Call]:
    """Every call is ours."""
    return waiting


@dataclass(frozen=True)
class Move:
    """A waiting call and the document it is moved to."""

    sid: str
    url: str | None
    """None while the agent has to accept on the desk first."""
    agent_id: str | None
    """The agent who will ring; None for the hunt group."""


class RoutingService:
    """One look of the router over queue and agents."""

    def __init__(self, line: Line, calls: LineService, *, ours: Ours = everybody) -> None:
        """`ours` chooses the calls that are ours to give away, where another engine takes the rest."""
        self._line = line
        self._calls = calls
        self._ours = ours
        self._knowing = Knowing(line)
        self._everybody = CurrentTeam(line)

    def tick(self) -> list[Move]:
        """Assign what can be assigned now; the moves are still to be carried out."""
        now = self._line.clock()
        self._take_back_offers(now)
        waiting = self._line.calls.waiting(entered_before=now - QUEUED_AFTER)
        waiting = self._ours([call for call in waiting if not _is_pausing(call, now)])
        if not waiting:
            return []
        situation = Situation(self._line, self._everybody(), now=now)
        if not situation.workforce.present:
            return self._to_hunt_group(waiting, now=now)
        return self._give(self._chosen(waiting, situation, now=now), now=now)

    def _chosen(self, calls: Sequence[Call], situation: Situation, *, now: datetime) -> list[Assignment]:
        """Who is to take which call, worked out in memory from what was read before."""
        settings, team = self._line.settings.routing, self._everybody()
        by_sid = {call.sid: call for call in calls}
        free = list(situation.workforce.free)
        chosen: list[Assignment] = []
        try:
            for waiting in in_order([situation.waiting(call) for call in calls], settings=settings):
                if not free or len(chosen) >= GIVEN_AT_ONCE:
                    break
                call, present = by_sid[waiting.sid], situation.present_for(waiting)
                choice = choose(waiting, free, team=team, present=present, now=now, settings=settings)
                if choice is None:
                    continue
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
                chosen.append(self._assignment(call, choice, trace, now=now))
                free = [agent for agent in free if agent.definition.id != choice.agent_id]
        except Exception:
            # One call that cannot be looked at holds up nobody who came before it (law 1).
            if not chosen:
                raise
            log.exception("router.assign_failed")
        return chosen

    def _assignment(self, call: Call, choice: Choice, trace: Trace, *, now: datetime) -> Assignment:
        agent = self._everybody().by_id[choice.agent_id]
        until = now + timedelta(seconds=self._line.settings.desk.accept_seconds)
        return Assignment(
            sid=call.sid,
            agent_id=agent.id,
            matched=choice.matched,
            offered_until=until if agent.answer is Answer.DESK else None,
            routing=[*call.routing, trace_row(trace)][-TRACES_KEPT:],
        )

    def _give(self, chosen: Sequence[Assignment], *, now: datetime) -> list[Move]:
        """Keep who takes what and why, all at once; the moves that follow, for calls and agents still free."""
        if not chosen:
            return []
        given = self._line.calls.assign_all(chosen, at=now)
        moves: list[Move] = []
        for each in chosen:
            if each.sid not in given:
                continue
            url = None if each.offered_until else self._line.addresses.url("/voice/connect", agent=each.agent_id)
            moves.append(Move(each.sid, url, each.agent_id))
            why = each.routing[-1]
            about = {"matched": why["match"], "step": why["step"], "site": why["considered"][0]["site"]}
            log.info("call.assigned", call=each.sid, agent=each.agent_id, **about)
        return moves

    def _take_back_offers(self, now: datetime) -> None:
        """Who neither accepts nor declines on the desk in time is absent, and the call goes on (law 1)."""
        for call in self._line.calls.lapsed_offers(now=now):
            agent_id = call.agent_id or ""
            if self._line.calls.put_back(call.sid, agent_id, presence=Presence.ABSENT, at=now, offered=True):
                token = f"lapsed-{len(call.agents_tried)}"
                self._line.desk.keep(DeskAct(call.sid, Act.LAPSED, agent_id, "", now, token))
                log.info("agent.did_not_accept", call=call.sid, agent=agent_id)

    def carry_out(self, move: Move) -> None:
        """Move the call at the carrier; when that fails the wait document sends it there by itself."""
        try:
            if move.url is not None:
                wanted = partial(not_rung_yet, self._line, move.sid, move.agent_id)
                self._line.carrier.redirect(move.sid, move.url, still_wanted=wanted)
        except CallGoneError:
            self._calls.ended(move.sid)
        except CarrierError as error:
            log.warning("call.move_failed", call=move.sid, code=error.code)
        self._knowing.write_note(move.sid)  # after the move: a note that cannot be written holds up nobody

    def _to_hunt_group(self, waiting: Sequence[Call], *, now: datetime) -> list[Move]:
        """Nobody is at work by the books: the phones of the hunt group ring instead (law 1)."""
        url, moves = self._line.addresses.url("/voice/hunt"), list[Move]()
        try:
            for call in sorted(waiting, key=lambda call: not is_urgent(call.need)):
                long = is_urgent(call.need) or (call.entered_at is not None and now - call.entered_at >= NOBODY_AFTER)
                if long and self._line.calls.hunted(call.sid, at=now):
                    moves.append(Move(call.sid, url, None))
        except BOOKS_FAULTS:
            # Who is in the books as being rung must be moved, or would wait for phones that never ring (law 1).
            if not moves:
                raise
            log.exception("router.hunt_failed")
        return moves


def _is_pausing(call: Call, now: datetime) -> bool:
    """After each agent who could not be reached a moment longer, so that a fault of the carrier is no storm."""
    pause = timedelta(seconds=min(len(call.agents_tried), LONGEST_PAUSE_SECONDS))
    return call.assigned_at is not None and now - call.assigned_at < pause
