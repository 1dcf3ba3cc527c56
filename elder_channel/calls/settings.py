"""Settings of the line itself: who goes straight through, what is asked, how long is waited."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LineSettings(BaseModel):
    """Entry to the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hotline_number: str = Field("+862100000060", description="The number callers dial and agents' phones show.")
    dedicated_numbers: tuple[str, ...] = Field(
        ("+862100000061",), description="Numbers on which nobody is asked anything."
    )
    elder_age: int = Field(60, ge=40, le=100, description="From this age a registered caller is a known elder.")
    prompt_timeout_seconds: int = Field(8, ge=3, le=30, description="Silence after a prompt before the next step.")
    prompt_attempts: int = Field(2, ge=1, le=3, description="Prompts before silence leads to a person.")
    prompt_replays: int = Field(
        2, ge=0, le=5, description="How often 8 or * plays a prompt again; the next such key leads to a person."
    )
    keys_heeded: int = Field(
        12, ge=1, le=1000, description="Keys in a row while waiting, after which a sentence is said to its end first."
    )
    remember_hearing: bool = Field(True, description="Whether the hearing mode is remembered for numbers in the books.")
    callback_after_prompt: bool = Field(
        True,
        description="Whether a caller who was silent, or pressed a key, and was lost in the prompt is called back.",
    )
    unknown_language_from: float = Field(
        0.7, ge=0.5, le=1.0, description="Probability of another language than Chinese or English that is noted."
    )
    agent_ring_seconds: int = Field(
        20, ge=5, le=120, description="How long an agent's phone rings before the next is tried."
    )
    recording_notice: bool = Field(False, description="Whether the invitation carries the recording notice.")
    reconcile_after_seconds: int = Field(
        300, ge=30, description="An open call older than this is checked with the carrier every minute."
    )


class PrivacySettings(BaseModel):
    """What is kept, and how long (law 7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_transcripts_days: int = Field(
        90, ge=1, description="Transcripts, handover notes and numbers of ended calls are erased after this."
    )
    show_numbers: bool = Field(False, description="Whether the console shows callers' numbers unmasked.")
