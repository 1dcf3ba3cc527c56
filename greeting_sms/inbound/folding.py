"""The forms in which a reply is read: one spelling for what thumbs type in many."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from dialects.text import simplified

MAX_CHARACTERS = 4000
"""Of a reply that is read: carriers bring at most 1,600. Of a longer one the beginning and the end are."""
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,200}>")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_BETWEEN_CHARACTERS = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Folded:
    """A reply in its forms."""

    words: str
    """NFKC, lower case, simplified characters, single spaces and none between characters; markup taken out."""
    compact: str
    """Letters, digits and characters alone; empty for emoji and signs."""


def fold(text: str) -> Folded:
    """The forms of a reply, whatever it is."""
    if len(text) > MAX_CHARACTERS:
        text = f"{text[: MAX_CHARACTERS // 2]} {text[-MAX_CHARACTERS // 2 :]}"
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _TAG.sub(" ", html.unescape(text)))).replace("’", "'")
    words = _BETWEEN_CHARACTERS.sub("", " ".join(simplified(plain.casefold()).split()))
    return Folded(words, _NOT_A_LETTER.sub("", words))
