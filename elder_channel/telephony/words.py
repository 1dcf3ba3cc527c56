"""The words of a message as the carrier's voices say them; a fault in them costs words, never the call (law 1)."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bilingual.formatting import Value
from bilingual.messages import Spoken
from bilingual.resolving import say_anyhow

log = structlog.get_logger()

_VOICES = {
    "zh": ("Polly.Zhiyu-Neural", "zh-CN"),
    "en": ("Polly.Joanna-Neural", "en-US"),
    "yue": ("Polly.Hiujin-Neural", "yue-CN"),
}
"""(voice, the language it is asked in) by primary subtag; the carrier speaks no other Chinese language."""


def voice_for(tag: str) -> tuple[str, str]:
    """The carrier's voice for a language tag, and the tag the carrier knows it by; Putonghua's where it has none."""
    return _VOICES.get(_primary(tag), _VOICES["zh"])


def can_speak(tag: str) -> bool:
    """Whether the carrier has a voice for this language."""
    return _primary(tag) in _VOICES


def words_of(
    message_id: str, language: str, dialect: str | None = None, *, values: Mapping[str, Value] | None = None
) -> tuple[Spoken, ...]:
    """What is said of a message: in the dialect, in the language, in Chinese, in English, whichever can be said first.

    What was wrong is logged with message and file; the values themselves are private and are not.
    """
    phrases: tuple[Spoken, ...] = ()
    for found in say_anyhow(message_id, language, dialect, values=values, can_speak=can_speak):
        phrases += found.phrases
        for fault in found.faults:
            log.warning("message.fell_back", message=message_id, code=fault.code, why=str(fault), took=found.took)
    return phrases


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
