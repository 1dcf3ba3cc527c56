"""An agent's word on a caller: elder or not, hears badly, a relative, a nuisance. One word is enough and is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.calls.nuisance import MarkReason, may_be_marked
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import Mark, MarkChange
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory
from elder_channel.services.errors import MarkRefusedError, NotAllowedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.noting import note_of_caller
from elder_channel.services.nuisance import Nuisance
from elder_channel.services.sound_keeping import SoundKeeping

MAY_MARK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MAY_MARK_ANY = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
MAX_REASON_CHARACTERS = 200
_WITH_RELATIVE = "relative"
"""Reason of an elder mark that came with the note of a relative, and goes with it."""


@dataclass(frozen=True)
class MarksOnCaller:
    """What is noted of a caller now."""

    elder: bool
    hearing: bool
    relative: bool
    nuisance: MarkReason | None
    nuisance_until: datetime | None
    may_be_nuisance: bool
    """False for elders, customers in the books and callers without a number."""
    remembered: bool
    """Whether the number is in the books: else what is noted holds for this call only."""
    history: tuple[MarkChange, ...]
    """Oldest first."""


class CallerMarks:
    """An agent's word on a caller; agents mark who is on their own desk, team leads anybody."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._nuisance = Nuisance(line)

    def look(self, sid: str, *, by: Account) -> MarksOnCaller:
        """What is noted of the call's caller. Raises as `set_elder` does."""
        call = self._markable(sid, by)
        nuisance = self._line.nuisance_marks.find(call.caller_number, at=self._line.clock())
        return MarksOnCaller(
            elder=call.elder,
            hearing=call.hearing,
            relative=call.relative,
            nuisance=nuisance.reason if nuisance else None,
            nuisance_until=nuisance.until if nuisance else None,
            may_be_nuisance=may_be_marked(call),
            remembered=bool(self._line.customers.at_number(call.caller_number).people),
            history=tuple(self.history(sid)),
        )

    def set_elder(self, sid: str, *, elder: bool, by: Account, reason: str = "") -> MarkChange:
        """Note that the call's number is an elder's, or remove the mark: the next call is treated so, and this one.

        Raises `NotAllowedError`, and `MarkRefusedError` when there is no such call, it is on somebody else's desk, or
        the reason is too long.
        """
        changed = self._set(sid, Mark.ELDER, after=elder, by=by, reason=reason)
        if elder:
            self._no_nuisance(sid, by)
        return changed

    def set_hearing(self, sid: str, *, hearing: bool, by: Account, reason: str = "") -> MarkChange:
        """Note that the caller hears badly, or that this is not so. Raises as `set_elder` does."""
        return self._set(sid, Mark.HEARING, after=hearing, by=by, reason=reason)

    def set_relative(self, sid: str, *, relative: bool, by: Account, reason: str = "") -> MarkChange:
        """Note that somebody of the family calls for an elder: served like the elder, now and the next time.

        Sound of this call is not kept: consent is the customer's, and this is another voice. Taking the note back
        takes back what came with it, unless an agent has said of the number that it is an elder's. Raises as
        `set_elder` does.
        """
        changed = self._set(sid, Mark.RELATIVE, after=relative, by=by, reason=reason)
        elder_mark = self._line.customers.at_number(self._called(sid).caller_number).elder_mark
        if relative and elder_mark is False:
            self._set(sid, Mark.ELDER, after=True, by=by, reason=_WITH_RELATIVE)
        elif not relative and (said := self._said_of_age(sid)) and said.reason == _WITH_RELATIVE:
            self._set(sid, Mark.ELDER, after=False, by=by, reason=_WITH_RELATIVE)
        self._line.calls.mark(sid, Mark.ELDER, after=relative or self._is_elder(sid))
        if relative:
            SoundKeeping(self._line).forget_call(sid)
            self._no_nuisance(sid, by)
        Knowing(self._line).write_note(sid)
        return changed

    def set_nuisance(self, sid: str, *, nuisance: bool, by: Account, reason: str = "") -> MarkChange:
        """Mark the caller as abusive, from the next call on, or take the mark away.

        Raises as `set_elder` does, and for a caller who is never marked.
        """
        call, told = self._markable(sid, by), _checked(reason)
        before = self._line.nuisance_marks.find(call.caller_number, at=self._line.clock()) is not None
        if nuisance:
            self._nuisance.mark_caller_of(sid, by=by, note=told)
        else:
            self._nuisance.unmark(call.caller_number, by=by)
        # Without the number: what is kept for good says on which call it was, and the call forgets its number in time.
        now = self._line.clock()
        changed = MarkChange(Mark.NUISANCE, sid, None, before, nuisance, by.username, told, now)
        if before is not nuisance:
            self._line.customers.mark(changed)
        return changed

    def history(self, sid: str) -> list[MarkChange]:
        """What was noted of the call's number where it is in the books, and on the call itself; oldest first."""
        call = self._called(sid)
        of_call = [each for each in self._line.customers.changes_of_call(sid) if each.number is None]
        changes = [*self._line.customers.changes_at(call.caller_number), *of_call]
        return sorted(changes, key=lambda each: each.changed_at)

    def _said_of_age(self, sid: str) -> MarkChange | None:
        """The newest word on this call of the caller being an elder."""
        said = [each for each in self._line.customers.changes_of_call(sid) if each.mark is Mark.ELDER]
        return said[-1] if said else None

    def _is_elder(self, sid: str) -> bool:
        """Whether the caller is an elder without any relative: by an agent's word on this call, else by the books."""
        if said := self._said_of_age(sid):
            return said.after
        today = self._line.clock().astimezone(HOTLINE_ZONE).date()
        at_number = self._line.customers.at_number(self._called(sid).caller_number)
        return at_number.elder(today=today, elder_age=self._line.settings.line.elder_age)

    def _no_nuisance(self, sid: str, by: Account) -> None:
        """Who is, or calls for, an elder never waits behind others."""
        if self._line.nuisance_marks.find(self._called(sid).caller_number, at=self._line.clock()):
            self.set_nuisance(sid, nuisance=False, by=by, reason="elder")

    def _set(self, sid: str, mark: Mark, *, after: bool, by: Account, reason: str) -> MarkChange:
        call, told = self._markable(sid, by), _checked(reason)
        changed = note_of_caller(self._line, call, mark, after=after, by=by.username, reason=told)
        Knowing(self._line).write_note(sid)
        return changed

    def _markable(self, sid: str, by: Account) -> Call:
        account = self._accounts.find(by.username)
        if account is None or account.role not in MAY_MARK:
            raise NotAllowedError("The account's role does not permit this.")
        call = self._called(sid)
        if account.role not in MAY_MARK_ANY and not self._is_on_desk(call, account.agent_id):
            raise MarkRefusedError("mark_not_yours", "An agent marks who is on the own desk; a team lead may mark any.")
        return call

    def _is_on_desk(self, call: Call, agent_id: str | None) -> bool:
        """Whether the agent talks with the caller, or has the call still to close."""
        if agent_id is None or call.agent_id != agent_id or call.answered_at is None:
            return False
        shown = timedelta(minutes=self._line.settings.desk.wrap_up_shown_minutes)
        return call.ended_at is None or call.ended_at > self._line.clock() - shown

    def _called(self, sid: str) -> Call:
        call = self._line.calls.get(sid)
        if call is None:
            raise MarkRefusedError("mark_call", f"There is no call {sid}.")
        return call


def _checked(reason: str) -> str:
    told = " ".join(reason.split())
    if len(told) > MAX_REASON_CHARACTERS:
        raise MarkRefusedError("mark_reason", f"The reason has at most {MAX_REASON_CHARACTERS} characters.")
    return told
