"""Trains an acoustic head: linear discriminants whose scatter counts sources, not clips.

A source is one microphone, one room, often one voice. So every source of a class weighs the same; what differs between
sources of one class counts as scatter to be suppressed, like what differs within a source (linear discriminant
analysis with within-class scatter over sources; compare Kanagasundaram et al., "i-vector based speaker recognition
using source-normalised LDA", 2012). Some sources are lists of syllables and words, some are sentences: what that
difference is worth is learned from the classes that have both and taken off, else a list of syllables would sound like
the class whose list it is. Each view of the sound has a discriminant of its own; the encoder's frames, which know
microphones, have the smallest say. One temperature is fitted on sources left out of training.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.acoustics import ENGLISH, FEATURES, AcousticHead
from dialects.audio.lines import through_some_line
from dialects.audio.resample import to_recognizer_rate
from dialects.errors import TrainingDataError
from dialects.evaluate import FeatureMaker, Heard, Progress, hear, left_out, probabilities
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.sound_features import LANGUAGES
from dialects.scoring import Answer
from dialects.utterances import SEED, Clip, utterances_of

Matrix = NDArray[np.float64]

MAY_BE_USED: Final = ("MIT (repository)", "CC0", "CC BY 4.0", "CC BY-SA", "Apache-2.0", "free for commercial")
"""Beginnings of stated licences that let a model be trained and given away. A repository's own licence is taken to
cover its recordings, unless the manifest says that it does not mention them."""
LISTED: Final = ("syllable", "word")
"""Units of a manifest that are read from lists."""
_FEWEST_UTTERANCES = 2


@dataclass(frozen=True)
class Recipe:
    """How a head is fitted; the defaults were chosen on the `dev` split and on sources left out of `train`."""

    shrink: float = 0.3
    """Share of the scatter replaced by the same variance in every direction."""
    between_sources: float = 3.0
    """Weight of what differs between sources of one class."""
    parts_share: float = 0.75
    """Weight of the language posterior of parts; that of the whole utterance has the rest."""
    early_dimensions: int = 60
    """Principal directions of the encoder frame kept."""
    early_weight: float = 0.2
    """Weight of the encoder frame beside the two language posteriors."""
    lines: int = 1
    """Drawn telephone lines every recording is heard through, beside a plain one. With one, heads are better on sources
    left out, over plain lines and bad ones, and on `dev` through bad ones (docs/recognition.md)."""


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Features of utterances with what they are and where they are from."""

    features: Matrix
    """[n, features]."""
    classes: tuple[str, ...]
    sources: tuple[str, ...]
    sentences: tuple[bool, ...]
    """Whether each is a sentence, not a list of syllables or words."""

    @property
    def domains(self) -> list[tuple[str, str]]:
        """Class and source of each."""
        return list(zip(self.classes, self.sources, strict=True))

    def without(self, source: str) -> TrainingSet:
        """The set with a source left out, whatever it speaks."""
        return self.only([index for index, one in enumerate(self.sources) if one != source])

    def only(self, rows: Sequence[int]) -> TrainingSet:
        """The set of these rows."""
        kept = list(rows)
        parts = (tuple(part[row] for row in kept) for part in (self.classes, self.sources, self.sentences))
        return TrainingSet(self.features[kept], *parts)  # type: ignore[arg-type]  # three parts, each of its type


def licensed(clips: Sequence[Clip]) -> list[Clip]:
    """The clips whose stated licence lets a model be trained on them."""
    return [
        clip
        for clip in clips
        if clip.licence.startswith(MAY_BE_USED) and "recordings not mentioned" not in clip.licence
    ]


def hear_for_training(
    clips: Sequence[Clip],
    maker: FeatureMaker,
    recipe: Recipe,
    *,
    join: bool = True,
    progress: Progress = lambda _: None,
) -> tuple[list[Heard], list[Heard]]:
    """Hear every clip over a plain line and over drawn ones, joined anew each time.

    Returns what was heard over the plain line, for leaving sources out, and all that was heard.
    """
    plain = hear(utterances_of(clips, join=join), maker, progress=progress)
    everything = list(plain)
    for number in range(1, recipe.lines + 1):
        draw = np.random.default_rng(SEED + number)
        line = _line(draw)
        utterances = utterances_of(clips, join=join, seed=SEED + number)
        everything += hear(utterances, maker, line=line, progress=progress)
    return plain, everything


