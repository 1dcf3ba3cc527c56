"""Prompts as native speakers record them: one person records, a second approves; versions stay, and who did what.

A voice is personal data (law 7): nothing is kept without the speaker's consent, and the sound of a take that was
rejected, or whose speaker took the consent back, is deleted at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import structlog

from bilingual.messages import load_messages
from elder_channel.bootstrap import Line
from elder_channel.prompts.findings import Finding
from elder_channel.prompts.model import NewTake, Take, TakeAct, TakeDone, TakeState
from elder_channel.prompts.preparing import Prepared
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ChangedMeanwhileError, NotAllowedError, PromptRefusedError
from elder_channel.services.prompt_checks import Checked, PromptChecks, Wanted
from elder_channel.services.prompt_ear import Ear

log = structlog.get_logger()

MAY_RECORD = frozenset({Role.AGENT, Role.EDITOR, Role.APPROVER, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Whoever speaks the dialect; most of them are agents."""
MAY_DECIDE = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
MAY_LOOK = frozenset(Role)
MAX_SPEAKER_CHARACTERS = 80
MAX_CONSENT_CHARACTERS = 200
MAX_REASON_CHARACTERS = 200
_MAX_TOKEN = 64


@dataclass(frozen=True)
class Recording:
    """What somebody hands in."""

    message_id: str
    voice_tag: str
    sound: Path | bytes
    name: str
    """The file's, for errors."""
    speaker: str
    consent: str
    """How the speaker agreed that the voice is used: a form and its date, said in person."""
    token: str
    """Names the form or file, so that sent twice it is one take."""


