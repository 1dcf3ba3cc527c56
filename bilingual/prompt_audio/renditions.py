"""What is to be had as sound: every phrase of every message, in the manners it is said in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bilingual.manner import NAMED, PLAIN, Manner, manner_name
from bilingual.messages import Language, Message
from bilingual.prompt_audio.engine import Phrase
from bilingual.prompt_audio.shaping import SHAPING

_ID_LENGTH = 32
_MANNERS: Final[Mapping[str, tuple[str, ...]]] = {
    "greeting_choice": ("plain",),
    "second_try": ("slower",),
    "hearing_choice": ("hearing",),
    "called_one_tap": ("plain",),
    "called_back": ("plain",),
    # In the document that lies at the carrier, for when our sounds could not be had: its own voice says them.
    "sorry_hold": (),
    "once_more": (),
}
"""In one manner only, or never played; everything else is said as usual, and to who hears badly loud and slowly."""
_USUAL = ("plain", "hearing")


@dataclass(frozen=True)
class Rendition:
    """One phrase in one manner."""

    phrase: Phrase
    manner: str
    """A name of `bilingual.manner.NAMED`."""

    @property
    def spoken_in(self) -> Manner:
        """Speed and volume."""
        return NAMED[self.manner]

    @property
    def key(self) -> str:
        """What the line finds the sound by: the words, the language and the manner, nothing else."""
        return words_key(self.phrase.text, self.phrase.language, self.spoken_in) or ""


def renditions(messages: Iterable[Message], values: Mapping[str, Mapping[str, str]]) -> tuple[Rendition, ...]:
    """Everything to be rendered for these messages, in their order.

    `values` has for each language what stands for a variable, `{"zh": {"line": "长者服务热线"}}`; a phrase with a
    variable that has no value is left to the carrier's voice.
    """
    return tuple(
        Rendition(phrase, manner)
        for message in messages
        for phrase in _phrases(message, values)
        for manner in _MANNERS.get(message.id, _USUAL)
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced; one without a value stays as it is."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def words_key(text: str, language: str, manner: Manner = PLAIN) -> str | None:
    """The key of a phrase in a manner; None for a manner that nothing is rendered in."""
    name = manner_name(manner)
    return None if name is None else _digest(text, language, name)


def sound_id(rendition: Rendition, *, voice: str, engine: str, version: str) -> str:
    """The name of a sound by all that it depends on: another name means another sound."""
    phrase = rendition.phrase
    return _digest(phrase.text, phrase.language, rendition.manner, voice, engine, version, SHAPING)


def _phrases(message: Message, values: Mapping[str, Mapping[str, str]]) -> Iterator[Phrase]:
    for language in Language:
        for number, spoken in enumerate(message.phrases(language), start=1):
            text = filled(spoken.text, values.get(language, {}))
            if "{" not in text:
                yield Phrase(message.id, number, language.value, text)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:_ID_LENGTH]
