"""The kept sound of one call with its words beside it: heard by who judges the call, and who heard it is on record.

Sound is kept of customers who agreed, and of what they said before the pick-up (`services.sound_keeping`); only that is
played. Listening helps to say which dialect it was, which is what the sound is kept for (law 7).
"""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from config.schema import Settings
from dialects.audio.mulaw import RATE_HZ
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, SaidStretch
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.files import Access, CustomerAccess
from elder_channel.learning.model import Consent, SoundClip
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.live import SoundOfCall, WhyNoSound
from elder_channel.storage.sound_files import sha256_of

log = structlog.get_logger()

MAY_HEAR_ALL: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
"""As on the page of review; an agent hears the own calls besides, nobody else hears anybody."""
PAUSE_SECONDS: Final = 0.4
"""Between two utterances: how long the caller was silent there is not kept."""
_WIDTH = 2  # bytes of a sample


@dataclass(frozen=True)
class TimedWords:
    """Words, and when in the sound that is played they are said."""

    text: str
    """Empty for an utterance whose words are not in the books."""
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class HeardCall:
    """The sound of a call and what is said in it."""

    wav: bytes
    """All kept utterances one after the other, mono, 16 bit, 8 kHz."""
    words: tuple[TimedWords, ...]
    clips: tuple[str, ...]
    """Which utterances these are."""


def sound_of(call: Call, clips: Sequence[SoundClip], consent: Consent | None, settings: Settings) -> SoundOfCall:
    """What can be heard of a call, or why nothing: `clips` are what is kept of it, `consent` its customer's last word.

    A withdrawal counts before its deletion is done.
    """
    if clips and consent is not None and consent.given:
        return SoundOfCall(tuple(clip.id for clip in clips))
    return SoundOfCall(why_none=_why_none(call, consent, settings))


def _why_none(call: Call, consent: Consent | None, settings: Settings) -> WhyNoSound:
    if not settings.learning.keep_audio:
        return WhyNoSound.OFF
    if call.customer_id is None:
        return WhyNoSound.UNKNOWN
    if call.relative:
        return WhyNoSound.RELATIVE
    if consent is None:
        return WhyNoSound.UNASKED
    return WhyNoSound.NOTHING if consent.given else WhyNoSound.REFUSED


def may_hear(account: Account, agent_id: str | None) -> bool:
    """Whether this account may hear a call that `agent_id` has or had."""
    if account.role in MAY_HEAR_ALL:
        return True
    return account.role is Role.AGENT and account.agent_id is not None and account.agent_id == agent_id


class CallSound:
    """Gives out what is kept of a call."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def listen(self, sid: str, *, by: Account) -> HeardCall:
        """The sound with its words; that it is heard is on record before it is read.

        Raises NotAllowedError, and RecordingRefusedError where nothing is kept or a file is not the one that was.
        """
        call = self._line.calls.get(sid)
        account = self._accounts.find(by.username)
        if call is None or account is None or not may_hear(account, call.agent_id):
            raise NotAllowedError("This call's sound is for its agent, supervisors and administrators.")
        clips = self._line.sound_clips.of_calls([sid])
        consents = self._line.sound_clips.consents_of({clip.customer_id for clip in clips})
        agreed = [clip for clip in clips if (found := consents.get(clip.customer_id)) and found.given]
        if not agreed:
            raise RecordingRefusedError("review_gone", "Nothing is kept of this call.")
        self._note(sid, agreed[0].customer_id, by)
        sounds = [self._read(clip) for clip in agreed]
        log.info("sound.heard", call=sid, by=by.username, utterances=len(agreed))
        return _put_together(agreed, sounds, call.stretches)

    def _note(self, sid: str, customer_id: int, by: Account) -> None:
        now = self._line.clock()
        self._line.calls.record_reading(sid, by.username, on=now.astimezone(HOTLINE_ZONE).date(), at=now)
        self._line.customer_files.note(CustomerAccess(customer_id, Access.HEARD, by.username, sid, now))

    def _read(self, clip: SoundClip) -> bytes:
        """The samples of an utterance, 16 bit."""
        try:
            content = self._line.sound_files.path(clip.id).read_bytes()
        except OSError as error:
            raise RecordingRefusedError("review_gone", "The file of this sound is not there.") from error
        if sha256_of(content) != clip.sha256:
            raise RecordingRefusedError("review_damaged", "The file is not the one that was kept.")
        with wave.open(io.BytesIO(content)) as file:
            samples: bytes = file.readframes(file.getnframes())
            return samples


def _put_together(clips: Sequence[SoundClip], sounds: Sequence[bytes], stretches: Sequence[SaidStretch]) -> HeardCall:
    samples, words = bytearray(), list[TimedWords]()
    for clip, sound in zip(clips, sounds, strict=True):
        if samples:
            samples += bytes(round(PAUSE_SECONDS * RATE_HZ) * _WIDTH)
        begin, length = len(samples) / _WIDTH / RATE_HZ, len(sound) / _WIDTH / RATE_HZ
        words += _words(begin, length, [each for each in stretches if each.utterance == clip.id])
        samples += sound
    return HeardCall(_wav(bytes(samples)), tuple(words), tuple(clip.id for clip in clips))


def _words(begin: float, length: float, stretches: Sequence[SaidStretch]) -> list[TimedWords]:
    """Where an utterance's words lie in the whole; one without words is still a place to go to."""
    known = stretches or [SaidStretch("", "", 0.0, length)]

    def at(seconds: float) -> float:
        return round(begin + min(seconds, length), 2)

    return [TimedWords(each.text, at(each.start_seconds), at(each.end_seconds)) for each in known]


def _wav(samples: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(_WIDTH)
        file.setframerate(RATE_HZ)
        file.writeframes(samples)
    return out.getvalue()
