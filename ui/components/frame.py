"""What every page shares: title bar icon, styles, the page's language, and the line with name and way out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.components.markup import both
from ui.words import Text, say

ASSETS = Path(__file__).parents[1] / "assets"

# Streamlit marks every page as English; screen readers would read Chinese with an English voice (WCAG 3.1.1).
_SET_LANGUAGE = "<script>document.documentElement.lang = 'zh-CN';</script>"

# Streamlit calls the field for files a decoration although it has a name of its own (axe: presentation-role-conflict).
_MEND_FILE_FIELDS = """<script>
if (!window.ecMending) {
  const field = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
  const mend = () => document.querySelectorAll(field).forEach((each) => each.setAttribute("role", "group"));
  window.ecMending = new MutationObserver(mend);
  window.ecMending.observe(document.body, { childList: true, subtree: true });
  mend();
}
</script>"""

_BAR = (
    "position: fixed; inset: 0 0 auto 0; z-index: 100000000; padding: 0.8rem 1.5rem; "
    "background: #8c0f0f; color: #ffffff; font-size: 1.2rem; font-weight: 600; text-align: center;"
)


def open_page() -> None:
    """Set title and icon (a file of our own: a Material icon would be fetched from outside) and the styles."""
    st.set_page_config(page_title=str(say("product")), page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.html(ASSETS / "console.css")
    st.html(_lost_connection_style())
    st.html(_SET_LANGUAGE, unsafe_allow_javascript=True)
    st.html(_MEND_FILE_FIELDS, unsafe_allow_javascript=True)


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
