"""Speaker vectors on PaddleSpeech's real executor, with an ECAPA-TDNN of random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from dialects.audio.decode import decode_audio
from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError
from dialects.recognizers.model_files import engine_installed
from dialects.recognizers.models import Engine
from dialects.recognizers.paddle_library import make_executor
from dialects.recognizers.paddle_vector import CHECKPOINT, CONFIG, SpeakerVectors, likeness
from dialects.recognizers.port import RATE_HZ

if not engine_installed(Engine.PADDLE):
    pytest.skip("the extra paddle is not installed", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # the library warns of its own old ways at every step
DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"
SETTINGS = {
    "sr": RATE_HZ,
    "n_mels": 80,
    "window_size": 400,
    "hop_size": 160,
    "num_speakers": 4,
    "model": {
        "input_size": 80,
        "channels": [16, 16, 16, 16, 48],
        "kernel_sizes": [5, 3, 3, 3, 1],
        "dilations": [1, 2, 3, 4, 1],
        "attention_channels": 8,
        "lin_neurons": 24,
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of random weights, laid out as the published archive."""
    make_executor("vector")
    import paddle
    from paddlespeech.vector.models.ecapa_tdnn import EcapaTdnn
    from paddlespeech.vector.modules.sid_model import SpeakerIdetification

    folder = tmp_path_factory.mktemp("models") / "ecapa"
    for name in (CONFIG, CHECKPOINT):
        (folder / name).parent.mkdir(parents=True)
    (folder / CONFIG).write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    paddle.seed(3)
    model = SpeakerIdetification(backbone=EcapaTdnn(**SETTINGS["model"]), num_class=SETTINGS["num_speakers"])
    paddle.save(model.state_dict(), str(folder / f"{CHECKPOINT}.pdparams"))
    return folder


def voice(name: str) -> np.ndarray:
    return decode_audio(DEMO / name, rate_hz=RATE_HZ).samples


def test_a_voice_is_a_direction(folder: Path) -> None:
    """One vector of length 1, the same for the same sound, another for another."""
    vectors = SpeakerVectors(folder)
    first, other = vectors.vector(voice("zh_accident_claim.flac")), vectors.vector(voice("en_policy_help.flac"))
    assert (first.shape, first.dtype) == ((24,), np.float32)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert likeness(first, vectors.vector(voice("zh_accident_claim.flac"))) == pytest.approx(1, abs=1e-5)
    assert likeness(first, other) < 1


def test_too_little_speech_is_refused(folder: Path) -> None:
    """A click tells nothing about who it was."""
    with pytest.raises(ValueError, match="at least"):
        SpeakerVectors(folder).vector(np.zeros(100, np.float32))


def test_missing_and_damaged_files_are_told_apart(folder: Path, tmp_path: Path) -> None:
    """Each in one sentence; the network is never asked."""
    with pytest.raises(SpeechModelAbsentError, match="is missing"):
        SpeakerVectors(tmp_path)
    for name in (CONFIG, f"{CHECKPOINT}.pdparams"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / f"{CHECKPOINT}.pdparams").write_bytes(b"nonsense")
    with pytest.raises(SpeechModelDamagedError, match="cannot be loaded"):
        SpeakerVectors(tmp_path)
