"""Tells the server what is chosen in lists of forms that have not been sent, when the language is switched."""

from __future__ import annotations

from typing import Final

from ui.list_labels import HELD, SWITCH

# What is chosen in a form that has not been sent is known to the browser alone. It is told in the address, which
# Streamlit sends along; `ui.list_labels` reads it, and takes it out of the address again.
TELL_LISTS: Final = f"""
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
    if (!event.target.closest?.(".st-key-{SWITCH}")) return;
    const all = {{}};
    document.querySelectorAll(lists).forEach((list) => {{
      const box = list.closest('[data-testid="stElementContainer"]');
      const name = [...(box?.classList ?? [])].find((each) => each.startsWith("st-key-"));
      if (name && !name.endsWith("-{SWITCH}")) all[name.slice(7)] = held(list);
    }});
    const address = new URL(document.location.href);
    address.searchParams.set("{HELD}", JSON.stringify(all));
    history.replaceState(history.state, "", address);
  }};
  ["click", "keydown"].forEach((kind) => document.addEventListener(kind, tell, true));
}}
"""
