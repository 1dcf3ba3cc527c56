"""The caller's word on being recorded, as the agent takes it down: one tap, and one more takes it back (law 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.desk import Act, DeskAct, answer_to_recording
from elder_channel.calls.model import Call, CallState
from elder_channel.calls.recording import Ground
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.recordings import Recordings
from elder_channel.telephony.errors import CarrierError

log = structlog.get_logger()

MAY_ASK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class RecordingOnDesk:
    """Whether the conversation is recorded, and what the caller has said to that."""

    running: Ground | None
    """On what ground it is being recorded; None while it is not."""
    agreed: bool | None
    """The caller's last word; None while nobody has asked."""
    noted_by: str | None
    """Who took that word down."""
    noted_at: datetime | None
    may_agree: bool
    """Whether a yes would have it recorded from now on."""
    may_refuse: bool
    """Whether a no changes anything: it is recorded, or may yet be."""


def recording_on_desk(line: Line, call: Call) -> RecordingOnDesk | None:
    """How the call stands; None where nothing is ever recorded, or nobody talks and nothing was said to it."""
    said = answer_to_recording(line.desk.of_call(call.sid))
    talks = call.state is CallState.TALKING
    if not line.settings.recording.enabled or not (talks or said):
        return None
    running = Recordings(line).running(call.sid) if talks else None
    agreed = None if said is None else said.act is Act.RECORDING_AGREED
    return RecordingOnDesk(
        running=running.ground if running else None,
        agreed=agreed,
        noted_by=said.done_by if said else None,
        noted_at=said.at if said else None,
        may_agree=talks and running is None,
        may_refuse=talks and (running is not None or agreed is not False),
    )


class RecordingConsent:
    """Takes the caller's yes or no down, for the agent who talks with the caller."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._recordings = Recordings(line)

    def agreed(self, sid: str, *, by: Account) -> None:
        """The caller said yes: recorded from here on. A second tap changes nothing.

        Raises `NotAllowedError`, and `RecordingRefusedError` where recording is off, the call is not this agent's or is
        not talked on, and where the carrier does not record: the yes is kept then and one more tap tries again.
        """
        account = self._agent_on(sid, by)
        if not self._line.settings.recording.enabled:
            raise RecordingRefusedError("recording_off", "Recording is switched off in recording.yaml.")
        self._keep(sid, Act.RECORDING_AGREED, account)
        if not self._recordings.agreed(sid, by=account) and self._recordings.running(sid) is None:
            raise RecordingRefusedError("recording_not_started", "The carrier did not start the recording.")

    def refused(self, sid: str, *, by: Account) -> None:
        """The caller said no, or no more: what runs is ended, what there is of this call is deleted.

        Raises as `agreed` does; where the carrier does not answer the no is kept, nobody may hear what was
        recorded, and the clock deletes it.
        """
        account = self._agent_on(sid, by)
        self._keep(sid, Act.RECORDING_REFUSED, account)
        try:
            self._recordings.take_back(sid, by=account)
        except CarrierError as error:
            log.warning("recording.not_taken_back", call=sid, code=error.code)
            raise RecordingRefusedError("recording_delete_later", "The carrier did not delete it yet.") from error

    def _agent_on(self, sid: str, by: Account) -> Account:
        account = self._accounts.find(by.username)
        if account is None or account.role not in MAY_ASK:
            raise NotAllowedError("The account's role does not permit this.")
        call = self._line.calls.get(sid)
        if call is None or account.agent_id is None or call.agent_id != account.agent_id:
            raise RecordingRefusedError("recording_not_yours", "Only who talks with the caller takes the answer down.")
        if call.state is not CallState.TALKING:
            raise RecordingRefusedError("recording_no_talk", "Only a conversation that is going on can be recorded.")
        return account

    def _keep(self, sid: str, act: Act, account: Account) -> None:
        """Keep the word, once: two taps at the same moment find the same number of acts before them."""
        acts = self._line.desk.of_call(sid)
        last = answer_to_recording(acts)
        if last is not None and last.act is act:
            return
        now, token = self._line.clock(), f"recording-{len(acts)}"
        self._line.desk.keep(DeskAct(sid, act, account.agent_id or "", account.username, now, token))
        log.info("desk.act", call=sid, act=act, agent=account.agent_id)
