"""The two heads as files: trained, calibrated on sources left out, written with their hashes and figures."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialects.acoustics import HEADS, AcousticHead
from dialects.catalogue import Catalogue
from dialects.errors import TrainingDataError
from dialects.evaluate import FeatureMaker, Heard, Progress, hear, left_out, single_source
from dialects.head_store import FIGURES, HASHES
from dialects.scoring import Answer, judge, score
from dialects.train import (
    Recipe,
    answers_on,
    calibrated,
    fit,
    fit_temperature,
    hear_for_training,
    leave_sources_out,
    licensed,
    training_set,
    well_kept,
)
from dialects.utterances import SEED, Clip, utterances_of


def train_heads(
    clips: Sequence[Clip],
    maker: FeatureMaker,
    folder: Path,
    *,
    catalogue: Catalogue,
    recipe: Recipe | None = None,
    join: bool = True,
    progress: Progress = lambda _: None,
) -> dict[str, dict[str, Any]]:
    """Train a head on all clips and one on those whose licence allows it; write both, their hashes and figures.

    Returns the figures by name of the head; the second is left out when its clips are of fewer than two classes.
    Raises TrainingDataError when nothing can be trained at all.
    """
    recipe = recipe or Recipe()
    if len({clip.dialect_id for clip in clips}) < 2:
        raise TrainingDataError("A head needs recordings of at least two classes in the train split.")
    plain, everything = hear_for_training(clips, maker, recipe, join=join, progress=progress)
    alone = hear(utterances_of(measurable_clips(clips), join=False), maker, progress=progress) if join else []
    return write_heads(clips, plain, everything, folder, alone=alone, recipe=recipe, catalogue=catalogue)


def measurable_clips(clips: Sequence[Clip]) -> list[Clip]:
    """The clips that leaving sources out can measure something on."""
    measurable = {(source, dialect_id) for source, dialects in left_out(clips) for dialect_id in dialects}
    return [clip for clip in clips if (clip.source, clip.dialect_id) in measurable]


def write_heads(
    clips: Sequence[Clip],
    plain: Sequence[Heard],
    everything: Sequence[Heard],
    folder: Path,
    *,
    alone: Sequence[Heard] = (),
    recipe: Recipe,
    catalogue: Catalogue,
) -> dict[str, dict[str, Any]]:
    """The same from what was heard: `plain` over a plain line, `everything` over that and drawn ones.

    `alone` are the same clips unjoined, over a plain line: what they are worth on left-out sources is told beside.
    """
    folder.mkdir(parents=True, exist_ok=True)
    allowed = licensed(clips)
    sets = {"all": list(clips), "licensed": allowed}
    figures = {
        name: _write_head(name, some, plain, everything, folder, alone=alone, recipe=recipe, catalogue=catalogue)
        for name, some in sets.items()
        if len({clip.dialect_id for clip in some}) >= 2
    }
    hashes = {f"{HEADS[name]}.npz": _sha256(folder / f"{HEADS[name]}.npz") for name in figures}
    (folder / HASHES).write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")
    (folder / FIGURES).write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return figures


def _write_head(
    name: str,
    clips: Sequence[Clip],
    plain: Sequence[Heard],
    everything: Sequence[Heard],
    folder: Path,
    *,
    alone: Sequence[Heard],
    recipe: Recipe,
    catalogue: Catalogue,
) -> dict[str, Any]:
    """Fit, calibrate on sources left out, write; what the head was made of and what it is worth.

    The temperature is that of sources never trained on: those left out of classes that keep two others, as the finished
    head has of most (a class of which one source remains is a harder case than a call), and those the head does not use
    at all, for want of a licence. Where there are neither, all that were left out are taken.
    """
    own_plain, own_alone = _of(plain, clips), _of(alone, clips)
    data = training_set(_of(everything, clips))
    answers = leave_sources_out(data, own_plain, recipe, clips=clips)
    head = fit(data, recipe, name=HEADS[name])
    own_sources = {clip.source for clip in clips}
    unused = answers_on([one for one in plain if one.utterance.source not in own_sources], head)
    temperature = fit_temperature([*well_kept(answers, clips), *unused] or answers)
    head = replace(head, temperature=temperature)
    head.save(folder / f"{HEADS[name]}.npz")
    held_out = _scored(answers, head, catalogue)
    figures = _brief(held_out)
    clip_figures = _brief(_scored(leave_sources_out(data, own_alone, recipe, clips=clips), head, catalogue))
    return {
        "classes": list(head.classes),
        "clips": _counts(clips),
        "cannot_be_known": single_source(clips),
        "temperature": round(temperature, 3),
        "seed": SEED,
        "recipe": {key: getattr(recipe, key) for key in Recipe.__dataclass_fields__},
        "leave_one_source_out": figures,
        "leave_one_source_out_clips": clip_figures if own_alone else None,
        "leave_one_source_out_per_dialect": held_out["per_dialect"],
        "leave_one_source_out_per_source": held_out["per_source"],
    }


def _of(heard: Sequence[Heard], clips: Sequence[Clip]) -> list[Heard]:
    """What was heard of these clips alone; an utterance joined with others does not count."""
    allowed = {clip.path for clip in clips}
    return [one for one in heard if all(clip.path in allowed for clip in one.utterance.clips)]


def _scored(answers: Sequence[Answer], head: AcousticHead, catalogue: Catalogue) -> dict[str, Any]:
    told = calibrated(answers, head.temperature)
    return score([judge(one, trained=head.classes, catalogue=catalogue) for one in told])


def _brief(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {key: figures[key] for key in ("top1", "top1_interval", "top3", "top3_interval", "ece", "n")}


def _counts(clips: Sequence[Clip]) -> list[dict[str, Any]]:
    """Clips and minutes for each class, source and licence stated."""
    keys = [(clip.dialect_id, clip.source, clip.licence) for clip in clips]
    return [
        {
            "dialect_id": key[0],
            "source": key[1],
            "licence": key[2],
            "clips": count,
            "minutes": round(sum(clip.seconds for clip, one in zip(clips, keys, strict=True) if one == key) / 60, 1),
        }
        for key, count in sorted(Counter(keys).items())
    ]


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
