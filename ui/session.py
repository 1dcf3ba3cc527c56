"""Who is signed in at this browser, and the services of the console."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from elder_channel.services.accounts import Account
from elder_channel.services.console import ConsoleServices, open_console
from elder_channel.services.errors import SessionOverError, SignInRefusedError
from elder_channel.services.sessions import Present
from elder_channel.staff.model import SessionEnd, SignInMethod
from ui.session_cookie import FORGET, cookie_name, tickets

_TOKEN = "session_token"  # noqa: S105 - the name of a place
_TICKET = "session_ticket"
_NOTICE = "login_notice"
_PAGES = "offered_pages"
KEPT_AT_SIGN_OUT: set[str] = set()
"""Keys of the tab that say nothing of the person."""


@st.cache_resource(show_spinner=False)
def services() -> ConsoleServices:
    """The services of this process, opened once; state lies in `ELDER_CHANNEL_STATE` (default `var`).

    A failure to open them is not remembered: the next run of the page tries again.
    """
    return open_console(Path(os.environ.get("ELDER_CHANNEL_STATE", "var")))


def sign_in(account: Account) -> None:
    """Sign this browser in; who that is, and what they may, is looked up afresh each time.

    Raises `SignInRefusedError` where nobody comes in by password.
    """
    token = services().sessions.open(account)
    st.session_state[_TOKEN] = token
    st.session_state[_TICKET] = tickets.issue(token)


def sign_out(notice: str | None = None) -> None:
    """End the sign-in in every tab and forget everything of this one; `notice` is shown on the login page."""
    token = st.session_state.get(_TOKEN) or _cookie_token()
    by_provider = _from_provider() is not None
    kept = {key: st.session_state[key] for key in KEPT_AT_SIGN_OUT if key in st.session_state}
    st.session_state.clear()
    st.session_state.update(kept)
    st.session_state[_TICKET] = FORGET
    if notice is not None:
        st.session_state[_NOTICE] = notice
    if token is not None:
        services().sessions.close(str(token))
    if by_provider:
        st.logout()


def take_notice() -> str | None:
    """The sentence left for the login page, once."""
    notice = st.session_state.pop(_NOTICE, None)
    return None if notice is None else str(notice)


def cookie_order() -> str:
    """What the page tells the web server about the cookie: a ticket that still waits, or to forget it; else nothing."""
    said = str(st.session_state.get(_TICKET, ""))
    return said if said == FORGET or tickets.waits(said) else ""


def signed_in(*, active: bool = False) -> Account | None:
    """The account of this browser as it is now; whose sign-in is over is told why on the login page.

    `active` says that the person did something: the page did not just refresh by itself.
    """
    held = st.session_state.get(_TOKEN)
    try:
        if held is not None:
            return _present(str(held), active=active).account
        return _of_cookie(active=active) or _of_provider(active=active)
    except SessionOverError as error:
        _leave_notice(f"login.over.{error.why}")
    except SignInRefusedError as error:
        _leave_notice(f"refused.{error.code}")
    return None


def _of_cookie(*, active: bool) -> Account | None:
    """Whom the browser's cookie belongs to; of one that is over nothing is said when its person left by themselves."""
    token = _cookie_token()
    if token is None:
        return None
    try:
        return _present(token, active=active).account
    except SessionOverError as error:
        if error.why in (SessionEnd.UNKNOWN, SessionEnd.SIGNED_OUT) or _from_provider() is not None:
            return None
        raise


def _of_provider(*, active: bool) -> Account | None:
    """Whom the provider vouches for; None for who does not come from there."""
    claims = _from_provider()
    if claims is None:
        return None
    token = services().sign_on.enter(claims)
    account = _present(token, active=active).account
    st.session_state[_TOKEN] = token
    return account


def _present(token: str, *, active: bool) -> Present:
    present = services().sessions.present(token, active=active)
    if present.session.method is SignInMethod.PROVIDER:
        claims = _from_provider()
        if claims is None:
            raise SessionOverError(SessionEnd.SIGNED_OUT)
        return services().sign_on.check(present, token, claims, st.user.tokens.to_dict().get("access"))
    return present


def _cookie_token() -> str | None:
    """What the browser sent when this tab connected; nothing where no browser is behind the page, as in tests."""
    token: object = st.context.cookies.get(cookie_name())
    return token if isinstance(token, str) else None


def _from_provider() -> Mapping[str, Any] | None:
    told = dict(st.user.to_dict())
    return told if told.get("is_logged_in") and services().sign_on.configured else None


def _leave_notice(notice: str) -> None:
    st.session_state.pop(_TOKEN, None)
    st.session_state[_NOTICE] = notice


def offer_pages(offered: Mapping[str, StreamlitPage]) -> None:
    """Remember the pages of this run, so that every page's head can lead to the others."""
    st.session_state[_PAGES] = dict(offered)


def pages() -> Mapping[str, StreamlitPage]:
    """The pages of this run by name; a name is a key of `page.…`."""
    offered: Mapping[str, StreamlitPage] = st.session_state.get(_PAGES, {})
    return offered
