"""Settings of hearing and identification; the defaults suit a slow, pausing elder on a telephone."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class IdentificationSettings(BaseModel):
    """How evidence becomes a posterior over the dialects."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    migrant_share: float = Field(
        0.2, ge=0, le=1, description="Share of callers who do not speak the dialect of their number's area."
    )
    putonghua_share: float = Field(
        0.15, ge=0, le=1, description="Share of callers who speak Putonghua, wherever they call from."
    )
    abstain_below: float = Field(
        0.45, ge=0, le=1, description="No dialect is named while the best one is less probable than this."
    )
    number_weight: float = Field(1.0, ge=0, description="Weight of the caller's number in the log-linear fusion.")
    customer_weight: float = Field(1.0, ge=0, description="Weight of what the books say.")
    acoustic_weight: float = Field(1.0, ge=0, description="Weight of the sound.")
    words_weight: float = Field(1.0, ge=0, description="Weight of the words heard.")


class ListeningSettings(BaseModel):
    """When a voice begins and when an utterance ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speech_threshold: float = Field(0.5, gt=0, lt=1, description="Voice probability at which a frame counts as voiced.")
    onset_ms: int = Field(256, ge=64, le=1000, description="Voiced time after which the caller counts as speaking.")
    end_silence_ms: int = Field(1300, ge=300, le=5000, description="Silence that ends an utterance; elders pause.")
    max_utterance_seconds: float = Field(
        12.0, gt=1, le=30, description="An utterance is cut and recognized here at the latest."
    )
    interim_seconds: float = Field(
        2.5, gt=0.5, le=10, description="Voice after which a first, interim identification is made."
    )
    max_listening_seconds: float = Field(60.0, gt=5, description="A call's stream is listened to no longer than this.")


class RecognitionSettings(BaseModel):
    """The recognizer process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether what callers say is transcribed in memory at all.")
    workers: int = Field(1, ge=1, le=64, description="Recognizer processes in the pool.")
    threads: int = Field(1, ge=1, le=16, description="Processor threads of one recognizer process.")
    queue_limit: int = Field(
        16, ge=1, description="Utterances waiting at most; beyond it a call goes on without recognition."
    )
    acoustic_head: Literal["all", "licensed", "site", "site_licensed", "none"] = Field(
        "all",
        description="Which head judges the sound: packaged, trained on all sources or only where a licence allows it; "
        "the site's own, of either kind (docs/learning.md), the packaged one while it has none; or none.",
    )
    timeout_seconds: float = Field(8.0, gt=0, description="An answer later than this is not waited for.")
