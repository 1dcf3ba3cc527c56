"""Settings of the work orders: types, departments, due times, callbacks, escalation."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from elder_channel.workorders.model import Priority

ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,31}$"
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
OWNER_PATTERN = r"^\S(.{0,62}\S)?$"


class OrderType(BaseModel):
    """A kind of business an order may be about, and how soon it is due."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=ID_PATTERN, description="Short unique id.")
    zh: str = Field(min_length=1, max_length=20, description="Chinese name.")
    en: str = Field(min_length=1, max_length=40, description="English name.")
    department: str = Field(max_length=32, description="Id of the department that handles it (departments.yaml).")
    needs: tuple[str, ...] = Field((), description="Needs of callers that make an order of this type.")
    urgent_minutes: int = Field(60, ge=1, le=100_000, description="Due after this where somebody is in danger.")
    elder_minutes: int = Field(240, ge=1, le=100_000, description="Due after this for a known elder.")
    normal_minutes: int = Field(480, ge=1, le=100_000, description="Due after this for anybody else.")
    working_time: bool = Field(
        True, description="Whether only working hours of working days count; never so for urgent."
    )

    @model_validator(mode="after")
    def _elders_first(self) -> OrderType:
        if not self.urgent_minutes <= self.elder_minutes <= self.normal_minutes:
            raise ValueError("urgent_minutes must not exceed elder_minutes, nor those normal_minutes: elders go first")
        return self

    def minutes(self, priority: Priority) -> int:
        """How long it may take."""
        by_priority = {Priority.URGENT: self.urgent_minutes, Priority.ELDER: self.elder_minutes}
        return by_priority.get(priority, self.normal_minutes)


class Rung(StrEnum):
    """Who an order is raised to."""

    SUPERVISOR = "supervisor"
    HEAD = "head"


class Department(BaseModel):
    """A department that handles orders, and its people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=ID_PATTERN, description="Short unique id; order types name it.")
    zh: str = Field(min_length=1, max_length=20, description="Chinese name.")
    en: str = Field(min_length=1, max_length=40, description="English name.")
    owner: str = Field(pattern=OWNER_PATTERN, description="Who owns a new order until somebody takes it.")
    supervisor: str = Field(pattern=OWNER_PATTERN, description="To whom an order is raised first.")
    head: str = Field(pattern=OWNER_PATTERN, description="To whom it is raised last.")

    def at(self, rung: Rung) -> str:
        """The person on a rung of the ladder."""
        return self.supervisor if rung is Rung.SUPERVISOR else self.head


class LadderStep(BaseModel):
    """When an order is raised, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: Rung = Field(description="supervisor or head of the order's department.")
    overdue_minutes: int = Field(ge=0, le=100_000, description="How long after its due time.")


DEFAULT_LADDER = (LadderStep(to=Rung.SUPERVISOR, overdue_minutes=0), LadderStep(to=Rung.HEAD, overdue_minutes=60))


class LostCalls(StrEnum):
    """Of whom the line itself rings a call that was lost."""

    NOBODY = "nobody"  # the order's owner calls
    DANGER = "danger"  # who was heard to be in danger
    ELDERS = "elders"  # and elders, and who dialled the elders' number
    EVERYBODY = "everybody"

    @property
    def priorities(self) -> tuple[Priority, ...]:
        """The orders that are rung."""
        urgent_first = tuple(sorted(Priority, key=lambda each: each.rank))
        return urgent_first[: list(LostCalls).index(self)]


class WorkOrderSettings(BaseModel):
    """Work orders: calling back, raising what is late, working hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unserved_type: str = Field(
        "callback", max_length=32, description="Type of the order an unserved call leaves when its need is not known."
    )
    callback_urgent_minutes: int = Field(2, ge=1, le=10_000, description="Call back who is in danger within this.")
    callback_elder_minutes: int = Field(10, ge=1, le=10_000, description="Call an elder back within this.")
    callback_minutes: int = Field(30, ge=1, le=10_000, description="Call anybody else back within this.")
    callback_opens: str = Field(
        "08:30", pattern=CLOCK_PATTERN, description="Nobody is called back earlier, but for urgent."
    )
    callback_closes: str = Field("20:30", pattern=CLOCK_PATTERN, description="Nor later.")
    callback_attempts: int = Field(
        3, ge=1, le=20, description="Attempts in vain after which an order is raised; it is never closed by itself."
    )
    promised_calls: bool = Field(
        True,
        description="The line itself rings those who chose a callback while they waited, as soon as somebody is free.",
    )
    lost_calls: LostCalls = Field(
        LostCalls.ELDERS,
        description="Whom else, of those whose call was lost, the line itself rings: nobody, who is in danger, elders "
        "too, or everybody; danger at once, others as soon as somebody is free.",
    )
    callback_pause_minutes: int = Field(45, ge=1, le=10_000, description="From one attempt to the next.")
    ladder: tuple[LadderStep, ...] = Field(
        DEFAULT_LADDER, max_length=2, description="To whom an order that is overdue is raised, and when."
    )
    reopen_days: int = Field(
        7, ge=0, le=365, description="A call of the same customer so soon after the end reopens the order; 0 never."
    )
    working_opens: str = Field("09:00", pattern=CLOCK_PATTERN, description="Working time begins.")
    working_closes: str = Field("17:30", pattern=CLOCK_PATTERN, description="Working time ends.")
    working_days: tuple[int, ...] = Field(
        (1, 2, 3, 4, 5), min_length=1, description="Working days of a week, 1 Monday to 7 Sunday."
    )
    holidays: tuple[date, ...] = Field((), description="Days off on which working time does not count.")
    extra_workdays: tuple[date, ...] = Field(
        (), description="Weekend days that are worked in exchange for a holiday (调休)."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> WorkOrderSettings:
        if not self.callback_urgent_minutes <= self.callback_elder_minutes <= self.callback_minutes:
            raise ValueError(
                "callback_urgent_minutes must not exceed callback_elder_minutes, nor those callback_minutes"
            )
        for opens, closes in (("callback_opens", "callback_closes"), ("working_opens", "working_closes")):
            if getattr(self, opens) >= getattr(self, closes):
                raise ValueError(f"{closes} must be after {opens}")
        if any(not 1 <= day <= 7 for day in self.working_days):
            raise ValueError("working_days are numbers from 1 (Monday) to 7 (Sunday)")
        for earlier, later in zip(self.ladder, self.ladder[1:], strict=False):
            if later.overdue_minutes < earlier.overdue_minutes or later.to is earlier.to:
                raise ValueError("ladder must rise: supervisor first, head later")
        return self
