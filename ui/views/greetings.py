"""The greetings: calendar, campaigns, sending, replies and opt-outs, each a part of one page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.opt_out_board import MAY_LOOK as MAY_SEE_OPT_OUTS
from elder_channel.services.replies import MAY_CORRECT
from ui.components.drafts import open_asked
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import draw_outcome, forget_outcome
from ui.faults import where_raised
from ui.session import signed_in
from ui.views.campaign_editor import open_editor
from ui.views.greeting_calendar import draw_calendar
from ui.views.greeting_campaigns import draw_campaigns
from ui.views.greeting_opt_outs import draw_opt_outs
from ui.views.greeting_replies import draw_replies
from ui.views.greeting_sending import draw_sending
from ui.words import say

VIEW = "greetings_view"
PLACE = "greetings"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the part that was chosen; only sending refreshes itself, so that nothing typed is interrupted."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("greetings", _open_from_link)
    page_head("greetings", account)
    st.html(f'<p class="ec-hint">{both(say("greetings.rule"))}</p>')
    parts = _parts(account)
    view = st.radio(
        str(say("greetings.view")),
        list(parts),
        format_func=lambda each: str(say(f"greetings.view.{each}")),
        horizontal=True,
        key=VIEW,
        persist_state="session",
        on_change=forget_outcome,
        args=(PLACE,),
    )
    try:
        parts[view or "calendar"](account)
        with st.container(key="greetings-outcome"):
            draw_outcome(PLACE)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.greetings_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("greetings.trouble"), say("greetings.trouble.explain"))}</div>')


def _open_from_link(campaign_id: str, _: Account) -> None:
    st.session_state[VIEW] = "campaigns"
    open_editor(campaign_id)


def _parts(account: Account) -> dict[str, Callable[[Account], None]]:
    """The parts this person may see, by name; the services check again."""
    reads = account.role in MAY_CORRECT
    lists = account.role in MAY_SEE_OPT_OUTS
    return {
        "calendar": draw_calendar,
        "campaigns": draw_campaigns,
        "sending": draw_sending,
        **({"replies": draw_replies} if reads else {}),
        **({"opt_outs": draw_opt_outs} if lists else {}),
    }
