"""The agent's desk: presence, the call with everything known of it, and the form that closes it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.desk import DeskView
from elder_channel.services.errors import DeskRefusedError, NotAllowedError
from ui.components.consent import recording_consent
from ui.components.desk import desk_call_html, desk_help_html, no_call_html, presence_html
from ui.components.drafts import open_asked
from ui.components.handing_over import handing_over
from ui.components.marking import marking
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html, trouble_html
from ui.components.outcomes import carry_out, draw_outcome
from ui.components.passing_on import passing_on
from ui.components.wrapping_up import wrapping_up
from ui.desk_cards import DeskCard, PresenceBar, present_desk_call, present_presence
from ui.faults import where_raised
from ui.session import services, signed_in
from ui.words import say

REFRESH_SECONDS = 2
LINK_COMMAND = ".venv/bin/elder-channel accounts add NAME --agent AGENT"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page: the fixed head, and below it the part that refreshes."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("desk")  # the form stands on the desk anyway; what is folded up is opened
    page_head("desk", account)
    refreshing_desk()


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_desk() -> None:
    """Read and draw the desk every two seconds: a dialect or words heard late reach a call that rings or is open."""
    account = signed_in()
    if account is None:
        st.rerun()
    try:
        view = services().desk.look(by=account)
    except NotAllowedError:
        st.html(notice_html(say("refused.not_allowed"), say("desk.none")))
        return
    except DeskRefusedError as error:
        hint = f"{both(say('desk.none.unlinked.hint'))}<code>{LINK_COMMAND}</code>"
        st.html(
            notice_html(say("desk.none.unlinked"), say(f"refused.{error.code}"), f'<p class="ec-command">{hint}</p>')
        )
        return
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words and try again
        log.error("console.desk_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(trouble_html(None))
        return
    _draw(view)
    with st.container():
        handing_over(account)


def _draw(view: DeskView) -> None:
    """Every part has a place of its own that is always there.

    Streamlit tells elements apart by where they stand: one that comes or goes would close a list that is open below it.
    """
    now = datetime.now(UTC)
    bar = present_presence(view, now=now, zone=HOTLINE_ZONE)
    _presence(bar)
    with st.container():
        draw_outcome()
    if view.call is None:
        st.html(no_call_html(bar.id))
    else:
        _call(present_desk_call(view.call, now=now, zone=HOTLINE_ZONE))
    clock = now.astimezone(HOTLINE_ZONE).strftime("%H:%M:%S")
    st.html(f'<p class="ec-updated">{both(say("updated", time=clock))}</p>')


def _presence(bar: PresenceBar) -> None:
    words, button = st.columns([3, 1], vertical_alignment="center")
    with words:
        st.html(presence_html(bar))
    with button, st.container():
        if bar.may_come:
            _presence_button("presence.come", present=True)
        if bar.may_leave:
            _presence_button("presence.leave", present=False)


def _presence_button(key: str, *, present: bool) -> None:
    st.button(str(say(key)), key=key.replace(".", "_"), width="stretch", on_click=_set_present, args=(present,))


def _set_present(present: bool) -> None:
    done = say("presence.idle" if present else "presence.absent")
    carry_out(lambda by: services().desk.set_present(present, by=by), done)


def _call(card: DeskCard) -> None:
    with st.container(key=f"desk-{card.sid}", gap=None):
        st.html(desk_call_html(card))
    with st.container():
        if card.may_accept or card.may_decline:
            _accept_or_decline(card)
    st.html(desk_help_html(card))
    with st.container():
        if card.may_check:
            st.button(str(say("who.check")), key=f"desk-check-{card.sid}", on_click=_checked, args=(card.sid,))
    with st.container():
        if card.consent is not None:
            recording_consent(card.sid, card.consent)
    with st.container():
        if card.may_wrap_up:
            marking(card.sid)
    with st.container():
        if card.state_id == "talking":
            passing_on(card)
    with st.container():
        if card.may_wrap_up:
            wrapping_up(card)


def _accept_or_decline(card: DeskCard) -> None:
    left, right = st.columns([2, 1])
    if card.may_accept:
        with left:
            st.button(
                str(say("desk.accept")),
                key=f"desk-accept-{card.sid}",
                type="primary",
                shortcut="Ctrl+Enter",
                width="stretch",
                on_click=_accept,
                args=(card.sid,),
            )
    with right:
        key, label = f"desk-decline-{card.sid}", str(say("desk.decline"))
        st.button(label, key=key, width="stretch", on_click=_decline, args=(card.sid,))


def _accept(sid: str) -> None:
    carry_out(lambda by: services().desk.accept(sid, by=by), say("desk.accepted"))


def _decline(sid: str) -> None:
    carry_out(lambda by: services().desk.decline(sid, by=by), say("desk.declined"))


def _checked(sid: str) -> None:
    carry_out(lambda by: services().desk.identity_checked(sid, by=by), say("desk.checked"))
