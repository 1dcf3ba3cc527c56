"""An agent's desk: presence, the call that rings or is talked on, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from elder_channel.agents.model import AgentDefinition, Answer, Presence
from elder_channel.bootstrap import Line
from elder_channel.calls.desk import Act, CallResult, DeskAct
from elder_channel.calls.model import Call, CallState
from elder_channel.learning.model import Correction, standing_of
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.choices import choices_of
from elder_channel.services.corrections import AccountDirectory, Corrections, Verdict
from elder_channel.services.desk_note import DeskNote, DeskNotes, Revealed
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.desk_readings import Readings
from elder_channel.services.endings import Endings
from elder_channel.services.errors import ChangedMeanwhileError, DeskRefusedError, NotAllowedError, ServiceError
from elder_channel.services.queue_tasks import QueueTasks
from elder_channel.services.speaking import how_to_speak
from elder_channel.services.still_wanted import not_rung_yet
from elder_channel.services.transfers import TransferChoices, TransferTarget
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.twiml import enqueue_again

log = structlog.get_logger()

MAY_SIT = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MAX_NOTE_CHARACTERS = 500
_MAX_TOKEN = 60
_KINDS = frozenset({"agent", "company", "queue"})


@dataclass(frozen=True)
class DeskCall:
    """The call on the desk."""

    sid: str
    state: str
    """`offered` (to be accepted here), `ringing`, `talking` or `ended` (to be wrapped up)."""
    note: DeskNote
    entered_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    offered_until: datetime | None
    identity_checked: bool
    verdicts: int
    """Number of the newest verdict, 0 for none."""
    judged: tuple[str, str] | None
    """(dialect id, Chinese name) an agent has said it is; None before the first word on it."""
    need_id: str | None


@dataclass(frozen=True)
class DeskView:
    """What stands on the desk now."""

    agent_id: str
    agent_name: str
    answers_on_desk: bool
    presence: Presence
    since: datetime
    free_at: datetime | None
    """When the rest after a call ends by itself."""
    call: DeskCall | None


@dataclass(frozen=True)
class WrapUp:
    """How an agent closes a call."""

    call_sid: str
    result: CallResult
    token: str
    """Names the form; sent twice it is one wrap-up."""
    dialect: str | None = None
    """What was really spoken; None leaves it unjudged."""
    need: str | None = None
    somebody_else: bool = False
    on_top_of: int = 0
    """Number of the newest verdict the agent has seen."""
    note: str = ""


class Transfers(Protocol):
    """Passes a call on with everything known of it."""

    def choices(self, call_sid: str) -> TransferChoices:
        """Where the call can go."""
        ...

    def transfer(
        self,
        call_sid: str,
        *,
        by: Account,
        as_agent: str | None = None,
        to_company: str | None = None,
        to_agent: str | None = None,
        to_queue: str | None = None,
        note: str = "",
    ) -> object:
        """Move the live call to another company, agent or queue: exactly one of them."""
        ...


class Desk:
    """The desks of all agents; every act is checked against the account as it is at that moment."""

    def __init__(
        self,
        line: Line,
        accounts: AccountDirectory,
        corrections: Corrections,
        *,
        orders: CallOrders,
        transfers: Transfers,
    ) -> None:
        self._line = line
        self._accounts = accounts
        self._corrections = corrections
        self._orders = orders
        self._transfers = transfers
        self._notes = DeskNotes(line)
        self._readings = Readings(line)
        self._tasks = QueueTasks(line)
        self._endings = Endings(line)

    def targets(self, sid: str) -> tuple[TransferTarget, ...]:
        """Where the call can be passed on to, people first."""
        try:
            choices = self._transfers.choices(sid)
        except ServiceError:  # the call ended a moment ago
            return ()
        return (*choices.agents, *choices.companies, *choices.queues)

    def look(self, *, by: Account) -> DeskView:
        """The desk of the agent this account is; that it was read is recorded (law 7).

        Raises `DeskRefusedError` for an account that is no agent of the line.
        """
        self._line.source.reload()
        agent, account = self._agent(by)
        state = self._line.agents.states().get(agent.id)
        if state is None:
            raise DeskRefusedError("desk_not_started", "The line has not been started with this agent yet.")
        call = self._line.calls.get(state.call_sid) if state.call_sid else None
        if call is None or call.agent_id != agent.id:
            since = self._now() - timedelta(minutes=self._line.settings.desk.wrap_up_shown_minutes)
            call = self._line.desk.to_wrap_up(agent.id, ended_after=since)
        rest = timedelta(seconds=agent.wrap_up_seconds)
        return DeskView(
            agent_id=agent.id,
            agent_name=agent.name,
            answers_on_desk=agent.answer is Answer.DESK,
            presence=state.presence,
            since=state.since,
            free_at=state.since + rest if state.presence is Presence.WRAPPING_UP else None,
            call=self._call(call, account) if call else None,
        )

    def set_present(self, present: bool, *, by: Account) -> None:
        """Come to work, or leave; raises `DeskRefusedError` while on a call."""
        agent, _ = self._agent(by)
        presence = Presence.IDLE if present else Presence.ABSENT
        if not self._line.agents.set_presence(agent.id, presence, at=self._now()):
            state = self._line.agents.states().get(agent.id)
            call = self._line.calls.get(state.call_sid) if state and state.call_sid else None
            if call:
                self._close_if_over(call)
            if not self._line.agents.set_presence(agent.id, presence, at=self._now()):
                raise DeskRefusedError("desk_on_a_call", "The agent is on a call.")
        log.info("agent.presence", agent=agent.id, presence=presence)

    def accept(self, sid: str, *, by: Account) -> None:
        """Take the call that is offered: the agent's phone rings now. A second click changes nothing.

        Raises `ChangedMeanwhileError` when the call has gone on to somebody else.
        """
        agent, account = self._agent(by)
        now = self._now()
        if not self._line.calls.accept_offer(sid, agent.id, at=now):
            if self._is_mine(self._line.calls.get(sid), agent):
                return
            raise ChangedMeanwhileError("The call has gone on to somebody else.")
        self._keep(sid, Act.ACCEPTED, agent, account, token=f"accepted-{now.timestamp():.0f}")
        url = self._line.addresses.url("/voice/connect", agent=agent.id)
        try:
            self._line.carrier.redirect(sid, url, still_wanted=lambda: not_rung_yet(self._line, sid, agent.id))
        except CarrierError as error:
            log.warning("call.move_failed", call=sid, code=error.code)  # its wait document goes there by itself

    def decline(self, sid: str, *, by: Account) -> None:
        """Leave the call to the next agent, without being absent for it; it keeps its place.

        Raises `ChangedMeanwhileError` when it was answered or has gone on.
        """
        agent, account = self._agent(by)
        call = self._line.calls.get(sid)
        offered = call is not None and call.offered_until is not None
        now = self._now()
        if not self._line.calls.put_back(sid, agent.id, presence=Presence.IDLE, at=now, offered=offered):
            raise ChangedMeanwhileError("The call has been answered or has gone on to somebody else.")
        self._keep(sid, Act.DECLINED, agent, account, token=f"declined-{now.timestamp():.0f}")
        if not offered and call is not None:
            self._stop_ringing(call)

    def _stop_ringing(self, call: Call) -> None:
        """Take the call away from the agent's phone, back to the queue."""
        how, task = how_to_speak(call), self._tasks.task_for(call.sid)
        document = enqueue_again(
            "no_answer_next",
            how.languages,
            self._line.addresses,
            manner=how.manner,
            dialect=how.dialect,
            task=task,
            speech=self._line.speech,
        )
        try:
            self._line.carrier.send_document(call.sid, document)
        except CarrierError as error:
            log.warning("call.move_failed", call=call.sid, code=error.code)  # the phone rings out, as without a desk

    def identity_checked(self, sid: str, *, by: Account) -> None:
        """The caller has answered the agent's questions; from now on the note tells what the books say (law 7)."""
        agent, account = self._agent(by)
        call = self._answered_call(sid, agent)
        asked = " / ".join(self._line.settings.desk.questions_for(call.need))
        self._keep(sid, Act.IDENTITY_CHECKED, agent, account, token="identity", note=asked)  # noqa: S106 - a name

    def wrap_up(self, wrap_up: WrapUp, *, by: Account) -> None:
        """Close the call: what was really spoken and wanted, what came of it; opens a work order for what is left.

        Raises `DeskRefusedError` for what cannot be, and what `Corrections.judge` raises; nothing is kept then.
        """
        agent, account = self._agent(by)
        call = self._answered_call(wrap_up.call_sid, agent)
        note = wrap_up.note.strip()
        if not wrap_up.token or len(wrap_up.token) > _MAX_TOKEN:
            raise DeskRefusedError("verdict_token", "The form has no token.")
        if len(note) > MAX_NOTE_CHARACTERS:
            raise DeskRefusedError("desk_note_long", f"A note has at most {MAX_NOTE_CHARACTERS} characters.")
        if any(act.token == wrap_up.token for act in self._line.desk.of_call(call.sid)):
            return
        if wrap_up.dialect is not None or wrap_up.need is not None:
            self._corrections.judge(_verdict(wrap_up), by=account)
        if wrap_up.result is CallResult.FOLLOW_UP:
            self._orders.open_from_call(call, need=wrap_up.need or call.need, note=note, by=account)
        self._keep(
            call.sid, Act.WRAPPED_UP, agent, account, token=wrap_up.token, result=wrap_up.result, note=note or None
        )
        self._close_if_over(call)
        state = self._line.agents.states().get(agent.id)
        if state and state.presence is Presence.WRAPPING_UP:
            self._line.agents.set_presence(agent.id, Presence.IDLE, at=self._now())

    def _close_if_over(self, call: Call) -> None:
        """Who closes a call on the desk, or comes back to work, says that it is over: word of it may be lost."""
        if call.state is not CallState.TALKING:
            return
        try:
            self._endings.close_if_over(call.sid)
        except CarrierError as error:
            log.warning("call.end_unknown", call=call.sid, code=error.code)

    def pass_on(self, sid: str, *, to: str, note: str, by: Account) -> None:
        """Pass the call on with a note; the caller repeats nothing. `to` is a target's, `agent:lin-xiulan`.

        Raises `DeskRefusedError`, and what the transfer raises; the call stays with the agent then.
        """
        agent, account = self._agent(by)
        call = self._answered_call(sid, agent)
        if call.state is not CallState.TALKING:
            raise DeskRefusedError("desk_not_talking", "Only a call that is talked on can be passed on.")
        if len(note) > MAX_NOTE_CHARACTERS:
            raise DeskRefusedError("desk_note_long", f"A note has at most {MAX_NOTE_CHARACTERS} characters.")
        kind, _, id_ = to.partition(":")
        if kind not in _KINDS or not id_:
            raise DeskRefusedError("desk_no_target", f"A call cannot be passed on to {to!r}.")
        self._transfers.transfer(sid, by=account, as_agent=agent.id, note=note, **{f"to_{kind}": id_})
        token = f"passed-{self._now().timestamp():.0f}"
        self._keep(sid, Act.PASSED_ON, agent, account, token=token, note=note or None)

    def _call(self, call: Call, account: Account) -> DeskCall:
        has_it = call.answered_at is not None or (call.state is CallState.RINGING and self._accepted(call))
        checked = any(act.act is Act.IDENTITY_CHECKED for act in self._line.desk.of_call(call.sid))
        show = self._line.settings.privacy.show_numbers
        note = self._notes.note_on(
            call, Revealed(caller=has_it or show, customer=checked and call.answered_at is not None)
        )
        if call.transcript or has_it:
            self._readings.record(call.sid, account.username)
        verdicts = self._line.corrections.of_calls([call.sid]).get(call.sid, [])
        return DeskCall(
            sid=call.sid,
            state="offered" if call.offered_until else call.state.value,
            note=note,
            entered_at=call.entered_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            offered_until=call.offered_until,
            identity_checked=checked,
            verdicts=verdicts[-1].number if verdicts else 0,
            judged=self._judged(verdicts),
            need_id=call.need,
        )

    def _judged(self, verdicts: Sequence[Correction]) -> tuple[str, str] | None:
        standing = standing_of(verdicts)
        names = dict(choices_of(self._line.catalogue).dialects)
        return (standing.dialect, names[standing.dialect]) if standing and standing.dialect else None

    def _accepted(self, call: Call) -> bool:
        """Whether the agent whose phone rings has accepted on the desk."""
        acts = self._line.desk.of_call(call.sid)
        mine = [act for act in acts if act.agent_id == call.agent_id]
        return call.offered_until is None and bool(mine) and mine[-1].act is Act.ACCEPTED

    def _agent(self, by: Account) -> tuple[AgentDefinition, Account]:
        account = self._accounts.find(by.username)
        if account is None or account.role not in MAY_SIT:
            raise NotAllowedError("The account's role does not permit this.")
        if account.agent_id is None:
            raise DeskRefusedError("desk_no_agent", "The account is no agent of the line.")
        agent = self._line.settings.agent(account.agent_id)
        if agent is None:
            raise DeskRefusedError("desk_no_agent", f"There is no agent {account.agent_id!r} any more.")
        return agent, account

    def _answered_call(self, sid: str, agent: AgentDefinition) -> Call:
        call = self._line.calls.get(sid)
        if call is None or call.agent_id != agent.id:
            raise DeskRefusedError("desk_not_yours", "The call is not this agent's.")
        if call.answered_at is None:
            raise DeskRefusedError("verdict_unanswered", "Nobody has spoken with this caller yet.")
        return call

    def _is_mine(self, call: Call | None, agent: AgentDefinition) -> bool:
        on_the_way = call is not None and call.state in (CallState.RINGING, CallState.TALKING)
        return call is not None and on_the_way and call.agent_id == agent.id

    def _keep(
        self,
        sid: str,
        act: Act,
        agent: AgentDefinition,
        account: Account,
        *,
        token: str,
        result: CallResult | None = None,
        note: str | None = None,
    ) -> None:
        self._line.desk.keep(DeskAct(sid, act, agent.id, account.username, self._now(), token, result, note))
        log.info("desk.act", call=sid, act=act, agent=agent.id, result=result)

    def _now(self) -> datetime:
        return self._line.clock()


def _verdict(wrap_up: WrapUp) -> Verdict:
    return Verdict(
        call_sid=wrap_up.call_sid,
        dialect=wrap_up.dialect,
        need=wrap_up.need,
        token=f"{wrap_up.token}-v",
        on_top_of=wrap_up.on_top_of,
        somebody_else=wrap_up.somebody_else,
    )
