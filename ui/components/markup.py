"""Safe HTML: everything that is not ours is escaped here."""

from __future__ import annotations

from html import escape

from ui.words import Text


def both(text: Text) -> str:
    """Chinese, then English beside it in its own language mark, so that screen readers change their voice."""
    if not text.en or text.en == text.zh:
        return f"<span>{escape(text.zh)}</span>"
    chinese = f'<span class="ec-zh" lang="zh-CN">{escape(text.zh)}</span>'
    return f'{chinese} <span class="ec-en" lang="en">{escape(text.en)}</span>'


def said(words: str) -> str:
    """Words of people: escaped, line breaks kept."""
    return escape(words.strip()).replace("\n", "<br>")
