"""The modelled voice: how long a text lasts when it is spoken, and which keys it names.

Brisk on purpose: a message passes because it is short and has pauses, not because a slow voice was hoped for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bilingual.manner import PLAIN, Manner
from bilingual.messages import Spoken

# 300 characters or 150 words a minute in running speech, and the pauses that voices make at marks.
_CHARACTERS_PER_SECOND = 300 / 60
_WORDS_PER_SECOND = 150 / 60
_PAUSE_SECONDS = {"，": 0.25, ",": 0.25, "、": 0.2, "。": 0.5, ".": 0.5, "？": 0.5, "?": 0.5, "！": 0.5, "!": 0.5}

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
KEY_ZH = re.compile(r"按\s*(?P<key>[零〇一二三四五六七八九十幺两\d#*]|井号|星号)")
_KEYS = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    "〇": "0",
    "幺": "1",
    "两": "2",
    "井号": "#",
    "星号": "*",
    "star": "*",
    "hash": "#",
    "pound": "#",
    **dict(
        zip(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), "0123456789", strict=True)
    ),
}
KEY_EN = re.compile(
    rf"\bpress\s+(?:the\s+)?(?P<key>{'|'.join(name for name in _KEYS if name.isascii())}|[\d#*])", re.IGNORECASE
)


def spoken_seconds(phrases: Iterable[Spoken], manner: Manner = PLAIN) -> float:
    """How long the phrases last with the modelled voice in this manner, pauses included, in seconds."""
    return sum(voice_seconds(phrase.text, manner) + phrase.pause_after_ms / 1000 for phrase in phrases)


def voice_seconds(text: str, manner: Manner = PLAIN) -> float:
    """How long the modelled voice takes for a text in this manner, in seconds."""
    pauses = sum(_PAUSE_SECONDS.get(mark, 0.0) for mark in text)
    seconds = han_in(text) / _CHARACTERS_PER_SECOND + len(words_in(text)) / _WORDS_PER_SECOND + pauses
    return seconds * 100 / manner.rate_percent


def characters_per_minute(phrases: Sequence[Spoken], manner: Manner = PLAIN) -> float:
    """Chinese characters a minute with the modelled voice; marks and pauses inside the message slow it down.

    The quiet after the last phrase is not counted: it does not help to understand it. 0 when nothing Chinese is said.
    """
    characters = sum(han_in(phrase.text) for phrase in phrases)
    if not characters:
        return 0.0
    return 60 * characters / (spoken_seconds(phrases, manner) - phrases[-1].pause_after_ms / 1000)


def han_in(text: str) -> int:
    """How many Chinese characters a text has."""
    return len(_HAN.findall(text))


def characters_in(text: str) -> tuple[str, ...]:
    """The Chinese characters of a text, in order."""
    return tuple(_HAN.findall(text))


def words_in(text: str) -> tuple[str, ...]:
    """The words in Latin letters of a text, in order."""
    return tuple(_WORD.findall(text))


def key_names(text: str) -> tuple[str, ...]:
    """The keys a text tells its hearer to press, in order, as they are said: `零`, `nine`."""
    found = sorted((*KEY_ZH.finditer(text), *KEY_EN.finditer(text)), key=lambda match: match.start())
    return tuple(match["key"].lower() for match in found)


def key_digit(name: str) -> str:
    """The key a name stands for, `0` for `零` and `zero`; a name nobody knows comes back as it is."""
    return _KEYS.get(name.lower(), name.lower())


def keys_in(text: str) -> tuple[str, ...]:
    """The keys a text names, as they stand on the telephone, in order."""
    return tuple(key_digit(name) for name in key_names(text))
