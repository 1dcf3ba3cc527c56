"""What each view of the sound, and hearing recordings over drawn lines in training, is worth.

    python bench/dialect_views.py --manifest FILE

Heads with and without each are measured on sources left out of `train`, over plain lines and drawn ones, and on `dev`,
over the plain line and five draws of bad ones. Written to build/reports/dialect_views.json. Hears about 3,300
utterances: ten minutes of one thread.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dialects.catalogue import load_catalogue
from dialects.evaluate import Heard, evaluate, hear, some_bad_line
from dialects.recognizers.sound_features import SoundFeatures
from dialects.scoring import Answer, judge, score
from dialects.settings import IdentificationSettings
from dialects.train import Recipe, fit, hear_for_training, leave_sources_out, training_set
from dialects.utterances import Clip, read_manifest, utterances_of
from elder_channel.reports import result, write_report

SEEDS: Final = range(1, 6)
VARIANTS: Final = {
    "shipped": Recipe(),
    "plain_line_only": Recipe(lines=0),
    "without_frame": Recipe(early_weight=0.0),
    "without_parts": Recipe(parts_share=0.0),
    "without_whole": Recipe(parts_share=1.0),
}


@dataclass(frozen=True)
class Sounds:
    """Everything heard."""

    clips: Sequence[Clip]
    """Those of `train`."""
    plain: Sequence[Heard]
    drawn: Sequence[Heard]
    """`train` over the drawn line of training."""
    dev: Sequence[Heard]
    bad: Sequence[Heard]
    """`dev` over every draw of bad lines."""


def listen(manifest: Path) -> Sounds:
    """Hear both splits."""
    clips, maker = read_manifest(manifest, split="train"), SoundFeatures()
    plain, everything = hear_for_training(clips, maker, Recipe(lines=1))
    utterances = utterances_of(read_manifest(manifest, split="dev"))
    dev = hear(utterances, maker)
    bad = [one for seed in SEEDS for one in hear(utterances, maker, line=some_bad_line(seed))]
    return Sounds(clips, plain, everything[len(plain) :], dev, bad)


def worth(name: str, recipe: Recipe, sounds: Sounds) -> Iterator[dict[str, Any]]:
    """Top-1 and top-3 of a recipe, four times."""
    catalogue, settings = load_catalogue(), IdentificationSettings()
    data = training_set([*sounds.plain, *(sounds.drawn if recipe.lines else ())])
    head = fit(data, recipe, name=name)
    every = {
        "left_out": _scored(leave_sources_out(data, sounds.plain, recipe, clips=sounds.clips), head.classes),
        "left_out_drawn": _scored(leave_sources_out(data, sounds.drawn, recipe, clips=sounds.clips), head.classes),
        "dev": evaluate(sounds.dev, head, catalogue=catalogue, settings=settings)["acoustic"],
        "dev_bad": evaluate(sounds.bad, head, catalogue=catalogue, settings=settings, repeats=len(SEEDS))["acoustic"],
    }
    for where, figures in every.items():
        for key in ("top1", "top3"):
            yield result(f"views.{name}.{where}.{key}", figures[key], "share")


def _scored(answers: Sequence[Answer], classes: Sequence[str]) -> dict[str, Any]:
    return score([judge(one, trained=classes, catalogue=load_catalogue()) for one in answers])


def main() -> None:
    """Hear, train, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    sounds = listen(parser.parse_args().manifest)
    entries = []
    for name, recipe in VARIANTS.items():
        for entry in worth(name, recipe, sounds):
            print(entry["name"], entry["value"], flush=True)
            entries.append(entry)
    print(write_report("dialect_views", entries, command="python bench/dialect_views.py --manifest MANIFEST"))


if __name__ == "__main__":
    main()
