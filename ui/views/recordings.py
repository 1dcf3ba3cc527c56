"""Recorded conversations, for who may hear them; it does not refresh itself, so that a player is not interrupted."""

from __future__ import annotations

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.errors import NotAllowedError
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.recording import hearing, recording_html
from ui.faults import where_raised
from ui.recording_cards import RecordingsPage, present_recordings
from ui.session import services, signed_in
from ui.words import say

CALL = "recordings_call"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("recordings", account)
    st.text_input(str(say("recordings.call")), key=CALL, help=str(say("recordings.call.help")), max_chars=64)
    page = _read(account)
    if page is not None:
        _draw(page)


def _read(account: Account) -> RecordingsPage | None:
    try:
        found = services().recordings.find(by=account, call_sid=st.session_state.get(CALL) or "")
    except NotAllowedError:
        st.html(f'<p class="ec-refusal" role="alert">{both(say("refused.not_allowed"))}</p>')
        return None
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.recordings_unreadable", error=type(error).__name__, where=where_raised(error))
        notice = notice_html(say("recordings.trouble"), say("recordings.trouble.explain"))
        st.html(f'<div role="alert">{notice}</div>')
        return None
    return present_recordings(found, zone=HOTLINE_ZONE)


def _draw(page: RecordingsPage) -> None:
    st.html(f'<p class="ec-hint">{both(page.rule)}</p>')
    if page.is_off:
        st.html(notice_html(say("recordings.off"), say("recordings.off.explain")))
    if page.why_none is not None:
        st.html(f'<p class="ec-refusal" role="status">{both(page.why_none)}</p>')
    elif not page.cards:
        st.html(notice_html(say("recordings.none"), say("recordings.none.explain")))
    for card in page.cards:
        with st.container(key=f"recording-{card.sid}", gap="small"):
            st.html(recording_html(card))
            hearing(card)
