"""A look ahead: whom a call of a province would reach at an hour, and why; nothing is changed by it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from dialects.area import PROVINCES
from elder_channel.clock import HOTLINE_ZONE
from ui.components.markup import both
from ui.route_cards import RouteCard, present_route
from ui.session import services
from ui.words import Text, say

NIGHT = time(2, 0)


def looking_ahead(now: datetime) -> None:
    """Province and hour, and below them the answer; `now` is the moment the page is drawn."""
    with st.expander(str(say("route.title")), key="route"):
        left, right = st.columns(2)
        with left:
            province = st.selectbox(
                str(say("route.province")),
                PROVINCES,
                index=None,
                format_func=lambda province: str(Text(province, "")),
                placeholder=str(say("plan.choose")),
                key="route_province",
            )
        with right:
            clock = st.time_input(str(say("route.time")), NIGHT, key="route_time", step=timedelta(minutes=30))
        with st.container():
            if province is not None:
                moment = _next(clock or NIGHT, now.astimezone(HOTLINE_ZONE))
                st.html(route_html(present_route(services().sites.preview_route(province, moment))))


def route_html(card: RouteCard) -> str:
    """The answer and its reasons."""
    lines = "".join(f"<li>{both(line)}</li>" for line in card.lines)
    return (
        f'<div class="ec-notice" role="status"><h3>{both(card.head)}</h3><ul class="ec-reasons">{lines}</ul>'
        f'<p class="ec-hint">{both(say("route.rule"))}</p></div>'
    )


def _next(clock: time, now: datetime) -> datetime:
    """The next moment that has this time of day."""
    today = datetime.combine(now.date(), clock, now.tzinfo)
    return today if today >= now else today + timedelta(days=1)