class PromptTakes:
    """Takes recordings in, and decides on them."""

    def __init__(self, line: Line, accounts: AccountDirectory, ear: Ear) -> None:
        self._line = line
        self._accounts = accounts
        self._checks = PromptChecks(load_messages(), line.catalogue, ear)

    def check(self, sound: Path | bytes, message_id: str, voice_tag: str, *, name: str, by: Account) -> Checked:
        """What is wrong with a recording; nothing is kept. Raises `NotAllowedError`, `PromptRefusedError`."""
        allowed_role(self._accounts, by, MAY_RECORD)
        return self._checks.check(sound, self._checks.wanted(message_id, voice_tag), name=name)

    def record(self, recording: Recording, *, by: Account) -> Take:
        """Keep a recording until a second person has decided on it; sent twice, it is the take of the first time.

        Raises `NotAllowedError`, and `PromptRefusedError` (with its findings) for what is not kept.
        """
        role = allowed_role(self._accounts, by, MAY_RECORD)
        _stated(recording)
        if known := self._line.prompt_takes.with_token(recording.token):
            return known
        wanted = self._checks.wanted(recording.message_id, recording.voice_tag)
        checked = self._checks.check(recording.sound, wanted, name=recording.name)
        prepared = checked.prepared
        if checked.refused or prepared is None:
            raise PromptRefusedError("prompt_checks", _told(recording, wanted, checked.reasons), checked.findings)
        if self._line.prompt_takes.with_sound(prepared.sha256):
            raise PromptRefusedError("prompt_known_sound", self._known(recording.name, prepared.sha256))
        new = self._new(recording, wanted, prepared, checked.findings, by=by, role=role)
        for content in (prepared.wide, prepared.telephone):  # the row comes last: it must never name what is not there
            self._line.take_sounds.put(content)
        take = self._line.prompt_takes.add(new)
        if take is None:  # somebody handed in the same sound at the same moment
            raise PromptRefusedError("prompt_known_sound", self._known(recording.name, prepared.sha256))
        log.info("prompt.recorded", take=take.id, message=take.message_id, voice=take.voice_tag, role=role)
        return take

    def _new(
        self,
        recording: Recording,
        wanted: Wanted,
        prepared: Prepared,
        findings: tuple[Finding, ...],
        *,
        by: Account,
        role: Role,
    ) -> NewTake:
        speaker, consent = _stated(recording)
        return NewTake(
            message_id=wanted.message.id,
            voice_tag=wanted.voice.tag,
            token=recording.token,
            sha256=prepared.sha256,
            telephone_sha256=prepared.telephone_sha256,
            seconds=round(prepared.seconds, 3),
            wording=str(wanted.wording),
            wording_key=wanted.wording.key,
            speaker=speaker,
            consent=consent,
            findings=tuple(finding.as_json() for finding in findings),
            recorded_at=self._line.clock(),
            recorded_by=by.username,
            role=role,
        )

    def approve(self, take_id: int, *, by: Account, seen: str | None = None) -> Take:
        """Approve a take and play it from the next call on.

        `seen` is the etag of the take that was listened to; None approves whatever it is now. Raises
        `NotAllowedError` (also for who recorded it), `PromptRefusedError` and `ChangedMeanwhileError`.
        """
        return self._decide(take_id, TakeState.APPROVED, TakeAct.APPROVED, by=by, seen=seen, reason="")

    def reject(self, take_id: int, *, reason: str, by: Account, seen: str | None = None) -> Take:
        """Reject a take, with the reason its speaker reads; its sound is deleted. Raises as `approve` does."""
        told = _reason(reason)
        take = self._decide(take_id, TakeState.REJECTED, TakeAct.REJECTED, by=by, seen=seen, reason=told)
        self._delete_sound(take)
        return take

    def put_back(self, take_id: int, *, reason: str, by: Account) -> Take:
        """Play an earlier approved take again. Raises `NotAllowedError`, `PromptRefusedError`."""
        return self._move(take_id, TakeAct.PUT_BACK, reason=reason, by=by)

    def take_out(self, take_id: int, *, reason: str, by: Account) -> Take:
        """Play the take no more; the built prompt is heard again. Raises `NotAllowedError`, `PromptRefusedError`."""
        return self._move(take_id, TakeAct.TAKEN_OUT, reason=reason, by=by)

    def withdraw(self, take_id: int, *, reason: str, by: Account) -> Take:
        """The speaker takes the consent back: played no more from the next call on, and its sound deleted now.

        Raises `NotAllowedError` and `PromptRefusedError`.
        """
        take = self._known_take(take_id)
        may = MAY_RECORD if take.recorded_by == by.username else MAY_DECIDE | {Role.SUPERVISOR}
        role = allowed_role(self._accounts, by, may)
        self._line.prompt_takes.withdraw(self._done(take, by, role, TakeAct.WITHDRAWN, _reason(reason)))
        self._delete_sound(take)
        log.info("prompt.withdrawn", take=take.id, message=take.message_id, voice=take.voice_tag, role=role)
        return self._known_take(take_id)

    def sound(self, take_id: int, *, by: Account) -> bytes:
        """The sound of a take, a WAV file at 16 kHz. Raises `NotAllowedError`, `PromptRefusedError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        take = self._known_take(take_id)
        content = self._line.take_sounds.get(take.sha256) if take.state.holds_sound else None
        if content is None:
            raise PromptRefusedError("prompt_no_sound", f"The sound of take {take_id} of {_named(take)} is gone.")
        return content

    def _decide(
        self, take_id: int, state: TakeState, act: TakeAct, *, by: Account, seen: str | None, reason: str
    ) -> Take:
        role = allowed_role(self._accounts, by, MAY_DECIDE)
        take = self._known_take(take_id)
        if by.username in (take.recorded_by, take.speaker):
            raise NotAllowedError(
                "Who recorded a prompt, or speaks in it, does not decide on it: a second person does."
            )
        if seen is not None and seen != take.etag:
            raise ChangedMeanwhileError(f"Take {take_id} of {_named(take)} has changed; look again.")
        if take.state is not TakeState.WAITING:
            raise PromptRefusedError("prompt_decided", f"Take {take_id} of {_named(take)} is {take.state} already.")
        if not self._line.prompt_takes.decide(self._done(take, by, role, act, reason), state):
            raise ChangedMeanwhileError(f"Take {take_id} of {_named(take)} has changed; look again.")
        log.info("prompt.decided", take=take_id, message=take.message_id, voice=take.voice_tag, state=state, role=role)
        return self._known_take(take_id)

    def _move(self, take_id: int, act: TakeAct, *, reason: str, by: Account) -> Take:
        role = allowed_role(self._accounts, by, MAY_DECIDE)
        take = self._known_take(take_id)
        done = self._done(take, by, role, act, _reason(reason))
        store = self._line.prompt_takes
        if act is TakeAct.PUT_BACK:
            if not store.put_back(done):
                raise PromptRefusedError("prompt_not_approved", f"Take {take_id} of {_named(take)} cannot be put back.")
        elif not store.take_out(done):
            raise PromptRefusedError("prompt_not_in_force", f"Take {take_id} of {_named(take)} is not played.")
        log.info("prompt.moved", take=take_id, message=take.message_id, voice=take.voice_tag, act=act, role=role)
        return take

    def _known_take(self, take_id: int) -> Take:
        take = self._line.prompt_takes.get(take_id)
        if take is None:
            raise PromptRefusedError("prompt_take", f"There is no take {take_id}.")
        return take

    def _done(self, take: Take, by: Account, role: Role, act: TakeAct, reason: str) -> TakeDone:
        return TakeDone(take.id, self._line.clock(), by.username, role, act, reason)

    def _delete_sound(self, take: Take) -> None:
        for sha256 in (take.sha256, take.telephone_sha256):
            self._line.take_sounds.delete(sha256)

    def _known(self, name: str, sha256: str) -> str:
        known = self._line.prompt_takes.with_sound(sha256)
        where = f" as version {known.version} of {_named(known)}" if known else ""
        return f"{name}: this very sound is kept already{where}."


def forget_stray_sounds(line: Line) -> int:
    """Delete files that belong to no take that may be kept, left by a crash; how many."""
    kept = [take for take in line.prompt_takes.all() if take.state.holds_sound]
    names = {name for take in kept for name in (take.sha256, take.telephone_sha256)}
    strays = list(line.take_sounds.strays(names))
    for file in strays:
        file.unlink(missing_ok=True)
    return len(strays)


def _stated(recording: Recording) -> tuple[str, str]:
    """Speaker and consent, both there."""
    speaker, consent = (" ".join(text.split()) for text in (recording.speaker, recording.consent))
    if not recording.token or len(recording.token) > _MAX_TOKEN:
        raise PromptRefusedError("prompt_token", "The form has no token.")
    if not speaker or len(speaker) > MAX_SPEAKER_CHARACTERS:
        raise PromptRefusedError(
            "prompt_speaker", f"Say whose voice it is, in at most {MAX_SPEAKER_CHARACTERS} characters."
        )
    if not consent or len(consent) > MAX_CONSENT_CHARACTERS:
        raise PromptRefusedError(
            "prompt_consent",
            f"Without the speaker's consent no voice is kept; state it in {MAX_CONSENT_CHARACTERS} characters.",
        )
    return speaker, consent


def _reason(reason: str) -> str:
    told = " ".join(reason.split())
    if not told or len(told) > MAX_REASON_CHARACTERS:
        raise PromptRefusedError("prompt_reason", f"Say why, in at most {MAX_REASON_CHARACTERS} characters.")
    return told


def _told(recording: Recording, wanted: Wanted, findings: tuple[Finding, ...]) -> str:
    return f"{recording.name}, for {wanted}: {' '.join(finding.en for finding in findings)}"


def _named(take: Take) -> str:
    return f"`{take.message_id}` in {take.voice_tag}"
