"""Who is signed in at this browser tab, and the services of the console."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from elder_channel.services.accounts import Account
from elder_channel.services.console import ConsoleServices, open_console

_USERNAME = "signed_in_username"
_NOTICE = "login_notice"
_PAGES = "offered_pages"


@st.cache_resource(show_spinner=False)
def services() -> ConsoleServices:
    """The services of this process, opened once; state lies in `ELDER_CHANNEL_STATE` (default `var`).

    A failure to open them is not remembered: the next run of the page tries again.
    """
    return open_console(Path(os.environ.get("ELDER_CHANNEL_STATE", "var")))


def sign_in(account: Account) -> None:
    """Remember who this tab belongs to; only the name, so that the role is looked up afresh each time."""
    st.session_state[_USERNAME] = account.username


def sign_out(notice: str | None = None) -> None:
    """Forget everything of this tab; `notice` is the key of a sentence shown on the login page."""
    st.session_state.clear()
    if notice is not None:
        st.session_state[_NOTICE] = notice


def take_notice() -> str | None:
    """The sentence left for the login page, once."""
    notice = st.session_state.pop(_NOTICE, None)
    return None if notice is None else str(notice)


def signed_in() -> Account | None:
    """The account of this tab as it is now; an account that was taken away is signed out."""
    username = st.session_state.get(_USERNAME)
    if username is None:
        return None
    account = services().accounts.find(username)
    if account is None:
        sign_out("login.gone")
    return account


def offer_pages(offered: Mapping[str, StreamlitPage]) -> None:
    """Remember the pages of this run, so that every page's head can lead to the others."""
    st.session_state[_PAGES] = dict(offered)


def pages() -> Mapping[str, StreamlitPage]:
    """The pages of this run by name; a name is a key of `page.…`."""
    offered: Mapping[str, StreamlitPage] = st.session_state.get(_PAGES, {})
    return offered
