"""What a recognizer writes for the recordings of a manifest, and how wrong that is, per dialect and per source.

Recordings are taken one by one, never joined, through a telephone line; what they say is told by `references`, how it
is counted by `spoken_form` and `error_rates`. Where a manifest gives no text there is no figure, and the count says 0.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.error_rates import GAP, Edits, aligned, edits, error_interval, error_rate, most_confused
from dialects.recognizers.port import RATE_HZ, Recognizer
from dialects.references import Reference, Written, reference_of
from dialects.spoken_form import chinese_characters, chinese_syllables, english_words
from dialects.utterances import Clip

Floats = NDArray[np.float32]

EXAMPLES: Final = 3
"""Transcripts shown for a dialect, the worst ones."""
_MEASURES: Final[Mapping[str, tuple[Written, Callable[[str], list[str]]]]] = {
    "cer": (Written.CHINESE, chinese_characters),
    "pinyin_error_rate": (Written.CHINESE, chinese_syllables),
    "wer": (Written.ENGLISH, english_words),
}
_SHOWN_IN = {Written.CHINESE: "cer", Written.ENGLISH: "wer"}


@dataclass(frozen=True)
class Transcribed:
    """What one clip says and what was written for it."""

    clip: Clip
    reference: Reference
    text: str
    milliseconds: float
    """From the end of the utterance to text, language and what the head makes of the sound, by the clock."""
    processor_milliseconds: float
    """The same in time of the processor."""

    def units(self, measure: str) -> tuple[list[str], list[str]]:
        """What was said and what was heard, in the units of `cer`, `pinyin_error_rate` or `wer`."""
        split = _MEASURES[measure][1]
        return split(self.reference.text), split(self.text)


def transcribe(
    clips: Sequence[Clip],
    recognizer: Recognizer,
    *,
    line: Callable[[Floats], Floats],
    progress: Callable[[int], object] = lambda _: None,
) -> list[Transcribed]:
    """What the recognizer writes for the clips that have a reference, one at a time, as on a call.

    A clip longer than it takes (`max_seconds`) is left out: its text would be of another utterance. Raises the
    ManifestError of a recording that cannot be read.
    """
    longest = recognizer.capabilities.max_seconds
    recognizer.recognize([np.zeros(RATE_HZ, dtype=np.float32)])  # the first of a process costs more than any other
    found: list[Transcribed] = []
    for clip in clips:
        reference = reference_of(clip)
        if reference is None or clip.seconds > longest:
            continue
        sound = line(clip.sound(max_seconds=longest))
        begun, used = time.perf_counter(), time.process_time()
        text = recognizer.recognize([sound])[0].text
        by_clock, by_processor = time.perf_counter() - begun, time.process_time() - used
        found.append(Transcribed(clip, reference, text, by_clock * 1000, by_processor * 1000))
        progress(len(found))
    return found


def recognition_figures(clips: Sequence[Clip], transcribed: Sequence[Transcribed]) -> dict[str, Any]:
    """`per_dialect` and `per_source`, each `{cer, pinyin_error_rate, wer, n, ...}`, ready for JSON.

    `clips` are all that were to be recognized: a dialect whose clips have no text is listed with `n` 0 and no rates.
    """
    return {
        "n": len(transcribed),
        "n_without_text": len(clips) - len(transcribed),
        "per_dialect": _by(clips, transcribed, "dialect_id", shown=True),
        "per_source": _by(clips, transcribed, "source"),
        "definition": "docs/recognition.md, What was said",
    }


def _by(
    clips: Sequence[Clip], transcribed: Sequence[Transcribed], key: str, *, shown: bool = False
) -> dict[str, dict[str, Any]]:
    rows: dict[str, list[Transcribed]] = {name: [] for name in sorted({getattr(clip, key) for clip in clips})}
    for one in transcribed:
        rows[getattr(one.clip, key)].append(one)
    counts: dict[str, int] = defaultdict(int)
    for clip in clips:
        counts[getattr(clip, key)] += 1
    return {
        name: {**_rates(of), "n_without_text": counts[name] - len(of), **(_shown(of) if shown else {})}
        for name, of in rows.items()
    }


def _rates(rows: Sequence[Transcribed]) -> dict[str, Any]:
    figures: dict[str, Any] = {"n": len(rows), "nothing_written": sum(not row.text.strip() for row in rows)}
    for measure, (written, _) in _MEASURES.items():
        every = [edits(*row.units(measure)) for row in rows if row.reference.written is written]
        rate = error_rate(every)
        figures[measure] = None if rate is None else round(rate, 4)
        figures[f"{measure}_interval"] = error_interval(every)
        figures[f"{measure}_counts"] = _counts(every)
    return figures


def _counts(every: Sequence[Edits]) -> dict[str, int] | None:
    if not every:
        return None
    of = ("units", "substitutions", "deletions", "insertions")
    return {name: sum(getattr(one, name) for one in every) for name in of}


def _shown(rows: Sequence[Transcribed]) -> dict[str, Any]:
    """The worst transcripts, and what is most often written for what."""
    worst = sorted(rows, key=lambda row: (-(error_rate([_edits(row)]) or 0.0), row.clip.path.name))[:EXAMPLES]
    pairs = [pair for row in rows for pair in aligned(*row.units(_SHOWN_IN[row.reference.written])) if GAP not in pair]
    return {
        "confused": most_confused(pairs),
        "examples": [
            {"file": row.clip.path.name, "said": row.reference.text, "written": row.text, "errors": _edits(row).errors}
            for row in worst
        ],
    }


def _edits(row: Transcribed) -> Edits:
    return edits(*row.units(_SHOWN_IN[row.reference.written]))
