"""The switch of the language in the head of every page: what was typed, chosen and opened stays."""

from __future__ import annotations

import streamlit as st

from ui.languages import ScreenLanguage, drawn
from ui.list_labels import SWITCH as KEY
from ui.list_labels import forget_held, relabel
from ui.tab_language import choose_language
from ui.words import say

_NAMES = {
    ScreenLanguage.CHINESE: "中文",
    ScreenLanguage.ENGLISH: "English",
    ScreenLanguage.BOTH: "中文 + English",
}
"""Each in its own language whatever is drawn: who cannot read the page must find the way out of it."""


def language_switch() -> None:
    """Draw the switch, set to what the tab shows."""
    forget_held()
    st.session_state[KEY] = drawn()
    st.radio(
        str(say("language.switch")),
        list(_NAMES),
        format_func=_NAMES.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        width="content",
        key=KEY,
        on_change=_switch,
    )


def _switch() -> None:
    """The chosen lists are read while their labels are still the old ones."""
    relabel()
    choose_language(ScreenLanguage(st.session_state[KEY]))
