"""The head of every page of staff: its title, who is signed in, the way out, and the way to the other pages."""

from __future__ import annotations

from html import escape

import streamlit as st

from elder_channel.services.accounts import Account
from ui.components.drafts import unfinished
from ui.components.frame import page_title
from ui.components.language_switch import language_switch
from ui.components.markup import both
from ui.session import pages, sign_out
from ui.words import say


def page_head(name: str, account: Account) -> None:
    """Draw the head of the page called `name`, a key of `page.…`."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        page_title(say(f"page.{name}"))
    with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="head"):
        language_switch()
        signed_in = f'<p class="ec-signed-in">{both(say("signed_in_as"))} <b>{escape(account.username)}</b></p>'
        st.html(signed_in, width="content")
        st.button(str(say("sign_out")), on_click=sign_out, key="sign_out", width="content")
    with st.container(horizontal=True, key="menu"):
        for other, page in pages().items():
            label = say(f"page.{other}")
            if other == name:  # no link to where one is; a disabled one would be too pale to read
                st.html(f'<p class="ec-here" aria-current="page">{both(label)}</p>', width="content")
            else:
                st.page_link(page, label=str(label), width="content")
    unfinished()
