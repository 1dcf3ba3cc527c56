"""The page of accounts: everybody's for administrators, and for everybody the own password."""

from __future__ import annotations

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import MIN_PASSWORD_LENGTH, Account, Role
from elder_channel.services.errors import ServiceError, TooManyAttemptsError
from ui.account_cards import present_accounts, present_changes
from ui.components.account import accounts_html, changes_html, part_html
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import draw_outcome
from ui.faults import where_raised
from ui.session import services, sign_in, signed_in
from ui.views.account_forms import PLACE, draw_acts, draw_adding, draw_given
from ui.words import Text, say

_CHANGED = "own_password_changed"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw what this person may see; who still has a password that was given out changes it, and nothing else."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("accounts", account)
    try:
        if account.role is Role.ADMINISTRATOR and not account.first_password:
            _draw_everybody(account)
        _draw_own(account)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.accounts_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("account.trouble"), say("account.trouble.explain"))}</div>')


def _draw_everybody(account: Account) -> None:
    desk = services().account_desk
    rows = desk.everybody(by=account)
    draw_given()
    st.html(part_html(say("account.everybody")) + accounts_html(present_accounts(rows, desk.agents())))
    acts, adding = st.columns(2, gap="large")
    with acts:
        draw_acts(rows, account)
    with adding:
        draw_adding(desk.free_agents(by=account))
    with st.container(key="accounts-outcome"):
        draw_outcome(PLACE)
    with st.expander(str(say("account.history")), key="accounts_history"):
        st.html(changes_html(present_changes(desk.history(by=account), zone=HOTLINE_ZONE)))


def _draw_own(account: Account) -> None:
    left, _ = st.columns(2, gap="large")
    with left, st.container(border=True, key="own_password"):
        st.html(part_html(say("account.own")))
        if account.first_password:
            st.html(f'<p class="ec-caution" role="status">{both(say("account.own.first"))}</p>')
        if st.session_state.pop(_CHANGED, False):
            st.html(f'<p class="ec-kept" role="status">{both(say("account.own.done"))}</p>')
        if services().account_desk.keeps_own_password(by=account):
            _own_form(account)
        else:
            st.html(f'<p class="ec-hint">{both(say("account.own.provider"))}</p>')


def _own_form(account: Account) -> None:
    help_ = say("claim.password_help", length=MIN_PASSWORD_LENGTH)
    with st.form("own_password_form", clear_on_submit=True, border=False):
        now = _password("own_password_now", say("account.own.now"), "current-password")
        new = _password(
            "own_password_new", Text(*(f"{a} — {b}" for a, b in zip(say("account.own.new"), help_, strict=True)))
        )
        repeat = _password("own_password_repeat", say("claim.repeat"))
        if not st.form_submit_button(str(say("account.own.submit")), type="primary", key="own_password_submit"):
            return
    if new != repeat:
        _refuse(say("claim.mismatch"))
        return
    try:
        # Every sign-in from before is over with the change, this one too: this browser comes in anew.
        sign_in(services().account_desk.change_own(now, new, by=account))
    except TooManyAttemptsError as error:
        _refuse(say("login.wait", seconds=error.retry_after_seconds))
        return
    except ServiceError as error:
        _refuse(say(f"refused.{error.code}", length=MIN_PASSWORD_LENGTH))
        return
    st.session_state[_CHANGED] = True
    st.rerun()


def _password(key: str, label: Text, autocomplete: str = "new-password") -> str:
    return st.text_input(str(label), type="password", autocomplete=autocomplete, key=key)


def _refuse(text: Text) -> None:
    st.html(f'<p class="ec-refusal" role="alert">{both(text)}</p>')
