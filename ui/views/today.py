"""The day in figures, the first page of who leads the line; refreshed by itself."""

from __future__ import annotations

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.today import Today
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import CALL_COMMAND, DEMO_COMMAND, command_html, notice_html
from ui.components.today import (
    alarm_html,
    announcement_html,
    figure_html,
    heading_html,
    no_alarms_html,
    spoken_html,
)
from ui.faults import where_raised
from ui.session import pages, services, signed_in
from ui.today_cards import FigureCard, Section, TodayPage, present_today
from ui.words import say

REFRESH_SECONDS = 10
_IN_A_ROW = 4

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page: the fixed head, and below it the part that refreshes."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("today", account)
    refreshing_figures()


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_figures() -> None:
    """Read and draw the figures every ten seconds."""
    account = signed_in()
    if account is None:
        st.rerun()
    try:
        today: Today = services().today.look(by=account)
    except NotAllowedError:
        st.html(f'<p class="ec-refusal" role="alert">{both(say("refused.not_allowed"))}</p>')
        return
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words and try again
        log.error("console.today_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("today.trouble"), say("today.trouble.explain"))}</div>')
        return
    page = present_today(today)
    _draw(page)
    clock = today.at.astimezone(HOTLINE_ZONE).strftime("%H:%M:%S")
    st.html(announcement_html(page) + f'<p class="ec-updated">{both(say("updated", time=clock))}</p>')


def _draw(page: TodayPage) -> None:
    with st.container():
        _alarms(page)
    with st.container():
        if page.is_empty:
            commands = command_html(DEMO_COMMAND, say("empty.demo")) + command_html(CALL_COMMAND, say("empty.call"))
            st.html(notice_html(say("today.empty"), say("today.empty.explain"), commands))
    for section in page.sections:
        _draw_section(section)
        with st.container():
            if section.name == "now" and page.waiting_by_dialect:
                st.html(spoken_html(page.waiting_by_dialect))


def _alarms(page: TodayPage) -> None:
    st.html(heading_html(say("today.alarms")))
    if not page.alarms:
        st.html(no_alarms_html())
    for number, card in enumerate(page.alarms):
        with st.container(gap=None, key=f"today-alarm-{number}"):
            st.html(alarm_html(card))
            if card.page:
                _link(card.page)


def _draw_section(section: Section) -> None:
    st.html(heading_html(section.title))
    for start in range(0, len(section.figures), _IN_A_ROW):
        row = section.figures[start : start + _IN_A_ROW]
        for column, card in zip(st.columns(_IN_A_ROW), row, strict=False):
            with column:
                _draw_figure(card)


def _draw_figure(card: FigureCard) -> None:
    with st.container(gap=None, key=f"today-{card.name}"):
        st.html(figure_html(card))
        _link(card.page)


def _link(name: str) -> None:
    """The way to what is counted, for who has that page."""
    page = pages().get(name)
    if page is not None:
        st.page_link(page, label=str(say("today.go", page=say(f"page.{name}"))))
