"""An agent's word on a caller: elder or not, hears badly or not. One word is enough; what was changed is kept."""

from __future__ import annotations

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.customers.model import Mark, MarkChange
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import MarkRefusedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.noting import note_of_caller

MAY_MARK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MAX_REASON_CHARACTERS = 200


class CallerMarks:
    """An agent's word on a caller; the desk has a button for each."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def set_elder(self, sid: str, *, elder: bool, by: Account, reason: str = "") -> MarkChange:
        """Note that the call's number is an elder's, or remove the mark: the next call is treated so, and this one.

        Raises `NotAllowedError`, and `MarkRefusedError` when there is no such call or the reason is too long.
        """
        return self._set(sid, Mark.ELDER, after=elder, by=by, reason=reason)

    def set_hearing(self, sid: str, *, hearing: bool, by: Account, reason: str = "") -> MarkChange:
        """Note that the caller hears badly, or that this is not so. Raises as `set_elder` does."""
        return self._set(sid, Mark.HEARING, after=hearing, by=by, reason=reason)

    def history(self, sid: str) -> list[MarkChange]:
        """What was noted of the call's number, or on the call where its number is not in the books; oldest first."""
        call = self._called(sid)
        at_number = self._line.customers.changes_at(call.caller_number)
        return at_number or self._line.customers.changes_of_call(sid)

    def _set(self, sid: str, mark: Mark, *, after: bool, by: Account, reason: str) -> MarkChange:
        allowed_role(self._accounts, by, MAY_MARK)
        told = " ".join(reason.split())
        if len(told) > MAX_REASON_CHARACTERS:
            raise MarkRefusedError("mark_reason", f"The reason has at most {MAX_REASON_CHARACTERS} characters.")
        changed = note_of_caller(self._line, self._called(sid), mark, after=after, by=by.username, reason=told)
        Knowing(self._line).write_note(sid)
        return changed

    def _called(self, sid: str) -> Call:
        call = self._line.calls.get(sid)
        if call is None:
            raise MarkRefusedError("mark_call", f"There is no call {sid}.")
        return call
