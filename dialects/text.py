"""The forms in which a transcript is read: as written, and in simplified characters."""

from __future__ import annotations

import re
from functools import lru_cache

from opencc import OpenCC

_NOT_SAID = re.compile(r"[\W_]+")


def simplified(text: str) -> str:
    """The text in simplified characters (OpenCC, t2s). Mind what it merges: 係 becomes 系, 喫 becomes 吃."""
    converted: str = _converter().convert(text)
    return converted


def compact(text: str) -> str:
    """Simplified, lower case, without spaces and punctuation: the form phrases are compared in."""
    return _NOT_SAID.sub("", simplified(text)).lower()


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")
