"""A team lead's hand on a live call: taken over by themselves, or passed on to somebody else."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from elder_channel.agents.matching import Match
from elder_channel.agents.model import Presence
from elder_channel.agents.settings import Engine
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import TransferRefusedError
from elder_channel.services.line import LineService
from elder_channel.services.routing import Move, RoutingService
from elder_channel.services.situation import Situation
from elder_channel.services.team import team_of
from elder_channel.services.transfers import Transfers, TransferTarget

log = structlog.get_logger()

MAY_STEER = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Steerable:
    """What may be done with a call now."""

    may_take: bool
    """The lead is an agent, at work and free."""
    targets: tuple[TransferTarget, ...]
    """Where a call that is talked on can go; none for one that waits: it is the router's."""


class Steering:
    """Takes calls over and passes them on; every act is checked against the account as it is at that moment."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._transfers = Transfers(line)

    def choices(self, sid: str, *, by: Account) -> Steerable:
        """What may be done with this call. Raises `NotAllowedError`, `TransferRefusedError`."""
        allowed_role(self._accounts, by, MAY_STEER)
        call = self._call(sid)
        free = self._free_agent(by)
        may_take = free is not None and free != call.agent_id and call.state in (CallState.TALKING, CallState.WAITING)
        if call.state is CallState.WAITING:
            return Steerable(may_take and self._is_ours(), ())
        if call.state is not CallState.TALKING:
            return Steerable(may_take=False, targets=())
        found = self._transfers.choices(sid)
        return Steerable(may_take, (*found.agents, *found.companies, *found.queues))

    def pass_on(self, sid: str, *, to: str, note: str, by: Account) -> None:
        """Pass a call that is talked on to a target, `agent:lin-xiulan`; raises what the transfer raises."""
        allowed_role(self._accounts, by, MAY_STEER)
        kind, _, id_ = to.partition(":")
        if kind not in ("agent", "company", "queue") or not id_:
            raise TransferRefusedError("no_such_target", f"A call cannot be passed on to {to[:40]!r}.")
        self._transfers.transfer(sid, by=by, note=note, **{f"to_{kind}": id_})

    def take_over(self, sid: str, *, by: Account) -> None:
        """Have the own phone rung with the call: out of an agent's leg, or out of the queue.

        Pressed twice it is one taking over. Raises `NotAllowedError`, and `TransferRefusedError` for who is no agent,
        not at work or on a call, and for a call that has gone on.
        """
        allowed_role(self._accounts, by, MAY_STEER)
        call, agent_id = self._call(sid), self._mine(by)
        if call.agent_id == agent_id and call.state in (CallState.RINGING, CallState.TALKING):
            return
        if agent_id != self._free_agent(by):
            raise TransferRefusedError("take_not_free", "Only who is at work and on no call can take one over.")
        if call.state is CallState.TALKING:
            self._transfers.transfer(sid, by=by, to_agent=agent_id)
        elif call.state is CallState.WAITING and self._is_ours():
            self._take_from_queue(call, agent_id)
        else:
            raise TransferRefusedError("not_talking", "The call has gone on, or is on its way to somebody.")
        log.info("call.taken_over", call=sid, agent=agent_id, by=by.username)

    def _take_from_queue(self, call: Call, agent_id: str) -> None:
        now = self._line.clock()
        waiting = Situation(self._line, team_of(self._line), now=now).waiting(call)
        fits = team_of(self._line).fits(language=waiting.language, dialect=waiting.dialect, elder=waiting.elder)
        matched = fits.get(agent_id, Match.ANY)
        if not self._line.calls.assign(call.sid, agent_id, matched=str(matched), at=now):
            raise TransferRefusedError("not_talking", "The call has gone on, or is on its way to somebody.")
        url = self._line.addresses.url("/voice/connect", agent=agent_id)
        RoutingService(self._line, LineService(self._line)).carry_out(Move(call.sid, url, agent_id))

    def _is_ours(self) -> bool:
        """Whether our own router gives calls away; TaskRouter's tasks are taken at TaskRouter."""
        return self._line.settings.routing.engine is not Engine.TASKROUTER

    def _mine(self, by: Account) -> str:
        account = self._accounts.find(by.username)
        agent = self._line.settings.agent(account.agent_id if account else None)
        if agent is None:
            raise TransferRefusedError("take_no_agent", "The account is no agent of the line.")
        return agent.id

    def _free_agent(self, by: Account) -> str | None:
        """Who the account is on the line, while at work and on no call."""
        try:
            agent_id = self._mine(by)
        except TransferRefusedError:
            return None
        state = self._line.agents.states().get(agent_id)
        return agent_id if state is not None and state.presence is Presence.IDLE else None

    def _call(self, sid: str) -> Call:
        call = self._line.calls.get(sid)
        if call is None:
            raise TransferRefusedError("no_such_call", "There is no such call.")
        return call
