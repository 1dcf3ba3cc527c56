"""Settings of how the line's sentences sound."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class PromptAudio(StrEnum):
    """What callers hear."""

    BUILT = "built"  # sounds made beforehand, and people's recordings; the carrier's voice where there is none
    SAY = "say"  # the carrier's voice for everything


class PromptSettings(BaseModel):
    """How the line's sentences sound."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audio: PromptAudio = Field(
        PromptAudio.BUILT,
        description="built: the sounds that were rendered or recorded, and the carrier's voice where there is none; "
        "say: the carrier's voice for everything.",
    )
    say_voice_zh: str = Field(
        "Polly.Zhiyu-Neural",
        pattern=r"^[A-Za-z0-9._-]{2,60}$",
        description="The carrier's Chinese voice, for sentences without a sound.",
    )
    say_voice_en: str = Field(
        "Polly.Joanna-Neural",
        pattern=r"^[A-Za-z0-9._-]{2,60}$",
        description="The carrier's English voice, for sentences without a sound.",
    )
