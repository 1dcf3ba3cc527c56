"""The PaddleSpeech adapter on the real executor, with a conformer of random weights: never exact text."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError, SpeechModelError
from dialects.recognizers.model_files import engine_installed
from dialects.recognizers.models import Engine, load_models
from dialects.recognizers.paddle import PaddleRecognizer, paddle_folder
from dialects.recognizers.paddle_library import make_executor, no_exit
from dialects.recognizers.port import RATE_HZ
from tests.fakes.tiny_conformer import CHARACTERS, write_tiny_conformer

if not engine_installed(Engine.PADDLE):
    pytest.skip("the extra paddle is not installed", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # the library warns of its own old ways at every step
MODELS = load_models()
MANDARIN = MODELS["conformer_u2pp_online_wenetspeech-zh-16k"]
MIXED = MODELS["conformer_talcs-codeswitch_zh_en-16k"]
DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"


def voices() -> list[np.ndarray]:
    return [decode_audio(path, rate_hz=RATE_HZ).samples for path in sorted(DEMO.glob("zh_*.flac"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make_executor("asr")
    folder = tmp_path_factory.mktemp("models") / MANDARIN.id
    write_tiny_conformer(folder, MANDARIN.arguments["ckpt_path"])
    return folder


@pytest.fixture(scope="module")
def recognizer(folder: Path) -> PaddleRecognizer:
    return PaddleRecognizer(MANDARIN, folder)


def test_it_writes_what_its_vocabulary_holds(recognizer: PaddleRecognizer) -> None:
    """One recognition for each utterance, in order, of the characters the model knows."""
    sounds = voices()
    heard = recognizer.recognize(sounds)
    assert [each.seconds for each in heard] == [sound.size / RATE_HZ for sound in sounds]
    for each in heard:
        assert set(each.text.replace(" ", "")) <= set("".join(CHARACTERS[2:-1]))
        assert (each.language, each.recognizer, each.language_posterior) == ("zh", MANDARIN.name, {})
    assert any(each.text for each in heard)
    assert recognizer.recognize(sounds[:1]) == heard[:1]


def test_silence_is_not_written_down(recognizer: PaddleRecognizer) -> None:
    """A model of random weights would write something of anything; where nobody speaks it is not asked."""
    silence = np.zeros(2 * RATE_HZ, np.float32)
    assert [(each.text, each.language) for each in recognizer.recognize([silence, silence[:0]])] == [("", "")] * 2
    assert recognizer.recognize([]) == []


def test_the_code_switching_model_is_loaded_the_same_way(tmp_path: Path) -> None:
    """Mandarin and English in one sentence: another type of model, the same executor."""
    write_tiny_conformer(tmp_path, MIXED.arguments["ckpt_path"])
    recognizer = PaddleRecognizer(MIXED, tmp_path)
    assert recognizer.capabilities.languages == {"zh", "en"}
    assert recognizer.recognize(voices()[:1], languages=["en"])[0].recognizer == MIXED.name


def test_a_failure_is_not_answered_with_the_last_caller_s_words(recognizer: PaddleRecognizer) -> None:
    """The library logs a failure and keeps the previous result; here it is an error."""
    assert recognizer._text(voices()[3])
    with pytest.raises(SpeechModelError, match=r"failed over a piece of 0\.0 s"):
        recognizer._text(np.zeros(600, np.float32))


def test_a_language_it_does_not_write_is_refused(recognizer: PaddleRecognizer) -> None:
    """PaddleSpeech has no Cantonese and no other dialect."""
    with pytest.raises(ValueError, match="writes none of the languages yue"):
        recognizer.recognize(voices()[:1], languages=["yue"])


@pytest.mark.parametrize("lost", ["model.yaml", f"{MANDARIN.arguments['ckpt_path']}.pdparams"])
def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path, lost: str) -> None:
    """Before the library is asked, which would ask the network."""
    write_tiny_conformer(tmp_path, MANDARIN.arguments["ckpt_path"])
    (tmp_path / lost).unlink()
    with pytest.raises(SpeechModelAbsentError, match=r"is missing .* models path"):
        PaddleRecognizer(MANDARIN, tmp_path)


@pytest.mark.parametrize("damaged", ["model.yaml", f"{MANDARIN.arguments['ckpt_path']}.pdparams"])
def test_a_damaged_file_is_refused(tmp_path: Path, damaged: str) -> None:
    """One sentence, whatever the library says about it."""
    write_tiny_conformer(tmp_path, MANDARIN.arguments["ckpt_path"])
    (tmp_path / damaged).write_bytes(b"- nonsense")
    with pytest.raises(SpeechModelDamagedError, match="cannot be loaded"):
        PaddleRecognizer(MANDARIN, tmp_path)


def test_the_library_s_own_cache_serves_too(folder: Path, tmp_path: Path) -> None:
    """The operator's folder first, then where PaddleSpeech unpacks its archives."""
    env = {"ELDER_CHANNEL_MODELS": str(tmp_path / "own"), "PPSPEECH_HOME": str(tmp_path / "theirs")}
    assert paddle_folder(MANDARIN, env) == tmp_path / "own" / MANDARIN.id
    cached = tmp_path / "theirs" / "models" / MANDARIN.id / "1.3"
    cached.mkdir(parents=True)
    (cached / "archive").symlink_to(folder)
    assert paddle_folder(MANDARIN, env) == cached / "archive"
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / MANDARIN.id).symlink_to(folder)
    assert paddle_folder(MANDARIN, env) == tmp_path / "own" / MANDARIN.id


def test_nothing_is_reported_and_nothing_installed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the executor is called whole, no request leaves, no thread starts and pip is not run."""
    import soundfile

    sent: list[Any] = []
    monkeypatch.setattr("requests.get", lambda *arguments, **_: sent.append(arguments))
    monkeypatch.setattr("requests.sessions.Session.request", lambda *arguments, **_: sent.append(arguments))
    monkeypatch.setattr("pip._internal.main", lambda arguments: sent.append(arguments))
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("it asked a question"))
    monkeypatch.chdir(folder)
    file = tmp_path / "voice.wav"
    soundfile.write(file, voices()[0], RATE_HZ, subtype="PCM_16")
    text = make_executor("asr")(
        audio_file=str(file),
        model="conformer_tiny",
        lang="zh",
        config=str(folder / "model.yaml"),
        ckpt_path=str(folder / MANDARIN.arguments["ckpt_path"]),
        force_yes=True,
        device="cpu",
    )
    assert isinstance(text, str)
    utils: Any = import_module("paddlespeech.cli.utils")
    utils.StatsWorker(task="asr").start()
    with pytest.raises(ImportError, match="not to be installed by a running line"):
        import_module("paddlespeech.s2t.utils.dynamic_pip_install").install("paddlespeech_ctcdecoders")
    assert sent == []


def test_its_exits_end_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a recording that is none the library ends the process; inside `no_exit` that is an error like others."""
    monkeypatch.chdir(folder)
    (tmp_path / "voice.wav").write_bytes(b"no recording")
    with pytest.raises(SpeechModelError, match="gave up"), no_exit():
        make_executor("asr")(
            audio_file=str(tmp_path / "voice.wav"),
            model="conformer_tiny",
            config=str(folder / "model.yaml"),
            ckpt_path=str(folder / MANDARIN.arguments["ckpt_path"]),
        )
    with pytest.raises(SpeechModelError), no_exit():
        sys.exit(-1)
