"""Counts how Whisper base's language posterior looks per dialect group, and writes the table `dialects.sound` uses.

    python bench/language_likelihood.py [--reference FOLDER] [--write]

Recordings are looked for in `--reference`, else ELDER_CHANNEL_REFERENCE, else `../shared/data`. They are not part of
this project; only the counted shares are. Clips of one source are joined to utterances of about 4 s, passed through a
telephone channel and heard by the recognizer that listens to calls. Lists of single syllables are left out: they are
not speech. A source counts once, however many clips it has, because a source is one channel and often one voice; and
every group is pulled towards the mean of all with the weight of two sources. Estimated on `train`; what it is worth on
`dev` (other sources) goes to build/reports/language_likelihood.json.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from dialects.audio.decode import decode_audio
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from dialects.catalogue import load_catalogue
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.weights import ensure_whisper_base
from dialects.recognizers.whisper import WhisperRecognizer
from dialects.sound import Pattern, pattern_of
from elder_channel.reports import result, write_report

ROOT = Path(__file__).resolve().parent.parent
UTTERANCE_SECONDS = 4.0
LONGEST_SECONDS = 12.0
GAP_SECONDS = 0.1
UTTERANCES_PER_SOURCE = 60
PULL = 2.0  # weight of the mean of all groups, in sources
NOT_DIALECTS = {"english"}
GROUP_OF_UNSPECIFIED = {"wu_unspecified": "wu"}


@dataclass(frozen=True)
class Key:
    """Where utterances come from."""

    split: str
    dialect: str
    source: str


def utterances(rows: list[dict[str, str]], folder: Path) -> Iterator[np.ndarray]:
    """Clips joined to utterances of about 4 s as heard over a telephone, float32 at 16 kHz."""
    joined: list[np.ndarray] = []
    seconds = 0.0
    for row in rows:
        clip = decode_audio(folder / row["file"], rate_hz=RATE_HZ).samples
        joined += [clip, np.zeros(int(GAP_SECONDS * RATE_HZ), np.float32)]
        seconds += len(clip) / RATE_HZ
        if seconds >= UTTERANCE_SECONDS or row is rows[-1]:
            whole = np.concatenate(joined)[: int(LONGEST_SECONDS * RATE_HZ)]
            yield to_recognizer_rate(through_telephone(whole, rate_hz=RATE_HZ))
            joined, seconds = [], 0.0


def count_patterns(folder: Path) -> dict[Key, Counter[Pattern]]:
    """Patterns of up to 60 utterances of each source."""
    sources: dict[Key, list[dict[str, str]]] = defaultdict(list)
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["unit"] != "syllable" and row["dialect_id"] not in NOT_DIALECTS:
                sources[Key(row["split"], row["dialect_id"], row["source"])].append(row)
    recognizer = WhisperRecognizer(ensure_whisper_base())
    counts: dict[Key, Counter[Pattern]] = {}
    for key, rows in sorted(sources.items(), key=str):
        random.Random(7).shuffle(rows)
        counts[key] = Counter()
        some = islice(utterances(rows, folder), UTTERANCES_PER_SOURCE)
        for recognition in recognizer.recognize(list(some)):
            if pattern := pattern_of(recognition.language_posterior):
                counts[key][pattern] += 1
        print(key.split, key.dialect, key.source, dict(counts[key]), flush=True)
    return counts


def group_of(dialect: str) -> str:
    """Group of a dialect id of the manifest."""
    return GROUP_OF_UNSPECIFIED.get(dialect) or load_catalogue().group_of(dialect)


def shares(counts: Mapping[Key, Counter[Pattern]], split: str) -> dict[str, list[dict[Pattern, float]]]:
    """Group id to the share of each pattern in each of its sources."""
    by_group: dict[str, list[dict[Pattern, float]]] = defaultdict(list)
    for key, counter in counts.items():
        if key.split == split and counter.total():
            by_group[group_of(key.dialect)].append({p: counter[p] / counter.total() for p in Pattern})
    return by_group


def estimate(
    by_group: Mapping[str, list[dict[Pattern, float]]],
) -> tuple[dict[str, dict[Pattern, float]], dict[Pattern, float]]:
    """P(pattern | group), each group pulled towards the mean of the groups, and that mean."""
    means = [{p: sum(s[p] for s in sources) / len(sources) for p in Pattern} for sources in by_group.values()]
    pool = {p: (sum(mean[p] for mean in means) + 0.1) / (len(means) + 0.1 * len(Pattern)) for p in Pattern}
    table = {
        group: {p: (sum(s[p] for s in sources) + PULL * pool[p]) / (len(sources) + PULL) for p in Pattern}
        for group, sources in sorted(by_group.items())
    }
    return table, pool


def report(
    table: Mapping[str, Mapping[Pattern, float]], counts: Mapping[Key, Counter[Pattern]]
) -> list[dict[str, Any]]:
    """What the table is worth on `dev`, per group and as the mean over groups.

    `gain` is the mean log of P(pattern | true group) over the mean of the groups, nats: above 0 the table helps.
    """
    gains: dict[str, list[float]] = defaultdict(list)
    hits: dict[str, list[bool]] = defaultdict(list)
    for key, counter in counts.items():
        group = group_of(key.dialect)
        if key.split != "dev" or group not in table:
            continue
        for pattern, number in counter.items():
            column = {g: row[pattern] for g, row in table.items()}
            gains[group] += [math.log(column[group] * len(column) / sum(column.values()))] * number
            hits[group] += [max(column, key=lambda g: column[g]) == group] * number
    entries = []
    for group in sorted(gains):
        entries += [
            result(f"sound.dev.{group}.utterances", len(gains[group]), "utterances"),
            result(f"sound.dev.{group}.gain", round(float(np.mean(gains[group])), 3), "nats"),
            result(f"sound.dev.{group}.top1", round(float(np.mean(hits[group])), 3), "share"),
        ]
    mean_gain = float(np.mean([np.mean(values) for values in gains.values()]))
    mean_top1 = float(np.mean([np.mean(values) for values in hits.values()]))
    return [
        *entries,
        result("sound.dev.gain", round(mean_gain, 3), "nats", reach="> 0", ok=mean_gain > 0),
        result("sound.dev.top1", round(mean_top1, 3), f"share, of {len(table)} groups"),
    ]


def write(
    table: Mapping[str, Mapping[Pattern, float]], pool: Mapping[Pattern, float], counts: Mapping[Key, Counter[Pattern]]
) -> None:
    """Write the table as packaged data."""
    sources = [f"# {k.dialect}: {k.source}, {c.total()} utterances" for k, c in counts.items() if k.split == "train"]
    lines = [
        "# P(pattern of Whisper base's language posterior | dialect group). Made by bench/language_likelihood.py; the",
        "# method is described there and in docs/dialects.md. Telephone channel, utterances of about 4 s, one vote per",
        "# source, every group pulled towards the mean of all. One to three sources a group: leanings only.",
        "# Estimated on these public recordings, which are not part of this project:",
        *sources,
        "groups:",
        *(f"  {group}: {_row(values)}" for group, values in table.items()),
        "# groups without recordings of connected speech",
        f"elsewhere: {_row(pool)}",
    ]
    (ROOT / "dialects/data/language_likelihood.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row(shares_of_patterns: Mapping[Pattern, float]) -> str:
    return "{" + ", ".join(f"{pattern}: {shares_of_patterns[pattern]:.3f}" for pattern in Pattern) + "}"


def main() -> None:
    """Count, estimate, report; with --write, replace the packaged table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("ELDER_CHANNEL_REFERENCE", ROOT.parent / "shared" / "data"))
    parser.add_argument("--reference", type=Path, default=default, help="folder that holds speech/manifest.tsv")
    parser.add_argument("--write", action="store_true", help="write dialects/data/language_likelihood.yaml")
    options = parser.parse_args()
    counts = count_patterns(options.reference / "speech")
    table, pool = estimate(shares(counts, "train"))
    for group, row in {**table, "(others)": pool}.items():
        print(f"{group:10}", "  ".join(f"{pattern} {p:.2f}" for pattern, p in row.items()))
    entries = report(table, counts)
    for entry in entries:
        print(f"{entry['name']:30} {entry['value']} {entry['unit']}")
    print(write_report("language_likelihood", entries, command="python bench/language_likelihood.py"))
    if options.write:
        write(table, pool, counts)


if __name__ == "__main__":
    main()
