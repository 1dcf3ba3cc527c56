"""How often a Chinese or English speaker is taken for a speaker of another language, by the recognizer's sound alone.

    python -m bench.unknown_language [--reference FOLDER] [--each 12]

Recordings are looked for in `--reference`, else ELDER_CHANNEL_REFERENCE, else `../shared/data`; they are not part of
this project. Clips of one source are joined to utterances of about 4 s and passed through a telephone channel, as in
`bench/language_likelihood.py`; at most `--each` utterances of a source are heard. Each source counts once in the mean.
There are no recordings of third languages here, so how often one of those is noticed is not measured.
The result goes to build/reports/unknown_language.json.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import numpy as np

from bench.language_likelihood import utterances
from bilingual.other_language import load_families, other_language
from dialects.recognizers.weights import ensure_whisper_base
from dialects.recognizers.whisper import WhisperRecognizer
from elder_channel.demo import reference_folder
from elder_channel.reports import result, write_report

Posterior = Mapping[str, float]


def hear(folder: Path, each: int) -> dict[str, list[Posterior]]:
    """Source, with its dialect, to the language posteriors of its utterances."""
    sources: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["unit"] != "syllable":
                sources[f"{row['dialect_id']} {row['source']}"].append(row)
    recognizer = WhisperRecognizer(ensure_whisper_base())
    heard = {}
    for source, rows in sorted(sources.items()):
        random.Random(7).shuffle(rows)
        some = list(islice(utterances(rows, folder), each))
        heard[source] = [recognition.language_posterior for recognition in recognizer.recognize(some)]
        print(source, len(some), _told(heard[source]), flush=True)
    return heard


def share_taken(heard: Mapping[str, list[Posterior]], at_least: float) -> float:
    """Share of utterances taken for another language, mean over sources."""
    taken = [
        [other_language(posterior, at_least=at_least) is not None for posterior in all_] for all_ in heard.values()
    ]
    return float(np.mean([np.mean(each) for each in taken if each]))


def _told(posteriors: list[Posterior]) -> dict[str, float]:
    best = {
        family.code: max(
            (sum(posterior.get(code, 0.0) for code in family.codes) for posterior in posteriors), default=0
        )
        for family in load_families()
    }
    return {code: round(p, 2) for code, p in best.items() if p >= 0.5}


def main() -> None:
    """Hear, count, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=Path, default=None)
    parser.add_argument("--each", type=int, default=12)
    options = parser.parse_args()
    folder = options.reference / "speech" if options.reference else reference_folder(os.environ)
    if folder is None:
        parser.error("no recordings: name their folder by --reference")
    heard = hear(folder, options.each)
    entries = [result("unknown_language.utterances", sum(map(len, heard.values())), "utterances")]
    entries += [
        result(
            f"unknown_language.taken_at_{threshold:.2f}", round(share_taken(heard, threshold), 4), "share of sources"
        )
        for threshold in (0.5, 0.7, 0.85, 0.95)
    ]
    print(write_report("unknown_language", entries, command="python -m bench.unknown_language"))


if __name__ == "__main__":
    main()
