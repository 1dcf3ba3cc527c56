"""Kept utterances with agents' verdicts as a manifest to train on: pseudonyms instead of people, and no words.

The folder mirrors the books: exporting again takes away what was withdrawn or deleted meanwhile.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.learning.model import Consent, SoundClip, Standing, standing_of
from elder_channel.services.errors import ExportRefusedError
from elder_channel.storage.sound_files import sha256_of

MANIFEST: Final = "manifest.tsv"
PROVENANCE: Final = "provenance.tsv"
MARK: Final = "export.json"
"""Tells a folder of ours, which may be written anew, from any other."""
COLUMNS: Final = (
    *("file", "split", "dialect_id", "place", "transcript"),
    *("transcript_kind", "unit", "seconds", "source", "licence"),
)
LICENCE: Final = "consent on record; to train this service's dialect heads only, withdrawable, not to be passed on"
"""What the manifest states: no licence of a work, but what the speaker agreed to."""
EXPORT_READER: Final = "export"
"""How the record of readings calls an export."""
HELD: Final = "dev"
"""The split of who is held back."""
SPLIT_DEV_OF: Final = 5
"""One speaker in so many is `dev`, on every export the same ones."""
_PROVENANCE = (
    *("file", "sha256", "heard_on", "line", "engine", "head", "from_dialect", "from_probability", "from_abstained"),
    *("verdicts", "corrected_by_role", "corrected_on", "consent_basis", "consent_on"),
)


@dataclass(frozen=True)
class Exported:
    """What was written."""

    clips: int
    speakers: int
    minutes: float
    missing: int
    """Utterances whose file was not there, or not the one it should be; left out."""
    taken_away: int
    """Files of an earlier export that are no longer kept."""


@dataclass(frozen=True)
class Labelled:
    """A kept utterance whose dialect was judged, of a customer whose newest word is yes."""

    clip: SoundClip
    standing: Standing
    consent: Consent
    name: str
    speaker: str

    @property
    def held(self) -> bool:
        """Whether it is of a speaker who is held back to compare heads on (`dev`): the same ones every time."""
        return int(self.speaker, 16) % SPLIT_DEV_OF == 0


def export_corrections(line: Line, out: Path, *, since: datetime | None = None) -> Exported:
    """Write manifest, provenance and sound of every kept utterance whose dialect was judged (at or after `since`).

    Raises `ExportRefusedError` when `out` holds something that is no export of ours.
    """
    _refuse_foreign(out)
    rows = labelled(line, since)
    audio = out / "audio"
    audio.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_private(out / MARK, json.dumps({"made_by": "elder-channel dialects corrections export"}).encode())
    written = [row for row in rows if _copy(line, row, out)]
    _record_readings(line, written)
    taken_away = _take_away(audio, keep={out / row.name for row in written})
    _write_table(out / MANIFEST, COLUMNS, [_manifest_row(row) for row in written])
    _write_table(out / PROVENANCE, _PROVENANCE, [_provenance_row(row) for row in written])
    minutes = sum(row.clip.seconds for row in written) / 60
    speakers = {row.speaker for row in written}
    return Exported(len(written), len(speakers), round(minutes, 1), len(rows) - len(written), taken_away)


def pseudonym(customer_id: int, key: str) -> str:
    """The name of a speaker in exports: the same in each of them, and nobody's without the key."""
    return hmac.new(key.encode(), f"speaker:{customer_id}".encode(), hashlib.sha256).hexdigest()[:16]


def labelled(line: Line, since: datetime | None = None) -> list[Labelled]:
    """What may be trained on, judged at or after `since`."""
    standings = {sid: standing_of(history) for sid, history in line.corrections.since(since).items()}
    judged = {sid: one for sid, one in standings.items() if one and one.dialect and not one.somebody_else}
    clips = line.sound_clips.of_calls(judged)
    consents = line.sound_clips.consents_of({clip.customer_id for clip in clips})
    key = line.secrets.pseudonym_key.get_secret_value()
    found = []
    for clip in clips:
        consent = consents.get(clip.customer_id)
        if consent is None or not consent.given:
            continue
        speaker = pseudonym(clip.customer_id, key)
        name = f"audio/{speaker}-{clip.id}.wav"
        found.append(Labelled(clip, judged[clip.call_sid], consent, name, speaker))
    return found


def _manifest_row(row: Labelled) -> Mapping[str, str]:
    return {
        "file": row.name,
        "split": HELD if row.held else "train",
        "dialect_id": row.standing.dialect or "",
        "place": "",  # a place beside a voice would name a person
        "transcript": "",  # what was said stays in the books (law 7)
        "transcript_kind": "none",
        "unit": "sentence",
        "seconds": f"{row.clip.seconds:.3f}",
        "source": f"line/speaker-{row.speaker}",
        "licence": LICENCE,
    }


def _provenance_row(row: Labelled) -> Mapping[str, str]:
    judged = row.standing.judged
    if judged is None:  # only judged calls are exported
        raise ValueError("a labelled utterance without a verdict")
    probability = "" if judged.from_probability is None else f"{judged.from_probability:.4f}"
    return {
        "file": row.name,
        "sha256": row.clip.sha256,
        "heard_on": f"{row.clip.heard_at:%Y-%m-%d}",  # the hour would find the call in anybody's telephone bill
        "line": row.clip.line,
        "engine": row.clip.engine,
        "head": row.clip.head,
        "from_dialect": judged.from_dialect or "",
        "from_probability": probability,
        "from_abstained": "yes" if judged.from_abstained else "no",
        "verdicts": str(row.standing.number),
        "corrected_by_role": judged.role,
        "corrected_on": f"{judged.corrected_at:%Y-%m-%d}",
        "consent_basis": row.consent.basis,
        "consent_on": f"{row.consent.recorded_at:%Y-%m-%d}",
    }


def _copy(line: Line, row: Labelled, out: Path) -> bool:
    """Copy the sound; False when it is not there, or not what was kept."""
    try:
        content = line.sound_files.path(row.clip.id).read_bytes()
    except FileNotFoundError:
        return False
    if sha256_of(content) != row.clip.sha256:
        return False
    _write_private(out / row.name, content)
    return True


def _record_readings(line: Line, rows: Sequence[Labelled]) -> None:
    """A voice that leaves the books was read by somebody (law 7)."""
    now = line.clock()
    for sid in sorted({row.clip.call_sid for row in rows}):
        line.calls.record_reading(sid, EXPORT_READER, on=now.astimezone(HOTLINE_ZONE).date(), at=now)


def _take_away(audio: Path, *, keep: set[Path]) -> int:
    gone = [file for file in sorted(audio.iterdir()) if file not in keep]
    for file in gone:
        file.unlink()
    return len(gone)


def _refuse_foreign(out: Path) -> None:
    if out.is_file():
        raise ExportRefusedError(f"{out} is a file; an export is a folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise ExportRefusedError(f"{out} holds something that is no export of corrections; give another folder.")


def _write_table(file: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    _write_private(file, text.getvalue().encode())


def _write_private(file: Path, content: bytes) -> None:
    """Replace a file in one step, readable by its owner only."""
    temporary = file.with_name(f".{file.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    temporary.replace(file)
