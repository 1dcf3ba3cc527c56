"""How good a head would have to be for sound and number together to be right as often as is wanted.

    python bench/dialect_fusion_ceiling.py

Heads are simulated: the classes of the shipped one, every class taken for any other alike, exactly as sure as they are
right (class scores are normal, the true class stands `s` squared above the others, deviation `s`). Numbers are drawn
and fused as `elder-channel dialects evaluate --with-numbers` does. No recordings are needed; written to
build/reports/fusion_ceiling.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from dialects.acoustics import AcousticHead, packaged_head
from dialects.catalogue import load_catalogue
from dialects.evaluate import Heard, evaluate
from dialects.settings import IdentificationSettings
from dialects.utterances import SEED, Clip, Utterance
from elder_channel.reports import result, write_report

GROUPS: Final = ("guangzhou", "hakka", "minnan", "putonghua", "shanghai", "sichuan")
"""The groups that `dev` has and heads know."""
EACH: Final = 25
SEPARATIONS: Final = (0.0, 1.5, 2.0, 2.5)


def simulated_head(classes: tuple[str, ...]) -> AcousticHead:
    """A head whose features are the scores of its classes."""
    size = len(classes)
    none, ones = np.zeros(size, np.float32), np.ones(size, np.float32)
    return AcousticHead("simulated", "scores", classes, none, ones, np.eye(size, dtype=np.float32), none, 1.0)


def simulated_callers(classes: tuple[str, ...], separation: float) -> list[Heard]:
    """`EACH` utterances of every group, with scores drawn for them."""
    draw = np.random.default_rng(SEED)
    heard = []
    for dialect_id in GROUPS:
        clip = Clip(Path(dialect_id), "simulated", dialect_id, "sentence", 4.0, "simulated", "")
        for _ in range(EACH):
            scores = draw.normal(0, separation, len(classes))
            scores[classes.index(dialect_id)] += separation**2
            heard.append(Heard(Utterance((clip,)), scores.astype(np.float32), 0.0))
    return heard


def ceiling() -> Iterator[dict[str, Any]]:
    """Results of the report, head by head."""
    classes = packaged_head().classes
    head, catalogue, settings = simulated_head(classes), load_catalogue(), IdentificationSettings()
    for separation in SEPARATIONS:
        heard = simulated_callers(classes, separation)
        figures = evaluate(heard, head, catalogue=catalogue, settings=settings, with_numbers=True)
        name = f"ceiling.separation_{separation:g}".replace(".", "_").replace("ceiling_", "ceiling.")
        if separation:
            yield result(f"{name}.acoustic_top1", figures["acoustic"]["top1"], "share")
        for key in ("top1", "top3", "ece"):
            yield result(f"{name}.fused_{key}", figures["fused"][key], "share")


def main() -> None:
    """Simulate, fuse, report."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    entries = []
    for entry in ceiling():
        print(entry["name"], entry["value"], flush=True)
        entries.append(entry)
    print(write_report("fusion_ceiling", entries, command="python bench/dialect_fusion_ceiling.py"))


if __name__ == "__main__":
    main()
