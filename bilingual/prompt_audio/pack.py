"""A build made small enough to ship: each sound as Opus at 8 kHz, a third of its size as mu-law."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.audio.frame import AudioFrame

from bilingual.prompt_audio.build import id_of
from bilingual.prompt_audio.engine import Phrase, PromptEngine
from bilingual.prompt_audio.manifest import (
    FILE,
    Entry,
    LeftOut,
    intact,
    prompt_of,
    read_manifest,
    write_manifest,
    write_whole,
)
from bilingual.prompt_audio.renditions import Rendition
from bilingual.prompt_audio.sound import Sound
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ

BITS_PER_SECOND: Final = 20_000
"""Of a voice at 8 kHz Opus needs 12,000 to sound as on the telephone; what is heard is decoded from this."""


def shipped_already(
    wanted: Sequence[Rendition], engines: Sequence[PromptEngine], target: Path
) -> dict[Rendition, Entry]:
    """What `target` has of what is wanted, said just so by the first of `engines` that can say it."""
    there = {entry.id: entry for entry in read_manifest(target).entries if intact(target / entry.file, entry.sha256)}
    ids = {rendition: id_of(rendition, engines) for rendition in wanted}
    return {
        rendition: _said_by(there[id_], rendition.phrase)
        for rendition, id_ in ids.items()
        if id_ is not None and id_ in there
    }


def pack(
    entries: Iterable[Entry], built: Path, target: Path, *, about: str, left_out: Collection[LeftOut] = ()
) -> list[Entry]:
    """Write the sounds of these entries into `target`, and remove what else lay there; the entries of its manifest.

    An entry is one of the build in `built`, or one that `target` has already and that stays as it is. What is
    `left_out` stays behind and is listed. Raises `PromptManifestError` when the manifest of `target` cannot be read.
    """
    named = {entry.file for entry in read_manifest(target).entries}
    behind = {(each.message, each.language, each.manner) for each in left_out}
    packed = pack_sounds(entries, built, target)
    stays = [entry for entry in packed if prompt_of(entry) not in behind]
    write_manifest(target, stays, about=about, left_out=left_out)
    for name in (named | {entry.file for entry in packed}) - {entry.file for entry in stays} - {FILE}:
        (target / name).unlink(missing_ok=True)
    return stays


def pack_sounds(entries: Iterable[Entry], built: Path, target: Path) -> list[Entry]:
    """Write the sounds alone; nobody hears of them before `pack` has listed them."""
    target.mkdir(parents=True, exist_ok=True)
    return list(_packed(entries, built, target))


def _said_by(entry: Entry, phrase: Phrase) -> Entry:
    """The same sound in another message: two may share a phrase."""
    return entry.model_copy(update={"message": phrase.message_id, "phrase": phrase.number})


def _packed(entries: Iterable[Entry], built: Path, target: Path) -> Iterator[Entry]:
    packed: dict[str, Entry] = {}
    for entry in entries:
        if entry.wide_file is None:  # there already
            yield entry
            continue
        if entry.id not in packed:
            packed[entry.id] = _packed_entry(entry, built, target)
        yield packed[entry.id].model_copy(update={"message": entry.message, "phrase": entry.phrase})


def _packed_entry(entry: Entry, built: Path, target: Path) -> Entry:
    sound = Sound(decode_audio(built / (entry.wide_file or entry.file), rate_hz=RATE_HZ).samples, RATE_HZ)
    content = opus(sound, entry.text)
    name = f"{entry.id}.opus"
    write_whole(target / name, content)
    return entry.model_copy(
        update={
            "file": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "seconds": round(decode_audio(content, rate_hz=RATE_HZ).seconds, 3),
            "wide_file": None,
            "wide_sha256": None,
        }
    )


def opus(sound: Sound, words: str) -> bytes:
    """The sound as Opus in Ogg, its words as title."""
    file = io.BytesIO()
    # bitexact: the number of the stream is no random one, so that the same sound is the same file.
    with av.open(file, mode="w", format="ogg", options={"fflags": "+bitexact"}) as container:
        container.metadata["title"] = words
        stream: Any = container.add_stream(
            "libopus", rate=sound.rate_hz, layout="mono", options={"application": "voip"}
        )
        stream.bit_rate = BITS_PER_SECOND
        for packet in (*stream.encode(_frame(sound)), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def _frame(sound: Sound) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound.samples[None]), format="flt", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = sound.rate_hz, 0, Fraction(1, sound.rate_hz)
    return frame
