"""Training runs: asked for by a person, done by a process of their own, decided on by a person."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict


class RunState(StrEnum):
    """How far a run is."""

    QUEUED = "queued"  # asked for; the worker begins it
    RUNNING = "running"  # a process works on it
    FINISHED = "finished"  # there is a new head, and nobody has decided on it yet
    PROMOTED = "promoted"  # its head was put in use
    DISCARDED = "discarded"  # somebody decided against it
    CANCELLED = "cancelled"  # somebody stopped it
    FAILED = "failed"  # it could not be done; `failure` says why


UNDER_WAY: Final = frozenset({RunState.QUEUED, RunState.RUNNING})


class Phase(StrEnum):
    """What a run does now."""

    COPYING = "copying"  # the judged sound is written beside the run
    COMPARING = "comparing"  # every recording by its content: none may be on both sides
    HEARING = "hearing"  # features of every utterance, then heads and their comparison: most of the time


class Failure(StrEnum):
    """Why a run could not be done."""

    TOO_LITTLE = "too_little"  # recordings were withdrawn or ran out since it was asked for
    DISK_FULL = "disk_full"
    MODEL = "model"  # the speech model is absent or damaged
    RECORDINGS = "recordings"  # a recording or a manifest cannot be used; the detail names it
    CRASHED = "crashed"  # the process ended without a word, or by a fault of ours
    INTERRUPTED = "interrupted"  # the line was stopped while it worked, too often


class TrainingRun(BaseModel):
    """One run, as it is kept in its folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    token: str
    """Names the button that asked for it; pressed twice it is one run."""
    state: RunState
    asked_by: str
    asked_at: AwareDatetime
    attempts: int = 0
    """How often a process began it; a stop of the line in between is made good."""
    pid: int | None = None
    begun_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    failure: Failure | None = None
    detail: str = ""
    """What exactly failed, in English; never what somebody said or is called."""
    decided_by: str = ""
    decided_at: AwareDatetime | None = None
    reason: str = ""
    version: str = ""
    """Of the heads that were put in use."""


class RunProgress(BaseModel):
    """How far the process is; written by it alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: Phase
    done: int
    total: int
    """0 where it is not known."""
    at: AwareDatetime

    @property
    def share(self) -> float:
        """Of the phase, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0
