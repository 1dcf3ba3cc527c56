"""Trains the model for replies from the seeds: `python -m greeting_sms.inbound.train`.

scikit-learn trains, and is an extra for developers; what it makes is written as plain numbers (`model.py`). The figures
it prints are of families of seeds held out in five folds: variants of one sentence are never on both sides. The frozen
sets are not read.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greeting_sms.inbound.concepts import features
from greeting_sms.inbound.families import distinct, families, folds
from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.joined import joined
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.model import ABOUT, NGRAMS, WEIGHTS, as_line, ngrams
from greeting_sms.inbound.seeds import Example, examples
from greeting_sms.inbound.syllables import runs

TO_FOLDER = Path(__file__).parent.parent / "data/inbound"
FOLDS = 5
STRENGTH = 3.0
"""Inverse of the regularisation."""
EVENED = 0.3
"""How far labels with many seeds are brought down to those with few: 0 not at all, 1 until all weigh the same."""
ORDINARY = 3.0
"""How much more talk of no matter weighs: there is no end to what it may say, and seeds hold little of it."""
STEP = 1 / 32
"""Weights are written in steps of this: a third of the file, and no probability moves by more than a hundredth."""
LEAST_EXAMPLES = 3
"""A run of letters that stands in fewer is not learned."""


def train(learned: Sequence[Example]) -> tuple[Any, Any]:
    """The fitted vectorizer and classifier of scikit-learn; the more ways a seed is filled in, the less each counts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion

    vectorizer = FeatureUnion(
        [
            ("ngrams", TfidfVectorizer(analyzer=_grams, sublinear_tf=True, min_df=LEAST_EXAMPLES)),
            ("concepts", TfidfVectorizer(analyzer=_concepts, sublinear_tf=True)),
            ("sounds", TfidfVectorizer(analyzer=_sounds, sublinear_tf=True, min_df=LEAST_EXAMPLES)),
        ]
    )
    learned = [*learned, *joined(learned)]
    rows = vectorizer.fit_transform(_words(learned))
    classifier = LogisticRegression(C=STRENGTH, max_iter=400, tol=2e-3)
    return vectorizer, classifier.fit(rows, [str(each.label) for each in learned], sample_weight=_weights(learned))


def held_out(learned: Sequence[Example], of_family: Sequence[int]) -> NDArray[np.float64]:
    """What a model that has not seen an example's family says of it: (examples, labels in the order of `Label`)."""
    said = np.zeros((len(learned), len(Label)))
    of_fold = np.array(folds(of_family, FOLDS))
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(of_fold != number), np.flatnonzero(of_fold == number)
        vectorizer, classifier = train([learned[at] for at in inside])
        order = [list(classifier.classes_).index(str(label)) for label in Label]
        said[outside] = classifier.predict_proba(vectorizer.transform(_words([learned[at] for at in outside])))[
            :, order
        ]
    return said


def write(folder: Path, learned: Sequence[Example]) -> dict[str, Any]:
    """Train on everything and write the model; what is told of it."""
    seeds, learned = len({each.seed for each in learned}), distinct(learned)
    of_family = families(learned)
    vectorizer, classifier = train(learned)
    grams = [name for _, part in vectorizer.transformer_list for name in map(str, part.get_feature_names_out())]
    archive = io.BytesIO()
    np.savez_compressed(
        archive,
        idf=np.concatenate([part.idf_ for _, part in vectorizer.transformer_list]).astype(np.float32),
        weights=(np.round(classifier.coef_ / STEP) * STEP).astype(np.float16),
        biases=classifier.intercept_.astype(np.float32),
    )
    lines = ("\n".join(map(as_line, grams)) + "\n").encode()
    content = {WEIGHTS: archive.getvalue(), NGRAMS: gzip.compress(lines, 9, mtime=0)}
    for name, each in content.items():
        (folder / name).write_bytes(each)
    about = {
        "labels": [str(Label(name)) for name in classifier.classes_],
        "examples": len(learned),
        "seeds": seeds,
        "families": len(set(of_family)),
        "ngrams": len(grams),
        **_figures(learned, held_out(learned, of_family)),
        "sha256": {name: hashlib.sha256(each).hexdigest() for name, each in content.items()},
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return about


def _figures(learned: Sequence[Example], said: NDArray[np.float64]) -> dict[str, Any]:
    """Accuracy and recall on what was held out; each seed counts once, however many ways it was filled in."""
    labels = list(Label)
    right = np.array([labels[at] is each.label for at, each in zip(said.argmax(axis=1), learned, strict=True)])
    sizes = Counter(each.seed for each in learned)
    weights = np.array([1 / sizes[each.seed] for each in learned])

    def share(of: NDArray[np.bool_]) -> float:
        return round(float((right * weights)[of].sum() / weights[of].sum()), 3)

    mine = {label: np.array([each.label is label for each in learned]) for label in labels}
    return {
        "held_out_accuracy": share(np.ones(len(learned), dtype=bool)),
        "held_out_recall": {str(label): share(of) for label, of in mine.items()},
    }


def _weights(learned: Sequence[Example]) -> NDArray[np.float64]:
    """What each example counts: one half in the mean."""
    sizes = Counter(each.seed for each in learned)
    counts = np.array([sizes[each.seed] ** -0.5 for each in learned])
    totals: Counter[Label] = Counter()
    for each, count in zip(learned, counts, strict=True):
        totals[each.label] += count
    share = {label: (total / sum(totals.values())) ** -EVENED for label, total in totals.items()}
    share[Label.OTHER] = share.get(Label.OTHER, 1.0) * ORDINARY
    counts *= np.array([share[each.label] for each in learned])
    weights: NDArray[np.float64] = counts * (len(counts) / 2 / counts.sum())
    return weights


def _grams(text: str) -> list[str]:
    return list(ngrams(text))


def _concepts(text: str) -> list[str]:
    return list(features(text))


def _sounds(text: str) -> list[str]:
    return list(runs(text))


def _words(learned: Sequence[Example]) -> list[str]:
    return [fold(each.text).words for each in learned]


if __name__ == "__main__":
    print(json.dumps(write(TO_FOLDER, examples()), indent=1))  # noqa: T201 - a script
