"""A season: a row of days, each so many times an ordinary one, and hours of a day in which still more call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from elder_channel.agents.staffing.forecast import Forecast, read_checked
from elder_channel.agents.staffing.plan import HourNeed, Target, hour_needs

SPRING_FESTIVAL = "spring-festival"
"""The season that is packaged, by its name on the command line."""
_QUARTERS_A_DAY = 96


class Surge(BaseModel):
    """Hours of one day in which more call than the day's own factor says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_hour: int = Field(ge=0, le=23, description="Its first hour.")
    until_hour: int = Field(ge=1, le=24, description="The hour in which it is over.")
    times: float = Field(gt=0, le=20, description="So many times the calls of that day.")

    @model_validator(mode="after")
    def _lasts(self) -> Surge:
        if self.until_hour <= self.from_hour:
            raise ValueError(f"until_hour: must be after from_hour, which is {self.from_hour}")
        return self


class SeasonDay(BaseModel):
    """A day of the season."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: str = Field(min_length=1, max_length=20, description="What day it is, in a word or two.")
    times: float = Field(gt=0, le=20, description="So many times the calls of an ordinary day.")
    surge: Surge | None = Field(None, description="Hours in which still more call.")

    def forecast(self, ordinary: Forecast) -> Forecast:
        """This day, made of an ordinary one."""
        calls = ordinary.times(self.times).calls_per_quarter_hour
        if self.surge:
            each = len(calls) // 24
            surging = range(self.surge.from_hour * each, self.surge.until_hour * each)
            calls = tuple(count * (self.surge.times if at in surging else 1.0) for at, count in enumerate(calls))
        return ordinary.model_copy(update={"name": self.day, "calls_per_quarter_hour": calls})


class Season(BaseModel):
    """Days that differ from ordinary ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="What season it is.")
    days: tuple[SeasonDay, ...] = Field(min_length=1, max_length=400, description="Its days, in their order.")


@dataclass(frozen=True)
class DayNeed:
    """What one day of a season needs."""

    forecast: Forecast
    hours: tuple[HourNeed, ...]

    @property
    def peak(self) -> HourNeed:
        """The hour that needs the most agents."""
        return max(self.hours, key=lambda need: need.agents)

    @property
    def calls(self) -> float:
        """All calls of the day, those that want no person among them."""
        each = self.forecast.calls_per_quarter_hour
        return sum(each) * _QUARTERS_A_DAY / len(each)

    @property
    def busiest_quarter_hour(self) -> float:
        """All calls of the busiest quarter of an hour."""
        return max(self.forecast.calls_per_quarter_hour)

    @property
    def agent_hours(self) -> int:
        """Hours to be worked if every hour had just the agents it needs."""
        return sum(need.agents for need in self.hours)


def day_needs(season: Season, ordinary: Forecast, target: Target) -> list[DayNeed]:
    """Agents for each day of the season, as if all spoke everything (Erlang A)."""
    forecasts = [day.forecast(ordinary) for day in season.days]
    return [DayNeed(forecast, tuple(hour_needs(forecast, target))) for forecast in forecasts]


def busiest(days: Sequence[DayNeed]) -> DayNeed:
    """The day that needs the most agents at a time; the first of equals."""
    return max(days, key=lambda day: day.peak.agents)


def read_season(name: str) -> Season:
    """The packaged season of that name, or that YAML file's; raises ForecastError with file, key and reason."""
    if name == SPRING_FESTIVAL:
        packaged = resources.files("elder_channel") / "data" / "season_spring_festival.yaml"
        return read_checked(Season, packaged, name="season_spring_festival.yaml")
    return read_checked(Season, Path(name), name=name)
