"""The switch of the language in the head of every page: what was typed, chosen and opened stays."""

from __future__ import annotations

import streamlit as st

from ui.languages import ScreenLanguage, drawn
from ui.list_labels import HELD, forget_held, relabel
from ui.tab_language import choose_language
from ui.words import say

KEY = "screen_language"
_NAMES = {
    ScreenLanguage.CHINESE: "中文",
    ScreenLanguage.ENGLISH: "English",
    ScreenLanguage.BOTH: "中文 + English",
}
"""Each in its own language whatever is drawn: who cannot read the page must find the way out of it."""

# What is chosen in a form that has not been sent is known to the browser alone. It is told in the address, which
# Streamlit sends along; `ui.list_labels` reads it, and takes it out of the address again.
TELL_LISTS = f"""<script>
if (!window.ecTelling) {{
  window.ecTelling = true;
  const lists = '[data-testid="stSelectbox"], [data-testid="stRadio"], [data-testid="stMultiSelect"]';
  const held = (list) => {{
    if (!list.closest('[data-testid="stForm"]')) return null;
    if (list.dataset.testid === "stSelectbox") return list.querySelector("input")?.value || undefined;
    const chosen = list.querySelector("input:checked");
    return list.dataset.testid === "stRadio" && chosen ? Number(chosen.value) : undefined;
  }};
  const tell = (event) => {{
    if (!event.target.closest?.(".st-key-{KEY}")) return;
    const all = {{}};
    document.querySelectorAll(lists).forEach((list) => {{
      const box = list.closest('[data-testid="stElementContainer"]');
      const name = [...(box?.classList ?? [])].find((each) => each.startsWith("st-key-"));
      if (name && !name.endsWith("-{KEY}")) all[name.slice(7)] = held(list);
    }});
    const address = new URL(document.location.href);
    address.searchParams.set("{HELD}", JSON.stringify(all));
    history.replaceState(history.state, "", address);
  }};
  ["click", "keydown"].forEach((kind) => document.addEventListener(kind, tell, true));
}}
</script>"""


def language_switch() -> None:
    """Draw the switch, set to what the tab shows."""
    forget_held()
    st.html(TELL_LISTS, unsafe_allow_javascript=True)
    st.session_state[KEY] = drawn()
    st.radio(
        str(say("language.switch")),
        list(_NAMES),
        format_func=_NAMES.__getitem__,
        horizontal=True,
        label_visibility="collapsed",
        key=KEY,
        on_change=_switch,
    )


def _switch() -> None:
    """The chosen lists are read while their labels are still the old ones."""
    relabel()
    choose_language(ScreenLanguage(st.session_state[KEY]))
