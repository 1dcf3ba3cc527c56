"""The sherpa-onnx adapter on the real library, with a model of random weights: types and shapes, never exact text."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError
from dialects.recognizers.models import ModelDescription, ModelFile, load_models
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.sherpa import SherpaRecognizer
from tests.fakes.tiny_ctc import CHARACTERS, write_tiny_ctc

pytest.importorskip("sherpa_onnx", reason="the extra sherpa is not installed")
pytest.importorskip("onnx", reason="onnx comes with the extra paddle; it builds the tiny model")

WU = load_models()["sherpa-onnx-wenetspeech-wu-u2pp-conformer-ctc-zh-int8-2026-02-03"]
DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"


def voices() -> list[np.ndarray]:
    return [decode_audio(path, rate_hz=RATE_HZ).samples for path in sorted(DEMO.glob("zh_*.flac"))]


def with_hashes(model: ModelDescription, folder: Path) -> ModelDescription:
    files = [
        ModelFile(file.name, None, hashlib.sha256((folder / file.name).read_bytes()).hexdigest())
        for file in model.files
    ]
    return replace(model, files=tuple(files))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / WU.id
    write_tiny_ctc(folder)
    return folder


@pytest.fixture(scope="module")
def recognizer(folder: Path) -> SherpaRecognizer:
    return SherpaRecognizer(WU, folder)


def test_it_writes_what_its_tokens_spell(recognizer: SherpaRecognizer) -> None:
    """One recognition for each utterance, in order, of the characters the model knows."""
    sounds = voices()
    heard = recognizer.recognize(sounds)
    assert [each.seconds for each in heard] == [sound.size / RATE_HZ for sound in sounds]
    for each in heard:
        assert set(each.text.replace(" ", "")) <= set("".join(CHARACTERS))
        assert (each.language, each.recognizer) == ("zh", WU.name)
        assert each.language_posterior == {}
        assert each.log_probability <= 0
    assert any(each.text for each in heard)


def test_a_batch_is_each_of_its_utterances(recognizer: SherpaRecognizer) -> None:
    """Together or alone, the text is much the same: neighbours in a batch do not leak into each other.

    Not the very same: for a WeNet model the library adds faint noise to the samples, which decides in the pauses.
    """
    sounds = voices()
    alone = [recognizer.recognize([sound])[0].text for sound in sounds]
    together = [each.text for each in recognizer.recognize(sounds)]
    for number, text in enumerate(together):
        alike = [SequenceMatcher(None, text, other, autojunk=False).ratio() for other in alone]
        assert alike[number] == max(alike)
        assert alike[number] > 0.6


def test_silence_is_not_written_down(recognizer: SherpaRecognizer) -> None:
    """A model of random weights would write something of anything; where nobody speaks it is not asked."""
    silence = np.zeros(2 * RATE_HZ, np.float32)
    heard = recognizer.recognize([silence, voices()[0], np.zeros(0, np.float32)])
    assert [(each.text, each.language) for each in (heard[0], heard[2])] == [("", "")] * 2
    assert recognizer.recognize([]) == []


def test_a_long_utterance_is_taken_in_pieces(recognizer: SherpaRecognizer) -> None:
    """Nothing is thrown away because somebody talks for forty seconds."""
    sound = np.tile(np.concatenate(voices()), 3)[: 40 * RATE_HZ]
    (heard,) = recognizer.recognize([sound])
    assert heard.seconds == 40


def test_a_language_it_does_not_write_is_refused(recognizer: SherpaRecognizer) -> None:
    """The Wu model writes Chinese."""
    with pytest.raises(ValueError, match="writes none of the languages en"):
        recognizer.recognize(voices()[:1], languages=["en"])


def test_verified_files_are_loaded_at_once(folder: Path) -> None:
    """With every hash known and right there is no child process, and the same text."""
    known = SherpaRecognizer(with_hashes(WU, folder), folder)
    assert known.capabilities == WU.capabilities
    assert known.recognize(voices()[:1])[0].recognizer == WU.name


@pytest.mark.parametrize("damage", ["garbage", "no metadata", "another graph"])
def test_a_file_that_would_end_the_process_is_refused(tmp_path: Path, damage: str) -> None:
    """sherpa-onnx exits over it; we say which model it was and go on."""
    write_tiny_ctc(tmp_path, metadata=damage != "no metadata")
    if damage == "garbage":
        (tmp_path / "model.int8.onnx").write_bytes(b"no model at all")
    elif damage == "another graph":
        vad = Path(__file__).parents[2] / "dialects" / "data" / "vad" / "silero_vad.onnx"
        (tmp_path / "model.int8.onnx").write_bytes(vad.read_bytes())
    with pytest.raises(SpeechModelDamagedError, match="cannot be loaded by sherpa-onnx"):
        SherpaRecognizer(WU, tmp_path)


def test_a_changed_file_is_refused_before_it_is_loaded(folder: Path, tmp_path: Path) -> None:
    """The hash decides, not the name."""
    model = with_hashes(WU, folder)
    write_tiny_ctc(tmp_path, seed=6)
    with pytest.raises(SpeechModelDamagedError, match=r"model\.int8\.onnx .* is not the file"):
        SherpaRecognizer(model, tmp_path)


def test_a_missing_file_is_named_with_what_to_do(folder: Path, tmp_path: Path) -> None:
    """One sentence with the command that helps."""
    (tmp_path / "tokens.txt").write_text("", encoding="utf-8")
    with pytest.raises(SpeechModelAbsentError, match=r"model\.int8\.onnx is missing .* models path"):
        SherpaRecognizer(WU, tmp_path)


@pytest.mark.parametrize(
    "model", [each for each in load_models().values() if each.engine == "sherpa"], ids=lambda m: m.id
)
def test_every_description_fits_its_factory(model: ModelDescription) -> None:
    """The real library has each factory, and it takes these arguments."""
    import inspect

    import sherpa_onnx

    signature = inspect.signature(getattr(sherpa_onnx.OfflineRecognizer, f"from_{model.factory}"))
    signature.bind(**model.arguments, **model.options, num_threads=1)
