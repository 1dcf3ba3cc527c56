"""What staff do in a scenario: by the same services as the console's pages, with the same rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.errors import ElderChannelError
from elder_channel.placing import wait_until
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import Corrections
from elder_channel.services.desk import Desk
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.recording_consent import RecordingConsent
from elder_channel.services.transfers import Transfers
from elder_channel.simulator.scenarios.called import DeskDeed
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.telephony.errors import CarrierError

SUPERVISOR = Account("scenario", Role.SUPERVISOR)
_BOOKS_SECONDS = 10.0
"""The books may be a moment behind the carrier, and the words of the caller behind both."""


class DeskRefusalError(ElderChannelError):
    """The line did not let staff do it."""


class _EveryAgent:
    """Accounts in which every agent of the line has one, named like the agent."""

    def __init__(self, line: Line) -> None:
        self._agents = {agent.id for agent in line.settings.agents}

    def find(self, username: str) -> Account | None:
        """The account of an agent."""
        return Account(username, Role.AGENT, username) if username in self._agents else None


class Staff:
    """The agents at their desks, and a supervisor."""

    def __init__(self, line: Line) -> None:
        accounts = _EveryAgent(line)
        self._consent = RecordingConsent(line, accounts)
        self._line = line
        self._desk = Desk(
            line, accounts, Corrections(line, accounts), orders=CallOrders(line), transfers=Transfers(line)
        )

    def do(self, deed: DeskDeed, sid: str, *, spoken_to: bool) -> str:
        """Do it, and say what came of it. Raises ElderChannelError where it is refused."""
        try:
            if deed.calls_back:
                return self._call_back(sid)
            call = self._with_agent(sid)
            agent = Account(call.agent_id or "", Role.AGENT, call.agent_id)
            if deed.declines:
                self._desk.decline(sid, by=agent)
                return f"{agent.username} declined"
            if deed.records is not None:
                return self._record(sid, agent, agreed=deed.records)
            if deed.sees:
                return self._see(deed, sid, agent)
            return self._pass_on(deed, sid, agent, spoken_to=spoken_to)
        except CarrierError as error:
            raise DeskRefusalError(f"the carrier did not do it: {error}") from error

    def _pass_on(self, deed: DeskDeed, sid: str, agent: Account, *, spoken_to: bool) -> str:
        assert deed.passes_on is not None
        if spoken_to:
            self._wait_for_words(sid)
        self._desk.pass_on(sid, to=deed.passes_on.target, note=deed.passes_on.note, by=agent)
        return f"{agent.username} passed it on"

    def _call_back(self, sid: str) -> str:
        """Press the button of the call's order that has the line ring its customer."""
        if not wait_until(lambda: self._line.work_orders.of_call(sid) is not None, seconds=_BOOKS_SECONDS):
            raise CannotPlayError("the call left no order")
        order, callbacks = self._line.work_orders.of_call(sid), callbacks_of(self._line)
        if order is None or callbacks is None:
            raise CannotPlayError("the line places no calls")
        callbacks.place(order.id, etag=order.etag, by=SUPERVISOR)
        return f"order {order.id} is called back"

    def _record(self, sid: str, agent: Account, *, agreed: bool) -> str:
        """Press one of the two buttons on the desk of who talks with the caller."""
        (self._consent.agreed if agreed else self._consent.refused)(sid, by=agent)
        return f"{agent.username} took down the caller's {'yes' if agreed else 'no'}"

    def _with_agent(self, sid: str) -> Call:
        """The call, once the books know whose phone rings for it, or who talks."""

        def given() -> bool:
            call = self._line.calls.get(sid)
            return call is not None and call.agent_id is not None

        if not wait_until(given, seconds=_BOOKS_SECONDS) or (call := self._line.calls.get(sid)) is None:
            raise CannotPlayError("no agent has the call")
        return call

    def _wait_for_words(self, sid: str) -> None:
        """An agent acts on a call after listening: by then what the caller said before is written down."""

        def known() -> bool:
            call = self._line.calls.get(sid)
            return call is not None and (call.identified_finally or call.recognition == "off")

        wait_until(known, seconds=_BOOKS_SECONDS)

    def _see(self, deed: DeskDeed, sid: str, agent: Account) -> str:
        """Look at the desk until it shows the words: what is heard late reaches an open call."""
        if wait_until(lambda: not self._missing(deed, sid, agent), seconds=_BOOKS_SECONDS):
            return f"{agent.username} saw it"
        shown = " · ".join(self._shown(sid, agent)) or "another call, or none"
        missing = ", ".join(self._missing(deed, sid, agent))
        raise DeskRefusalError(f"the desk of {agent.username} does not show «{missing}», but {shown[:400]}")

    def _missing(self, deed: DeskDeed, sid: str, agent: Account) -> list[str]:
        text = "\n".join(self._shown(sid, agent))
        return [words for words in deed.sees if words not in text]

    def _shown(self, sid: str, agent: Account) -> list[str]:
        call = self._desk.look(by=agent).call
        return list(_texts(call.note)) if call is not None and call.sid == sid else []


def _texts(value: object) -> Iterator[str]:
    """Every text of a note, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
