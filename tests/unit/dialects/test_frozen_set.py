"""The frozen set: fixed by its sound, and never trained on."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from dialects.errors import FrozenSetError, ManifestError
from dialects.frozen_set import content_hash, digest_of, hashes_of, refuse_overlap
from dialects.utterances import Clip

RATE_HZ = 16_000


def recording(file: Path, pitch_hz: float) -> Path:
    """One second of a tone."""
    tone = np.sin(2 * np.pi * pitch_hz * np.arange(RATE_HZ) / RATE_HZ) / 4
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((tone * 32767).astype("<i2").tobytes())
    return file


def clip(file: Path, dialect_id: str = "hakka", source: str = "a/one") -> Clip:
    """A row of a manifest."""
    return Clip(file, "train", dialect_id, "sentence", 1.0, source, "")


def as_flac(file: Path) -> Path:
    """The same sound in another format."""
    copy = file.with_suffix(".flac")
    with av.open(str(file)) as source, av.open(str(copy), "w") as target:
        stream = target.add_stream("flac", rate=RATE_HZ)
        stream.layout = "mono"
        for frame in source.decode(audio=0):
            frame.pts = None
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return copy


def test_the_same_sound_is_known_again_in_another_file(tmp_path: Path) -> None:
    """Another name or lossless format hides nothing."""
    file = recording(tmp_path / "a.wav", 200)
    assert content_hash(clip(as_flac(file))) == content_hash(clip(file))
    assert content_hash(clip(recording(tmp_path / "b.wav", 201))) != content_hash(clip(file))


def test_the_digest_fixes_the_set(tmp_path: Path) -> None:
    """Whatever the order; another sound, label or source is another set."""
    files = [recording(tmp_path / f"{n}.wav", 200 + n) for n in range(3)]
    clips = [clip(file) for file in files]
    digest = digest_of(hashes_of(clips))
    assert digest_of(hashes_of(clips[::-1])) == digest
    assert digest_of(hashes_of(clips[:2])) != digest
    assert digest_of(hashes_of([*clips[:2], clip(files[2], "minnan")])) != digest
    assert digest_of(hashes_of([*clips[:2], clip(files[2], source="b/two")])) != digest


def test_a_recording_that_is_trained_on_is_refused(tmp_path: Path) -> None:
    """By its sound, not its name."""
    file = recording(tmp_path / "a.wav", 200)
    with pytest.raises(FrozenSetError, match="1 recordings of the frozen set are trained on"):
        refuse_overlap(hashes_of([clip(file)]), hashes_of([clip(as_flac(file), source="b/two")]))


def test_a_source_that_is_trained_on_is_refused(tmp_path: Path) -> None:
    """Other clips of one voice and microphone are no unseen ones."""
    one, two = (recording(tmp_path / f"{n}.wav", 200 + n) for n in range(2))
    with pytest.raises(FrozenSetError, match="a/one"):
        refuse_overlap(hashes_of([clip(one)]), hashes_of([clip(two)]))
    refuse_overlap(hashes_of([clip(one)]), hashes_of([clip(two, source="b/two")]))


def test_an_empty_frozen_set_is_refused() -> None:
    """Nothing to compare on."""
    with pytest.raises(FrozenSetError):
        refuse_overlap({}, {})


def test_one_sound_with_two_labels_is_refused(tmp_path: Path) -> None:
    """Somebody has labelled it wrong; a repetition with the same label counts once."""
    file = recording(tmp_path / "a.wav", 200)
    assert len(hashes_of([clip(file), clip(as_flac(file))])) == 1
    with pytest.raises(ManifestError, match=r"hakka in a\.wav and minnan"):
        hashes_of([clip(file), clip(file, "minnan")])
