"""All that one recognition and a caller's number say about the dialect, put together."""

from __future__ import annotations

from collections.abc import Mapping

from dialects.acoustics import evidence_of
from dialects.catalogue import Catalogue
from dialects.evidence import Evidence, Identification, Source
from dialects.identify import identify
from dialects.recognizers.port import Recognition
from dialects.settings import IdentificationSettings
from dialects.sound import language_evidence
from dialects.words import word_evidence


def spoken_evidence(
    text: str,
    language_posterior: Mapping[str, float],
    acoustic: Mapping[str, float],
    catalogue: Catalogue,
    *,
    is_english: bool = False,
) -> list[Evidence]:
    """What the sound and the words of an utterance speak for.

    The sound is judged by the acoustic head; where there was none (another model, no head), by the language posterior
    alone. Never by both: the head has heard the language posterior already. Of a caller known to speak English the
    sound says nothing about a dialect, whichever the head finds it most like.
    """
    if is_english:
        sound: Evidence | None = _english_sound(catalogue) if acoustic or language_posterior else None
    else:
        sound = evidence_of(acoustic, catalogue) if acoustic else language_evidence(language_posterior, catalogue)
    pieces = (sound, word_evidence(text, catalogue))
    return [piece for piece in pieces if piece]


def _english_sound(catalogue: Catalogue) -> Evidence:
    """Moves nothing, and tells the agent why."""
    return Evidence(Source.ACOUSTIC, "说的是英语，口音不作方言依据", dict.fromkeys(catalogue.classes, 1.0))


def identify_sound(
    recognition: Recognition, by_number: Evidence | None, *, catalogue: Catalogue, settings: IdentificationSettings
) -> Identification:
    """The posterior from a recognition and, where there is one, what the number says."""
    evidence = spoken_evidence(recognition.text, recognition.language_posterior, recognition.acoustic, catalogue)
    return identify([*([by_number] if by_number else []), *evidence], catalogue=catalogue, settings=settings)
