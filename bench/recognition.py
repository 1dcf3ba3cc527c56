"""Measures recognition and listening: ours, stock openai-whisper and stock faster-whisper on the same weights.

The sounds are the demonstration sentences as heard through a telephone, cut or joined to four seconds. Error rates
are taken on the reference recordings where they lie beside the checkout. Rounds alternate between the engines and the
median of the ratios counts, so that a busy machine slows both.
"""

from __future__ import annotations

import csv
import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import yaml
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from bench import recognition_reference as reference
from dialects.acoustics import packaged_head
from dialects.audio import mulaw
from dialects.audio.decode import decode_audio
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.streams import StreamBank
from dialects.audio.telephone import through_telephone, to_telephone
from dialects.error_rates import edits, error_rate
from dialects.recognizers.openai_whisper import HOW_TO_GET
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.weights import whisper_model
from dialects.recognizers.whisper import WhisperRecognizer
from dialects.settings import ListeningSettings
from dialects.spoken_form import chinese_characters, english_words

CHECKOUT = Path(__file__).parents[1]
DEMO = CHECKOUT / "elder_channel" / "data" / "demo"
REFERENCE = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or CHECKOUT.parent / "shared" / "data")
UTTERANCE_SECONDS = 4.0
CORES = 2
DECISION_MS = 2000

Floats = NDArray[np.float32]
Clip = tuple[Floats, str, str]
"""Samples at 16 kHz, what was said, its language."""


def run() -> list[dict[str, Any]]:
    """Measure all; a list of `{name, value, unit, reach, ok}`."""
    ours = WhisperRecognizer(threads=CORES, head=packaged_head("all"))
    reference.identify_and_transcribe(ours, telephone_utterances())
    memory = _memory()  # before the stock engines come
    faster = WhisperModel(str(whisper_model()), device="cpu", compute_type="int8", cpu_threads=CORES)
    openai = reference.stock_openai_whisper(CORES)
    if openai is None:
        print(f"Stock openai-whisper is not installed and is not compared; get it with: {HOW_TO_GET}")
    return [
        *_speed(ours, faster, openai),
        *reference.floor(UTTERANCE_SECONDS, _result),
        *_decision(ours),
        *_errors(ours, faster, openai),
        *_listening(),
        memory,
    ]


def _result(name: str, value: float, unit: str, reach: float | None = None, ok: bool | None = None) -> dict[str, Any]:
    return {"name": name, "value": round(value, 4), "unit": unit, "reach": reach, "ok": ok}


def telephone_utterances() -> list[Floats]:
    """Eight utterances of four seconds in Mandarin and English, telephone quality."""
    voices = yaml.safe_load((DEMO / "manifest.yaml").read_text(encoding="utf-8"))["voices"]
    entries = [voice for voice in voices if voice["language"][:2] in ("zh", "en")]
    length = round(UTTERANCE_SECONDS * RATE_HZ)
    sounds = []
    for entry in entries:
        sound = decode_audio(DEMO / entry["file"], rate_hz=RATE_HZ).samples
        heard = to_recognizer_rate(through_telephone(sound, rate_hz=RATE_HZ))
        sounds.append(np.resize(heard, length) if heard.size < length else heard[:length])
    return [sounds[number % len(sounds)] for number in range(8)]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _speed(ours: WhisperRecognizer, faster: WhisperModel, openai: reference.Transcribe | None) -> list[dict[str, Any]]:
    """Throughput of all engines in the same rounds, and the median of the rounds' ratios."""
    stock: dict[str, reference.Transcribe] = {"faster_whisper": lambda sound: _faster_text(faster, sound)}
    if openai is not None:
        stock["openai_whisper"] = openai
    utterances = telephone_utterances()
    rounds = reference.rounds(ours, stock, utterances)
    own = statistics.median(len(utterances) / times["ours"] for times in rounds)
    results = [_result("recognition.utterances_per_second", own, "1/s")]
    for name in stock:
        theirs = statistics.median(len(utterances) / times[name] for times in rounds)
        speedup = statistics.median(times[name] / times["ours"] for times in rounds)
        reach = reference.REACH if name == "openai_whisper" else None
        results += [
            _result(f"recognition.utterances_per_second[{name}]", theirs, "1/s"),
            _result(
                f"recognition.speedup_vs_{name}", speedup, "times", reach, None if reach is None else speedup >= reach
            ),
        ]
    return results


def _faster_text(faster: WhisperModel, samples: Floats) -> str:
    """Stock faster-whisper with its defaults, but for 8-bit integers: they favour it."""
    segments, _ = faster.transcribe(samples)
    return "".join(segment.text for segment in segments)


