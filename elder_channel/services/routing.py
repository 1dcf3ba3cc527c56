"""Gives waiting calls to free agents, one conditional update each, and moves them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from elder_channel.agents.model import AgentDefinition, Presence
from elder_channel.agents.router import FreeAgent, WaitingCall, choose, in_order
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, RecognitionState
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.telephony.errors import CallGoneError, CarrierError

log = structlog.get_logger()

QUEUED_AFTER = timedelta(seconds=2)
"""A call that entered so long ago is in the carrier's queue, whether or not word of it reached us."""
NOBODY_AFTER = timedelta(seconds=5)
"""With no agent at work at all, the hunt group is rung after this."""


@dataclass(frozen=True)
class Move:
    """A waiting call and the document it is moved to."""

    sid: str
    url: str
    agent_id: str | None
    """The agent who will ring; None for the hunt group."""


class RoutingService:
    """One look of the router over queue and agents."""

    def __init__(self, line: Line, calls: LineService) -> None:
        self._line = line
        self._calls = calls
        self._knowing = Knowing(line)

    def tick(self) -> list[Move]:
        """Assign what can be assigned now; the moves are still to be carried out."""
        now = self._line.clock()
        waiting = self._line.calls.waiting(entered_before=now - QUEUED_AFTER)
        if not waiting:
            return []
        free, present = self._team()
        if not present:
            return self._to_hunt_group(waiting)
        moves = []
        for call in in_order([_as_waiting(call) for call in waiting]):
            choice = choose(
                call,
                free,
                present=present,
                now=now,
                group_of=self._line.catalogue.group_of,
                settings=self._line.settings.routing,
            )
            if choice is None:
                continue
            if self._line.calls.assign(call.sid, choice.agent_id, matched=choice.matched, at=now):
                url = self._line.addresses.url("/voice/connect", agent=choice.agent_id)
                moves.append(Move(call.sid, url, choice.agent_id))
                log.info("call.assigned", call=call.sid, agent=choice.agent_id, matched=choice.matched)
            free = [agent for agent in free if agent.definition.id != choice.agent_id]
        return moves

    def carry_out(self, move: Move) -> None:
        """Move the call at the carrier; when that fails the agent is free again and the call keeps its place."""
        self._knowing.write_note(move.sid)
        try:
            self._line.carrier.redirect(move.sid, move.url)
        except CallGoneError:
            self._calls.ended(move.sid)
        except CarrierError as error:
            log.warning("call.move_failed", call=move.sid, code=error.code)
            if move.agent_id:
                now = self._line.clock()
                self._line.calls.put_back(move.sid, move.agent_id, presence=Presence.IDLE, at=now)

    def _team(self) -> tuple[list[FreeAgent], list[AgentDefinition]]:
        states = self._line.agents.states()
        free, present = [], []
        for definition in self._line.settings.agents:
            state = states.get(definition.id)
            if state is None or state.presence is Presence.ABSENT:
                continue
            present.append(definition)
            if state.presence is Presence.IDLE:
                free.append(FreeAgent(definition, state.since))
        return free, present

    def _to_hunt_group(self, waiting: Sequence[Call]) -> list[Move]:
        """Nobody is at work by the books: the phones of the hunt group ring instead (law 1)."""
        now = self._line.clock()
        url = self._line.addresses.url("/voice/hunt")
        long = [call for call in waiting if call.entered_at and now - call.entered_at >= NOBODY_AFTER]
        return [Move(call.sid, url, None) for call in long if self._line.calls.hunted(call.sid)]


def _as_waiting(call: Call) -> WaitingCall:
    identification = call.identification
    expected = call.recognition is not RecognitionState.OFF and not call.identified_finally
    return WaitingCall(
        sid=call.sid,
        entered_at=call.entered_at or call.started_at,
        language=call.language,
        elder=call.elder,
        posterior=identification.posterior if identification else {},
        abstained=identification is None or identification.abstained,
        more_is_coming=expected,
        agents_tried=call.agents_tried,
    )
