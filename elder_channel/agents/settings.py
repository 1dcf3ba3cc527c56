"""Settings of routing: what is asked of an agent, and how it widens with waiting."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class RoutingSettings(BaseModel):
    """The timed steps of law 4 and the bounded hold of law 2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    identify_hold_seconds: float = Field(
        4.0, ge=0, le=5, description="Longest wait for a surer dialect before choosing; never past 5 s (law 2)."
    )
    hold_below: float = Field(
        0.6, ge=0, le=1, description="The choice is held while the best dialect is less probable than this."
    )
    exact_until_seconds: float = Field(8.0, ge=0, description="Until then only agents who speak the dialect itself.")
    group_until_seconds: float = Field(
        12.0, ge=0, description="Until then also agents of the dialect's group; afterwards anyone."
    )
    min_proficiency: int = Field(
        3, ge=1, le=5, description="Proficiency from which an agent counts as speaking a dialect."
    )
    tie_margin: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Agents whose scores differ less than this count as equal; the longest idle takes the call.",
    )
    tick_seconds: float = Field(
        0.25, gt=0, le=2, description="How often the router looks, besides being woken by events."
    )

    @model_validator(mode="after")
    def _steps_in_order(self) -> RoutingSettings:
        if self.group_until_seconds < self.exact_until_seconds:
            raise ValueError("group_until_seconds must not be before exact_until_seconds")
        return self
