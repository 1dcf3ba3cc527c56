"""What would move identification by sound: more recordings of the same sources, or more sources?

    python bench/dialect_learning_curve.py --manifest FILE

Heads are trained on shares of `train`'s utterances, and on one, two or three sources a class, and measured on `dev`;
means over fixed draws. Written to build/reports/learning_curve.json.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dialects.catalogue import load_catalogue
from dialects.evaluate import Heard, evaluate, hear
from dialects.recognizers.sound_features import SoundFeatures
from dialects.settings import IdentificationSettings
from dialects.train import Recipe, TrainingSet, fit, hear_for_training, training_set
from dialects.utterances import read_manifest, utterances_of
from elder_channel.reports import result, write_report

SHARES = (0.1, 0.25, 0.5, 1.0)
SOURCES = (1, 2, 3)
DRAWS = 8
FEWEST = 2


def some_utterances(data: TrainingSet, share: float, seed: int) -> TrainingSet:
    """A share of every source's utterances, two at least."""
    draw = np.random.default_rng(seed)
    of_domain: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, domain in enumerate(data.domains):
        of_domain[domain].append(index)
    kept: list[int] = []
    for indices in of_domain.values():
        kept += list(draw.permutation(indices)[: max(FEWEST, round(share * len(indices)))])
    return data.only(sorted(int(index) for index in kept))


def some_sources(data: TrainingSet, count: int, seed: int) -> TrainingSet:
    """At most `count` sources a class."""
    draw = random.Random(seed)
    sources: dict[str, set[str]] = defaultdict(set)
    for class_id, source in data.domains:
        sources[class_id].add(source)
    kept = {one: set(draw.sample(sorted(of), min(count, len(of)))) for one, of in sorted(sources.items())}
    return data.only([index for index, (one, source) in enumerate(data.domains) if source in kept[one]])


def curve(data: TrainingSet, dev: Sequence[Heard]) -> Iterator[dict[str, Any]]:
    """Results of the report, point by point."""
    points = [(f"utterances_{round(share * 100)}_percent", some_utterances, share) for share in SHARES]
    points += [(f"sources_{count}", some_sources, count) for count in SOURCES]
    for name, choose, amount in points:
        figures = []
        for seed in range(1 if amount == 1.0 and choose is some_utterances else DRAWS):
            head = fit(choose(data, amount, seed), Recipe(), name="curve")  # type: ignore[arg-type]  # both take a number
            figures.append(
                evaluate(dev, head, catalogue=load_catalogue(), settings=IdentificationSettings())["acoustic"]
            )
        for key in ("top1", "top3"):
            yield result(f"curve.{name}.{key}", round(float(np.mean([one[key] for one in figures])), 4), "share")


def main() -> None:
    """Hear, train, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    manifest = parser.parse_args().manifest
    maker = SoundFeatures()
    _, everything = hear_for_training(read_manifest(manifest, split="train"), maker, Recipe())
    dev = hear(utterances_of(read_manifest(manifest, split="dev")), maker)
    entries = []
    for entry in curve(training_set(everything), dev):
        print(entry["name"], entry["value"], flush=True)
        entries.append(entry)
    print(write_report("learning_curve", entries, command="python bench/dialect_learning_curve.py --manifest MANIFEST"))


if __name__ == "__main__":
    main()
