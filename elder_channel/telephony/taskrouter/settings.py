"""Settings of TaskRouter, where it gives calls to agents instead of our own router."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TaskRouterSettings(BaseModel):
    """TaskRouter, for lines that outgrow one machine; used while routing.engine is taskrouter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: str = Field(
        "Elder Channel", min_length=1, max_length=64, description="Name of the workspace; made when it is not there."
    )
    workflow: str = Field(
        "Elder Channel line",
        min_length=1,
        max_length=64,
        description="Name of the workflow; made when it is not there.",
    )
    silent_after_seconds: float = Field(
        6,
        ge=2,
        le=60,
        description="Our own router takes a call that TaskRouter leaves waiting so long beyond the last step although "
        "an agent is free.",
    )
    share_words: bool = Field(
        False,
        description="Whether what the caller said is written into the task, for desks at the carrier; our own desk "
        "shows it anyway.",
    )
