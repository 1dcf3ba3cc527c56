"""Adds the evidence up: a posterior over the 42 dialects and Putonghua, or an abstention.

Log-linear pooling: log p(class) = log prior + sum of weight x log likelihood, where the settings give a weight to each
source (Genest & Zidek, "Combining probability distributions", Statistical Science 1986). Deliberately small: another
way of fusing needs only the same signature.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from dialects.catalogue import Catalogue
from dialects.evidence import Evidence, Identification, Source, WeighedEvidence
from dialects.prior import prior
from dialects.settings import IdentificationSettings

T = TypeVar("T")

LIKELIHOOD_FLOOR = 1e-3
"""No single evidence holds a class less than this likely beside the class it speaks for most: sources err."""
POSTERIOR_FLOOR = 1e-6
"""No class is ever ruled out."""
CHOICE_TRUST = 0.97
"""Probability that what the caller chose about the own dialect holds; the rest is left to the other evidence."""


def identify(evidence: Iterable[Evidence], *, catalogue: Catalogue, settings: IdentificationSettings) -> Identification:
    """Fuse the evidence.

    The order does not matter and the same evidence given twice counts once. With no evidence the posterior is the
    prior (Putonghua its configured share, the 42 evenly) and the identification abstains. A caller's own choice wins.
    Evidence of an interim utterance is to be replaced by that of the final one, not added to it.
    """
    pieces = _distinct(evidence)
    start = [math.log(max(p, POSTERIOR_FLOOR)) for p in prior(catalogue, settings).values()]
    logs = [_weighted_logs(piece, catalogue.classes, settings) for piece in pieces]
    posterior = _posterior(start, pieces, logs)
    weighed = []
    for index, piece in enumerate(pieces):
        without = _posterior(start, _leave_out(pieces, index), _leave_out(logs, index))
        weighed.append(WeighedEvidence(piece.source, piece.text, _divergence(posterior, without)))
    best = max(posterior)
    return Identification(
        posterior=dict(zip(catalogue.classes, posterior, strict=True)),
        abstained=not pieces or best < settings.abstain_below,
        evidence=tuple(sorted(weighed, key=lambda item: (-item.weight, item.source, item.text))),
    )


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    pieces: list[Evidence] = []
    for piece in evidence:
        if piece not in pieces:
            pieces.append(piece)
    # a fixed order makes the sums the same to the last bit, however the pieces arrived
    return sorted(pieces, key=lambda piece: (piece.source, piece.text, *piece.likelihood.values()))


def _weight(source: Source, settings: IdentificationSettings) -> float:
    weights: Mapping[Source, float] = {
        Source.NUMBER: settings.number_weight,
        Source.CUSTOMER: settings.customer_weight,
        Source.ACOUSTIC: settings.acoustic_weight,
        Source.WORDS: settings.words_weight,
        Source.CHOICE: 1.0,  # not a matter of settings: the caller decides
    }
    return weights[source]


def _weighted_logs(piece: Evidence, classes: Sequence[str], settings: IdentificationSettings) -> list[float]:
    values = [piece.likelihood[class_id] for class_id in classes]
    highest = max(values)
    weight = _weight(piece.source, settings)
    return [weight * math.log(max(value / highest, LIKELIHOOD_FLOOR)) for value in values]


def _posterior(start: Sequence[float], pieces: Sequence[Evidence], logs: Sequence[Sequence[float]]) -> list[float]:
    chosen = [piece.source is Source.CHOICE for piece in pieces]
    heard = _normalised(start, [log for log, is_choice in zip(logs, chosen, strict=True) if not is_choice])
    if not any(chosen):
        return heard
    flat = [0.0] * len(start)
    choice = _normalised(flat, [log for log, is_choice in zip(logs, chosen, strict=True) if is_choice])
    return [CHOICE_TRUST * c + (1 - CHOICE_TRUST) * h for c, h in zip(choice, heard, strict=True)]


def _normalised(start: Sequence[float], logs: Sequence[Sequence[float]]) -> list[float]:
    """Softmax of the sums, each class at least at the floor."""
    sums = [sum(column) for column in zip(start, *logs, strict=True)]
    highest = max(sums)
    masses = [math.exp(value - highest) for value in sums]
    total = sum(masses)
    floored = [max(mass / total, POSTERIOR_FLOOR) for mass in masses]
    total = sum(floored)
    return [mass / total for mass in floored]


def _divergence(posterior: Sequence[float], without: Sequence[float]) -> float:
    """KL(posterior || without), nats."""
    return max(0.0, sum(p * math.log(p / q) for p, q in zip(posterior, without, strict=True)))


def _leave_out(items: Sequence[T], index: int) -> list[T]:
    return [*items[:index], *items[index + 1 :]]
