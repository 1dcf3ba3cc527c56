"""The recorded prompts that are played: what was approved holds from the next call on, without a restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bilingual.prompt_audio import RecordedPrompt
from elder_channel.prompts.model import Take
from elder_channel.storage.prompt_takes import SqlPromptTakeStore
from elder_channel.storage.take_sounds import TakeSounds

log = structlog.get_logger()

FRESH_SECONDS = 2.0
"""The books are looked at no more often than this; a webhook that finds them unchanged reads one number."""


@dataclass(frozen=True)
class _Played:
    """What is played, as of one act."""

    act: int = -1
    by_place: Mapping[tuple[str, str], RecordedPrompt] = field(default_factory=dict)
    by_hash: Mapping[str, RecordedPrompt] = field(default_factory=dict)


class ApprovedPrompts:
    """`RecordedPrompts` over the takes in force; thread-safe.

    A fault in reading costs no call anything: what was known is played on (law 1), and asked for again later.
    """

    def __init__(
        self, takes: SqlPromptTakeStore, sounds: TakeSounds, *, moment: Callable[[], float] = time.monotonic
    ) -> None:
        self._takes = takes
        self._sounds = sounds
        self._moment = moment
        self._turn = threading.Lock()
        self._played = _Played()
        self._looked_at = float("-inf")

    def find(self, message_id: str, voice_tag: str) -> RecordedPrompt | None:
        """The recording of a message in a voice that is in force now, or None."""
        return self._now().by_place.get((message_id, voice_tag))

    def named(self, sha256: str) -> RecordedPrompt | None:
        """A recording by its hash, also one that was in force a moment ago; None for one that never was."""
        return self._now().by_hash.get(sha256)

    def _now(self) -> _Played:
        if self._moment() - self._looked_at >= FRESH_SECONDS and self._turn.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._turn.release()
        return self._played

    def _look(self) -> None:
        """Read anew when something has happened since."""
        self._looked_at = self._moment()
        try:
            newest = self._takes.newest_act()
            if newest != self._played.act:
                self._played = self._read(newest)
        except Exception as error:  # noqa: BLE001 - the way in: no fault of the books may cost a caller the prompt
            log.warning("prompts.unreadable", error=type(error).__name__)

    def _read(self, act: int) -> _Played:
        """A sound that was in force a moment ago may still be asked for; of one that was withdrawn nothing is known."""
        approved = {take.id: _prompt(take, self._sounds) for take in self._takes.approved()}
        current = {take_id: approved[take_id] for take_id in self._takes.in_force() if take_id in approved}
        return _Played(
            act=act,
            by_place={(each.message_id, each.voice_tag): each for each in current.values()},
            by_hash={each.sha256: each for each in approved.values()},
        )


def _prompt(take: Take, sounds: TakeSounds) -> RecordedPrompt:
    return RecordedPrompt(
        message_id=take.message_id,
        voice_tag=take.voice_tag,
        words=take.wording,
        words_of=take.wording_key,
        file=sounds.path(take.sha256),
        sha256=take.sha256,
    )
