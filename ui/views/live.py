"""The live page: every open call and those that ended a moment ago, refreshed by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.live import LiveCall
from ui.components.banners import banners_html
from ui.components.call import call_html, details_html
from ui.components.drafts import open_asked
from ui.components.figures import announcement_html, figures_html
from ui.components.following import following
from ui.components.judging import judging
from ui.components.marking import marking_on_request
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import empty_html, trouble_html
from ui.components.steering import open_steering, steering
from ui.faults import where_raised
from ui.presenters import CallCard, present_calls, present_figures
from ui.routing_words import present_switches
from ui.session import services, signed_in
from ui.words import say

REFRESH_SECONDS = 2
_LAST_READ = "live_last_read"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page: the fixed head, and below it the part that refreshes."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("live", lambda sid, _: open_steering(sid))
    page_head("live", account)
    refreshing_calls()


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_calls() -> None:
    """Read and draw the calls; runs every two seconds on its own, the rest of the page stays as it is."""
    account = signed_in()
    if account is None:
        st.rerun()
    now = datetime.now(UTC)
    clock = now.astimezone(HOTLINE_ZONE).strftime("%H:%M:%S")
    try:
        calls = services().live.list_calls(viewer=account.username)
        banners = present_switches(services().switches.shown(), zone=HOTLINE_ZONE)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words and try again
        log.error("console.live_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(trouble_html(st.session_state.get(_LAST_READ)))
        return
    st.session_state[_LAST_READ] = clock
    if banners:
        st.html(banners_html(banners))
    _draw(calls, account, now=now, clock=clock)


def _draw(calls: list[LiveCall], account: Account, *, now: datetime, clock: str) -> None:
    figures = present_figures(calls, now=now)
    st.html(figures_html(figures))
    st.html(announcement_html(figures))
    if not calls:
        st.html(empty_html())
    for card in present_calls(calls, now=now, zone=HOTLINE_ZONE):
        _draw_call(card, account)
    st.html(f'<p class="ec-updated">{both(say("updated", time=clock))}</p>')


def _draw_call(card: CallCard, account: Account) -> None:
    # The keys keep an opened expander with its call when other calls come and go above it.
    with st.container(key=f"call-{card.call_sid}", gap=None):
        st.html(call_html(card))
        with st.expander(str(say("details")), key=f"details-{card.call_sid}"):
            st.html(details_html(card))
            following(card, account)
        judging(card)
        with st.container():
            steering(card, account)
        marking_on_request(card.call_sid, account)
