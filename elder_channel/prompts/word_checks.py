"""Whether the recognizer hears the right words in a take, as far as it knows the voice.

Words are compared by what they sound like: Chinese by syllables without tones (a recognizer of Mandarin writes other
characters for the same sound), English by words. A dialect the recognizer does not know is never judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bilingual.messages import Language, Message
from dialects.catalogue import Catalogue
from dialects.error_rates import edits
from dialects.spoken_form import chinese_syllables, english_words
from dialects.support import MANDARIN
from elder_channel.prompts.findings import Finding, Severity
from elder_channel.prompts.voices import Voice, Wording, recordable, wording_of

OTHER_WORDS: Final = 0.6
"""From this share of wrong units on it is not the wording."""
SOME_OTHER_WORDS: Final = 0.2
_SURELY_ANOTHER: Final = 0.3
"""At most this share wrong against another message, and far more against its own."""
_PERHAPS_ANOTHER: Final = 0.45
_CLEARER: Final = 0.3
_KNOWS_A_LITTLE: Final = frozenset({"guangzhou"})
_MOST_SHOWN = 60


class Knowledge(StrEnum):
    """How well who listens knows the voice."""

    WELL = "well"  # its words count
    A_LITTLE = "a_little"  # another message is noticed; single words say nothing
    NOT = "not"


@dataclass(frozen=True)
class Heard:
    """What a recognizer wrote."""

    text: str
    recognizer: str
    made_for_it: bool = False
    """Whether it was made for this very dialect."""


def knowledge_of(voice: Voice, catalogue: Catalogue, *, made_for_it: bool = False) -> Knowledge:
    """How well Whisper, or a recognizer made for the dialect, knows a voice."""
    if not voice.is_dialect:
        return Knowledge.WELL
    if made_for_it or catalogue.group_of(voice.tag) == MANDARIN or voice.tag in _KNOWS_A_LITTLE:
        return Knowledge.A_LITTLE
    return Knowledge.NOT


def judge_words(
    heard: Heard, message: Message, voice: Voice, *, messages: Mapping[str, Message], catalogue: Catalogue
) -> tuple[Finding, ...]:
    """What the recognizer's words say about a take of this message in this voice."""
    knowledge = knowledge_of(voice, catalogue, made_for_it=heard.made_for_it)
    if knowledge is Knowledge.NOT:
        return (Finding("words_unchecked", Severity.NOTE),)
    text = heard.text.strip()
    told = {"heard": text[:_MOST_SHOWN]}
    if not text:
        sure = knowledge is Knowledge.WELL
        return (Finding("nothing_heard", Severity.REFUSED if sure else Severity.CAUTION),)
    own = _own_share(message, voice, text)
    if other := _another(own, message, voice, text, messages, knowledge):
        return (other,)
    if knowledge is Knowledge.A_LITTLE:
        return (Finding("words_uncertain", Severity.NOTE, told),)
    if own >= OTHER_WORDS:
        return (Finding("other_words", Severity.REFUSED, told),)
    if own > SOME_OTHER_WORDS:
        return (Finding("some_other_words", Severity.CAUTION, {**told, "percent": f"{own:.0%}"}),)
    return (Finding("words_heard", Severity.NOTE, told),)


def wrong_share(wording: Wording, heard: str, language: Language) -> float:
    """Wrong, missing and added units for each one of the wording."""
    said, written = _units(str(wording), language), _units(heard, language)
    return edits(said, written).errors / len(said) if said else float(bool(written))


def _own_share(message: Message, voice: Voice, text: str) -> float:
    """Against the dialect's own wording, or the Chinese: a recognizer of Mandarin may write either."""
    wordings = (wording_of(message, voice), wording_of(message, Voice(str(voice.language), "", "")))
    return min(wrong_share(wording, text, voice.language) for wording in wordings)


def _another(
    own: float, message: Message, voice: Voice, text: str, messages: Mapping[str, Message], knowledge: Knowledge
) -> Finding | None:
    """The message that was said instead, where one fits and its own does not."""
    bound = _SURELY_ANOTHER if knowledge is Knowledge.WELL else _PERHAPS_ANOTHER
    fits = sorted(_others(message, voice, text, messages), key=lambda each: each[0])
    if not fits or fits[0][0] > bound or own - fits[0][0] < _CLEARER:
        return None
    _, other, wording = fits[0]
    return Finding("another_message", Severity.REFUSED, {"other": other.id, "other_text": str(wording)[:_MOST_SHOWN]})


def _others(
    message: Message, voice: Voice, text: str, messages: Mapping[str, Message]
) -> Iterator[tuple[float, Message, Wording]]:
    for other in recordable(messages, voice):
        if other.id != message.id:
            wording = wording_of(other, voice)
            yield wrong_share(wording, text, voice.language), other, wording


def _units(text: str, language: Language) -> Sequence[str]:
    return english_words(text) if language is Language.EN else chinese_syllables(text)
