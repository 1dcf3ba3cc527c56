"""From labelled recordings to new heads, and their comparison with those in use: what `dialects train` does.

Only `train` splits are trained on, temperature included; nothing of the frozen set is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dialects.acoustics import HEADS, packaged_figures
from dialects.catalogue import Catalogue
from dialects.compare_heads import Rule, compare
from dialects.errors import FrozenSetError, HeadError, HeadStoreError
from dialects.evaluate import FeatureMaker, hear
from dialects.frozen_set import digest_of, hashes_of, refuse_overlap
from dialects.head_files import train_heads
from dialects.head_store import COMPARISON, SITE, ChosenHead, HeadStore, choose_head, packaged_version, read_version
from dialects.utterances import Clip, read_manifest, utterances_of

Progress = Callable[[int], object]


@dataclass(frozen=True)
class Recordings:
    """What is trained on, and what heads are compared on."""

    training: Sequence[Clip]
    frozen: Sequence[Clip]
    frozen_digest: str
    """Empty without a frozen set."""
    repeated: int
    """Recordings that stood in several manifests; counted once."""
    manifests: Mapping[str, str] = field(default_factory=dict)
    """Name of each manifest to the SHA-256 of its text."""


def gather(
    manifests: Sequence[Path],
    frozen: Path | None,
    *,
    frozen_split: str | None = None,
    progress: Progress = lambda _: None,
) -> Recordings:
    """Read the manifests and hold them against each other by the sound itself.

    Raises ManifestError when a manifest cannot be read or a sound has two labels, FrozenSetError when the frozen set
    holds a recording or a source that is trained on.
    """
    rows = [clip for manifest in manifests for clip in read_manifest(manifest, split="train")]
    held = read_manifest(frozen, split=frozen_split) if frozen else []
    training, repeated, digest = rows, 0, ""
    if frozen or len(manifests) > 1:
        hashes = hashes_of(rows, progress=progress)
        training, repeated = list(hashes.values()), len(rows) - len(hashes)
    if frozen:
        known = hashes_of(held, progress=progress)
        refuse_overlap(hashes, known)
        held, digest = list(known.values()), digest_of(known)
    names = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in manifests}
    return Recordings(training, held, digest, repeated, names)


def train_and_compare(
    recordings: Recordings,
    maker: FeatureMaker,
    out: Path,
    store: HeadStore,
    *,
    catalogue: Catalogue,
    join: bool = True,
    join_frozen: bool = True,
    rule: Rule | None = None,
    progress: Progress = lambda _: None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train both heads into `out` and compare each with the one in use; figures and comparisons by kind of head.

    Short recordings are joined; those of the frozen set only if `join_frozen` says so too, for calls are judged one
    utterance at a time. Without a frozen set there are no comparisons. A kind that could not be trained, or is not in
    use anywhere, is not compared. The comparisons are written to `out` too.
    """
    figures = train_heads(
        list(recordings.training),
        maker,
        out,
        catalogue=catalogue,
        join=join,
        progress=progress,
    )
    heard = hear(utterances_of(recordings.frozen, join=join and join_frozen), maker, progress=progress)
    comparisons: dict[str, Any] = {}
    for name in figures if heard else ():
        in_use = head_in_use(name, store)
        new = read_version(out, name)
        comparisons[name] = {
            "in_use": in_use.version,
            "candidate": new.version,
            "warnings": _advantages(name, in_use, recordings, store),
            **compare(heard, in_use.head, new.head, catalogue=catalogue, rule=rule),
        }
    if comparisons:
        report = {"frozen_digest": recordings.frozen_digest, "heads": comparisons}
        (out / COMPARISON).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return figures, comparisons


def head_in_use(name: str, store: HeadStore) -> ChosenHead:
    """The head that a new one of this kind would replace: the site's, else the packaged. Raises HeadError."""
    return choose_head(next(setting for setting, kind in SITE.items() if kind == name), store)


def _advantages(name: str, in_use: ChosenHead, recordings: Recordings, store: HeadStore) -> list[str]:
    """What makes the comparison unfair to the new head, or is odd."""
    found = []
    if store.current() is not None and in_use.problem:
        found.append(in_use.problem)
    trained = _sources_of(name, in_use, store)
    known = sorted({clip.source for clip in recordings.frozen} & trained)
    if known:
        found.append(f"the head in use was trained on {len(known)} sources of the frozen set: {', '.join(known[:3])}")
    return found


def _sources_of(name: str, in_use: ChosenHead, store: HeadStore) -> set[str]:
    try:
        figures = packaged_figures(name) if in_use.problem else store.figures(name)
        return {row["source"] for row in figures["clips"]}
    except (KeyError, TypeError, HeadError, HeadStoreError):
        return set()  # old figures may be laid out otherwise; nothing is claimed then


def refusals(comparisons: Mapping[str, Any]) -> list[str]:
    """Why the new heads may not take the place of those in use; empty when they may."""
    return [f"{HEADS[name]}: {reason}" for name, one in comparisons.items() for reason in one["refusals"]]


def refuse_other_frozen(digest: str, store: HeadStore) -> None:
    """Raise FrozenSetError when heads of this site were compared on another set before."""
    fixed = store.frozen_digest()
    if fixed is not None and fixed != digest:
        raise FrozenSetError(
            f"This is not the frozen set that heads were compared on so far ({digest[:12]}, not {fixed[:12]}). Give "
            "that one, or say with --new-frozen why it has to be another; that is put on record."
        )


def record_of(
    recordings: Recordings, comparisons: Mapping[str, Any], *, trained_at: datetime, forced: str
) -> dict[str, Any]:
    """How a version came to be, for `record.json`."""
    return {
        "trained_at": trained_at.isoformat(),
        "manifests": dict(recordings.manifests),
        "recordings": len(recordings.training),
        "minutes": round(sum(clip.seconds for clip in recordings.training) / 60, 1),
        "sources": len({clip.source for clip in recordings.training}),
        "frozen_digest": recordings.frozen_digest,
        "comparisons": dict(comparisons),
        "packaged": {name: packaged_version(name) for name in HEADS},
        "forced": forced,
    }
