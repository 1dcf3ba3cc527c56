"""Reads a page as a person would: its words, without the markup."""

from __future__ import annotations

import re
from html import unescape

from streamlit.testing.v1 import AppTest


def words_of(page: AppTest) -> str:
    """All text drawn as HTML, in order, single-spaced; fails when the page crashed."""
    assert not page.exception, page.exception
    drawn = (re.sub(r"</?mark[^>]*>", "", block.value) for block in page.html if block.value)  # within a sentence
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", block) for block in drawn)).strip()
