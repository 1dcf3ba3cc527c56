"""The values of recorded prompts: takes, what was done with them, and which is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TakeState(StrEnum):
    """Where a take stands."""

    WAITING = "waiting"  # recorded; nobody else has listened yet
    APPROVED = "approved"  # by a second person; may be in force, or was
    REJECTED = "rejected"  # by a second person; its sound is gone
    WITHDRAWN = "withdrawn"  # the speaker took the consent back; its sound is gone

    @property
    def holds_sound(self) -> bool:
        """Whether its sound may still be kept."""
        return self in (TakeState.WAITING, TakeState.APPROVED)


class TakeAct(StrEnum):
    """What somebody did with a take; only ever added to."""

    RECORDED = "recorded"
    APPROVED = "approved"  # and put in force
    REJECTED = "rejected"
    PUT_BACK = "put_back"  # an earlier approved take in force again
    TAKEN_OUT = "taken_out"  # no take in force: the built prompt is played again
    WITHDRAWN = "withdrawn"  # the speaker took the consent back


@dataclass(frozen=True)
class NewTake:
    """A take that is about to be kept; it has no number yet."""

    message_id: str
    voice_tag: str
    """`zh`, `en` or the id of a dialect."""
    token: str
    """Names the form or file, so that sent twice it is one take."""
    sha256: str
    """Of the kept sound, 16 kHz."""
    telephone_sha256: str
    """Of the same as the telephone gets it, 8 kHz mu-law."""
    seconds: float
    wording: str
    """What the speaker was asked to say."""
    wording_key: str
    """`words_hash` of the message when it was recorded: once it says something else, the take is out of date."""
    speaker: str
    """Whose voice it is, as the operator names people; may be a pseudonym."""
    consent: str
    """On what basis the voice may be used."""
    findings: tuple[Mapping[str, object], ...]
    """What the checks said, as `Finding.as_json`."""
    recorded_at: datetime
    recorded_by: str
    role: str


@dataclass(frozen=True)
class Take(NewTake):
    """One recording of one message in one dialect."""

    id: int
    version: int
    """1, 2, 3 … for this message in this voice."""
    state: TakeState
    decided_at: datetime | None = None
    decided_by: str | None = None

    @property
    def etag(self) -> str:
        """What a decision is based on: this take as it stood."""
        return f"{self.id}-{self.state}"


@dataclass(frozen=True)
class TakeDone:
    """Something somebody did with a take."""

    take_id: int
    at: datetime
    by: str
    role: str
    act: TakeAct
    reason: str = ""
