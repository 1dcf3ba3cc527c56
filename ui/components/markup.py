"""Safe HTML: everything that is not ours is escaped here."""

from __future__ import annotations

import re
from html import escape

from ui.languages import CHINESE_TAG, ENGLISH_TAG, page_language
from ui.words import Text

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def both(text: Text) -> str:
    """What this tab draws of it: both languages beside each other, or the one that was chosen.

    Each in its own language mark, so that screen readers change their voice.
    """
    main, *beside = text.parts
    second = "".join(f' <span class="ec-en" lang="{tag}">{escape(words)}</span>' for tag, words in beside)
    return _main(*main) + second


def _main(tag: str, words: str) -> str:
    mark = f' class="ec-zh" lang="{tag}"' if tag else _mark(words)
    return f"<span{mark}>{escape(words)}</span>"


def said(words: str) -> str:
    """Words of people: escaped, line breaks kept; marked as Chinese where they are on an English page."""
    html = escape(words.strip()).replace("\n", "<br>")
    mark = _mark(words)
    return f"<span{mark}>{html}</span>" if mark else html


def _mark(words: str) -> str:
    """The mark of Chinese words on an English page, such as a name or what somebody wrote."""
    return f' lang="{CHINESE_TAG}"' if page_language() == ENGLISH_TAG and is_chinese(words) else ""


def is_chinese(words: str) -> bool:
    """Whether Chinese is the most of it: an English sentence with a Chinese name in it is English."""
    return 2 * len(_CHINESE.findall(words)) > sum(character.isalnum() for character in words)
