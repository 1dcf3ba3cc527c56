"""Settings of hearing and identification; the defaults suit a slow, pausing elder on a telephone."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


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


class Profile(StrEnum):
    """Whose pauses an utterance has to survive."""

    ELDER = "elder"
    STANDARD = "standard"


class ListeningSettings(BaseModel):
    """When a voice begins, whose pauses are waited for, and how long a call is listened to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speech_threshold: float = Field(0.5, gt=0, lt=1, description="Voice probability at which a frame counts as voiced.")
    onset_ms: int = Field(256, ge=64, le=1000, description="Voiced time after which the caller counts as speaking.")
    known_elders: Profile = Field(
        Profile.ELDER,
        description="Endpointing profile of known elders and of the dedicated line: `elder` or `standard`.",
    )
    other_callers: Profile = Field(
        Profile.STANDARD, description="Endpointing profile of everybody else: `elder` or `standard`."
    )
    max_listening_seconds: float = Field(60.0, gt=5, description="A call's stream is listened to no longer than this.")


class EndpointingSettings(BaseModel):
    """When an utterance ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    end_silence_ms: int = Field(1300, ge=300, le=5000, description="Silence that ends an utterance.")
    min_speech_ms: int = Field(
        256, ge=0, le=3000, description="Voice below which an utterance is only a beginning and waits for more."
    )
    max_wait_ms: int = Field(
        2500, ge=300, le=8000, description="Silence that ends even an utterance that is only a beginning."
    )
    interim_pause_ms: int = Field(
        480,
        ge=320,
        le=5000,
        description="Pause at which what was said so far is recognized already, while the caller may go on; "
        "from the end silence on there is none.",
    )
    interim_seconds: float = Field(
        2.5, gt=0.5, le=10, description="Voice after which a first, interim identification is made without any pause."
    )
    max_utterance_seconds: float = Field(
        12.0, gt=1, le=30, description="An utterance is cut and recognized here at the latest."
    )


class StandardEndpointing(EndpointingSettings):
    """When an utterance ends, for callers who are not known to be old."""


class ElderEndpointing(EndpointingSettings):
    """When an utterance ends, for an elder: long pauses inside a sentence are waited for."""

    end_silence_ms: int = Field(3400, ge=300, le=5000, description="Silence that ends an utterance; elders pause.")
    min_speech_ms: int = Field(
        800, ge=0, le=3000, description="Voice below which an utterance is only a beginning and waits for more."
    )
    max_wait_ms: int = Field(
        4000, ge=300, le=8000, description="Silence that ends even an utterance that is only a beginning."
    )
    max_utterance_seconds: float = Field(
        24.0, gt=1, le=30, description="An utterance is cut and recognized here at the latest."
    )


class RecognitionSettings(BaseModel):
    """The recognizer process."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether what callers say is transcribed in memory at all.")
    engine: Literal["local", "ray"] = Field(
        "local", description="Who recognizes: a pool of processes on this machine, or replicas on a Ray cluster."
    )
    workers: int = Field(1, ge=1, le=64, description="Recognizer processes in the pool of this machine.")
    threads: int = Field(1, ge=1, le=16, description="Processor threads of one recognizer process.")
    queue_limit: int = Field(
        16, ge=1, description="Utterances waiting at most; beyond it a call goes on without recognition."
    )
    acoustic_head: Literal["all", "licensed", "site", "site_licensed", "none"] = Field(
        "all",
        description="Which head judges the sound: packaged, trained on all sources or only where a licence allows it; "
        "the site's own, of either kind (docs/learning.md), the packaged one while it has none; or none.",
    )
    prompt: Literal["none", "hot_words", "service"] = Field(
        "none",
        description="What the recognizer is told to expect: nothing, the hot words, or these and insurance words too."
        " A prompt makes it err more often on Mandarin and hear words nobody said: docs/recognizers.md.",
    )
    hot_words: tuple[str, ...] = Field(
        (), max_length=64, description="Names that callers say, of companies and products; used where `prompt` says so."
    )
    retry_temperatures: tuple[float, ...] = Field(
        (0.2, 0.4),
        max_length=6,
        description="A doubtful text is decoded again at these temperatures, but never while another caller waits.",
    )
    retry_seconds: float = Field(
        0.3, ge=0, le=5, description="No such retry begins later than this after the first decoding."
    )
    timeout_seconds: float = Field(8.0, gt=0, description="An answer later than this is not waited for.")
    ray_address: str = Field(
        "", description="The Ray cluster, as host:port of its head. Empty: a Ray of our own on the loopback address."
    )
    ray_min_replicas: int = Field(1, ge=1, le=1000, description="Replicas that are always there, loaded and waiting.")
    ray_max_replicas: int = Field(
        2, ge=1, le=1000, description="Replicas at most; Ray starts them as utterances pile up."
    )
    specialists: tuple[str, ...] = Field(
        (),
        description="Added models that hear a caller again once the dialect is known, by the id that `elder-channel "
        "models list` gives; one named here also comes before Whisper where both know as much. Empty: all there are.",
    )
    specialists_mb: int = Field(
        2_000,
        ge=0,
        description="Memory that added models may take together, in MB; the one not used for longest makes room, one "
        "that alone takes more is refused. 0 uses none.",
    )
    specialist_probability: float = Field(
        0.6,
        ge=0,
        le=1,
        description="From this probability of a dialect on, a model made for it hears the caller again.",
    )
    specialist_seconds: float = Field(
        8.0, gt=0, description="A second hearing that takes longer is not waited for; what Whisper wrote stays."
    )

    @field_validator("retry_temperatures")
    @classmethod
    def _rising(cls, temperatures: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 < each <= 1 for each in temperatures) or list(temperatures) != sorted(temperatures):
            raise ValueError("each temperature must lie above 0 and at most at 1, and none below the one before it")
        return temperatures
