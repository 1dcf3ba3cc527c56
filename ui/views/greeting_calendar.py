"""The month with solar and lunar days together, and the next 30 days as a plot and as a table."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.greeting_calendar import CalendarDay
from ui.components.greeting import ahead_table_html, heading_html, month_html
from ui.components.markup import both
from ui.components.notices import command_html, notice_html
from ui.greeting_cards import DayCell, present_days
from ui.session import services
from ui.words import say

_MONTH = "greetings_month"
AHEAD_DAYS = 30
IMPORT_COMMAND = ".venv/bin/elder-channel customers import customers.csv"
_FIRST, _LAST = date(1901, 2, 1), date(2100, 11, 30)


def draw_calendar(account: Account) -> None:
    """The month that was turned to, and what is ahead."""
    calendar = services().greetings.calendar
    today = calendar.today()
    first = st.session_state.get(_MONTH) or today.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    st.html(heading_html(say("calendar.title", year=first.year, month=first.month)))
    _turning(first, today)
    days = calendar.days(first, last, by=account)
    ahead = calendar.days(today, today + timedelta(days=AHEAD_DAYS), by=account)
    if not any(each.birthdays for each in (*days, *ahead)):
        body = command_html(IMPORT_COMMAND, say("calendar.empty.command"))
        st.html(notice_html(say("calendar.empty"), say("calendar.empty.explain"), body))
    st.html(f'<p class="ec-hint">{both(say("calendar.explain"))}</p>')
    st.html(month_html(present_days(days, today=today)))
    _ahead(ahead, today)


def _turning(first: date, today: date) -> None:
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    targets = (("before", before), ("now", today.replace(day=1)), ("after", after))
    with st.container(horizontal=True, key="month-turning"):
        for name, target in targets:
            if _FIRST <= target <= _LAST and target != first:
                label = str(say(f"calendar.{name}"))
                st.button(label, key=f"month-{name}", on_click=_turn, args=(target,))


def _turn(month: date) -> None:
    st.session_state[_MONTH] = month


def _ahead(days: Sequence[CalendarDay], today: date) -> None:
    cells = present_days(days, today=today)
    st.html(heading_html(say("calendar.ahead")))
    if any(cell.born for cell in cells):
        st.vega_lite_chart(_chart(cells), width="stretch", alt=str(say("calendar.ahead.chart")))
    with st.expander(str(say("calendar.ahead.table")), key="ahead-table"):
        st.html(ahead_table_html(cells))


def _chart(cells: Sequence[DayCell]) -> dict[str, Any]:
    """Two bars a day as Vega-Lite, told apart by place and words as well as by colour."""
    born, planned = str(say("calendar.ahead.born")), str(say("calendar.ahead.planned"))
    rows = [
        {"day": f"{cell.day:%m-%d} {cell.lunar_day}", "kind": kind, "count": count}
        for cell in cells
        for kind, count in ((born, cell.born), (planned, cell.sent))
    ]
    kinds = {"field": "kind", "type": "nominal", "sort": [born, planned]}
    dark = {"labelColor": "#1a1a1a", "titleColor": "#1a1a1a"}  # Streamlit's own grey is too pale
    axis = {"labelOverlap": False, "labelAngle": -90, **dark}  # by default every other Chinese label is dropped
    legend = {**dark, "orient": "top", "direction": "vertical", "title": None, "labelLimit": 400}
    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "tooltip": True},
        "height": 440,
        "encoding": {
            "x": {"field": "day", "type": "nominal", "sort": None, "title": str(say("calendar.day")), "axis": axis},
            "xOffset": kinds,
            "y": {"field": "count", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1, **dark}},
            "color": {**kinds, "scale": {"range": ["#55607a", "#0a4d8c"]}, "legend": legend},
        },
    }
