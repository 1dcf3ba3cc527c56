"""Trains the model for replies from the seeds: `python -m greeting_sms.inbound.train`.

scikit-learn trains, and is an extra for developers; what it makes is written as plain numbers (`model.py`). The figures
it prints are of seeds held out in five folds, each with all that was made of it. The frozen test set is not read.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.model import ABOUT, NGRAMS, WEIGHTS, as_line, ngrams
from greeting_sms.inbound.seeds import Example, examples

FOLDER = Path(__file__).parent.parent / "data/inbound"
FOLDS = 5
STRENGTH = 10.0
"""Inverse of the regularisation."""


def train(learned: Sequence[Example]) -> tuple[Any, Any]:
    """The fitted vectorizer and classifier of scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(analyzer=_grams, sublinear_tf=True)
    seeds = {example.seed: 0 for example in learned}
    for example in learned:
        seeds[example.seed] += 1
    rows = vectorizer.fit_transform(_words(learned))
    classifier = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced")
    weights = [1 / seeds[example.seed] ** 0.5 for example in learned]
    return vectorizer, classifier.fit(rows, [str(each.label) for each in learned], sample_weight=weights)


def held_out_accuracy(learned: Sequence[Example]) -> float:
    """The share of examples that a model which has not seen their seeds labels rightly."""
    right = 0
    for number in range(FOLDS):
        inside = [each for each in learned if each.seed % FOLDS != number]
        outside = [each for each in learned if each.seed % FOLDS == number]
        vectorizer, classifier = train(inside)
        said = classifier.predict(vectorizer.transform(_words(outside)))
        right += sum(a == each.label for a, each in zip(said, outside, strict=True))
    return right / len(learned)


def write(folder: Path, learned: Sequence[Example]) -> dict[str, Any]:
    """Train on everything and write the model; what is told of it."""
    vectorizer, classifier = train(learned)
    grams = [str(gram) for gram in vectorizer.get_feature_names_out()]
    archive = io.BytesIO()
    np.savez_compressed(
        archive,
        idf=vectorizer.idf_.astype(np.float32),
        weights=classifier.coef_.astype(np.float16),
        biases=classifier.intercept_.astype(np.float32),
    )
    content = {WEIGHTS: archive.getvalue(), NGRAMS: ("\n".join(map(as_line, grams)) + "\n").encode()}
    for name, each in content.items():
        (folder / name).write_bytes(each)
    about = {
        "labels": [str(Label(name)) for name in classifier.classes_],
        "examples": len(learned),
        "seeds": len({each.seed for each in learned}),
        "ngrams": len(grams),
        "held_out_accuracy": round(held_out_accuracy(learned), 3),
        "sha256": {name: hashlib.sha256(each).hexdigest() for name, each in content.items()},
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return about


def _grams(text: str) -> list[str]:
    return list(ngrams(text))


def _words(learned: Sequence[Example]) -> list[str]:
    return [fold(each.text).words for each in learned]


if __name__ == "__main__":
    print(json.dumps(write(FOLDER, examples()), indent=1))  # noqa: T201 - a script
