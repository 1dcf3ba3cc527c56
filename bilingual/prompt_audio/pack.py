"""A build made small enough to ship: each sound as Opus at 8 kHz, a third of its size as mu-law."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.audio.frame import AudioFrame

from bilingual.prompt_audio.manifest import FILE, Entry, LeftOut, read_manifest, write_manifest, write_whole
from bilingual.prompt_audio.sound import Sound
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ

BITS_PER_SECOND: Final = 20_000
"""Of a voice at 8 kHz Opus needs 12,000 to sound as on the telephone; what is heard is decoded from this."""


def pack(built: Path, target: Path, *, about: str, left_out: Collection[LeftOut] = ()) -> list[Entry]:
    """Write the sounds of a build into `target` in place of what lay there; the entries of its manifest.

    What is `left_out` stays behind and is listed. Raises `PromptManifestError` when either manifest cannot be read.
    """
    target.mkdir(parents=True, exist_ok=True)
    old = {entry.file for entry in read_manifest(target).entries}
    behind = {(each.message, each.language, each.manner) for each in left_out}
    wanted = [e for e in read_manifest(built).entries if (e.message, e.language, e.manner) not in behind]
    entries = list(_packed(wanted, built, target))
    write_manifest(target, entries, about=about, left_out=left_out)
    for name in old - {entry.file for entry in entries} - {FILE}:
        (target / name).unlink(missing_ok=True)
    return entries


def _packed(entries: Iterable[Entry], built: Path, target: Path) -> Iterator[Entry]:
    packed: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in packed:  # two messages share a phrase
            yield packed[entry.id].model_copy(update={"message": entry.message, "phrase": entry.phrase})
            continue
        sound = Sound(decode_audio(built / (entry.wide_file or entry.file), rate_hz=RATE_HZ).samples, RATE_HZ)
        content = opus(sound, entry.text)
        name = f"{entry.id}.opus"
        write_whole(target / name, content)
        heard = decode_audio(content, rate_hz=RATE_HZ)
        packed[entry.id] = entry.model_copy(
            update={
                "file": name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "seconds": round(heard.seconds, 3),
                "wide_file": None,
                "wide_sha256": None,
            }
        )
        yield packed[entry.id]


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
