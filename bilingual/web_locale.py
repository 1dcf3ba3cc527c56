"""Which language a browser asks for (`Accept-Language`, RFC 9110, 12.5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.errors import UnknownLanguageError
from bilingual.tags import Language, parse_language

MAX_HEADER_CHARACTERS = 1000
MAX_LANGUAGES = 20
"""Of a longer list the rest is not read; nobody speaks so many."""


def language_of_browser(header: str | None) -> Language | None:
    """The one of the line's two languages that the browser likes better; None where it names neither.

    Equal weights count by their order. What cannot be read is passed over.
    """
    liked = sorted(_weighted((header or "")[:MAX_HEADER_CHARACTERS]), key=lambda pair: -pair[0])
    return liked[0][1] if liked else None


def _weighted(header: str) -> Iterator[tuple[float, Language]]:
    for item in header.split(",")[:MAX_LANGUAGES]:
        tag, _, weight = item.partition(";")
        try:
            language, quality = parse_language(tag.strip()), _quality(weight)
        except (UnknownLanguageError, ValueError):
            continue
        if quality > 0:
            yield quality, language


def _quality(weight: str) -> float:
    if not weight.strip():
        return 1.0
    name, _, value = weight.partition("=")
    quality = float(value)
    if name.strip().lower() != "q" or not 0 <= quality <= 1:
        raise ValueError(weight)
    return quality
