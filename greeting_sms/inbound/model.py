"""The small model for replies no rule decides: runs of letters and syllables, concepts, TF-IDF, linear, plain numbers.

Its weights are a NumPy archive without objects, its n-grams a compressed text file, one a line: reading them runs no
code. It was trained by `python -m greeting_sms.inbound.train` with scikit-learn, which is not needed to use it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from greeting_sms.errors import InboundModelError
from greeting_sms.inbound.concepts import features
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.syllables import runs

WEIGHTS, NGRAMS, ABOUT = "model.npz", "model_ngrams.txt.gz", "model.json"
LONGEST = 4
_SPACE = "␣"
"""A space in the file of n-grams."""


@dataclass(frozen=True)
class ReplyModel:
    """Weights of the linear model."""

    columns: Mapping[str, int]
    idf: NDArray[np.float32]
    """(ngrams,)"""
    weights: NDArray[np.float32]
    """(labels, ngrams)"""
    biases: NDArray[np.float32]
    """(labels,)"""
    labels: tuple[Label, ...]

    def probabilities(self, words: str) -> dict[Label, float]:
        """The probability of each label for a folded text; they add up to one."""
        scores = self.biases.astype(np.float64)
        for block in (ngrams(words), features(words), runs(words)):
            known = [(self.columns[each], count) for each, count in Counter(block).items() if each in self.columns]
            if known:
                at = np.array([column for column, _ in known])
                values = (1 + np.log(np.array([count for _, count in known]))) * self.idf[at]
                scores = scores + self.weights[:, at] @ (values / np.linalg.norm(values))
        shares = np.exp(scores - scores.max())
        return dict(zip(self.labels, (shares / shares.sum()).tolist(), strict=True))

    def known_share(self, words: str) -> float:
        """How much of the text the model has ever seen, 0 to 1: of its pairs of letters."""
        pairs = [gram for gram in ngrams(words) if len(gram) == 2]
        return sum(gram in self.columns for gram in pairs) / len(pairs) if pairs else 0.0


def ngrams(words: str) -> Iterator[str]:
    """The runs of one to four letters of a text with a space before and behind it."""
    padded = f" {words} "
    for length in range(1, LONGEST + 1):
        for at in range(len(padded) - length + 1):
            yield padded[at : at + length]


@cache
def shipped_model() -> ReplyModel:
    """The model that comes with the program. Raises `InboundModelError`."""
    return read_model(files("greeting_sms") / "data/inbound")


def read_model(folder: Traversable) -> ReplyModel:
    """The model in a folder, every file checked by its SHA-256. Raises `InboundModelError`."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        read = {name: (folder / name).read_bytes() for name in (WEIGHTS, NGRAMS)}
    except (OSError, ValueError) as error:
        raise InboundModelError(f"the model for replies cannot be read: {error}") from error
    for name, content in read.items():
        if hashlib.sha256(content).hexdigest() != about.get("sha256", {}).get(name):
            raise InboundModelError(f"{name} is not the file that was trained (SHA-256)")
    grams = gzip.decompress(read[NGRAMS]).decode("utf-8").splitlines()
    with np.load(BytesIO(read[WEIGHTS]), allow_pickle=False) as kept:
        idf, weights, biases = (kept[name].astype(np.float32) for name in ("idf", "weights", "biases"))
    labels = tuple(Label(name) for name in about["labels"])
    if weights.shape != (len(labels), len(grams)) or idf.shape != (len(grams),) or biases.shape != (len(labels),):
        raise InboundModelError("the model for replies is of another shape than its n-grams")
    return ReplyModel({gram.replace(_SPACE, " "): at for at, gram in enumerate(grams)}, idf, weights, biases, labels)


def as_line(gram: str) -> str:
    """An n-gram as a line of its file."""
    return gram.replace(" ", _SPACE)
