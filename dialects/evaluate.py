"""What identification is worth on recordings: the sound alone, and fused with drawn numbers.

The recordings are heard as a call would be: through a telephone, at 8 kHz, whatever they were made with.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from dialects.abstention import at_threshold, coverage
from dialects.acoustics import ENGLISH, AcousticHead, evidence_of
from dialects.area import number_evidence
from dialects.audio.lines import through_some_line
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from dialects.catalogue import Catalogue
from dialects.evidence import Evidence
from dialects.identify import identify
from dialects.recognizers.port import RATE_HZ
from dialects.scoring import Answer, Judged, judge, score
from dialects.settings import IdentificationSettings
from dialects.simulated_numbers import MIGRANT_SHARE, draw_number, perturbed
from dialects.utterances import SEED, Clip, Utterance

Floats = NDArray[np.float32]
Progress = Callable[[int], object]
"""Told after each utterance how many are done."""

NUMBERS_EACH: Final = 20
"""Numbers drawn for every utterance."""
MANY_MIGRANTS: Final = 0.4
LEFT_FOR_OTHERS: Final = 20
"""Clips a class must keep when a source is left out, to be measured on it."""


class FeatureMaker(Protocol):
    """Turns an utterance into what a head takes."""

    def features(self, samples_16k: Floats) -> Floats:
        """One utterance, mono float32 at 16 kHz, as numbers [features]."""
        ...


@dataclass(frozen=True, eq=False)
class Heard:
    """An utterance and its features."""

    utterance: Utterance
    features: Floats
    milliseconds: float
    """What the features cost, by the clock."""
    processor_milliseconds: float = 0.0
    """The same in time of the processor, which other work on the machine does not lengthen."""


def on_the_telephone(samples_16k: Floats) -> Floats:
    """The sound at 16 kHz after a telephone line."""
    return to_recognizer_rate(through_telephone(samples_16k, rate_hz=RATE_HZ))


def some_bad_line(seed: int) -> Callable[[Floats], Floats]:
    """The sound at 16 kHz after another drawn line each time: rooms, receivers, noise, clipping, lost packets.

    The same seed draws the same lines in the same order.
    """
    draw = np.random.default_rng(seed)
    return lambda samples: to_recognizer_rate(through_some_line(samples, rate_hz=RATE_HZ, draw=draw))


def hear(
    utterances: Sequence[Utterance],
    maker: FeatureMaker,
    *,
    line: Callable[[Floats], Floats] = on_the_telephone,
    progress: Progress = lambda _: None,
) -> list[Heard]:
    """The features of every utterance; raises the ManifestError of a recording that cannot be read."""
    heard = []
    for count, utterance in enumerate(utterances, start=1):
        sound = line(utterance.sound())
        begun, used = time.perf_counter(), time.process_time()
        features = maker.features(sound)
        by_clock, by_processor = time.perf_counter() - begun, time.process_time() - used
        heard.append(Heard(utterance, features, by_clock * 1000, by_processor * 1000))
        progress(count)
    return heard


def evaluate(
    heard: Sequence[Heard],
    head: AcousticHead,
    *,
    catalogue: Catalogue,
    settings: IdentificationSettings,
    with_numbers: bool = False,
    repeats: int = 1,
) -> dict[str, Any]:
    """The figures of a manifest as JSON-ready mappings: `acoustic`, with numbers also `fused`, and `latency_ms`.

    `repeats` is how often each utterance was heard, over other lines: `n` and intervals are of utterances.

    `latency_ms` (by the clock) and `processor_ms` are of identification alone, from the sound of an utterance to the
    features of the head, encoding included; the head and the fusion after it take microseconds.
    """
    rows = probabilities(heard, head)
    answers = [
        Answer(one.utterance.dialect_id, one.utterance.source, row) for one, row in zip(heard, rows, strict=True)
    ]
    judged = [judge(answer, trained=head.classes, catalogue=catalogue) for answer in answers]
    alone = [
        replace(one, best=max(_posterior(answer.probabilities, None, catalogue, settings).values()))
        for one, answer in zip(judged, answers, strict=True)
    ]
    acoustic = {
        **score(judged, repeats=repeats),
        "coverage": coverage(judged),
        "threshold": at_threshold(alone, settings.abstain_below),
    }
    figures: dict[str, Any] = {"acoustic": acoustic, "head": head.name, "settings": settings.model_dump()}
    if with_numbers:
        figures |= _with_numbers(answers, head, catalogue, settings, repeats=repeats)
    figures["latency_ms"] = percentiles([one.milliseconds for one in heard])
    figures["processor_ms"] = percentiles([one.processor_milliseconds for one in heard])
    return figures


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """`p50` and `p95` of what utterances cost; 0 when there are none."""
    p50, p95 = np.percentile(milliseconds or [0.0], [50, 95])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


def probabilities(heard: Sequence[Heard], head: AcousticHead) -> list[dict[str, float]]:
    """Class id to probability for every utterance, as the head gives it."""
    if not heard:
        return []
    matrix = head.probabilities(np.stack([one.features for one in heard]))
    return [dict(zip(head.classes, map(float, row), strict=True)) for row in matrix]


def _with_numbers(
    answers: Sequence[Answer],
    head: AcousticHead,
    catalogue: Catalogue,
    settings: IdentificationSettings,
    *,
    repeats: int,
) -> dict[str, Any]:
    """Fused figures: the catalogue as it is, perturbed shares, twice the migrants; and what abstaining buys."""
    draw = random.Random(SEED)  # noqa: S311 - simulated callers
    other = perturbed(catalogue, draw)
    fused = _fused(answers, head, catalogue, settings)
    shaken = _fused(answers, head, catalogue, settings, shares=other)
    wandering = _fused(answers, head, catalogue, settings, migrant_share=MANY_MIGRANTS)
    brief = ("top1", "top3", "ece", "log_probability")
    return {
        "fused": {
            **score(fused, repeats=NUMBERS_EACH * repeats),
            "numbers_each": NUMBERS_EACH,
            "if": "the catalogue is right about who speaks what where",
            "perturbed_shares": {key: score(shaken)[key] for key in brief},
            "migrants_40_percent": {key: score(wandering)[key] for key in brief},
            "number_alone": {
                key: score(_fused(answers, head, catalogue, settings, listen=False))[key] for key in brief
            },
            "coverage": coverage(fused),
            "threshold": at_threshold(fused, settings.abstain_below),
        }
    }


def _fused(
    answers: Sequence[Answer],
    head: AcousticHead,
    catalogue: Catalogue,
    settings: IdentificationSettings,
    *,
    migrant_share: float = MIGRANT_SHARE,
    shares: Mapping[str, Mapping[str, float]] | None = None,
    listen: bool = True,
) -> list[Judged]:
    """Every answer with drawn numbers, several times; the line still believes the catalogue and its own settings."""
    draw = random.Random(SEED)  # noqa: S311 - simulated callers
    judged = []
    for answer in answers:
        for _ in range(NUMBERS_EACH):
            number = draw_number(answer.dialect_id, catalogue, draw, migrant_share=migrant_share, shares=shares)
            mixed = _posterior(answer.probabilities if listen else {}, number, catalogue, settings)
            told = Answer(answer.dialect_id, answer.source, mixed)
            judged.append(judge(told, trained=head.classes, catalogue=catalogue))
    return judged


def _posterior(
    probabilities: Mapping[str, float], number: str | None, catalogue: Catalogue, settings: IdentificationSettings
) -> dict[str, float]:
    """What the line makes of a head's answer, and of a number where there is one, with English beside the dialects.

    English is no class of the catalogue; how sure the head is of it is taken as it is.
    """
    english = probabilities.get(ENGLISH, 0.0)
    sound = evidence_of(probabilities, catalogue) if probabilities else None
    pieces: list[Evidence | None] = [number_evidence(number, catalogue, settings) if number else None, sound]
    posterior = identify([piece for piece in pieces if piece], catalogue=catalogue, settings=settings).posterior
    return {**{key: p * (1 - english) for key, p in posterior.items()}, ENGLISH: english}


def left_out(clips: Sequence[Clip]) -> Iterator[tuple[str, list[str]]]:
    """Each source and the classes that can be measured on it when it is left out of training.

    A class needs `LEFT_FOR_OTHERS` clips of other sources (Shanghai and Suzhou are counted apart, as trained).
    """
    for source in sorted({clip.source for clip in clips}):
        of_source = sorted({clip.dialect_id for clip in clips if clip.source == source})
        measurable = [
            dialect_id
            for dialect_id in of_source
            if sum(clip.dialect_id == dialect_id and clip.source != source for clip in clips) >= LEFT_FOR_OTHERS
        ]
        if measurable:
            yield source, measurable


def single_source(clips: Sequence[Clip]) -> list[str]:
    """Classes whose score cannot be known from these clips: all of one source."""
    sources: dict[str, set[str]] = {}
    for clip in clips:
        sources.setdefault(clip.dialect_id, set()).add(clip.source)
    return sorted(dialect_id for dialect_id, found in sources.items() if len(found) == 1)
