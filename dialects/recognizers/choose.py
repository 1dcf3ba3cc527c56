"""Which recognizers to try for a dialect, best first: a pure function of the dialect and of what this machine has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import takewhile

from dialects.catalogue import Catalogue
from dialects.recognizers.port import Capabilities
from dialects.support import CHINESE, MANDARIN

ENGLISH = "english"
"""Not a class of the catalogue, but a caller's language all the same."""


class Fitness(IntEnum):
    """How well a recognizer suits a dialect; the larger the better."""

    HEARS = 1  # knows Chinese: it writes something, and tells nothing reliable of what was said
    KNOWS_THE_GROUP = 2  # knows Mandarin, and the dialect is Mandarin
    MADE_FOR_IT = 3  # its own list names or covers the dialect
    RECOMMENDED = 4  # the catalogue recommends it


@dataclass(frozen=True)
class Offer:
    """A recognizer this machine may have."""

    capabilities: Capabilities
    answers_to: frozenset[str] = frozenset()
    """Ids under which the catalogue recommends it."""
    installed: bool = True
    """Whether its library is installed."""
    present: bool = True
    """Whether its model is there and whole."""


@dataclass(frozen=True)
class Choice:
    """A recognizer to try."""

    offer: Offer
    fitness: Fitness


def choose_recognizers(class_id: str, offers: Iterable[Offer], *, catalogue: Catalogue) -> tuple[Choice, ...]:
    """The usable recognizers for a dialect, `putonghua` or `english`, best first; ties keep the order offered.

    What only hears (a Mandarin recognizer for Min) comes last and is marked as such: it may find a key word, it is
    never relied on. Empty when nothing usable knows the language. Raises UnknownDialectError.
    """
    choices = [
        Choice(offer, fitness)
        for offer in offers
        if offer.installed and offer.present and (fitness := _fitness(class_id, offer, catalogue)) is not None
    ]
    return tuple(sorted(choices, key=lambda choice: (-choice.fitness, _rank(class_id, choice.offer, catalogue))))


def choose_better(
    class_id: str, listener: Offer, *, before: Sequence[Offer], after: Sequence[Offer], catalogue: Catalogue
) -> tuple[Choice, ...]:
    """Who is to hear a dialect again after `listener` has heard it, best first; empty when nobody knows it better.

    Those in `before` win where they know as much as the listener, those in `after` must know more. What only hears is
    never asked a second time. Raises UnknownDialectError.
    """
    choices = choose_recognizers(class_id, [*before, listener, *after], catalogue=catalogue)
    better = takewhile(lambda choice: choice.offer is not listener, choices)
    return tuple(choice for choice in better if choice.fitness > Fitness.HEARS)


def fitness_of(
    class_id: str, capabilities: Capabilities, answers_to: frozenset[str], *, catalogue: Catalogue
) -> Fitness | None:
    """How well one recognizer suits a dialect; None when it does not know the language. Raises UnknownDialectError."""
    return _fitness(class_id, Offer(capabilities, answers_to), catalogue)


def is_recognizable(class_id: str, *, catalogue: Catalogue) -> bool:
    """Whether any open recognizer is known to be reliable for the dialect; where none is, the person listens."""
    dialect = catalogue.dialects.get(class_id)
    return dialect is None or dialect.recognizer_quality != "none_reliable"


def _fitness(class_id: str, offer: Offer, catalogue: Catalogue) -> Fitness | None:
    knows = offer.capabilities
    if class_id == ENGLISH:
        return Fitness.MADE_FOR_IT if "en" in knows.languages else None
    is_mandarin = catalogue.group_of(class_id) == MANDARIN
    if _rank(class_id, offer, catalogue) < _NOT_RECOMMENDED:
        return Fitness.RECOMMENDED
    if class_id in knows.dialects:
        return Fitness.MADE_FOR_IT
    if CHINESE not in knows.languages:
        return None
    return Fitness.KNOWS_THE_GROUP if is_mandarin and not knows.dialects else Fitness.HEARS


_NOT_RECOMMENDED = 1_000


def _rank(class_id: str, offer: Offer, catalogue: Catalogue) -> int:
    """Place of the offer among the catalogue's recommendations."""
    dialect = catalogue.dialects.get(class_id)
    recommended = dialect.recognizers_recommended if dialect else ()
    return min((recommended.index(each) for each in offer.answers_to if each in recommended), default=_NOT_RECOMMENDED)
