"""Finds for each phrase a take that is understood after a telephone line, in every manner it is said in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bilingual.manner import Manner
from bilingual.prompt_audio.engine import Phrase
from bilingual.prompt_audio.pack import opus
from bilingual.prompt_audio.readback import heard_as, misheard
from bilingual.prompt_audio.shaping import shaped
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.takes import Take
from bilingual.prompt_audio.wave import WIDE_HZ
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognizer

DRAWS: Final = 2
"""How often a take is said: the voice draws noise, and a take that is understood by luck is none."""


class Voice(Protocol):
    """Says a phrase in a way that is asked for."""

    def take(self, phrase: Phrase, take: Take) -> Sound:
        """The phrase said in this way."""
        ...


@dataclass(frozen=True)
class Part:
    """A phrase that is looked for."""

    phrase: Phrase
    manners: tuple[Manner, ...]
    """That it is said in; one take serves them all."""


@dataclass(frozen=True)
class Auditioned:
    """The best take of a phrase."""

    phrase: Phrase
    take: Take
    errors: int
    """Sounds that were not understood, all manners and draws together; 0 ends the search."""
    heard: str
    """What was written of the first that was wrong, else of the last."""
    tried: int


def audition(
    parts: Iterable[Part],
    takes: Callable[[Phrase], Sequence[Take]],
    voice: Voice,
    recognizer: Recognizer,
) -> Iterator[Auditioned]:
    """For each phrase the first of `takes` that is read back without an error, else the one with the fewest."""
    for part in parts:
        yield _best(part, takes(part.phrase), voice, recognizer)


def _best(part: Part, takes: Sequence[Take], voice: Voice, recognizer: Recognizer) -> Auditioned:
    best: Auditioned | None = None
    for tried, take in enumerate(takes, start=1):
        errors, told = 0, ""
        for heard, wrong in _heard(part, take, voice, recognizer):
            told = told if errors else heard
            errors += wrong
            if best is not None and errors >= best.errors:
                break
        if best is None or errors < best.errors:
            best = Auditioned(part.phrase, take, errors, told, tried)
        if not best.errors:
            break
    if best is None:
        raise ValueError("no takes to choose from")
    return best


def _heard(part: Part, take: Take, voice: Voice, recognizer: Recognizer) -> Iterator[tuple[str, int]]:
    """What is understood of a take, and how much of it wrong, as it would ship."""
    phrase = part.phrase
    for _ in range(DRAWS):
        said = voice.take(phrase, take).at_rate(WIDE_HZ)
        for manner in part.manners:
            sound = shaped(said, manner, pace_percent=manner.rate_percent).at_rate(RATE_HZ)
            samples = decode_audio(opus(sound, phrase.text), rate_hz=RATE_HZ).samples
            heard = heard_as(samples, phrase.language, recognizer)
            yield heard, misheard(phrase.text, heard, phrase.language)
