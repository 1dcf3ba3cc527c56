"""What the sound of an utterance says about the dialect: a small linear head on the first layers of Whisper's encoder.

A head is a file of arrays made by `dialects.train`; what it was trained on, how, and what it is worth stands in
`data/heads/README.md`. It knows few of the 42. Of the others it claims nothing: a dialect without recordings takes
the geometric mean of those of its group, a group without recordings that of all, which moves nothing.

Why geometric: were the mean arithmetic, a dialect nobody has recordings of would stand near the best of its group,
never near the worst, and so profit from every utterance, whatever was heard. The mean of the logarithms is what it
should be when nothing is known: an average loss, an average gain.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from statistics import geometric_mean
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from dialects.catalogue import Catalogue
from dialects.errors import HeadError, HeadFeaturesError
from dialects.evidence import Evidence, Source

Floats = NDArray[np.float32]

FEATURES: Final = (
    "whisper-base: log language posterior 99, of parts of 2 s 99, mean of layer 4 over voice 512, version 3"
)
"""The numbers `recognizers.sound_features` makes; a head says which it was trained on, and heads of others are refused.

Whoever changes those numbers changes this name, and trains the shipped heads again.
"""
ENGLISH: Final = "english"
"""A class of the head that is no dialect: callers who speak English are told apart by it."""
HEADS: Final = {"all": "all-sources", "licensed": "licensed-sources"}
"""What the settings call a head, and its file's name: trained on everything, or only where a licence allows it."""
_NAMED = 3  # dialects named in the text
_CLEAR = 1.5  # named from this many times the even share on
_ENGLISH_AT = 0.5
_LEAST = 1e-6  # likelihoods are positive
_LAYOUT = 1


@dataclass(frozen=True, eq=False)
class AcousticHead:
    """A trained head: features in, probabilities of its classes out."""

    name: str
    features: str
    """Which features it was trained on; others are refused."""
    classes: tuple[str, ...]
    """Dialect ids, `putonghua` and `english`."""
    center: Floats
    """[features] taken off."""
    scale: Floats
    """[features] divided by."""
    weights: Floats
    """[classes, features]."""
    bias: Floats
    """[classes]."""
    temperature: float
    """Logits are divided by it; fitted on sources the head had not seen."""

    def probabilities(self, features: Floats) -> NDArray[np.float64]:
        """[n, features] to [n, classes]; rows sum to 1, with every class as likely as any before the sound is heard."""
        if features.ndim != 2 or features.shape[1] != self.center.size:
            raise HeadError(f"The head {self.name} takes {self.center.size} numbers, not {features.shape[-1]}.")
        logits = ((features - self.center) / self.scale) @ self.weights.T + self.bias
        logits = logits.astype(np.float64) / self.temperature
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))

    def save(self, file: Path) -> str:
        """Write the head and return the SHA-256 of the file."""
        about = {
            "layout": _LAYOUT,
            "name": self.name,
            "features": self.features,
            "classes": self.classes,
            "temperature": self.temperature,
        }
        # float16 keeps three digits, more than the data bears; half the size
        arrays = {key: getattr(self, key).astype(np.float16) for key in ("center", "scale", "weights")}
        with file.open("wb") as out:
            np.savez(out, about=np.array(json.dumps(about)), bias=self.bias.astype(np.float32), **arrays)
        return hashlib.sha256(file.read_bytes()).hexdigest()


def read_head(file: Path, *, sha256: str | None = None) -> AcousticHead:
    """The head in a file; raises HeadError when it is missing, no head, or not the one with the given SHA-256."""
    try:
        content = file.read_bytes()
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise HeadError(f"The acoustic head {file} does not have its SHA-256 and is not used; install it again.")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _head(file, json.loads(str(arrays["about"])), {key: arrays[key] for key in _ARRAYS})
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise HeadError(f"The acoustic head {file} cannot be read: {error}") from error


