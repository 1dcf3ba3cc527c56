"""Routing: what if somebody called, who speaks what, and how many are needed, each a part of one page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from ui.components.drafts import open_asked
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.faults import where_raised
from ui.session import signed_in
from ui.views.routing_agents import draw_agents, open_agent_again
from ui.views.routing_staffing import draw_staffing
from ui.views.routing_what_if import draw_what_if
from ui.words import say

VIEW = "routing_view"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the part that was chosen; nothing refreshes itself, so that nothing typed is interrupted."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("routing", _open_from_link)
    page_head("routing", account)
    parts: dict[str, Callable[[Account], None]] = {
        "what_if": draw_what_if,
        "agents": draw_agents,
        "staffing": draw_staffing,
    }
    view = st.radio(
        str(say("routing.view")),
        list(parts),
        format_func=lambda each: str(say(f"routing.view.{each}")),
        horizontal=True,
        key=VIEW,
        persist_state="session",
    )
    try:
        parts[view or "what_if"](account)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.routing_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("routing.trouble"), say("routing.trouble.explain"))}</div>')


def _open_from_link(agent_id: str, account: Account) -> None:
    st.session_state[VIEW] = "agents"
    open_agent_again(agent_id, account)
