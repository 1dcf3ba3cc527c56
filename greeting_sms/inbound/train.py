"""Trains the model for replies from the seeds: `python -m greeting_sms.inbound.train`.

scikit-learn trains, and is an extra for developers; what it makes is written as plain numbers (`model.py`). The figures
it prints are of families of seeds held out in five folds: variants of one sentence are never on both sides. The frozen
sets are not read.
"""

from __future__ import annotations

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
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.model import ABOUT, NGRAMS, WEIGHTS, as_line, ngrams
from greeting_sms.inbound.seeds import Example, examples

TO_FOLDER = Path(__file__).parent.parent / "data/inbound"
FOLDS = 5
STRENGTH = 10.0
"""Inverse of the regularisation."""
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
        ]
    )
    rows = vectorizer.fit_transform(_words(learned))
    sizes = Counter(each.seed for each in learned)
    weights = [1 / sizes[each.seed] ** 0.5 for each in learned]
    classifier = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-3, class_weight="balanced")
    return vectorizer, classifier.fit(rows, [str(each.label) for each in learned], sample_weight=weights)


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
        weights=classifier.coef_.astype(np.float16),
        biases=classifier.intercept_.astype(np.float32),
    )
    content = {WEIGHTS: archive.getvalue(), NGRAMS: ("\n".join(map(as_line, grams)) + "\n").encode()}
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


def _grams(text: str) -> list[str]:
    return list(ngrams(text))


def _concepts(text: str) -> list[str]:
    return list(features(text))


def _words(learned: Sequence[Example]) -> list[str]:
    return [fold(each.text).words for each in learned]


if __name__ == "__main__":
    print(json.dumps(write(TO_FOLDER, examples()), indent=1))  # noqa: T201 - a script