def for_this_program(head: AcousticHead, file: Path) -> AcousticHead:
    """The head, if it takes the numbers this program makes of a sound. Raises HeadFeaturesError.

    Other numbers may well be as many: such a head would answer, and be wrong.
    """
    if head.features != FEATURES:
        raise HeadFeaturesError(
            f"The acoustic head {file} was trained on other features ({head.features}) than this program makes "
            f"({FEATURES}); it is not used until it is trained again."
        )
    return head


_ARRAYS = ("center", "scale", "weights", "bias")


def _head(file: Path, about: Mapping[str, object], arrays: Mapping[str, Floats]) -> AcousticHead:
    classes = tuple(str(each) for each in about["classes"])  # type: ignore[attr-defined]  # checked by the except above
    center, scale, weights, bias = (np.asarray(arrays[key], dtype=np.float32) for key in _ARRAYS)
    fits = (
        weights.shape == (len(classes), center.size) and scale.shape == center.shape and bias.shape == (len(classes),)
    )
    finite = all(np.isfinite(array).all() for array in (center, scale, weights, bias)) and bool((scale > 0).all())
    temperature = float(str(about["temperature"]))
    if about["layout"] != _LAYOUT or not fits or not finite or not temperature > 0:
        raise HeadError(f"The acoustic head {file} is of another layout, or damaged.")
    return AcousticHead(str(about["name"]), str(about["features"]), classes, center, scale, weights, bias, temperature)


@lru_cache(maxsize=2)
def packaged_head(name: str = "all") -> AcousticHead:
    """A head of this package, `all` or `licensed`, checked by its SHA-256. Raises HeadError."""
    if name not in HEADS:
        raise HeadError(f"There is no acoustic head {name!r}; there are {', '.join(HEADS)}.")
    folder = Path(str(resources.files("dialects"))) / "data" / "heads"
    try:
        hashes = json.loads((folder / "sha256.json").read_text(encoding="utf-8"))
        file = f"{HEADS[name]}.npz"
        return for_this_program(read_head(folder / file, sha256=hashes[file]), folder / file)
    except (OSError, ValueError, KeyError) as error:
        raise HeadError(f"The acoustic heads in {folder} cannot be read: {error}") from error


def packaged_figures(name: str = "all") -> dict[str, Any]:
    """What a packaged head was trained on and what it was worth on sources left out. Raises HeadError."""
    file = Path(str(resources.files("dialects"))) / "data" / "heads" / "figures.json"
    try:
        figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))[name]
    except (OSError, ValueError, KeyError) as error:
        raise HeadError(f"The figures of the acoustic heads in {file} cannot be read: {error}") from error
    return figures


def evidence_of(probabilities: Mapping[str, float], catalogue: Catalogue) -> Evidence | None:
    """What a head's probabilities for one utterance speak for; None when it is English, or they say nothing."""
    if probabilities.get(ENGLISH, 0.0) >= _ENGLISH_AT:
        return None
    known = {class_id: p for class_id, p in probabilities.items() if class_id in catalogue.classes}
    if not known:
        return None
    likelihood = _spread(known, catalogue)
    return Evidence(Source.ACOUSTIC, _text(known, catalogue), likelihood)


def _spread(known: Mapping[str, float], catalogue: Catalogue) -> dict[str, float]:
    """Every class of the catalogue: its own likelihood, its group's geometric mean, or that of all."""
    by_group: dict[str, list[float]] = {}
    for class_id, p in known.items():
        by_group.setdefault(catalogue.group_of(class_id), []).append(max(p, _LEAST))
    group_mean = {group: geometric_mean(values) for group, values in by_group.items()}
    elsewhere = geometric_mean([value for values in by_group.values() for value in values])
    return {
        class_id: max(known.get(class_id, group_mean.get(catalogue.group_of(class_id), elsewhere)), _LEAST)
        for class_id in catalogue.classes
    }


def _text(known: Mapping[str, float], catalogue: Catalogue) -> str:
    total = sum(known.values())
    best = sorted(known.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]
    clear = [f"{catalogue.name(class_id)} {p / total:.0%}" for class_id, p in best if p / total * len(known) >= _CLEAR]
    return f"听口音 → {'、'.join(clear)}" if clear else "听口音，分辨不出"
