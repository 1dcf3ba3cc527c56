"""Sister companies behind one number: each with people of its own, and calls passed on between them."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

MAX_COMPANIES = 9


class Company(BaseModel):
    """A company of the group that is reached through this line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,23}$", description="Short unique id; `life`.")
    zh: str = Field(min_length=1, max_length=40, description="Name in Chinese, as callers and colleagues know it.")
    en: str = Field(min_length=1, max_length=60, description="Name in English.")
    numbers: tuple[str, ...] = Field(
        (), description="Numbers of its own, besides the hotline; calls to them are given to its people."
    )


def company_called(number: str, companies: Iterable[Company]) -> str | None:
    """The id of the company whose own number was called; None for the hotline's."""
    return next((company.id for company in companies if number in company.numbers), None)
