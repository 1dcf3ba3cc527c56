"""The sites: who is open and how busy, where each province's calls go, and the switches that change it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.sites import MAY_SWITCH
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import draw_outcome
from ui.components.route import looking_ahead
from ui.components.site import history_html, sites_html, ways_html
from ui.components.switching import PLACE, switches_on, turning
from ui.faults import where_raised
from ui.session import services, signed_in
from ui.site_cards import present_board
from ui.words import say

REFRESH_SECONDS = 5

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page: the fixed head, and below it the part that refreshes."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("sites", account)
    refreshing_sites()


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_sites() -> None:
    """Read and draw the board every five seconds; what is being filled in below stays."""
    account = signed_in()
    if account is None:
        st.rerun()
    try:
        board = present_board(services().sites.board(), zone=HOTLINE_ZONE)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words and try again
        log.error("console.sites_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("sites.trouble"), say("sites.trouble.explain"))}</div>')
        return
    may_switch = account.role in MAY_SWITCH
    with st.container():
        switches_on(board, may_switch=may_switch)
    with st.container():  # beside the form: the head of the page may be out of sight
        draw_outcome(PLACE)
    with st.container():
        if may_switch:
            turning(board)
        else:
            st.html(f'<p class="ec-hint">{both(say("sites.only_leads"))}</p>')
    with st.container():
        if board.sites:
            st.html(sites_html(board))
            st.html(ways_html(board.ways))
        else:
            st.html(notice_html(say("sites.none"), say("sites.none.explain")))
    with st.container():
        if board.sites:
            looking_ahead(datetime.now(UTC))
    with st.expander(str(say("switches.history")), key="switches-history"):
        st.html(history_html(board.history))
    clock = datetime.now(UTC).astimezone(HOTLINE_ZONE).strftime("%H:%M:%S")
    st.html(f'<p class="ec-updated">{both(say("updated", time=clock))}</p>')
