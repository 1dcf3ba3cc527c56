"""Hours of the week, of a site that opens or of an agent who works, in the hotline's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, model_validator

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT_BEHIND = "24:00"


class Hours(BaseModel):
    """Hours of some days of the week, in the hotline's zone; to 24:00 is the end of the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[str, ...] = Field(WEEK, min_length=1, description="mon to sun.")
    opens: str = Field("00:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM.")
    closes: str = Field("24:00", pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", description="HH:MM, or 24:00.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Hours:
        if unknown := [day for day in self.days if day not in WEEK]:
            raise ValueError(f"days: {unknown[0]} is none of {', '.join(WEEK)}")
        if self.closes <= self.opens:
            raise ValueError("closes must be after opens; hours over midnight are two entries")
        return self

    def covers(self, moment: datetime) -> bool:
        """Whether `moment`, in the hotline's zone, lies in them."""
        clock = f"{moment:%H:%M}"
        return WEEK[moment.weekday()] in self.days and self.opens <= clock < self.closes


def at_work(shifts: Sequence[Hours], moment: datetime, *, by_hand_at: datetime | None) -> bool:
    """Whether an agent of these shifts counts as at work at `moment`, in the hotline's zone; without shifts, always.

    Outside them only who said so by hand, at `by_hand_at`, and said it after the last shift was over: coming to work
    in the morning is no offer to stay all night.
    """
    if not shifts or any(hours.covers(moment) for hours in shifts):
        return True
    if by_hand_at is None:
        return False
    ended = last_end(shifts, moment)
    return ended is None or by_hand_at >= ended


def last_end(shifts: Sequence[Hours], moment: datetime) -> datetime | None:
    """When the last of the shifts before `moment` was over; None when none was in the week before."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for days_ago in range(8):
        day = midnight - timedelta(days=days_ago)
        ends = [moment_of(day, hours.closes) for hours in shifts if WEEK[day.weekday()] in hours.days]
        if past := [end for end in ends if end <= moment]:
            return max(past)
    return None


def moment_of(midnight: datetime, clock: str) -> datetime:
    """The moment `HH:MM` of the day that began at `midnight`; 24:00 is the end of it."""
    if clock == _MIDNIGHT_BEHIND:
        return midnight + timedelta(days=1)
    return midnight.replace(hour=int(clock[:2]), minute=int(clock[3:]))
