"""One suite for every recognizer: what the line may rely on, whichever engine listens."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from opencc import OpenCC

from dialects.audio.decode import decode_audio
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from dialects.recognizers.openai_whisper import OpenAIWhisperRecognizer
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition, Recognizer
from dialects.recognizers.weights import ModelState, model_status
from dialects.recognizers.whisper import WhisperRecognizer
from dialects.settings import RecognitionSettings
from elder_channel.recognition.hosted import HostedRecognizer
from elder_channel.recognition.worker import load_whisper
from tests.fakes.recognizer_process import RecognizerProcess

CHECKOUT = Path(__file__).parents[2]
DEMO = CHECKOUT / "elder_channel" / "data" / "demo"
REFERENCE = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or CHECKOUT.parent / "shared" / "data")
SIMPLIFIED = OpenCC("t2s")

pytestmark = pytest.mark.model


def characters(text: str) -> str:
    return "".join(character for character in SIMPLIFIED.convert(text.lower()) if character.isalnum())


def error_rate(heard: str, said: str) -> float:
    """Edit distance of letters and characters over the length of what was said."""
    left, right = characters(heard), characters(said)
    row = list(range(len(right) + 1))
    for number, a in enumerate(left, 1):
        previous, row = row, [number]
        for column, b in enumerate(right, 1):
            row.append(min(previous[column] + 1, row[-1] + 1, previous[column - 1] + (a != b)))
    return row[-1] / max(1, len(right))


def sentences() -> list[tuple[np.ndarray, str, str]]:
    """The demonstration sentences in Mandarin and English: samples at 16 kHz, text, language."""
    entries = yaml.safe_load((DEMO / "manifest.yaml").read_text(encoding="utf-8"))["voices"]
    return [
        (decode_audio(DEMO / entry["file"], rate_hz=RATE_HZ).samples, entry["text"], entry["language"][:2])
        for entry in entries
        if entry["language"][:2] in ("zh", "en")  # the line writes no other
    ]


@pytest.fixture(
    scope="module",
    params=["whisper", "openai-whisper", "hosted", "process", pytest.param("ray", marks=pytest.mark.ray)],
)
def recognizer(request: pytest.FixtureRequest) -> Iterator[Recognizer]:
    if model_status().state is ModelState.ABSENT and "pip install" in model_status().text:
        pytest.skip(model_status().text)
    if request.param == "whisper":
        yield WhisperRecognizer()
    elif request.param == "openai-whisper":
        pytest.importorskip("whisper", reason="the extra whisper is not installed")
        yield OpenAIWhisperRecognizer()
    elif request.param == "ray":
        yield request.getfixturevalue("ray_recognizer")
    elif request.param == "hosted":
        hosted = HostedRecognizer(
            Capabilities("hosted", frozenset({"zh", "en"}), reports_language=True),
            load_whisper,
            threads=1,
            answer_seconds=60,
        )
        yield hosted
        hosted.stop()
    else:
        with RecognizerProcess(RecognitionSettings(timeout_seconds=60)) as process:
            yield process


def check(recognition: Recognition, samples: np.ndarray) -> None:
    probabilities = recognition.language_posterior.values()
    assert all(0 <= probability <= 1 for probability in probabilities)
    assert sum(probabilities) <= 1 + 1e-4
    assert recognition.seconds == pytest.approx(samples.size / RATE_HZ)
    assert recognition.log_probability <= 0


def test_nothing_asked_is_nothing_answered(recognizer: Recognizer) -> None:
    """An empty batch is no error."""
    assert recognizer.recognize([]) == []


NOISE = np.random.default_rng(3)
MOMENT = np.arange(3 * RATE_HZ) / RATE_HZ
NOT_SPEECH = {
    "no samples": np.zeros(0, np.float32),
    "one sample": np.zeros(1, np.float32),
    "digital silence": np.zeros(3 * RATE_HZ, np.float32),
    "a noisy line": (0.003 * NOISE.standard_normal(3 * RATE_HZ)).astype(np.float32),
    "loud noise": (0.3 * NOISE.standard_normal(3 * RATE_HZ)).astype(np.float32),
    "ringing": (0.3 * np.sin(2 * np.pi * 450 * MOMENT)).astype(np.float32),
    "a key": (0.2 * (np.sin(2 * np.pi * 941 * MOMENT) + np.sin(2 * np.pi * 1336 * MOMENT))).astype(np.float32),
}


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_no_words_are_invented(recognizer: Recognizer, name: str) -> None:
    """Where nobody speaks nothing is written, and no language is claimed."""
    (recognition,) = recognizer.recognize([NOT_SPEECH[name]])
    assert (recognition.text, recognition.language) == ("", "")
    check(recognition, NOT_SPEECH[name])


def read_back(recognizer: Recognizer, said: Sequence[tuple[np.ndarray, str, str]]) -> list[float]:
    rates = []
    for (samples, text, language), recognition in zip(said, recognizer.recognize([s for s, _, _ in said]), strict=True):
        check(recognition, samples)
        assert recognition.language == language, recognition
        rates.append(error_rate(recognition.text, text))
    return rates


def test_plain_sentences_are_read_back_in_order(recognizer: Recognizer) -> None:
    """Mandarin and English sentences come back almost word for word, each at its place."""
    rates = read_back(recognizer, sentences())
    assert max(rates) <= 0.35, rates
    assert np.mean(rates) <= 0.12, rates


def test_plain_sentences_are_read_back_over_the_telephone(recognizer: Recognizer) -> None:
    """The telephone takes some of the sound away, not the sense."""
    said = [
        (to_recognizer_rate(through_telephone(samples, rate_hz=RATE_HZ)), text, language)
        for samples, text, language in sentences()
    ]
    rates = read_back(recognizer, said)
    assert np.mean(rates) <= 0.2, rates


def test_the_same_sound_is_the_same_text(recognizer: Recognizer) -> None:
    """Asked twice, it answers the same. One at a time: in what company a sound is decoded may move a figure."""
    for samples, _, _ in sentences()[:2]:
        [first], [second] = recognizer.recognize([samples]), recognizer.recognize([samples])
        assert (first.text, first.language) == (second.text, second.language)
        assert first.language_posterior == pytest.approx(second.language_posterior, abs=0.01)


def test_a_long_utterance_is_taken_whole(recognizer: Recognizer) -> None:
    """More than the model holds at once is heard in pieces: first and last sentence are both there."""
    said = [sentence for sentence in sentences() if sentence[2] == "zh"]
    pause = np.zeros(RATE_HZ // 2, np.float32)
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < 34 * RATE_HZ:
        parts += [said[len(parts) // 2 % len(said)][0], pause]
    (recognition,) = recognizer.recognize([np.concatenate(parts)])
    spoken = sum(len(characters(said[number % len(said)][1])) for number in range(len(parts) // 2))
    assert 0.6 * spoken <= len(characters(recognition.text)) <= 1.3 * spoken


def test_loud_and_broken_samples_do_no_harm(recognizer: Recognizer) -> None:
    """Samples that are no numbers, or far too loud, are survived."""
    samples = sentences()[0][0].copy() * 20
    samples[:200] = np.nan
    (recognition,) = recognizer.recognize([samples])
    check(recognition, samples)


@pytest.mark.parametrize("dialect_id", ["putonghua", "english"])
def test_real_recordings_are_understood(recognizer: Recognizer, dialect_id: str) -> None:
    """People, not machines: most of what they say is written as they said it."""
    manifest = REFERENCE / "speech" / "manifest.tsv"
    if not manifest.is_file():
        pytest.skip("the reference recordings are not here (ELDER_CHANNEL_REFERENCE)")
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file, delimiter="\t")
            if row["dialect_id"] == dialect_id
            and row["unit"] == "sentence"
            and row["transcript"]
            and row["transcript_kind"] in {"hanzi", "english"}
        ]
    if not rows:
        pytest.skip(f"no {dialect_id} sentence with a transcript")
    rows = rows[:: max(1, len(rows) // 12)]
    heard = recognizer.recognize(
        [decode_audio(manifest.parent / row["file"], rate_hz=RATE_HZ).samples for row in rows],
        languages=["en"] if dialect_id == "english" else ["zh"],
    )
    rates = [error_rate(recognition.text, row["transcript"]) for recognition, row in zip(heard, rows, strict=True)]
    assert np.median(rates) <= 0.5, rates
