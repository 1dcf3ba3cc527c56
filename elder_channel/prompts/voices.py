"""The voices a prompt can be recorded in: Putonghua, English and the 42 dialects; and what is to be said in each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bilingual.messages import Channel, DialectWording, Language, Message, Spoken
from bilingual.prompt_audio import words_hash
from bilingual.prompt_lint import spoken_seconds
from dialects.catalogue import PUTONGHUA, Catalogue, load_catalogue

CHINESE: Final = str(Language.ZH)
ENGLISH: Final = str(Language.EN)
_VARIABLE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Voice:
    """One voice of the line."""

    tag: str
    """`zh`, `en` or the id of a dialect."""
    zh: str
    en: str

    @property
    def language(self) -> Language:
        """The language whose phrases say what is meant: Chinese for every dialect."""
        return Language.EN if self.tag == ENGLISH else Language.ZH

    @property
    def is_dialect(self) -> bool:
        """Whether it is one of the 42."""
        return self.tag not in (CHINESE, ENGLISH)


@dataclass(frozen=True)
class Wording:
    """What a speaker is asked to say."""

    texts: tuple[str, ...]
    """Phrase by phrase, with a short quiet after each."""
    seconds: float
    """How long the modelled voice takes, pauses between the phrases included."""
    reading: tuple[str, ...] = ()
    """How each phrase is pronounced, where somebody wrote it down."""
    review: str | None = None
    """`draft` or `native-checked` for a dialect's own wording; None where there is none and the Chinese is given."""
    key: str = ""
    """`words_hash` of the message: when it says something else, a take of the old words is out of date."""

    def __str__(self) -> str:
        return " ".join(self.texts)


def voices(catalogue: Catalogue) -> Mapping[str, Voice]:
    """Every voice by its tag: Putonghua, English, then the dialects in the catalogue's order."""
    named = [Voice(CHINESE, catalogue.baseline.zh, catalogue.baseline.en), Voice(ENGLISH, "英语", "English")]
    named += [Voice(dialect.id, dialect.zh, dialect.en) for dialect in catalogue.dialects.values()]
    return {voice.tag: voice for voice in named}


def voice_tag_of(class_id: str) -> str:
    """The tag of the voice for a class of the catalogue: `putonghua` is spoken by `zh`."""
    return CHINESE if class_id == PUTONGHUA else class_id


def recordable(messages: Mapping[str, Message], voice: Voice) -> tuple[Message, ...]:
    """The messages that can be recorded in a voice, in their order."""
    return tuple(message for message in messages.values() if why_not(message, voice) is None)


def why_not(message: Message, voice: Voice) -> str | None:
    """Why a message cannot be recorded in a voice, as a short code; None when it can.

    `channel`: it is not spoken. `variable`: a part of it is filled in on each call. `both`: it is said before anybody
    knows what the caller speaks, in Chinese and English, so nobody would hear it in a dialect.
    """
    if str(message.channel) != Channel.VOICE:
        return "channel"
    if has_variables(message):
        return "variable"
    return "both" if voice.is_dialect and message.both_languages else None


def has_variables(message: Message) -> bool:
    """Whether a part of the message is filled in when it is said."""
    return any(_VARIABLE.search(text) for text in (*message.zh, *message.en))


def wording_of(message: Message, voice: Voice) -> Wording:
    """What is to be said for a message in a voice: a dialect's own wording, its group's, or the Chinese in other words.

    A draft is shown to who records it as well: the speaker says what is right.
    """
    phrases = message.phrases(voice.language)
    own = _own_wording(message, voice)
    if own is not None:
        tag = phrases[0].language
        phrases = tuple(Spoken(text, tag, message.pause_after_ms) for text in own.phrases)
    return Wording(
        texts=tuple(phrase.text for phrase in phrases),
        seconds=spoken_seconds(phrases) - phrases[-1].pause_after_ms / 1000,
        reading=own.reading if own else (),
        review=str(own.review) if own else None,
        key=words_hash(message.id, voice.tag, {message.id: message}),
    )


def _own_wording(message: Message, voice: Voice) -> DialectWording | None:
    if not voice.is_dialect:
        return None
    group = load_catalogue().group_of(voice.tag)
    return next((message.dialects[id_] for id_ in (voice.tag, group) if id_ in message.dialects), None)
