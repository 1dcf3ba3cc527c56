"""Calls to be listened to again: uncertain ones, corrected ones, and those on which two people disagree.

Only calls whose customer agreed to keeping sound can be reviewed, and only that sound is played. Who listens is
recorded before the sound is read (law 7). A verdict is one of `Corrections`, so training and the books follow it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.learning.model import Correction, SoundClip
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, Corrections, Verdict, allowed_role
from elder_channel.services.corrections_export import Exported, export_corrections
from elder_channel.services.errors import RecordingRefusedError
from elder_channel.storage.sound_files import sha256_of

log = structlog.get_logger()

MAY_REVIEW = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
MAY_EXPORT = frozenset({Role.ADMINISTRATOR})
"""Voices leave the books with it."""
UNCERTAIN_BELOW: Final = 0.6
"""Probability of the line's first dialect below which a call is listened to again; a judgement."""
OFFERED: Final = 5
"""Possibilities with a key of their own."""
EXPORT_FOLDER: Final = "learning/export"
"""In the state folder."""


class Why(StrEnum):
    """Why a call is to be reviewed; the more urgent first."""

    DISAGREED = "disagreed"  # two people said different things
    CORRECTED = "corrected"  # one person said something else than the line
    UNCERTAIN = "uncertain"  # nobody has said anything, and the line was not sure


@dataclass(frozen=True)
class ToReview:
    """One call."""

    sid: str
    started_at: datetime
    why: Why
    clips: tuple[SoundClip, ...]
    offered: tuple[str, ...]
    """Classes to choose from by key, as the line had them; who said what before is not among what is shown."""
    verdicts: int
    """Number of the newest verdict; a new one is given on top of it."""


@dataclass(frozen=True)
class Agreement:
    """How far people agree who judged the same calls."""

    calls: int
    """Calls that at least two people judged."""
    agreed: int
    """Of these, those on which the latest words of all are the same."""
    apart: tuple[tuple[tuple[str, str], int], ...]
    """Pairs of classes that were told apart differently, with how often; most often first."""


class Review:
    """The queue, its sound, verdicts, and the export."""

    def __init__(self, line: Line, accounts: AccountDirectory, corrections: Corrections) -> None:
        self._line = line
        self._accounts = accounts
        self._corrections = corrections

    def queue(self, *, by: Account) -> tuple[ToReview, ...]:
        """What `by` has not judged yet, the most urgent first, oldest first among these. Raises NotAllowedError."""
        allowed_role(self._accounts, by, MAY_REVIEW)
        clips: dict[str, list[SoundClip]] = {}
        for clip in self._agreed_clips():
            clips.setdefault(clip.call_sid, []).append(clip)
        histories = self._line.corrections.of_calls(clips)
        found = []
        for sid, kept in clips.items():
            history = histories.get(sid, [])
            call = self._line.calls.get(sid)
            why = why_review(call, history, by=by.username) if call else None
            if call and why:
                found.append(_item(call, why, kept, history))
        return tuple(sorted(found, key=lambda item: (list(Why).index(item.why), item.started_at)))

    def sound(self, clip_id: str, *, by: Account) -> bytes:
        """A kept utterance as a WAV file. Raises NotAllowedError, and RecordingRefusedError where it is no more."""
        allowed_role(self._accounts, by, MAY_REVIEW)
        clip = next((clip for clip in self._agreed_clips() if clip.id == clip_id), None)
        if clip is None:  # withdrawn or deleted since the page was drawn
            raise RecordingRefusedError("review_gone", "This sound is kept no longer.")
        now = self._line.clock()
        self._line.calls.record_reading(clip.call_sid, by.username, on=now.astimezone(HOTLINE_ZONE).date(), at=now)
        try:
            content = self._line.sound_files.path(clip.id).read_bytes()
        except OSError as error:
            raise RecordingRefusedError("review_gone", "The file of this sound is not there.") from error
        if sha256_of(content) != clip.sha256:
            raise RecordingRefusedError("review_damaged", "The file is not the one that was kept.")
        return content

    def judge(self, item: ToReview, dialect: str, *, token: str, by: Account) -> Correction:
        """Say what was spoken. Raises as `Corrections.judge`."""
        allowed_role(self._accounts, by, MAY_REVIEW)
        return self._corrections.judge(Verdict(item.sid, dialect, None, token, on_top_of=item.verdicts), by=by)

    def agreement(self, *, by: Account) -> Agreement:
        """How far people agree. Raises NotAllowedError."""
        allowed_role(self._accounts, by, MAY_REVIEW)
        return agreement_of(self._line.corrections.since(None))

    def export(self, *, by: Account) -> Exported:
        """Write the manifest to train on, in the state folder. Raises NotAllowedError and ExportRefusedError."""
        role = allowed_role(self._accounts, by, MAY_EXPORT)
        done = export_corrections(self._line, self._line.state / EXPORT_FOLDER)
        log.info("corrections.exported", by=by.username, role=role, clips=done.clips)
        return done

    def _agreed_clips(self) -> list[SoundClip]:
        """What is kept of customers whose newest word on it is yes: a withdrawal counts before its deletion is done."""
        clips = self._line.sound_clips.all()
        consents = self._line.sound_clips.consents_of({clip.customer_id for clip in clips})
        return [clip for clip in clips if (found := consents.get(clip.customer_id)) and found.given]


def why_review(call: Call, history: Sequence[Correction], *, by: str) -> Why | None:
    """Why `by` should listen to the call; None where there is no reason, or they have judged it already."""
    latest = latest_words(history)
    if by in latest or call.answered_at is None:
        return None
    if any(one.somebody_else for one in history):
        return None  # the sound is not the customer's
    if len(set(latest.values())) > 1:
        return Why.DISAGREED
    if latest:
        corrected = any(one.to_dialect and not one.confirms for one in history)
        return Why.CORRECTED if corrected and len(latest) == 1 else None
    found = call.identification
    unsure = found is None or found.abstained or found.top[1] < UNCERTAIN_BELOW
    return Why.UNCERTAIN if unsure else None


def latest_words(history: Sequence[Correction]) -> Mapping[str, str]:
    """Who said which dialect last, by user name."""
    ordered = sorted(history, key=lambda one: one.number)
    return {one.corrected_by: one.to_dialect for one in ordered if one.to_dialect}


def agreement_of(histories: Mapping[str, Sequence[Correction]]) -> Agreement:
    """How far people agree on the calls that more than one of them judged."""
    several = [words for history in histories.values() if len(words := latest_words(history)) > 1]
    apart: Counter[tuple[str, str]] = Counter()
    for words in several:
        said = sorted(set(words.values()))
        apart.update((first, second) for n, first in enumerate(said) for second in said[n + 1 :])
    agreed = sum(len(set(words.values())) == 1 for words in several)
    return Agreement(len(several), agreed, tuple(apart.most_common()))


def _item(call: Call, why: Why, clips: Sequence[SoundClip], history: Sequence[Correction]) -> ToReview:
    found = call.identification
    offered = tuple(class_id for class_id, _ in found.best(OFFERED)) if found else ()
    newest = max((one.number for one in history), default=0)
    return ToReview(call.sid, call.started_at, why, tuple(clips), offered, newest)
