"""The sound of real recordings, end to end: cut model, features, heads, the command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from dialects.acoustics import packaged_head
from dialects.audio.decode import decode_audio
from dialects.errors import SpeechModelDamagedError
from dialects.recognizers.early_layers import ALL_LAYERS, EarlyLayers, ensure_early_layers
from dialects.recognizers.features import log_mel
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.sound_features import SIZE, SoundFeatures
from dialects.recognizers.weights import ModelState, ensure_whisper_base, model_status
from dialects.recognizers.whisper import WhisperRecognizer
from elder_channel.cli.main import app
from elder_channel.recognition.worker import load_whisper

CHECKOUT = Path(__file__).parents[2]
VOICE = CHECKOUT / "elder_channel" / "data" / "demo" / "zh_accident_claim.flac"
REFERENCE = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or CHECKOUT.parent / "shared" / "data")

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        model_status().state is ModelState.ABSENT and "pip install" in model_status().text, reason=model_status().text
    ),
]


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    """Four seconds of speech at 16 kHz."""
    return decode_audio(VOICE, rate_hz=RATE_HZ).samples[: 4 * RATE_HZ]


def test_all_layers_cut_are_the_encoder_itself(voice: np.ndarray) -> None:
    """Cutting changes nothing that is kept: six layers of six give CTranslate2's own encoding to the last bit."""
    mel = log_mel([voice], window_seconds=6.0)
    whole = ctranslate2.models.Whisper(str(ensure_whisper_base()), compute_type="int8", intra_threads=1)
    own = np.asarray(whole.encode(ctranslate2.StorageView.from_array(mel), to_cpu=True))
    assert np.array_equal(EarlyLayers(ALL_LAYERS).frames(mel), own)


def test_a_damaged_cut_is_made_again(voice: np.ndarray) -> None:
    """A half-written file is noticed by its hash."""
    directory = ensure_early_layers(1)
    before = EarlyLayers(1).frames(log_mel([voice], window_seconds=4.0))
    with (directory / "model.bin").open("r+b") as file:
        file.truncate(1_000)
    assert np.array_equal(EarlyLayers(1).frames(log_mel([voice], window_seconds=4.0)), before)


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    """What cannot be cut is told, not guessed at."""
    from dialects.recognizers.early_layers import _read

    (tmp_path / "model.bin").write_bytes(b"\0" * 64)
    with pytest.raises(SpeechModelDamagedError):
        list(_read(tmp_path / "model.bin"))


@pytest.mark.parametrize("count", [0, 1, 800, 30_000, 40 * RATE_HZ])
def test_every_length_gives_features(voice: np.ndarray, count: int) -> None:
    """Nothing at all, a click and forty seconds: numbers, never NaN."""
    features = SoundFeatures().features(np.resize(voice, count) if count else voice[:0])
    assert features.shape == (SIZE,)
    assert np.isfinite(features).all()


def test_recognition_and_evaluation_hear_the_same(voice: np.ndarray) -> None:
    """What is measured is what a call gets."""
    head = packaged_head()
    recognition = WhisperRecognizer(head=head).recognize([voice])[0]
    alone = head.probabilities(SoundFeatures().features(voice).reshape(1, -1))[0]
    assert sum(recognition.acoustic.values()) == pytest.approx(1)
    assert [recognition.acoustic[one] for one in head.classes] == pytest.approx(list(alone), abs=0.02)


def test_no_voice_and_no_head_give_no_acoustics(voice: np.ndarray) -> None:
    """Noise is no dialect; without a head nothing is claimed."""
    noise = np.random.default_rng(1).normal(0, 0.01, RATE_HZ).astype(np.float32)
    assert WhisperRecognizer(head=packaged_head()).recognize([noise])[0].acoustic == {}
    assert load_whisper(1, acoustic_head="none").recognize([voice])[0].acoustic == {}
    assert load_whisper(1, acoustic_head="licensed").recognize([voice])[0].acoustic


def test_a_recording_is_identified_by_command() -> None:
    """`dialects identify` gives posterior, evidence and text."""
    done = CliRunner().invoke(app, ["dialects", "identify", str(VOICE), "--from", "+862055501000", "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["best"][0]["id"] == "guangzhou"
    assert {one["source"] for one in answer["evidence"]} >= {"number", "acoustic"}
    assert CliRunner().invoke(app, ["dialects", "identify", "nowhere.wav"]).exit_code == 2


@pytest.mark.skipif(not (REFERENCE / "speech" / "manifest.tsv").is_file(), reason="the reference recordings are absent")
def test_recordings_are_evaluated_by_command(tmp_path: Path) -> None:
    """`dialects evaluate --json` has the figures by dialect and source, and draws them."""
    lines = (REFERENCE / "speech" / "manifest.tsv").read_text(encoding="utf-8").splitlines()
    some = [line for line in lines[1:] if "\tdev\t" in line and "\tsentence\t" in line][:8]
    rows = [f"{REFERENCE / 'speech'}/{line}" for line in some]
    manifest = tmp_path / "manifest.tsv"
    manifest.write_text("\n".join([lines[0], *rows]) + "\n", encoding="utf-8")
    evaluate = ["dialects", "evaluate", "--manifest", str(manifest), "--defaults"]
    done = CliRunner().invoke(app, [*evaluate, "--with-numbers", "--json", "--plot", str(tmp_path)])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    for part in ("acoustic", "fused"):
        keys = {"top1", "top3", "ece", "n", "per_dialect", "per_source", "confusion", "coverage", "threshold"}
        assert keys <= set(figures[part])
        assert (tmp_path / f"{part}-coverage.svg").read_text(encoding="utf-8").startswith("<svg")
    assert figures["acoustic"]["n_of_trained_sources"] == 0
    assert figures["latency_ms"]["p50"] > 0
    written = sum("\thanzi\t" in line for line in some)
    assert sum(row["n"] for row in figures["recognition"]["per_dialect"].values()) == written
    assert (figures["head"], figures["settings_from"]) == ("all-sources", "packaged defaults")
    bad = [*evaluate, "--lines", "bad", "--seed", "5", "--no-recognition", "--json"]
    twice = [json.loads(CliRunner().invoke(app, bad).stdout)["acoustic"] for _ in range(2)]
    assert twice[0] == twice[1], "the same seed draws the same lines"


def test_what_the_recognizer_writes_is_evaluated_by_command(tmp_path: Path) -> None:
    """A clear sentence is mostly right, and `--no-identification` measures nothing else."""
    text = yaml.safe_load((VOICE.parent / "manifest.yaml").read_text(encoding="utf-8"))["voices"]
    said = next(entry["text"] for entry in text if entry["file"] == VOICE.name)
    manifest = tmp_path / "manifest.tsv"
    row = f"{VOICE}\tputonghua\t{said}\t6\tdemo/voices"
    manifest.write_text(f"file\tdialect_id\ttranscript\tseconds\tsource\n{row}\n", encoding="utf-8")
    command = ["dialects", "evaluate", "--manifest", str(manifest), "--defaults", "--no-identification", "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert "acoustic" not in figures
    row = figures["recognition"]["per_dialect"]["putonghua"]
    assert (row["n"], row["cer_interval"]) == (1, None)
    assert row["pinyin_error_rate"] <= row["cer"] < 0.5
    assert figures["recognition"]["latency_ms"]["p50"] > 0
