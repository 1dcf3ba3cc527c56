"""What a caller said over several utterances, put together from who heard it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dialects.recognizers.port import Recognition
from dialects.recognizers.trust import JOINED
from dialects.settings import RecognitionSettings
from elder_channel.calls.model import Call, SaidStretch

ENGLISH = "en"
MAX_NAMES_CHARACTERS = 64
"""As the books have room for."""


@dataclass(frozen=True)
class Said:
    """All that was heard of a caller so far; the fields are the arguments of `Knowing.heard`."""

    text: str
    """As the best who heard it wrote it."""
    recognizer: str
    """Who wrote `text`; several names are joined."""
    first_text: str | None = None
    """What Whisper wrote of the same; None where `text` is that. Only this is evidence for a dialect: a recognizer made
    for Wu writes Wu whatever it hears."""
    language_posterior: Mapping[str, float] = field(default_factory=dict)
    acoustic: Mapping[str, float] = field(default_factory=dict)
    """What the acoustic head makes of the sound; without it the language posterior speaks alone."""
    stretches: tuple[SaidStretch, ...] = ()
    """`text` with its times; empty where the utterances have no ids."""


def what_was_said(utterances: Sequence[Recognition], again: Mapping[int, Recognition], ids: Sequence[str] = ()) -> Said:
    """What Whisper heard, utterance by utterance, and by the place of an utterance what was heard again by another.

    `ids` of the utterances, where their times are wanted.
    """
    best = [again.get(place, utterance) for place, utterance in enumerate(utterances)]
    return Said(
        text=_joined(best),
        recognizer=_names(best),
        first_text=_joined(utterances) if again else None,
        language_posterior=_mean([(part.language_posterior, part.seconds) for part in utterances]),
        # The mean, not the product: utterances of one caller share voice and line, so their errors are the same error.
        acoustic=_mean([(part.acoustic, part.seconds) for part in utterances]),
        stretches=tuple(each for id_, part in zip(ids, best, strict=False) for each in _stretches(id_, part)),
    )


def worth_hearing_again(call: Call, settings: RecognitionSettings) -> str | None:
    """The dialect for which a caller should be heard again, or None while none is probable enough."""
    identification = call.identification
    if call.language == ENGLISH or identification is None or identification.abstained:
        return None
    dialect, probability = identification.top
    return dialect if probability >= settings.specialist_probability else None


def _stretches(utterance: str, heard: Recognition) -> list[SaidStretch]:
    """An utterance's words with their times; as one where the recognizer tells none, or they are not those it wrote."""
    if not heard.text:
        return []
    if "".join("".join(each.text.split()) for each in heard.stretches) != "".join(heard.text.split()):
        return [SaidStretch(utterance, heard.text, 0.0, round(heard.seconds, 2))]
    return [SaidStretch(utterance, each.text, each.start_seconds, each.end_seconds) for each in heard.stretches]


def _joined(parts: Sequence[Recognition]) -> str:
    return " ".join(part.text for part in parts if part.text)


def _names(parts: Sequence[Recognition]) -> str:
    """Who wrote something, each once; the last alone where there is no room for all."""
    names = list(dict.fromkeys(part.recognizer for part in parts if part.text)) or [parts[-1].recognizer]
    joined = JOINED.join(names)
    return joined if len(joined) <= MAX_NAMES_CHARACTERS else names[-1]


def _mean(rows: Sequence[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """Mean of mappings, weighted by length; empty ones are left out, what a mapping lacks counts as 0."""
    given = [(row, weight) for row, weight in rows if row]
    total = sum(weight for _, weight in given) or 1.0
    mean: dict[str, float] = {}
    for row, weight in given:
        for key, probability in row.items():
            mean[key] = mean.get(key, 0.0) + probability * weight / total
    return mean
