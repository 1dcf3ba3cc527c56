"""How what the line says comes to the ear: as a sound of ours where there is one, else in a carrier's voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

from bilingual.formatting import Value
from bilingual.manner import PLAIN, Manner
from bilingual.messages import Language, Spoken, parse_language
from bilingual.prompt_audio.sounds import Played
from bilingual.prompt_lint import spoken_seconds
from elder_channel.going_on import GoingOn
from elder_channel.telephony.words import voice_for, words_of

PATH = "/prompt-audio"
"""Where our sounds are fetched, each by its name."""


class Sounds(Protocol):
    """The sounds there are, as `bilingual.prompt_audio.sounds.PromptSounds` has them."""

    def of_phrase(self, spoken: Spoken, manner: Manner) -> Played | None:
        """The sound of a phrase."""
        ...

    def of_message(self, message_id: str, voice_tag: str, manner: Manner) -> Played | None:
        """A person's recording of a whole message, in a language or dialect."""
        ...


@dataclass(frozen=True)
class Piece:
    """Something said without a break, and the quiet after it."""

    text: str
    language: str
    pause_after_ms: int
    carrier_voice: str
    """The carrier's voice that says the text where there is no sound."""
    carrier_language: str
    """The language tag the carrier knows that voice by."""
    sound: Played | None = None


@dataclass(frozen=True)
class Speech:
    """The voices the line speaks with."""

    voices: Mapping[str, str] = field(default_factory=dict)
    """The carrier's voice by the language tag it is asked in; the usual one for what is not in here."""
    sounds: Sounds | None = None
    """Where sounds come from; None: the carrier's voice says everything."""

    def message(
        self,
        message_id: str,
        language: str,
        manner: Manner = PLAIN,
        *,
        dialect: str | None = None,
        values: Mapping[str, Value] | None = None,
    ) -> tuple[Piece, ...]:
        """A message piece by piece, in the words and the order of `words_of`.

        A recording of the whole message in the caller's dialect goes before one in the language, that before the
        rendered phrases. A message for callers whose language is not known is never said in a dialect.
        """
        spoken = words_of(message_id, language, dialect, values=values)
        parts = [tuple(part) for _, part in groupby(spoken, key=lambda phrase: phrase.language)]
        spoken_in = dialect if len(parts) == 1 else None
        return tuple(piece for part in parts for piece in self._part(message_id, part, manner, spoken_in))

    def without_sounds(self) -> Speech:
        """The carrier's voices alone, for documents that are used while we are down."""
        return replace(self, sounds=None)

    def phrases(self, spoken: Iterable[Spoken], manner: Manner = PLAIN) -> tuple[Piece, ...]:
        """Phrases that are already written out, such as those with a name in them."""
        return tuple(self._piece(phrase, self._sound(phrase, manner)) for phrase in spoken)

    def _part(self, message_id: str, part: Sequence[Spoken], manner: Manner, dialect: str | None) -> tuple[Piece, ...]:
        language = parse_language(part[0].language)
        tags = [dialect, language] if dialect and language is Language.ZH else [language]
        for tag in tags:
            if recorded := self._recorded(message_id, tag, manner):
                return (self._piece(replace(part[-1], text=recorded.text), recorded),)
        return self.phrases(part, manner)

    def _piece(self, phrase: Spoken, sound: Played | None) -> Piece:
        voice, tag = voice_for(phrase.language)
        return Piece(phrase.text, phrase.language, phrase.pause_after_ms, self.voices.get(tag, voice), tag, sound)

    def _sound(self, phrase: Spoken, manner: Manner) -> Played | None:
        if self.sounds is None:
            return None
        with GoingOn("prompt_audio.lookup_failed"):  # the carrier's voice says it instead (law 1)
            return self.sounds.of_phrase(phrase, manner)
        return None

    def _recorded(self, message_id: str, voice_tag: str, manner: Manner) -> Played | None:
        if self.sounds is None:
            return None
        with GoingOn("prompt_audio.lookup_failed"):
            return self.sounds.of_message(message_id, voice_tag, manner)
        return None


def seconds_of(pieces: Iterable[Piece], manner: Manner = PLAIN) -> float:
    """How long the pieces last, pauses included: real for sounds, modelled for the carrier's voice."""
    return sum(
        (piece.sound.seconds if piece.sound else spoken_seconds([Spoken(piece.text, piece.language, 0)], manner))
        + piece.pause_after_ms / 1000
        for piece in pieces
    )


CARRIER_ONLY = Speech()
"""For documents that must be whole without us, as the one that the carrier keeps."""
