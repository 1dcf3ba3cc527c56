"""How an import of customers reads, merges and doubts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from greeting_sms.customers.values import zones


class CustomerSettings(BaseModel):
    """How records of several companies become one person, and which birthdays nobody believes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company_order: tuple[str, ...] = Field(
        (), description="Whose word counts first where companies differ; empty: the order of companies.yaml."
    )
    default_zone: str = Field(
        "Asia/Shanghai", description="Time zone of customers whose record and number tell none, an IANA name."
    )
    default_language: Literal["zh", "en"] = Field("zh", description="Language of customers whose records tell none.")
    placeholder_dates: tuple[str, ...] = Field(
        ("1900-01-01", "1901-01-01", "1970-01-01"),
        description="Birthdays that stand for an unknown one; whoever has them is held back until somebody decides.",
    )
    spike_times: float = Field(
        10, ge=2, description="A company and year of birth with so many times its share of 1 January is not believed."
    )
    spike_least: int = Field(20, ge=1, description="How many born on 1 January of one year are never called a spike.")
    oldest_years: int = Field(120, ge=100, le=150, description="Whoever would be older has a birthday nobody believes.")

    @field_validator("placeholder_dates")
    @classmethod
    def _days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        for day in days:
            try:
                date.fromisoformat(day)
            except ValueError as error:
                raise ValueError(f"{day} is no day; write one as 1900-01-01") from error
        return days

    @field_validator("default_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        if zone not in zones():
            raise ValueError(f"{zone} is no time zone; write one as Asia/Shanghai")
        return zone
