"""Finds for each phrase a take that is understood after a telephone line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bilingual.manner import PLAIN
from bilingual.prompt_audio.engine import Phrase
from bilingual.prompt_audio.kokoro import Kokoro
from bilingual.prompt_audio.readback import heard_as, units
from bilingual.prompt_audio.shaping import shaped
from bilingual.prompt_audio.takes import Take
from bilingual.prompt_audio.wave import WIDE_HZ
from dialects.audio.mulaw import RATE_HZ
from dialects.error_rates import edits
from dialects.recognizers.port import Recognizer


@dataclass(frozen=True)
class Auditioned:
    """The best take of a phrase."""

    phrase: Phrase
    take: Take
    errors: int
    """Characters or words that were read back wrong; 0 ends the search."""
    heard: str
    tried: int


def audition(
    phrases: Iterable[Phrase],
    takes: Callable[[Phrase], Sequence[Take]],
    kokoro: Kokoro,
    recognizer: Recognizer,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> list[Auditioned]:
    """For each phrase the first of `takes` that is read back without an error, else the one with the fewest."""
    found = []
    for number, phrase in enumerate(phrases, start=1):
        found.append(_best(phrase, takes(phrase), kokoro, recognizer))
        progress(number)
    return found


def _best(phrase: Phrase, takes: Sequence[Take], kokoro: Kokoro, recognizer: Recognizer) -> Auditioned:
    best: Auditioned | None = None
    for tried, take in enumerate(takes, start=1):
        sound = shaped(kokoro.take(phrase, take).at_rate(WIDE_HZ), PLAIN).at_rate(RATE_HZ)
        heard = heard_as(sound.samples, phrase.language, recognizer)
        errors = edits(units(phrase.text, phrase.language), units(heard, phrase.language)).errors
        if best is None or errors < best.errors:
            best = Auditioned(phrase, take, errors, heard, tried)
        if not errors:
            break
    if best is None:
        raise ValueError("no takes to choose from")
    return best
