"""A forecast: how many call when, how long they talk, what they speak and how patient they are."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialects.catalogue import PUTONGHUA, Catalogue
from elder_channel.errors import ElderChannelError

QUARTER_HOUR_SECONDS: Final = 900
_M = TypeVar("_M", bound=BaseModel)


class ForecastError(ElderChannelError):
    """The forecast cannot be used."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")


class Forecast(BaseModel):
    """One day of calls, and what is assumed of callers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="What day it is.")
    calls_per_quarter_hour: tuple[float, ...] = Field(description="Calls in each quarter of an hour, 96 numbers or 24.")
    human_share: float = Field(1.0, gt=0, le=1, description="Share of the calls that want a person.")
    handle_seconds: float = Field(210, gt=0, description="Mean length of a conversation and its notes.")
    elder_share: float = Field(0.3, ge=0, le=1, description="Share of old callers among those who want a person.")
    elder_handle_factor: float = Field(1.5, ge=1, le=5, description="How much longer they talk.")
    mismatch_handle_factor: float = Field(
        1.25, ge=1, le=3, description="How much longer it takes when agent and caller do not share the dialect."
    )
    patience_seconds: float = Field(90, gt=0, description="Mean time after which a waiting caller hangs up.")
    dialects: dict[str, float] = Field(
        default_factory=dict, description="Share of callers who prefer each dialect; the rest speak Putonghua."
    )
    english_share: float = Field(0.0, ge=0, le=1, description="Share of callers who want English.")

    @model_validator(mode="after")
    def _adds_up(self) -> Forecast:
        if len(self.calls_per_quarter_hour) not in (24, 96):
            count = len(self.calls_per_quarter_hour)
            raise ValueError(f"calls_per_quarter_hour: must be 96 numbers, or 24 for whole hours, not {count}")
        if any(calls < 0 for calls in self.calls_per_quarter_hour):
            raise ValueError("calls_per_quarter_hour: must not be negative")
        if any(share < 0 for share in self.dialects.values()):
            raise ValueError("dialects: shares must not be negative")
        if sum(self.dialects.values()) + self.english_share > 1 + 1e-9:
            raise ValueError("dialects: the shares and english_share sum to more than 1")
        return self

    @property
    def mean_handle_seconds(self) -> float:
        """Mean over old and other callers, with everybody matched."""
        return self.handle_seconds * (1 + self.elder_share * (self.elder_handle_factor - 1))

    @property
    def hourly_peaks(self) -> tuple[float, ...]:
        """Calls that want a person in the busiest quarter of each hour of the day."""
        calls = self.calls_per_quarter_hour
        each = len(calls) // 24
        return tuple(self.human_share * max(calls[hour * each : (hour + 1) * each]) for hour in range(24))

    @property
    def spoken(self) -> dict[str, float]:
        """Class id to share of callers who do not want English, Putonghua among them; sums to 1."""
        chinese = 1 - self.english_share
        shares = {id_: share / chinese for id_, share in self.dialects.items() if share > 0} if chinese else {}
        return {**shares, PUTONGHUA: max(0.0, 1 - sum(shares.values())) + shares.get(PUTONGHUA, 0.0)}

    def times(self, factor: float) -> Forecast:
        """The same day with so many times the calls: Spring Festival, a typhoon."""
        return self.model_copy(
            update={"calls_per_quarter_hour": tuple(calls * factor for calls in self.calls_per_quarter_hour)}
        )


def read_forecast(file: Path | None, *, catalogue: Catalogue) -> Forecast:
    """The forecast of a YAML file, or the packaged example; raises ForecastError naming file, key and reason."""
    packaged = resources.files("elder_channel") / "data" / "forecast.yaml"
    name = str(file) if file else "forecast.yaml"
    forecast = read_checked(Forecast, file or packaged, name=name)
    unknown = sorted(set(forecast.dialects) - set(catalogue.classes))
    if unknown:
        raise ForecastError(f"{name}: dialects.{unknown[0]}", "no such dialect; see elder-channel dialects list")
    return forecast


def read_checked(kind: type[_M], file: Path | Traversable, *, name: str) -> _M:
    """What a YAML file holds, checked; raises ForecastError naming file, key and reason. `name` names it there."""
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ForecastError(name, f"cannot be read: {error}") from error
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ForecastError(f"{name}: {place}" if place else name, first["msg"]) from error
