"""Whisper's two runtimes compute the same of the same weights, within what half precision and 8-bit integers cost."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.error_rates import edits
from dialects.recognizers.ctranslate2_file import read_arrays
from dialects.recognizers.features import log_mel
from dialects.recognizers.openai_whisper import OpenAIWhisperRecognizer, TorchRuntime, load_whisper
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.vocabulary import service_vocabulary
from dialects.recognizers.weights import ModelState, ensure_whisper_base, model_status
from dialects.recognizers.weights_torch import ensure_checkpoint, whisper_state
from dialects.recognizers.whisper import CTranslate2Runtime, WhisperRecognizer
from dialects.recognizers.whisper_runtime import Manner, WhisperRuntime, Written
from dialects.text import simplified

pytest.importorskip("whisper", reason="the extra whisper is not installed")
pytestmark = pytest.mark.model

LOG_PROBABILITY_TOLERANCE = 0.02
"""Difference of the mean log probability of a token, both in float32."""
DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"
ENCODER_TOLERANCE = {"float32": 0.005, "int8": 0.1}
"""Mean absolute difference of encoder outputs, whose own mean size is about 0.8."""
POSTERIOR_TOLERANCE = {"float32": 0.0001, "int8": 0.2}
"""Largest difference of the probability of a language; 8-bit integers move it where the model is undecided."""
SPANS = ((0, 100), (50, 150))
"""Two parts of two seconds."""


@pytest.fixture(scope="module")
def directory() -> Path:
    if model_status().state is ModelState.ABSENT and "pip install" in model_status().text:
        pytest.skip(model_status().text)
    return ensure_whisper_base()


@pytest.fixture(scope="module")
def reference(directory: Path) -> TorchRuntime:
    return TorchRuntime(load_whisper(directory))


def voices() -> list[np.ndarray]:
    return [decode_audio(path, rate_hz=RATE_HZ).samples for path in sorted(DEMO.glob("*.flac"))]


@pytest.mark.parametrize("compute_type", ["float32", "int8"])
@pytest.mark.parametrize("window_seconds", [6.0, 30.0])
def test_both_encode_and_tell_the_language_alike(
    directory: Path, reference: TorchRuntime, compute_type: str, window_seconds: float
) -> None:
    """In a short window as in the full one."""
    fast = CTranslate2Runtime(directory, compute_type=compute_type)
    assert (fast.mel_bins, fast.time_stamp_begin) == (reference.mel_bins, reference.time_stamp_begin)
    assert fast.languages == reference.languages
    mels = log_mel([voice[: 4 * RATE_HZ] for voice in voices()[:4]], window_seconds=window_seconds)
    left, right = reference.encode(mels), fast.encode(mels)
    assert float(np.abs(left.numpy() - np.asarray(right)).mean()) <= ENCODER_TOLERANCE[compute_type]
    told = [*reference.language_posteriors(left), *reference.language_posteriors(reference.cut(left, 1, SPANS))]
    heard = [*fast.language_posteriors(right), *fast.language_posteriors(fast.cut(right, 1, SPANS))]
    assert len(told) == len(mels) + len(SPANS)
    for ours, theirs in zip(told, heard, strict=True):
        assert max(abs(ours[code] - theirs[code]) for code in ours) <= POSTERIOR_TOLERANCE[compute_type]
        assert next(iter(ours)) == next(iter(theirs))


def difference(left: Sequence[str], right: Sequence[str]) -> int:
    """Characters to change, leave out or add; variants of a character count as one."""
    return sum(edits(simplified(a), simplified(b)).errors for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("hot_words", [None, ["永安保险", "Yongan"]], ids=["without a prompt", "with one"])
def test_both_write_the_same(hot_words: list[str] | None) -> None:
    """On the demonstration voices, at most one character in twenty differs; variants of a character count as one."""
    vocabulary = None if hot_words is None else service_vocabulary(hot_words)
    texts = [
        [heard.text for heard in recognizer.recognize(voices())]
        for recognizer in (OpenAIWhisperRecognizer(vocabulary=vocabulary), WhisperRecognizer(vocabulary=vocabulary))
    ]
    assert difference(*texts) <= sum(map(len, texts[0])) / 20, texts


def test_both_read_a_prompt_alike(directory: Path, reference: TorchRuntime) -> None:
    """The same tokens for its words; the same text, sureness and silence after it, in a batch of two languages."""
    fast = CTranslate2Runtime(directory, compute_type="float32")
    prompts = service_vocabulary(["永安保险"]).prompts(fast.tokens)
    assert prompts == service_vocabulary(["永安保险"]).prompts(reference.tokens)
    mels = log_mel([voice[: 4 * RATE_HZ] for voice in voices()], window_seconds=6.0)
    manner, encoded = Manner(60, prompts=prompts), (reference.encode(mels), fast.encode(mels))
    languages = [max(("zh", "en"), key=each.__getitem__) for each in fast.language_posteriors(encoded[1])]
    assert set(languages) == {"zh", "en"}
    left, right = (
        runtime.write(one, languages, manner) for runtime, one in zip((reference, fast), encoded, strict=True)
    )
    for ours, theirs in zip(left, right, strict=True):
        assert ours.tokens == theirs.tokens
        assert ours.log_probability == pytest.approx(theirs.log_probability, abs=LOG_PROBABILITY_TOLERANCE)
        assert ours.no_speech_probability == pytest.approx(theirs.no_speech_probability, abs=0.01)


def test_both_draw_texts_at_a_temperature(directory: Path, reference: TorchRuntime) -> None:
    """At a low one they begin as the most probable text does; the answers come in order, each for its row."""
    for runtime in (reference, CTranslate2Runtime(directory)):
        mels = log_mel([voice[: 4 * RATE_HZ] for voice in voices()[::2][:2]], window_seconds=6.0)
        encoded = runtime.encode(mels)
        languages = [next(iter(each)) for each in runtime.language_posteriors(encoded)]
        plain, drawn = (
            runtime.write(encoded, languages, manner) for manner in (Manner(12), Manner(12, temperature=0.1))
        )
        for left, right in zip(plain, drawn, strict=True):
            beginnings = [simplified(runtime.text(text(each, runtime)))[:12] for each in (left, right)]
            assert SequenceMatcher(None, *beginnings).ratio() >= 0.5, beginnings


def text(written: Written, runtime: WhisperRuntime) -> list[int]:
    return [token for token in written.tokens if token < runtime.time_stamp_begin]


def test_nothing_is_lost(directory: Path) -> None:
    """Every number of the file is in the checkpoint but the bias of the keys, which is zero."""
    arrays = read_arrays(directory / "model.bin")
    parameters = whisper_state(arrays)["model_state_dict"]
    kept = {name: array for name, array in arrays.items() if array.size > 1 and array.dtype == np.float16}
    kept.pop("decoder/projection/weight")  # shares the embedding
    keys = [np.split(array, 3)[1] for name, array in kept.items() if name.endswith("self_attention/linear_0/bias")]
    keys += [np.split(array, 2)[0] for name, array in kept.items() if name.endswith("/attention/linear_1/bias")]
    assert not np.concatenate(keys).any()
    assert sum(array.size for array in parameters.values()) == sum(a.size for a in kept.values()) - sum(
        key.size for key in keys
    )


def test_the_checkpoint_is_written_once_and_mended(directory: Path, tmp_path: Path) -> None:
    """A `.pt` file that was damaged is written again; the recognizer takes it like an official one."""
    (tmp_path / "whisper-base").symlink_to(directory)
    file = ensure_checkpoint(cache=tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    assert ensure_checkpoint(cache=tmp_path).read_bytes() == whole
    stamp = file.stat().st_mtime_ns
    assert ensure_checkpoint(cache=tmp_path).stat().st_mtime_ns == stamp
    recognizer = OpenAIWhisperRecognizer(file)
    assert recognizer.capabilities.name == "whisper-base-torch"
    (heard,) = recognizer.recognize(voices()[:1])
    assert heard.language == "en"
