"""The way in: the first administrator by one-time code, everybody else by name and password."""

from __future__ import annotations

import streamlit as st

from elder_channel.services.accounts import MIN_PASSWORD_LENGTH, Accounts
from elder_channel.services.errors import ServiceError, TooManyAttemptsError
from ui.components.frame import page_title
from ui.components.language_switch import language_switch
from ui.components.markup import both
from ui.session import services, sign_in, take_notice
from ui.words import Text, say


def show() -> None:
    """Draw the page: the form for the first administrator while there is none, else the login."""
    accounts = services().accounts
    _, middle, _ = st.columns([1, 3, 1])
    with middle:
        language_switch()
        try:
            first_use = accounts.needs_first_account()
        except ServiceError as error:
            page_title(say("login.title"))
            _refuse(_reason(error))
            return
        sign_on = services().sign_on
        if first_use and sign_on.local_accounts:
            _claim(accounts)
        else:
            page_title(say("login.title"))
            notice = take_notice()
            if notice:
                _refuse(say(notice))
            if sign_on.local_accounts:
                _login(accounts)
        if sign_on.configured:
            st.button(str(say("login.by_provider")), on_click=st.login, key="login_provider", width="stretch")


def _login(accounts: Accounts) -> None:
    with st.form("login"):
        username = st.text_input(str(say("login.username")), autocomplete="username", key="login_username")
        password = st.text_input(
            str(say("login.password")), type="password", autocomplete="current-password", key="login_password"
        )
        if not st.form_submit_button(str(say("login.submit")), type="primary", key="login_submit"):
            return
    try:
        account = accounts.verify(username, password)
        if account is None:
            _refuse(say("login.refused"))
            return
        sign_in(account)
    except ServiceError as error:
        _refuse(_reason(error))
        return
    st.rerun()


def _claim(accounts: Accounts) -> None:
    page_title(say("claim.title"))
    st.html(f"<p>{both(say('claim.explain'))}</p>")
    with st.form("claim"):
        code = st.text_input(str(say("claim.code")), autocomplete="one-time-code", key="claim_code")
        username = st.text_input(str(say("login.username")), autocomplete="username", key="claim_username")
        password = st.text_input(
            f"{say('login.password')} — {say('claim.password_help', length=MIN_PASSWORD_LENGTH)}",
            type="password",
            autocomplete="new-password",
            key="claim_password",
        )
        repeat = st.text_input(
            str(say("claim.repeat")), type="password", autocomplete="new-password", key="claim_repeat"
        )
        if not st.form_submit_button(str(say("claim.submit")), type="primary", key="claim_submit"):
            return
    if password != repeat:
        _refuse(say("claim.mismatch"))
        return
    try:
        sign_in(accounts.claim(code, username, password))
    except ServiceError as error:
        _refuse(_reason(error))
        return
    st.rerun()


def _reason(error: ServiceError) -> Text:
    if isinstance(error, TooManyAttemptsError):
        return say("login.wait", seconds=error.retry_after_seconds)
    return say(f"refused.{error.code}", length=MIN_PASSWORD_LENGTH)


def _refuse(text: Text) -> None:
    st.html(f'<p class="ec-refusal" role="alert">{both(text)}</p>')
