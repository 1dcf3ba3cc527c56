"""The port of everything that can say a sentence of the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bilingual.prompt_audio.sound import Sound


@dataclass(frozen=True)
class Phrase:
    """One phrase of a message, as it is to be said."""

    message_id: str
    number: int
    """Which phrase of the message in this language, from 1."""
    language: str
    """`zh`, `en`, or the id of a dialect."""
    text: str

    def __str__(self) -> str:
        """As errors name it."""
        return f"phrase {self.number} of `{self.message_id}` in `{self.language}`"


@dataclass(frozen=True)
class Rendered:
    """What an engine has said."""

    sound: Sound
    pace_percent: int = 100
    """How much of the pace that was asked for is still to be made by changing the sound; 100 when the engine did it."""


class PromptEngine(Protocol):
    """Says sentences: an engine with a voice, or recordings of a person."""

    @property
    def name(self) -> str:
        """Such as `kokoro`, for the manifest."""
        ...

    @property
    def version(self) -> str:
        """Changes when the engine would say the same sentence differently."""
        ...

    @property
    def licence(self) -> str:
        """Under which its sounds may be used."""
        ...

    def voice(self, phrase: Phrase) -> str | None:
        """Whose voice would say the phrase, so exact that another sound has another name; None when it cannot."""
        ...

    def speak(self, phrase: Phrase, *, rate_percent: int) -> Rendered:
        """The phrase as mono samples, at `rate_percent` of the voice's own pace, or as near as the engine can.

        Raises `EngineFailedError` for a phrase it cannot say, `EngineAbsentError` when what it needs has gone.
        """
        ...
