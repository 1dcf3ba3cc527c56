"""The demonstration voices: what the manifest says of them is true, and nobody can take them for real callers."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml

DEMO = Path(str(resources.files("elder_channel"))) / "data" / "demo"
MANIFEST = yaml.safe_load((DEMO / "manifest.yaml").read_text(encoding="utf-8"))
VOICES: list[dict[str, Any]] = MANIFEST["voices"]

each_voice = pytest.mark.parametrize("voice", VOICES, ids=[voice["file"] for voice in VOICES])


def samples_of(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    """The samples of a mono FLAC file."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])


@each_voice
def test_the_file_is_the_one_that_was_rendered(voice: dict[str, Any]):
    """Nobody has swapped or edited the sound since it was read back."""
    assert hashlib.sha256((DEMO / voice["file"]).read_bytes()).hexdigest() == voice["sha256"]


@each_voice
def test_the_file_can_be_played(voice: dict[str, Any]):
    """It decodes: mono, at the rate and as long as the manifest says, neither silent nor clipped."""
    path = DEMO / voice["file"]
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels) == (voice["rate_hz"], 1)
    samples = samples_of(path)
    assert samples.size / voice["rate_hz"] == pytest.approx(voice["seconds"], abs=0.01)
    assert 3_000 < np.abs(samples.astype(np.int32)).max() < 32_000


@each_voice
def test_the_voice_is_marked_synthetic_and_names_its_origin(voice: dict[str, Any]):
    """A screen can say "synthetic", and everybody can see who made the voice and under which licence."""
    assert voice["synthetic"] is True
    assert "Kokoro-82M" in voice["engine"]
    assert voice["licence"] == "Apache-2.0"
    assert voice["text"]
    assert voice["language"] in {"zh", "en", "ja"}


@each_voice
def test_the_voice_was_understood_after_a_telephone_line(voice: dict[str, Any]):
    """A demonstration must not fail because its own sound is bad."""
    assert voice["read_back"]["language"] == voice["language"]
    assert voice["read_back"]["character_error_rate"] == 0


def test_the_voices_are_small_and_complete():
    """Six to eight files of less than a megabyte together, each in the manifest, in both languages and a third."""
    files = sorted(path.name for path in DEMO.glob("*.flac"))
    assert files == sorted(voice["file"] for voice in VOICES)
    assert 6 <= len(files) <= 8
    assert sum((DEMO / name).stat().st_size for name in files) < 1_000_000
    assert {voice["language"] for voice in VOICES} == {"zh", "en", "ja"}


def test_there_is_a_short_word_and_sentences_of_a_callers_length():
    """One "喂？" of about a second; the others last three to six, as one breath on the telephone does."""
    short = [voice for voice in VOICES if voice["seconds"] < 1.5]
    assert len(short) == 1
    assert all(3 <= voice["seconds"] <= 6 for voice in VOICES if voice not in short)


def test_the_licence_lies_beside_the_voices():
    """Apache-2.0 asks for the licence and for the names of the authors."""
    notice = (DEMO / "LICENSE.md").read_text(encoding="utf-8")
    for words in ("Apache License", "hexgrad", "Kokoro-82M", "kokoro-onnx", "synthetic"):
        assert words in notice
