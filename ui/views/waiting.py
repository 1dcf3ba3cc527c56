"""Who waits, for supervisors: in line, being rung and why for whom, and to be called back; refreshed by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.errors import NotAllowedError
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.waiting import section_html
from ui.faults import where_raised
from ui.session import services, signed_in
from ui.waiting_cards import WaitingPage, present_waiting
from ui.words import say

REFRESH_SECONDS = 3

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page: the fixed head, and below it the part that refreshes."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("waiting", account)
    refreshing_queue()


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_queue() -> None:
    """Read and draw who waits, every three seconds."""
    account = signed_in()
    if account is None:
        st.rerun()
    try:
        page = present_waiting(services().waiting.look(by=account), zone=HOTLINE_ZONE)
    except NotAllowedError:
        st.html(f'<p class="ec-refusal" role="alert">{both(say("refused.not_allowed"))}</p>')
        return
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words and try again
        log.error("console.waiting_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("waiting.trouble"), say("waiting.trouble.explain"))}</div>')
        return
    _draw(page)
    clock = datetime.now(UTC).astimezone(HOTLINE_ZONE).strftime("%H:%M:%S")
    st.html(f'<p class="ec-updated">{both(say("updated", time=clock))}</p>')


def _draw(page: WaitingPage) -> None:
    st.html(f'<p class="ec-hint" role="status">{both(page.people)}</p>')
    st.html(section_html(say("waiting.line"), page.in_line, say("waiting.line.none")))
    st.html(section_html(say("waiting.ringing"), page.ringing, say("waiting.ringing.none")))
    callbacks, none = page.callbacks, say("waiting.callbacks.none")
    st.html(section_html(say("waiting.callbacks"), callbacks, none, page.callbacks_more))
    if page.asked:
        st.html(section_html(say("waiting.asked"), page.asked, none))
