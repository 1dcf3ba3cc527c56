"""The scripts of our own that the pages carry, and how the content policy knows them: no other inline script runs."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

import streamlit

from ui.following_script import FOLLOW_SOUND
from ui.languages import CHINESE_TAG, ENGLISH_TAG
from ui.list_script import TELL_LISTS
from ui.saying_script import SAY_IN_LANGUAGE
from ui.writing_script import SEND_WHAT_IS_WRITTEN

# Streamlit marks every page as English; screen readers would read Chinese with an English voice (WCAG 3.1.1).
SET_LANGUAGE: Final = {tag: f"document.documentElement.lang = '{tag}';" for tag in (CHINESE_TAG, ENGLISH_TAG)}

# Streamlit calls the field for files a decoration although it has a name of its own (axe: presentation-role-conflict).
MEND_FILE_FIELDS: Final = """
if (!window.ecMending) {
  const field = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
  const mend = () => document.querySelectorAll(field).forEach((each) => each.setAttribute("role", "group"));
  window.ecMending = new MutationObserver(mend);
  window.ecMending.observe(document.body, { childList: true, subtree: true });
  mend();
}
"""

# Exchanges the one-time ticket for a cookie that no script can read; pages are only signed in by that cookie.
TELL_COOKIE: Final = """
{
  const told = document.querySelector("[data-ec-session]");
  if (told && told.dataset.ecSession) {
    fetch("/session", { method: "POST", credentials: "same-origin", body: told.dataset.ecSession });
  }
}
"""

PAGE_SCRIPTS: Final = (
    *SET_LANGUAGE.values(),
    MEND_FILE_FIELDS,
    SEND_WHAT_IS_WRITTEN,
    TELL_LISTS,
    SAY_IN_LANGUAGE,
    FOLLOW_SOUND,
    TELL_COOKIE,
)

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def allowed_scripts() -> tuple[str, ...]:
    """The sources for `script-src`: the hash of each of our scripts, and of those in Streamlit's own first page."""
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    inline = _INLINE.findall(page.read_text(encoding="utf-8"))
    return tuple(_source(script) for script in (*PAGE_SCRIPTS, *inline))


def _source(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
