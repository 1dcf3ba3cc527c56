"""Marks the words that are being said in a sound that plays, and moves the sound to words that are pressed.

Pure data attributes: `data-ec-from` is the second at which a button's words begin, and the player that stands in the
same container (`st-key-following-…`) is theirs. Media events do not bubble, so they are caught on their way down.
"""

from __future__ import annotations

from typing import Final

PLACE: Final = "following-"
"""How the keys of such containers begin."""

FOLLOW_SOUND: Final = f"""
if (!window.ecFollowing) {{
  window.ecFollowing = true;
  const place = (node) => node?.closest?.('[class*="st-key-{PLACE}"]');
  const wordsOf = (audio) => [...(place(audio)?.querySelectorAll("[data-ec-from]") ?? [])];
  const follow = (event) => {{
    const audio = event.target;
    if (audio.tagName !== "AUDIO") return;
    const over = event.type === "ended" || (audio.paused && !audio.currentTime);
    const said = (words) => Number(words.dataset.ecFrom) <= audio.currentTime + 0.05;
    const now = over ? undefined : wordsOf(audio).filter(said).pop();
    wordsOf(audio).forEach((words) => {{
      if (words === now) words.setAttribute("aria-current", "true");
      else words.removeAttribute("aria-current");
    }});
  }};
  ["play", "timeupdate", "seeked", "ended"].forEach((kind) => document.addEventListener(kind, follow, true));
  document.addEventListener("click", (event) => {{
    const words = event.target.closest?.("[data-ec-from]");
    const audio = place(words)?.querySelector("audio");
    if (!audio) return;
    audio.currentTime = Number(words.dataset.ecFrom);
    audio.play();
  }});
}}
"""
