"""Settings: one section at a time as a form, what waits for a second person, history, import and export, secrets."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.settings_model import SettingsOverview
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import draw_outcome, forget_outcome
from ui.components.roster import problems_html
from ui.faults import where_raised
from ui.session import services, signed_in
from ui.views.settings_exchange import draw_exchange, draw_secrets
from ui.views.settings_form import PLACE, draw_form
from ui.views.settings_history import draw_history
from ui.views.settings_waiting import draw_waiting
from ui.words import say

VIEW = "settings_view"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the part that was chosen; nothing refreshes by itself, so that nothing typed is interrupted."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("settings", account)
    st.html(f'<p class="ec-hint">{both(say("settings.rule"))}</p>')
    try:
        overview = services().settings.board.look(by=account)
        _parts(account, overview)
        with st.container(key="settings-outcome"):
            draw_outcome(PLACE)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.settings_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("settings.trouble"), say("settings.trouble.explain"))}</div>')


def _parts(account: Account, overview: SettingsOverview) -> None:
    if not overview.can_be_written:
        st.html(notice_html(say("settings.no_site"), say("settings.no_site.explain")))
    if overview.problems:
        st.html(problems_html(say("settings.problem"), overview.problems))
    parts: dict[str, Callable[[], None]] = {
        "form": lambda: draw_form(account, overview),
        "waiting": lambda: draw_waiting(account),
        "history": lambda: draw_history(account, overview),
        "exchange": lambda: draw_exchange(account, overview),
        "secrets": lambda: draw_secrets(overview),
    }
    view = st.radio(
        str(say("settings.view")),
        list(parts),
        format_func=lambda each: _part_label(each, overview),
        horizontal=True,
        key=VIEW,
        persist_state="session",
        on_change=forget_outcome,
        args=(PLACE,),
    )
    with st.container():
        parts[view or "form"]()


def _part_label(part: str, overview: SettingsOverview) -> str:
    label = str(say(f"settings.view.{part}"))
    return f"{label} ({overview.waiting})" if part == "waiting" and overview.waiting else label