def _decision(ours: WhisperRecognizer) -> list[dict[str, Any]]:
    """One utterance at a time: end of the utterance to dialect and text."""
    utterances = telephone_utterances() * 4
    times = [_seconds(lambda one=utterance: reference.identify_and_transcribe(ours, [one])) for utterance in utterances]
    p95_ms = float(np.percentile(times, 95)) * 1000
    return [_result("recognition.decision_p95_ms", p95_ms, "ms", DECISION_MS, p95_ms <= DECISION_MS)]


def _reference_clips(each: int | None = None) -> list[Clip]:
    """Mandarin and English clips of more than a syllable whose text is known, about `each` of a language, or all.

    All are some three hundred units of either language, so that one more wrong is a third of a point.
    """
    manifest = REFERENCE / "speech" / "manifest.tsv"
    if not manifest.is_file():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["transcript"] and row["unit"] != "syllable"]
    clips: list[Clip] = []
    for dialect_id, language in (("putonghua", "zh"), ("english", "en")):
        chosen = [row for row in rows if row["dialect_id"] == dialect_id]
        for row in chosen[:: max(1, len(chosen) // each) if each else 1]:
            sound = decode_audio(manifest.parent / row["file"], rate_hz=RATE_HZ).samples
            clips.append((to_recognizer_rate(through_telephone(sound, rate_hz=RATE_HZ)), row["transcript"], language))
    return clips


def _errors(ours: WhisperRecognizer, faster: WhisperModel, openai: reference.Transcribe | None) -> list[dict[str, Any]]:
    """Error rates on real recordings through a telephone, no language told; ours minus openai-whisper's.

    Of characters for Mandarin, of words for English: the definition of `dialects.error_rates`. Without openai-whisper
    it is faster-whisper's that ours are compared with.
    """
    stock, transcribe = (
        ("faster_whisper", partial(_faster_text, faster)) if openai is None else ("openai_whisper", openai)
    )
    engines: dict[str, Callable[[list[Floats]], list[str]]] = {
        "ours": lambda sounds: [heard.text for heard in ours.recognize(sounds)],
        stock: lambda sounds: [transcribe(sound) for sound in sounds],
    }
    clips = _reference_clips()
    results: list[dict[str, Any]] = []
    rates: dict[str, list[float]] = {engine: [] for engine in engines}
    for language, name in (("zh", "putonghua"), ("en", "english")):
        chosen = [clip for clip in clips if clip[2] == language]
        for engine, hear in engines.items() if chosen else ():
            rate = _error_rate(language, hear([sound for sound, _, _ in chosen]), [text for _, text, _ in chosen])
            rates[engine].append(rate)
            results.append(_result(f"recognition.error_rate_{engine}[{name}]", rate * 100, "%"))
        results.append(_result(f"recognition.clips[{name}]", len(chosen), "clips"))
    if clips:
        difference = (statistics.mean(rates["ours"]) - statistics.mean(rates[stock])) * 100
        results.append(_result("recognition.error_rate_difference", difference, "points", 1, difference <= 1))
    return results


def _error_rate(language: str, heard: Sequence[str], said: Sequence[str]) -> float:
    """Characters of Mandarin or words of English, as `elder-channel dialects evaluate` counts them."""
    units = english_words if language == "en" else chinese_characters
    rate = error_rate([edits(units(right), units(left)) for left, right in zip(heard, said, strict=True)])
    return 0.0 if rate is None else rate


def _listening(streams: int = 128, seconds: float = 6.0) -> list[dict[str, Any]]:
    """How many live streams one core listens to: mu-law in, events out, on speech."""
    sound = b"".join(to_telephone(utterance, rate_hz=RATE_HZ) for utterance in telephone_utterances())
    bank: StreamBank[int] = StreamBank(ListeningSettings())
    for number in range(streams):
        bank.open(number)
    begun = time.process_time()
    for start in range(0, round(seconds * mulaw.RATE_HZ), 160):
        for number in range(streams):
            offset = (start + number * 1_600) % (len(sound) - 160)
            bank.feed(number, sound[offset : offset + 160])
        if start % 320 == 0:
            bank.tick()
    used = time.process_time() - begun
    return [_result("vad.streams_per_core", streams * seconds / used, "streams")]


def _memory() -> dict[str, Any]:
    """What this process holds with our recognizer loaded and warm, and no stock engine."""
    return _result("recognition.rss_mb", psutil.Process().memory_info().rss / 1e6, "MB")
