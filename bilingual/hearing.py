"""Whether a caller says that the line is too quiet or too fast."""

from __future__ import annotations

from bilingual.heard_words import heard_words

_FILE = "hearing_words.yaml"


def asks_for_louder(words: str) -> bool:
    """Whether the words, simplified Chinese or English, ask the line to be louder or slower, or say why."""
    plain = words.lower().replace("’", "'")
    listened_for = heard_words(_FILE)
    return any(phrase in plain for phrase in (*listened_for.zh, *listened_for.en))
