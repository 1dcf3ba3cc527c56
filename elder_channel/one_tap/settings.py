"""Settings of the page with one button."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bilingual.formatting import in_words
from bilingual.messages import Channel, Format, Language, Variable


class OneTapSettings(BaseModel):
    """The page with one button: whose line it is, how long a link lives, how often it may be pressed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether «we call you» is offered; without it the page offers to dial.")
    line_name_zh: str = Field(
        "长者服务热线", min_length=1, max_length=16, description="The line's name, as the page and the callback say it."
    )
    line_name_en: str = Field(
        "the elder service line", min_length=1, max_length=40, description="The same, in English."
    )
    dial_number: str = Field(
        "", description="What the page dials and shows where that is a short number, as 95519; empty: the hotline's."
    )
    link_hours: int = Field(72, ge=1, le=8760, description="How long a personal link works.")
    max_links_per_day: int = Field(5, ge=1, description="Links that are made for one number within 24 hours.")
    max_texts_per_hour: int = Field(2, ge=1, description="Texts with a link that one number gets within an hour.")
    text_template_zh: str = Field(
        "",
        max_length=64,
        description="What the domestic provider calls the approved template that brings a link in Chinese; without it "
        "no link is sent to +86 by that channel. Its values are `token` and `hours`.",
    )
    text_template_en: str = Field("", max_length=64, description="The same for who reads English.")
    text_signature: str = Field(
        "", max_length=16, description="The signature registered for these templates; empty: `line_name_zh`."
    )
    max_taps_per_hour: int = Field(3, ge=1, description="Callbacks one number gets by its links within an hour.")
    max_taps_per_minute: int = Field(60, ge=1, description="Callbacks all links together get within a minute.")

    @field_validator("line_name_zh", "line_name_en")
    @classmethod
    def _can_be_said(cls, name: str) -> str:
        """Whom we ring hears it: a name no voice can say never goes live (law 8)."""
        in_words(name, Variable(format=Format.TEXT), Language.ZH, Channel.VOICE)
        return name
