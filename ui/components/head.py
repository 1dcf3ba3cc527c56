"""The head of every page for staff: its title, who is signed in, the other pages, the way out."""

from __future__ import annotations

from html import escape

import streamlit as st

from elder_channel.services.accounts import Account
from ui.components.frame import page_title
from ui.components.markup import both
from ui.session import PAGES, sign_out
from ui.words import Text, say


def head(title: Text, account: Account) -> None:
    """Draw it; a link to every other page this account has."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        page_title(title)
    with right:
        st.html(f'<p class="ec-signed-in">{both(say("signed_in_as"))} <b>{escape(account.username)}</b></p>')
        for name, page in st.session_state.get(PAGES, {}).items():
            label = say(f"go.{name}")
            if say(f"page.{name}") != title:
                st.page_link(page, label=str(label), width="stretch")
        st.button(str(say("sign_out")), on_click=sign_out, key="sign_out", width="stretch")