def hearings(clips: Sequence[Clip], recipe: Recipe, *, join: bool = True) -> int:
    """How many utterances `hear_for_training` hears."""
    return sum(len(utterances_of(clips, join=join, seed=SEED + number)) for number in range(recipe.lines + 1))


def _line(draw: np.random.Generator) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    return lambda samples: to_recognizer_rate(through_some_line(samples, rate_hz=RATE_HZ, draw=draw))


def training_set(heard: Sequence[Heard]) -> TrainingSet:
    """The features of what was heard, by class and source."""
    return TrainingSet(
        np.stack([one.features for one in heard]).astype(np.float64),
        tuple(one.utterance.dialect_id for one in heard),
        tuple(one.utterance.source for one in heard),
        tuple(one.utterance.clips[0].unit not in LISTED for one in heard),
    )


def fit(data: TrainingSet, recipe: Recipe, *, name: str, temperature: float = 1.0) -> AcousticHead:
    """A head for the classes of the data; raises TrainingDataError when there are fewer than two."""
    classes = tuple(sorted(one for one, count in Counter(data.classes).items() if count >= _FEWEST_UTTERANCES))
    if len(classes) < 2:
        raise TrainingDataError("A head needs recordings of at least two classes.")
    center = data.features.mean(axis=0)
    scale = data.features.std(axis=0) + 1e-6
    plain = (data.features - center) / scale
    whole, parts, early = plain[:, :LANGUAGES], plain[:, LANGUAGES : 2 * LANGUAGES], plain[:, 2 * LANGUAGES :]
    directions = _principal(early, data.domains, recipe.early_dimensions)
    of_whole = _discriminant(whole, data, classes, recipe)
    of_parts = _discriminant(parts, data, classes, recipe)
    of_early = _discriminant(early @ directions, data, classes, recipe)
    shares = (1 - recipe.parts_share, recipe.parts_share, recipe.early_weight)
    each = (of_whole[0], of_parts[0], of_early[0] @ directions.T)
    weights = np.concatenate([share * one for share, one in zip(shares, each, strict=True)], axis=1)
    bias = np.sum([share * one[1] for share, one in zip(shares, (of_whole, of_parts, of_early), strict=True)], axis=0)
    as_float = (array.astype(np.float32) for array in (center, scale, weights, bias))
    center32, scale32, weights32, bias32 = as_float
    return AcousticHead(name, FEATURES, classes, center32, scale32, weights32, bias32, temperature)


def _discriminant(
    features: Matrix, data: TrainingSet, classes: Sequence[str], recipe: Recipe
) -> tuple[Matrix, NDArray[np.float64]]:
    """Weights [classes, features] and bias [classes] of the linear discriminant over sources."""
    domains = data.domains
    rows = {domain: [row for row, one in enumerate(domains) if one == domain] for domain in sorted(set(domains))}
    within = np.mean([_scatter(features[some]) for some in rows.values()], axis=0)
    styles = {
        domain: float(np.mean([data.sentences[row] for row in some]) > 0.5) - 0.5 for domain, some in rows.items()
    }
    means, between = _class_means(
        {domain: features[some].mean(axis=0) for domain, some in rows.items()}, styles, classes
    )
    scatter = within + recipe.between_sources * between
    even = np.trace(scatter) / len(scatter) * np.eye(len(scatter))
    weights = np.linalg.solve((1 - recipe.shrink) * scatter + recipe.shrink * even, means.T).T
    return weights, -0.5 * (weights * means).sum(axis=1)


Domain = tuple[str, str]


