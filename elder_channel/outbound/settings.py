"""Settings of the calls the line places itself."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class OutboundSettings(BaseModel):
    """Calls the line places itself: pace, attempts, hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether the line may call people at all; off where the carrier cannot.")
    calls_per_second: float = Field(
        1.0, gt=0, le=100, description="How many calls a second the carrier takes; one is what an account begins with."
    )
    ring_seconds: int = Field(40, ge=10, le=600, description="How long a phone rings; old people walk to it.")
    max_attempts: int = Field(3, ge=1, le=10, description="Attempts before a work order takes over.")
    retry_minutes: tuple[int, ...] = Field(
        (1, 5), min_length=1, description="Minutes before the second, third, … attempt; the last holds for all later."
    )
    give_up_minutes: int = Field(
        60, ge=5, le=2880, description="A call asked for at once and not placed by then becomes a work order."
    )
    from_hour: int = Field(9, ge=0, le=23, description="Ordinary callbacks are placed from this hour on.")
    until_hour: int = Field(20, ge=1, le=24, description="Ordinary callbacks are placed before this hour.")
    urgent_from_hour: int = Field(
        0, ge=0, le=23, description="Who is in danger is called back for a work order from this hour on."
    )
    urgent_until_hour: int = Field(
        24,
        ge=1,
        le=24,
        description="Who is in danger is called back for a work order before this hour; 0 and 24: at any hour.",
    )
    machine_detection: bool = Field(
        False, description="Whether the carrier listens for answering machines; it keeps people waiting for seconds."
    )
    fallback_url: str = Field(
        "",
        description="Where the carrier keeps the document of `elder-channel fallback`; used when the line does not "
        "answer after the phone was picked up.",
    )
