"""How far a transcript is to be trusted, given who heard it and what dialect was probably spoken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from dialects.catalogue import Catalogue
from dialects.recognizers.choose import ENGLISH, Fitness, fitness_of, is_recognizable
from dialects.recognizers.models import load_models
from dialects.recognizers.port import Capabilities
from dialects.support import CHINESE

JOINED: Final = " + "
"""Between the names of several recognizers that heard one call."""
_SETTLED = 0.5  # a probability from which on more speaks for it than against it
_GOOD = frozenset({"ok", "assumed_ok"})
_ANY_WHISPER = Capabilities("whisper", frozenset({CHINESE, "en"}))


class Trust(StrEnum):
    """How far what was written down can be relied on; each member is better than those above it."""

    PERSON = "person"  # no open recognizer is reliable for the dialect: the person is the recognizer
    KEY_WORDS = "key_words"  # who heard it does not know the dialect: a key word may be right
    UNSURE = "unsure"  # knows the dialect or its group, with many mistakes
    GOOD = "good"  # made for it, and judged good


_ORDER: Final = tuple(Trust)


def judge_trust(
    recognizer: str | None, posterior: Mapping[str, float], *, is_english: bool, catalogue: Catalogue
) -> Trust | None:
    """How far to trust what `recognizer` wrote (names as in `Recognition.recognizer`, None: nothing was heard yet).

    Each dialect counts with its probability, so an abstention is judged too: the answer is the least trust that half
    of the probability is at or below, and never more than the likeliest dialect deserves. Before anything was heard
    only `PERSON` is told. None when nothing can be told.
    """
    if is_english:
        return Trust.GOOD if recognizer else None
    if not posterior:
        return None
    names = recognizer.split(JOINED) if recognizer else []
    each = {class_id: _trust(names, class_id, catalogue) for class_id in posterior}
    likeliest = each[max(posterior, key=lambda class_id: posterior[class_id])]
    trust = min(_of_half(each, posterior), likeliest, key=_ORDER.index)
    return trust if recognizer or trust is Trust.PERSON else None


def _of_half(each: Mapping[str, Trust], posterior: Mapping[str, float]) -> Trust:
    reached = 0.0
    for trust in _ORDER[:-1]:
        reached += sum(probability for class_id, probability in posterior.items() if each[class_id] is trust)
        if reached >= _SETTLED:
            return trust
    return _ORDER[-1]


def _trust(names: Iterable[str], class_id: str, catalogue: Catalogue) -> Trust:
    if not is_recognizable(class_id, catalogue=catalogue):
        return Trust.PERSON
    if class_id == ENGLISH:
        return Trust.GOOD
    fitness = min((_fitness(name, class_id, catalogue) for name in names), default=Fitness.HEARS)
    if fitness is Fitness.HEARS:
        return Trust.KEY_WORDS
    dialect = catalogue.dialects.get(class_id)
    if dialect is None:  # Putonghua, which whoever knows the group knows
        return Trust.GOOD
    is_good = fitness >= Fitness.MADE_FOR_IT and dialect.recognizer_quality in _GOOD
    return Trust.GOOD if is_good else Trust.UNSURE


def _fitness(name: str, class_id: str, catalogue: Catalogue) -> Fitness:
    """By what the named recognizer can do; one that is no added model (Whisper, the carrier's) knows the language."""
    model = next((model for model in load_models().values() if model.name == name), None)
    capabilities, answers_to = (model.capabilities, model.answers_to) if model else (_ANY_WHISPER, frozenset[str]())
    return fitness_of(class_id, capabilities, answers_to, catalogue=catalogue) or Fitness.HEARS
