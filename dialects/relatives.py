"""Whether somebody calls for an old relative, told by the words; a hint with the word it rests on, never a fact."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from pathlib import Path

from dialects.catalogue_files import read_yaml
from dialects.text import compact

_FILE = "relatives.yaml"


def find_relative(text: str | None) -> str | None:
    """The words that speak of an old relative (我妈, 替老人), or None; source: data/relatives.yaml."""
    if not text:
        return None
    found = _pattern().search(compact(text))
    return found.group() if found else None


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """One pattern of all wordings; the longest first, so that 我妈妈 is quoted whole."""
    data = read_yaml(Path(str(resources.files("dialects"))) / "data" / _FILE)
    before, kin, helping = (_any_of(data[key]) for key in ("before", "kin", "helping"))
    return re.compile(f"{helping}|{before}(?:老)?{kin}")


def _any_of(words: list[str]) -> str:
    longest_first = sorted({compact(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"
