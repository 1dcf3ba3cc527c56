"""What a forecast needs, in rows and plots; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from elder_channel.agents.staffing.simulate import Simulated
from elder_channel.services.staffing import Needs, PeakFigures
from ui.presenters import readable
from ui.words import Text, say

_DARK: dict[str, Any] = {"labelColor": "#1a1a1a", "titleColor": "#1a1a1a", "labelFontSize": 14, "titleFontSize": 14}
"""Streamlit's own grey is too pale."""
_BLUE, _BROWN = "#0a4d8c", "#7a4d00"
_HEIGHT = 320
_ROW = 30


def hour_rows(needs: Needs) -> list[tuple[str, ...]]:
    """Hour, calls, load, agents, answered in time, gave up."""
    return [
        (
            f"{need.hour:02d}:00",
            f"{need.calls_per_quarter_hour:.0f}",
            f"{need.load:.1f}",
            str(need.agents),
            f"{need.service.answered_in_time:.0%}" if need.service else "–",
            f"{need.service.abandoned:.1%}" if need.service else "–",
        )
        for need in needs.hours
    ]


def speaker_rows(needs: Needs) -> list[tuple[Text, str, str]]:
    """Dialect, speakers, load."""
    return [(_name(name, need.class_id), str(need.speakers), f"{need.load:.1f}") for name, need in needs.speakers]


def played_rows(played: PeakFigures) -> list[tuple[Text, str, str, str, str]]:
    """Who answers, in time, gave up, matched, busy."""
    rows = [(say("staffing.team", count=played.agents), *_shares(played.team))]
    if played.own:
        rows.append((say("staffing.own", count=played.own_agents), *_shares(played.own)))
    return rows


def verdict(needs: Needs, played: PeakFigures) -> Text:
    """Whether the goal is met, and what dialects cost."""
    count = played.agents
    if not played.reached:
        return say("staffing.not_reached", count=count)
    return say("staffing.reached", count=count, more=count - needs.peak.agents)


def hours_plot(needs: Needs) -> alt.LayerChart | alt.FacetChart:
    """Agents each hour as bars with their numbers, conversations at a time as a line of squares."""
    rows = [{"hour": f"{need.hour:02d}", "agents": need.agents, "load": round(need.load, 1)} for need in needs.hours]
    base = alt.Chart(alt.InlineData(values=rows))
    axis = alt.Axis(labelOverlap="greedy", labelAngle=0, **_DARK)  # numbers: on a phone every other one will do
    hour = alt.X("hour:O", title=str(say("staffing.plot.hour")), axis=axis)
    bars = base.mark_bar(color=_BLUE).encode(
        x=hour,
        y=alt.Y("agents:Q", title=str(say("staffing.plot.agents")), axis=alt.Axis(**_DARK)),
        tooltip=["hour:O", "agents:Q", "load:Q"],
    )
    numbers = base.mark_text(dy=-8, fontSize=13, color="#1a1a1a").encode(x=hour, y="agents:Q", text="agents:Q")
    point = {"shape": "square", "size": 50, "color": _BROWN, "filled": True}
    line = base.mark_line(color=_BROWN, point=point, strokeWidth=2).encode(x=hour, y="load:Q")
    return alt.layer(bars, line, numbers).properties(height=_HEIGHT)


def speakers_plot(needs: Needs) -> alt.LayerChart | alt.FacetChart:
    """Speakers of each dialect, names beside the bars."""
    rows: list[dict[str, Any]] = [
        {"name": str(_name(name, need.class_id)), "speakers": need.speakers} for name, need in needs.speakers
    ]
    names: Sequence[str] = [row["name"] for row in rows]
    axis = alt.Axis(labelOverlap=False, labelLimit=200, **_DARK)
    y = alt.Y("name:N", sort=list(names), title=None, axis=axis)
    x = alt.X("speakers:Q", title=str(say("staffing.speakers.count")), axis=alt.Axis(tickMinStep=1, **_DARK))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y, x=x, tooltip=["name:N", "speakers:Q"])
    numbers = base.mark_text(dx=12, fontSize=13, color="#1a1a1a").encode(text="speakers:Q")
    return alt.layer(base.mark_bar(color=_BLUE), numbers).properties(height=max(120, _ROW * len(rows)))


def _name(name: str, class_id: str) -> Text:
    return Text(name, readable(class_id)) if name else say("staffing.english")


def _shares(one: Simulated) -> tuple[str, str, str, str]:
    return f"{one.answered_in_time:.1%}", f"{one.abandoned:.1%}", f"{one.matched:.1%}", f"{one.occupancy:.0%}"
