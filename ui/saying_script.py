"""Says in the chosen language what Streamlit writes on its widgets by itself, in English only."""

from __future__ import annotations

import json
from typing import Final

from ui.streamlit_texts import ZH

# Only within Streamlit's widgets, and not in what is ours there: labels are drawn by `ui.words`. Which languages are
# drawn stands in `data-ec-languages` (`ui.components.frame`). What React writes anew is read anew; what it wrote is
# remembered, so that switching the language back brings the English back.
SAY_IN_LANGUAGE: Final = f"""
if (!window.ecSaying) {{
  const zh = {json.dumps(dict(ZH), ensure_ascii=False)};
  const kinds = ["InputInstructions", "stFileUploader", "stAudioInput", "stTextInput", "stSelectbox", "stMultiSelect"];
  const widgets = [...kinds.map((kind) => `[data-testid="${{kind}}"]`), '[data-baseweb="popover"]'].join(", ");
  const ours = '[data-testid="stWidgetLabel"], [role="option"]';
  const told = new WeakMap();
  const inChinese = (english) => {{
    const sized = english.match(/^(\\S+) per file(.*)$/s);
    return sized ? zh["# per file"].replace("#", sized[1]) + sized[2] : zh[english];
  }};
  const say = (owner, name, text, write) => {{
    const before = told.get(owner)?.[name];
    const english = before?.drawn === text ? before.english : text;
    const chinese = text && inChinese(english);
    if (!chinese) return;
    const tags = document.querySelector("[data-ec-languages]")?.dataset.ecLanguages ?? "en";
    const drawn = tags.split(" ").map((tag) => (tag === "en" ? english : chinese)).join(" ");
    told.set(owner, {{ ...told.get(owner), [name]: {{ english, drawn }} }});
    if (drawn !== text) write(drawn);
  }};
  const read = (widget) => {{
    const walk = document.createTreeWalker(widget, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.currentNode; node; node = walk.nextNode()) {{
      if ((node.parentElement ?? node).closest(ours)) continue;
      if (node.nodeType === Node.TEXT_NODE) say(node, "text", node.nodeValue, (drawn) => (node.nodeValue = drawn));
      else for (const name of ["aria-label", "title", "placeholder"])
        say(node, name, node.getAttribute(name), (drawn) => node.setAttribute(name, drawn));
    }}
  }};
  let waiting = false;
  const later = () => {{
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {{
      waiting = false;
      document.querySelectorAll(widgets).forEach(read);
    }});
  }};
  window.ecSaying = new MutationObserver(later);
  const attributeFilter = ["aria-label", "title", "placeholder", "data-ec-languages"];
  window.ecSaying.observe(document.body, {{ childList: true, subtree: true, characterData: true, attributeFilter }});
  later();
}}
"""
