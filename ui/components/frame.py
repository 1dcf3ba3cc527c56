"""What every page shares: title bar icon, styles, the page's language, and the line with name and way out."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from ui.components.markup import both
from ui.following_script import FOLLOW_SOUND
from ui.languages import page_language, tags
from ui.list_script import TELL_LISTS
from ui.page_scripts import MEND_FILE_FIELDS, SET_LANGUAGE, TELL_COOKIE
from ui.saying_script import SAY_IN_LANGUAGE
from ui.words import Text, say
from ui.writing_script import SEND_WHAT_IS_WRITTEN

ASSETS = Path(__file__).parents[1] / "assets"

_BAR = (
    "position: fixed; inset: 0 0 auto 0; z-index: 100000000; padding: 0.8rem 1.5rem; "
    "background: #8c0f0f; color: #ffffff; font-size: 1.2rem; font-weight: 600; text-align: center;"
)


def open_page(cookie_order: str = "") -> None:
    """Set title and icon (a file of our own: a Material icon would be fetched from outside) and the styles.

    `cookie_order` is what the browser shall tell `/session`; empty for nothing.
    """
    st.set_page_config(page_title=str(say("product")), page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.html(ASSETS / "console.css")
    st.html(_lost_connection_style())
    st.html(_script(SET_LANGUAGE[page_language()]), unsafe_allow_javascript=True)
    st.html(_script(MEND_FILE_FIELDS), unsafe_allow_javascript=True)
    st.html(_script(SEND_WHAT_IS_WRITTEN), unsafe_allow_javascript=True)
    st.html(_script(TELL_LISTS), unsafe_allow_javascript=True)
    languages = f'<i hidden data-ec-languages="{" ".join(tags())}"></i>'
    st.html(languages + _script(SAY_IN_LANGUAGE), unsafe_allow_javascript=True)
    st.html(_script(FOLLOW_SOUND), unsafe_allow_javascript=True)
    # Always at this place, so that nothing below it is drawn anew when the order comes and goes.
    order = f'<i hidden data-ec-session="{escape(cookie_order)}"></i>'
    st.html(order + _script(TELL_COOKIE), unsafe_allow_javascript=True)


def _script(text: str) -> str:
    """Exactly this text: the content policy knows it by its hash."""
    return f"<script>{text}</script>"


def page_title(title: Text) -> None:
    """The one first-level heading of the page, with the product's name above it."""
    st.html(f'<div class="ec-title"><p>{both(say("product"))}</p><h1>{both(title)}</h1></div>')


def _lost_connection_style() -> str:
    """A bar across the page while the server does not answer: nothing but styles still works then.

    Streamlit's own notice is in English only, names Streamlit, and can be closed over an old list of calls.
    """
    words = str(say("connection.lost")).replace("\\", "").replace('"', "")
    states = ("PINGING_SERVER", "DISCONNECTED_FOREVER")
    selector = ", ".join(f'[data-test-connection-state="{state}"]::before' for state in states)
    return f'<style>{selector} {{ content: "{words}"; {_BAR} }}</style>'
