"""Recordings of a manifest as utterances: what is trained on and measured with.

A manifest is a tab-separated file with the columns `file` (relative to the manifest), `split`, `dialect_id`,
`transcript`, `transcript_kind`, `unit`, `seconds`, `source` and `licence`; others are left alone. Lists of syllables
and words say little one by one and no caller speaks so: clips under three seconds of one source and dialect can be
joined to utterances of three to six.
"""

from __future__ import annotations

import csv
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.decode import decode_audio
from dialects.errors import AudioError, ManifestError
from dialects.recognizers.port import RATE_HZ

Floats = NDArray[np.float32]

SHORT_SECONDS: Final = 3.0
"""A clip shorter than this is joined to others."""
JOINED_SECONDS: Final = (3.0, 6.0)
"""How long a joined utterance becomes; the last of a source may stay shorter."""
LONGEST_SECONDS: Final = 12.0
"""As much of an utterance is used: a call's utterance is cut there too."""
SEED: Final = 20261122
"""Seed of joining, splitting and augmenting."""
_GAP_SECONDS = 0.1
_COLUMNS = ("file", "dialect_id", "seconds", "source")


@dataclass(frozen=True)
class Clip:
    """One row of a manifest."""

    path: Path
    split: str
    dialect_id: str
    unit: str
    seconds: float
    source: str
    licence: str
    transcript: str = ""
    """What is said, as the source writes it; often empty."""
    transcript_kind: str = ""
    """`hanzi`, `english`, `romanisation` or `none`; empty where the manifest has no such column."""
    manifest: Path = Path()
    line: int = 0
    """Where it stands, to be named when the recording is no good."""

    def sound(self, *, max_seconds: float = LONGEST_SECONDS) -> Floats:
        """Mono float32 at 16 kHz; raises ManifestError, which names the row, for what cannot be read."""
        try:
            return decode_audio(self.path, rate_hz=RATE_HZ, max_seconds=max_seconds).samples
        except AudioError as error:
            raise ManifestError(self.manifest, self.line, f"file: {error}") from error


@dataclass(frozen=True)
class Utterance:
    """One clip, or several short ones of one source and dialect."""

    clips: tuple[Clip, ...]

    @property
    def dialect_id(self) -> str:
        return self.clips[0].dialect_id

    @property
    def source(self) -> str:
        """Owner and name of the public repository the clips come from."""
        return self.clips[0].source

    def sound(self) -> Floats:
        """Mono float32 at 16 kHz, at most `LONGEST_SECONDS`; raises ManifestError for what cannot be read."""
        gap = np.zeros(round(_GAP_SECONDS * RATE_HZ), dtype=np.float32)
        parts: list[Floats] = []
        for clip in self.clips:
            if parts:
                parts.append(gap)
            parts.append(clip.sound())
        return np.concatenate(parts)[: round(LONGEST_SECONDS * RATE_HZ)]


def read_manifest(file: Path, *, split: str | None = None) -> list[Clip]:
    """The clips of a manifest, of one split or all; raises ManifestError, which names file, line and column."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t")
            missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise ManifestError(file, 1, f"the column {missing[0]!r} is missing")
            clips = [_clip(file, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ManifestError(file, 1, f"it cannot be read: {reason}") from error
    return [clip for clip in clips if split is None or clip.split == split]


def _clip(file: Path, line: int, row: dict[str, str | None]) -> Clip:
    cells = {column: (value or "").strip() for column, value in row.items() if isinstance(column, str)}
    for column in _COLUMNS:
        if not cells[column]:
            raise ManifestError(file, line, f"{column} is empty")
    try:
        seconds = float(cells["seconds"])
    except ValueError as error:
        raise ManifestError(file, line, f"seconds is {cells['seconds']!r}, which is no number") from error
    if not 0 < seconds < math.inf:
        raise ManifestError(file, line, f"seconds is {cells['seconds']!r}, which is no length")
    return Clip(
        path=file.parent / cells["file"],
        split=cells.get("split", ""),
        dialect_id=cells["dialect_id"],
        unit=cells.get("unit", ""),
        seconds=seconds,
        source=cells["source"],
        licence=cells.get("licence", ""),
        transcript=cells.get("transcript", ""),
        transcript_kind=cells.get("transcript_kind", ""),
        manifest=file,
        line=line,
    )


def utterances_of(clips: Sequence[Clip], *, join: bool = True, seed: int = SEED) -> list[Utterance]:
    """Every clip used once. With `join`, short ones of one source, dialect and split are joined, in a shuffled order.

    The same clips and seed give the same utterances, in whatever order the clips come.
    """
    ordered = sorted(clips, key=lambda clip: (clip.source, clip.dialect_id, clip.split, str(clip.path)))
    if not join:
        return [Utterance((clip,)) for clip in ordered]
    found: list[Utterance] = []
    short: dict[tuple[str, str, str], list[Clip]] = defaultdict(list)
    for clip in ordered:
        if clip.seconds < SHORT_SECONDS:
            short[clip.source, clip.dialect_id, clip.split].append(clip)
        else:
            found.append(Utterance((clip,)))
    for key, some in short.items():
        found += _joined(some, random.Random(f"{seed} {key}"))  # noqa: S311 - a draw, not a secret
    return found


def _joined(clips: list[Clip], draw: random.Random) -> Iterator[Utterance]:
    draw.shuffle(clips)
    least, most = JOINED_SECONDS
    parts: list[Clip] = []
    length = 0.0
    wanted = draw.uniform(least, most)
    for clip in clips:
        if parts and length + clip.seconds > most:
            yield Utterance(tuple(parts))
            parts, length, wanted = [], 0.0, draw.uniform(least, most)
        parts.append(clip)
        length += clip.seconds + _GAP_SECONDS
        if length >= wanted:
            yield Utterance(tuple(parts))
            parts, length, wanted = [], 0.0, draw.uniform(least, most)
    if parts:
        yield Utterance(tuple(parts))
