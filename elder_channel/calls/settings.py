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
    say_good_bye: bool = Field(
        True, description="Whether a caller who is still there when the agent has hung up hears a good-bye."
    )
    recording_notice: bool = Field(False, description="Whether the invitation carries the recording notice.")
    test_numbers: tuple[str, ...] = Field(
        (), description="Callers whose calls are tests: served like any other, marked, and left out of every statistic."
    )
    reconcile_after_seconds: int = Field(
        300, ge=30, description="An open call older than this is checked with the carrier every minute."
    )


class WaitingSettings(BaseModel):
    """What a caller who waits is told, and offered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tell_after_seconds: float = Field(
        30, ge=0, le=600, description="From this wait on the caller is told about how long it will still take."
    )
    tell_elders: bool = Field(True, description="Whether known elders are told too, in the same short sentence.")
    handling_seconds: float = Field(
        240, ge=10, le=3600, description="How long a call is taken to last while fewer than ten ended in the last hour."
    )
    offer_callback_after_seconds: float = Field(
        15,
        ge=0,
        le=1800,
        description="From this wait on a callback is offered, with the next sentence of the queue; whoever says "
        "nothing keeps waiting. At 15 the offer comes within 30 s of entering, as the service standard asks.",
    )
    offer_callback_to_elders: bool = Field(True, description="Whether known elders are offered it too.")


class PrivacySettings(BaseModel):
    """What is kept, and how long (law 7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep_transcripts_days: int = Field(
        90, ge=1, description="Transcripts, handover notes and numbers of ended calls are erased after this."
    )
    keep_drafts_days: int = Field(
        14, ge=1, le=90, description="What staff typed into a form and did not send is forgotten after this."
    )
    show_numbers: bool = Field(False, description="Whether the console shows callers' numbers unmasked.")
    customer_looks_an_hour: int = Field(
        60,
        ge=1,
        le=1000,
        description="So often an hour one person may search the customers or open one; each time is recorded.",
    )


class RecordingSettings(BaseModel):
    """Recording conversations at the carrier, caller and agent on a channel each (law 7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(
        False,
        description="Whether conversations are recorded, once the caller has heard the notice to its end or has "
        "agreed; needs line.recording_notice.",
    )
    keep_days: int = Field(
        180,
        ge=90,
        le=3650,
        description="Recordings are deleted at the carrier after this; the service standard asks for 90.",
    )


class NuisanceSettings(BaseModel):
    """Abusive and silent calls: served later, never turned away (law 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether marked numbers wait behind others.")
    silent_calls: int = Field(
        5, ge=2, le=100, description="So many calls in a row, answered by a person and without a word, mark a number."
    )
    silent_within_hours: int = Field(24, ge=1, le=720, description="The silent calls must lie within this time.")
    silent_shorter_seconds: int = Field(
        20,
        ge=3,
        le=120,
        description="A silent call is one that is over so soon after it was answered, nothing being said.",
    )
    mark_days: int = Field(7, ge=1, le=365, description="A mark ends by itself after this.")
    behind_seconds: int = Field(
        60, ge=0, le=600, description="A marked caller is served as if having called so much later; never longer."
    )
