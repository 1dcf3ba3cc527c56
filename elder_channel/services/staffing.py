"""How many agents a forecast needs, for the console: at once by Erlang A, and in a bounded time by playing the peak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from pydantic import TypeAdapter

from elder_channel.agents.staffing.forecast import (
    QUARTER_HOUR_SECONDS,
    Forecast,
    ForecastError,
    forecast_of,
    read_forecast,
)
from elder_channel.agents.staffing.plan import (
    ENGLISH_NEED,
    HourNeed,
    Roster,
    SpeakersNeed,
    Target,
    hour_needs,
    roster_for,
    speakers_needs,
    team_maker,
)
from elder_channel.agents.staffing.simulate import Simulated, simulate
from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import StaffingRefusedError

MAY_CALCULATE = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
"""It keeps a processor busy for a while."""
MAX_BYTES = 100_000
MOST_ERLANGS = 5_000.0
"""Conversations at a time; a forecast beyond that was written wrongly."""
HOURS = 1.0
"""Of the peak that are played; `elder-channel staffing` plays six."""
LONGEST_SECONDS = 60.0
"""The console's processor serves everybody who looks at it; longer runs belong on the command line."""
SEED = 1


@dataclass(frozen=True)
class Wish:
    """What is to be worked out."""

    forecast: bytes | None = None
    """YAML of a day; None: the packaged example."""
    times: float = 1.0
    """So many times the calls."""
    target: Target = field(default_factory=Target)


@dataclass(frozen=True)
class Needs:
    """Agents for each hour, and speakers for the busiest."""

    day: Forecast
    target: Target
    hours: tuple[HourNeed, ...]
    peak: HourNeed
    speakers: tuple[tuple[str, SpeakersNeed], ...]
    """With the dialect's name; empty for English."""


@dataclass(frozen=True)
class PeakFigures:
    """What came of playing the peak, without the invented people."""

    agents: int
    """Of the smallest team that holds, or of the largest that was tried."""
    reached: bool
    team: Simulated
    own: Simulated | None
    """What the agents of the settings would give; None with nobody on the list."""
    own_agents: int


@dataclass(frozen=True)
class PeakPlayed:
    """The busiest hour, played through the router itself."""

    roster: Roster
    own: Simulated | None
    """What the agents of the settings would give; None with nobody on the list."""
    own_agents: int

    @property
    def figures(self) -> PeakFigures:
        """All but who the invented people are."""
        roster = self.roster
        return PeakFigures(len(roster.agents), roster.reached, roster.simulated, self.own, self.own_agents)


NEEDS_TEXT: Final = TypeAdapter(Needs)
PEAK_TEXT: Final = TypeAdapter(PeakFigures)
"""How both are written down for `services.results`."""


class StaffingDesk:
    """Works out how many are needed; keeps nothing itself."""

    def __init__(
        self, line: Line, accounts: AccountDirectory, *, tells: Callable[[], float] = monotonic, hours: float = HOURS
    ) -> None:
        """`tells` gives seconds of a clock that only goes forward; `hours` of the peak are played."""
        self._line = line
        self._accounts = accounts
        self._tells = tells
        self._hours = hours

    def needs(self, wish: Wish, *, by: Account) -> Needs:
        """By Erlang A, as if everybody spoke everything: answered at once.

        Raises `NotAllowedError`, and `StaffingRefusedError` for a forecast that cannot be used.
        """
        allowed_role(self._accounts, by, MAY_CALCULATE)
        day = self._forecast(wish).times(wish.times)
        most = max(day.hourly_peaks) / QUARTER_HOUR_SECONDS * day.mean_handle_seconds
        if most > MOST_ERLANGS:
            raise StaffingRefusedError("staffing_too_many", f"{most:.0f} conversations at a time are too many.")
        hours = hour_needs(day, wish.target)
        peak = max(hours, key=lambda need: need.agents)
        speakers = speakers_needs(day, peak.load)
        return Needs(day, wish.target, tuple(hours), peak, tuple((self._name(each), each) for each in speakers))

    def play(self, needs: Needs, *, by: Account, progress: Callable[[float], object] = lambda _: None) -> PeakPlayed:
        """The smallest invented team that holds at the peak with dialects, and what the agents of the settings give.

        `progress` is told the share that is done, 0 to 1. Raises `StaffingRefusedError` after a minute.
        """
        allowed_role(self._accounts, by, MAY_CALCULATE)
        if not needs.peak.agents:
            raise StaffingRefusedError("staffing_nobody_calls", "Nobody calls on this day.")
        until = self._tells() + LONGEST_SECONDS

        def going_on(done: float) -> None:
            progress(done)
            if self._tells() > until:
                raise StaffingRefusedError("staffing_too_long", "The peak takes too long to play here.")

        settings, catalogue = self._line.settings, self._line.catalogue
        roster = roster_for(
            needs.day,
            needs.peak,
            target=needs.target,
            catalogue=catalogue,
            routing=settings.routing,
            hours=self._hours,
            seed=SEED,
            progress=lambda done: going_on(0.8 * done),
        )
        own = None
        if settings.agents:
            own = simulate(
                needs.day,
                settings.agents,
                names=team_maker(catalogue),
                calls_per_second=needs.peak.calls_per_quarter_hour / QUARTER_HOUR_SECONDS,
                hours=self._hours,
                routing=settings.routing,
                within_seconds=needs.target.within_seconds,
                seed=SEED,
                progress=lambda done: going_on(0.8 + 0.2 * done),
            )
        progress(1.0)
        return PeakPlayed(roster, own, len(settings.agents))

    def _forecast(self, wish: Wish) -> Forecast:
        try:
            if wish.forecast is None:
                return read_forecast(None, catalogue=self._line.catalogue)
            if len(wish.forecast) > MAX_BYTES:
                raise ForecastError("forecast", "the file is too large")
            return forecast_of(wish.forecast, name="forecast", catalogue=self._line.catalogue)
        except ForecastError as error:
            raise StaffingRefusedError("staffing_forecast", str(error)) from error

    def _name(self, need: SpeakersNeed) -> str:
        return "" if need.class_id == ENGLISH_NEED else self._line.catalogue.name(need.class_id)
