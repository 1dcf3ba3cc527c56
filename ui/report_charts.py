"""Plots of a report: bars of percentages, told apart by place and words as well as by colour.

Heights are set and labels never left out: by default Vega drops every other Chinese label.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from ui.report_cards import Share, Sheet
from ui.words import Text, say

_DARK: dict[str, Any] = {"labelColor": "#1a1a1a", "titleColor": "#1a1a1a", "labelFontSize": 14, "titleFontSize": 14}
"""Streamlit's own grey is too pale."""
_ROW = 34
_AXIS, _LEGEND = 90, 120
"""Streamlit takes the height for the whole picture, axis and legend included."""
_HEIGHT = 460
_MOST_BARS = 45
_WITHIN = ("within_15", "within_20", "within_30")
_COLOURS = ["#0a4d8c", "#7a4d00", "#0a5c2b"]
_SHAPES = ["circle", "square", "triangle-up"]


def line_chart(sheet: Sheet) -> alt.Chart | None:
    """Day by day, a line for each of the standards' times with a mark of its own shape; None with nothing to draw."""
    rows = _rows(sheet, _WITHIN)
    if not rows:
        return None
    kinds = [str(say(f"column.{name}")) for name in _WITHIN]
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=400, labelColor="#1a1a1a")
    kind = alt.Color("kind:N", sort=kinds, scale=alt.Scale(domain=kinds, range=_COLOURS), legend=legend)
    shape = alt.Shape("kind:N", sort=kinds, scale=alt.Scale(domain=kinds, range=_SHAPES), legend=legend)
    days = alt.Axis(labelOverlap=False, labelAngle=-90, **_DARK) if len(rows) <= 40 * len(_WITHIN) else _loose_axis()
    x = alt.X("name:N", sort=None, title=None, axis=days)
    chart: alt.Chart = (
        alt.Chart({"values": rows})
        .mark_line(point={"size": 70, "filled": True}, strokeWidth=2)
        .encode(x=x, y=_percent_axis(alt.Y), color=kind, shape=shape, tooltip=_tooltip())
        .properties(height=_HEIGHT)
    )
    return chart


def bar_chart(sheet: Sheet, columns: Sequence[str]) -> alt.Chart | None:
    """A bar for each row and column, their names beside them; None with nothing to draw."""
    rows = _rows(sheet, columns)[: _MOST_BARS * len(columns)]
    if not rows:
        return None
    names = list(dict.fromkeys(row["name"] for row in rows))
    kinds = [str(say(f"column.{name}")) for name in columns]
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelOverlap=False, labelLimit=260, **_DARK))
    encoding: dict[str, Any] = {"x": _percent_axis(alt.X), "y": y, "tooltip": _tooltip()}
    if len(columns) > 1:
        legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=400, labelColor="#1a1a1a")
        scale = alt.Scale(domain=kinds, range=_COLOURS)
        encoding["yOffset"] = alt.YOffset("kind:N", sort=kinds)
        encoding["color"] = alt.Color("kind:N", sort=kinds, scale=scale, legend=legend)
    height = _AXIS + _ROW * len(names) * len(columns) + (_LEGEND if len(columns) > 1 else 0)
    chart: alt.Chart = alt.Chart({"values": rows}).mark_bar(color=_COLOURS[0]).encode(**encoding)
    return chart.properties(height=height)


def _rows(sheet: Sheet, columns: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each share of these columns; rows without a share are left out."""
    heads = {head: place for place, head in enumerate(sheet.columns)}
    found = []
    for cells in sheet.rows:
        for column in columns:
            share = cells[heads[say(f"column.{column}")]]
            if isinstance(share, Share) and isinstance(cells[0], Text):
                name = cells[0]
                kind = str(say(f"column.{column}"))
                found.append({"name": name.one, "kind": kind, "percent": round(100 * share.of_one, 1)})
    return found


def _percent_axis(channel: type[Any]) -> Any:
    axis = alt.Axis(values=[0, 20, 40, 60, 80, 100], **_DARK)
    return channel("percent:Q", title=str(say("plot.percent")), scale=alt.Scale(domain=[0, 100]), axis=axis)


def _loose_axis() -> alt.Axis:
    """For more days than there is room for labels: some are left out, the line stays whole."""
    return alt.Axis(labelOverlap=True, labelAngle=-90, **_DARK)


def _tooltip() -> list[alt.Tooltip]:
    return [alt.Tooltip("name:N", title=" "), alt.Tooltip("kind:N", title=" "), alt.Tooltip("percent:Q", title="%")]