def _class_means(
    source_means: Mapping[Domain, Matrix], styles: Mapping[Domain, float], classes: Sequence[str]
) -> tuple[Matrix, Matrix]:
    """Means of the classes [classes, features] halfway between lists and sentences, and the scatter of sources.

    A mean of a source is taken as class + style + what is the source's own; the style (+0.5 sentences, -0.5 lists) is
    fitted by least squares within classes, so only those with both kinds say what it is worth.
    """
    of_class = {one: [domain for domain in source_means if domain[0] == one] for one in classes}
    along, total = np.zeros_like(next(iter(source_means.values()))), 0.0
    for domains in of_class.values():
        usual = np.mean([styles[domain] for domain in domains])
        along = along + sum((styles[domain] - usual) * source_means[domain] for domain in domains)
        total += float(sum((styles[domain] - usual) ** 2 for domain in domains))
    style = along / total if total else along
    plain = {domain: mean - styles[domain] * style for domain, mean in source_means.items()}
    means = {one: np.mean([plain[domain] for domain in domains], axis=0) for one, domains in of_class.items()}
    own = [plain[domain] - means[one] for one, domains in of_class.items() for domain in domains]
    spare = len(own) - len(classes) - bool(total)
    between = np.sum([np.outer(one, one) for one in own], axis=0) / max(spare, 1)
    return np.stack([means[one] for one in classes]), between


def _scatter(rows: Matrix) -> Matrix:
    deviations = rows - rows.mean(axis=0)
    return np.asarray(deviations.T @ deviations / max(len(rows) - 1, 1))


def _principal(features: Matrix, domains: Sequence[tuple[str, str]], count: int) -> Matrix:
    """The `count` directions [features, count] of largest variance, every source weighing the same."""
    sizes = Counter(domains)
    shares = np.array([1 / sizes[domain] for domain in domains])
    covariance = (features * shares[:, None]).T @ features / shares.sum()
    return np.asarray(np.linalg.eigh(covariance)[1][:, -count:])


def leave_sources_out(
    data: TrainingSet, plain: Sequence[Heard], recipe: Recipe, *, clips: Sequence[Clip]
) -> list[Answer]:
    """What heads make of sources they were not trained on, each source left out once; not yet calibrated.

    Only classes that keep enough clips are measured; the head still chooses among all classes it knows.
    """
    answers: list[Answer] = []
    for source, measurable in left_out(clips):
        head = fit(data.without(source), recipe, name="left-out")
        held = [one for one in plain if one.utterance.source == source and one.utterance.dialect_id in measurable]
        answers += [
            Answer(one.utterance.dialect_id, source, row)
            for one, row in zip(held, probabilities(held, head), strict=True)
            if one.utterance.dialect_id in head.classes
        ]
    return answers


def answers_on(heard: Sequence[Heard], head: AcousticHead) -> list[Answer]:
    """What a head makes of utterances of the classes it knows."""
    known = [one for one in heard if one.utterance.dialect_id in head.classes]
    return [
        Answer(one.utterance.dialect_id, one.utterance.source, row)
        for one, row in zip(known, probabilities(known, head), strict=True)
    ]


def well_kept(answers: Sequence[Answer], clips: Sequence[Clip]) -> list[Answer]:
    """The answers on classes that keep two sources or more when one is left out."""
    sources = Counter(dialect_id for dialect_id, _ in {(clip.dialect_id, clip.source) for clip in clips})
    return [one for one in answers if one.dialect_id != ENGLISH and sources[one.dialect_id] > 2]


def fit_temperature(answers: Sequence[Answer]) -> float:
    """The temperature at which answers on unseen sources are likeliest, every class of a source weighing the same.

    Answers are probabilities at temperature 1. 1 when there are none.
    """
    sizes = Counter((one.dialect_id, one.source) for one in answers)
    if not answers:
        return 1.0

    def loss(temperature: float) -> float:
        total = 0.0
        for one in answers:
            logs = np.log(np.maximum(list(one.probabilities.values()), 1e-30)) / temperature
            index = list(one.probabilities).index(one.dialect_id)
            total -= float(logs[index] - np.logaddexp.reduce(logs)) / sizes[one.dialect_id, one.source]
        return total

    return float(min(np.geomspace(0.5, 50, 80), key=loss))


def calibrated(answers: Sequence[Answer], temperature: float) -> list[Answer]:
    """The same answers at a temperature."""
    told = []
    for one in answers:
        logs = np.log(np.maximum(list(one.probabilities.values()), 1e-30)) / temperature
        row = np.exp(logs - np.logaddexp.reduce(logs))
        told.append(replace(one, probabilities=dict(zip(one.probabilities, map(float, row), strict=True))))
    return told
