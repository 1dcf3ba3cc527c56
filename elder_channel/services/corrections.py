"""Agents' verdicts on calls: checked, added to the history, noted in the books of the customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import structlog

from dialects.acoustics import ENGLISH
from dialects.needs import load_needs
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.learning.model import Correction, Standing, standing_of
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.errors import ChangedMeanwhileError, NotAllowedError, VerdictRefusedError
from elder_channel.services.sound_keeping import SoundKeeping

log = structlog.get_logger()

MAY_JUDGE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Everybody at the console may have spoken with the caller."""
_MAX_TOKEN = 64


class AccountDirectory(Protocol):
    """Where roles are looked up afresh for every write."""

    def find(self, username: str) -> Account | None:
        """The account as it is now; None when it has been taken away."""
        ...


@dataclass(frozen=True)
class Verdict:
    """What an agent says of a call."""

    call_sid: str
    dialect: str | None
    """A class of the catalogue, `putonghua` or `english`; None leaves the dialect unjudged."""
    need: str | None
    """A need's id; None leaves the need unjudged."""
    token: str
    """Names the form; sent twice it is one verdict."""
    on_top_of: int = 0
    """Number of the newest verdict the agent has seen, 0 for none."""
    somebody_else: bool = False
    """The caller is not the customer of that number."""


class Corrections:
    """Takes verdicts."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._sound = SoundKeeping(line)

    def judge(self, verdict: Verdict, *, by: Account) -> Correction:
        """Keep a verdict; an earlier one stays in the history.

        Raises `NotAllowedError`, `VerdictRefusedError` for what cannot be, and `ChangedMeanwhileError` when somebody
        else has judged the call since the agent looked.
        """
        role = allowed_role(self._accounts, by, MAY_JUDGE)
        call = self._checked(verdict)
        correction = self._correction(verdict, call, by.username, role)
        of_customer = self._says_of_customer(correction)
        if not self._line.corrections.keep(correction, token=verdict.token, dialect_of_customer=of_customer):
            raise ChangedMeanwhileError("Somebody else has judged this call meanwhile; look again.")
        log.info("call.judged", call=call.sid, role=role, dialect=correction.to_dialect, confirms=correction.confirms)
        if verdict.somebody_else:
            self._sound.forget_call(call.sid)  # consent is the customer's, and this is another voice
        return correction

    def standing(self, sid: str) -> Standing | None:
        """What holds of a call after its verdicts; None before the first."""
        return standing_of(self._line.corrections.of_calls([sid]).get(sid, []))

    def _checked(self, verdict: Verdict) -> Call:
        if not verdict.token or len(verdict.token) > _MAX_TOKEN:
            raise VerdictRefusedError("verdict_token", "The form has no token.")
        if verdict.dialect is None and verdict.need is None:
            raise VerdictRefusedError("verdict_empty", "The verdict says nothing of dialect or need.")
        if verdict.dialect is not None and verdict.dialect not in (*self._line.catalogue.classes, ENGLISH):
            raise VerdictRefusedError("verdict_dialect", f"There is no dialect {verdict.dialect!r}.")
        if verdict.need is not None and verdict.need not in load_needs():
            raise VerdictRefusedError("verdict_need", f"There is no need {verdict.need!r}.")
        call = self._line.calls.get(verdict.call_sid)
        if call is None:
            raise VerdictRefusedError("verdict_call", f"There is no call {verdict.call_sid!r}.")
        if call.answered_at is None:
            raise VerdictRefusedError("verdict_unanswered", "Nobody has spoken with this caller yet.")
        return call

    def _correction(self, verdict: Verdict, call: Call, username: str, role: Role) -> Correction:
        found = call.identification
        top = found.top if found else None
        return Correction(
            call_sid=call.sid,
            number=verdict.on_top_of + 1,
            corrected_at=self._line.clock(),
            corrected_by=username,
            role=role,
            customer_id=call.customer_id,
            somebody_else=verdict.somebody_else or call.relative,
            from_dialect=top[0] if top else None,
            from_probability=top[1] if top else None,
            from_abstained=found is None or found.abstained,
            to_dialect=verdict.dialect,
            from_need=call.need,
            to_need=verdict.need,
        )

    def _says_of_customer(self, correction: Correction) -> str | None:
        """The dialect to note in the books: what a person heard beats what was there; English is no dialect."""
        if correction.somebody_else or correction.to_dialect == ENGLISH:
            return None
        return correction.to_dialect


def allowed_role(accounts: AccountDirectory, by: Account, roles: frozenset[Role]) -> Role:
    """The role of the account as it is now; raises `NotAllowedError` when it is gone or may not."""
    account = accounts.find(by.username)
    if account is None or account.role not in roles:
        raise NotAllowedError("The account's role does not permit this.")
    return account.role
