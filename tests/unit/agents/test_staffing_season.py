"""How many agents the days around Spring Festival need."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialects.catalogue import load_catalogue
from elder_channel.agents.staffing.forecast import ForecastError, read_forecast
from elder_channel.agents.staffing.plan import Target, hour_needs
from elder_channel.agents.staffing.plots import season_plot
from elder_channel.agents.staffing.season import (
    SPRING_FESTIVAL,
    DayNeed,
    SeasonDay,
    Surge,
    busiest,
    day_needs,
    read_season,
)

ORDINARY = read_forecast(None, catalogue=load_catalogue())
TARGET = Target()


@pytest.fixture(scope="module")
def festival() -> list[DayNeed]:
    """The packaged days."""
    return day_needs(read_season(SPRING_FESTIVAL), ORDINARY, TARGET)


def test_the_busiest_quarter_of_the_season_is_the_peak_the_line_is_made_for(festival: list[DayNeed]) -> None:
    """4,500 calls, 900 of which want a person: the one figure of the file that has a source."""
    peak = busiest(festival)
    assert peak.forecast.name == "初八"
    assert peak.busiest_quarter_hour == pytest.approx(4_500, abs=5)
    assert peak.peak.calls_per_quarter_hour == pytest.approx(900, abs=1)
    assert peak.peak.service
    assert peak.peak.service.answered_in_time >= TARGET.answered_in_time


def test_the_holiday_needs_fewer_people_and_the_return_to_work_more(festival: list[DayNeed]) -> None:
    """Against an ordinary day."""
    ordinary = max(need.agents for need in hour_needs(ORDINARY, TARGET))
    agents = {day.forecast.name: day.peak.agents for day in festival}
    assert agents["初一"] < agents["除夕"] < ordinary < agents["除夕-4"] < agents["初九"] < agents["初八"]
    assert all(day.agent_hours >= day.peak.agents for day in festival)


@pytest.mark.parametrize("numbers", [96, 24], ids=["quarters", "hours"])
def test_a_surge_lasts_its_hours_and_no_longer(numbers: int) -> None:
    """The rest of the day keeps the day's own factor; all of it is counted."""
    even = ORDINARY.model_copy(update={"calls_per_quarter_hour": (10.0,) * numbers})
    day = SeasonDay(day="初八", times=2, surge=Surge(from_hour=9, until_hour=11, times=3)).forecast(even)
    need = DayNeed(day, tuple(hour_needs(day, TARGET)))
    wanting = [need.calls_per_quarter_hour / day.human_share for need in need.hours]
    assert wanting == pytest.approx([20] * 9 + [60] * 2 + [20] * 13)
    assert need.calls == pytest.approx(96 * 20 + 8 * 40)


def test_the_plot_names_every_day(festival: list[DayNeed]) -> None:
    """A bar for each, and its day below it."""
    picture = season_plot(festival, title="春节")
    assert picture.count("<rect") == len(festival) + 1
    assert all(f">{day.forecast.name}<" in picture for day in festival)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("name: x\ndays: []\n", "days: Tuple should have at least 1 item"),
        ("name: x\ndays: [{day: a, times: 0}]\n", "days.0.times: Input should be greater than 0"),
        (
            "name: x\ndays: [{day: a, times: 1, surge: {from_hour: 9, until_hour: 9, times: 2}}]\n",
            "days.0.surge: Value error, until_hour: must be after from_hour",
        ),
        ("name: x\ndays: [{day: a, times: 1, date: b}]\n", "days.0.date: Extra inputs"),
    ],
)
def test_a_season_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, content: str, complaint: str) -> None:
    """With file, key and reason."""
    file = tmp_path / "season.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ForecastError, match=r"season\.yaml") as caught:
        read_season(str(file))
    assert complaint in str(caught.value)


def test_a_season_nobody_wrote_is_refused() -> None:
    """With the name that was looked for."""
    with pytest.raises(ForecastError, match="mid-autumn: cannot be read"):
        read_season("mid-autumn")
