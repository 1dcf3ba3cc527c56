"""Settings of learning: whether sound is kept at all, and how long."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LearningSettings(BaseModel):
    """What is kept for training (law 7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_audio: bool = Field(
        False,
        description="Whether utterances of customers whose consent is on record are kept as sound, for training. "
        "Callers have to be told; that is the operator's duty (docs/learning.md).",
    )
    keep_audio_days: int = Field(180, ge=1, le=1095, description="Kept sound is deleted after this.")
    keep_unjudged_days: int = Field(
        7, ge=1, le=90, description="Kept sound of calls whose dialect no agent has judged is deleted after this."
    )
    shortest_seconds: float = Field(
        1.0, ge=0.3, le=5, description="Utterances shorter than this are not kept: they teach little."
    )
    training_manifests: tuple[str, ...] = Field(
        (),
        description="Manifests of recordings got elsewhere that a run started from the console trains on beside the "
        "line's own; a path that is not absolute lies in the state folder (docs/learning.md).",
    )
