"""Sends a long text to the server, and so keeps it as a draft, while it is written.

By itself Streamlit sends it when the field is left, so that a reload in the midst of a paragraph would lose it. A
moment after the last key the field is told that it was left (React listens for `focusout`); the caret stays in it.
Not while a character is being composed, and not within an `st.form`, which sends nothing before its button.
"""

from __future__ import annotations

from typing import Final

SEND_WHAT_IS_WRITTEN: Final = """
if (!window.ecDrafting) {
  window.ecDrafting = true;
  const field = "[data-testid=stTextArea] textarea";
  let waiting = 0;
  const later = (event) => {
    clearTimeout(waiting);
    const written = event.target;
    if (event.type === "compositionstart" || event.isComposing || !written.matches) return;
    if (!written.matches(field) || written.closest("[data-testid=stForm]")) return;
    waiting = setTimeout(() => written.dispatchEvent(new FocusEvent("focusout", { bubbles: true })), 1500);
  };
  for (const kind of ["input", "compositionstart", "compositionend"]) document.addEventListener(kind, later);
}
"""
