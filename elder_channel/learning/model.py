"""The values of learning: verdicts of agents, consents of customers, kept utterances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Correction:
    """What an agent said of a call, beside what the line had taken it for."""

    call_sid: str
    number: int
    """1 for the first verdict on the call; later ones stand beside the earlier."""
    corrected_at: datetime
    corrected_by: str
    """User name; stays in the books and is never exported."""
    role: str
    customer_id: int | None
    somebody_else: bool
    """True when the caller was not the customer of that number: then the verdict says nothing of the customer."""
    from_dialect: str | None
    """Most probable dialect as the line had it; None when it had none."""
    from_probability: float | None
    from_abstained: bool
    """True when the line had named no dialect (law 5)."""
    to_dialect: str | None
    """What the agent heard; None when only the need was judged."""
    from_need: str | None = None
    to_need: str | None = None
    """None when the need was not judged."""

    @property
    def confirms(self) -> bool:
        """Whether the agent found the line's first dialect right."""
        return self.to_dialect is not None and self.to_dialect == self.from_dialect


@dataclass(frozen=True)
class Standing:
    """What holds of a call after all its verdicts: the latest word on each question."""

    number: int
    """Number of the newest verdict; a new one is given on top of it."""
    dialect: str | None
    need: str | None
    judged: Correction | None
    """The verdict that decides the dialect."""
    somebody_else: bool


def standing_of(history: Sequence[Correction]) -> Standing | None:
    """What holds after the verdicts on one call, given in any order; None when there are none."""
    ordered = sorted(history, key=lambda one: one.number)
    if not ordered:
        return None
    judged = next((one for one in reversed(ordered) if one.to_dialect), None)
    need = next((one.to_need for one in reversed(ordered) if one.to_need), None)
    newest = ordered[-1]
    return Standing(newest.number, judged.to_dialect if judged else None, need, judged, newest.somebody_else)


@dataclass(frozen=True)
class Consent:
    """What a customer said to keeping sound for training; the newest counts, earlier ones stay on record."""

    id: int
    customer_id: int
    given: bool
    """False when refused or withdrawn."""
    basis: str
    """How it was given, `form of 2026-11-02` or `said on a call`."""
    recorded_at: datetime
    recorded_by: str
    role: str


@dataclass(frozen=True)
class SoundClip:
    """One kept utterance and where it comes from; the sound itself is a file named by the id."""

    id: str
    call_sid: str
    customer_id: int
    consent_id: int
    heard_at: datetime
    seconds: float
    sha256: str
    """Of the file."""
    line: str
    """`hotline` or `dedicated`: how the call came in."""
    engine: str
    """The recognizer that heard it."""
    head: str
    """Version of the acoustic head in use then; empty when there was none."""
