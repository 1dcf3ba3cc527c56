"""Measures recognition and listening: ours, stock openai-whisper and stock faster-whisper on the same weights.

The sounds are the demonstration sentences as heard through a telephone, cut or joined to four seconds. Error rates
are taken on the reference recordings where they lie beside the checkout. Rounds alternate between the engines and the
median of the ratios counts, so that a busy machine slows both.
"""

from __future__ import annotations

import csv
import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from bench import recognition_reference as reference
from dialects.audio import mulaw
from dialects.audio.decode import decode_audio
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.streams import StreamBank
from dialects.audio.telephone import through_telephone, to_telephone
from dialects.error_rates import edits, error_rate
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
ROUNDS = 5

Floats = NDArray[np.float32]
Clip = tuple[Floats, str, str]
"""Samples at 16 kHz, what was said, its language."""


def run() -> list[dict[str, Any]]:
    """Measure all; a list of `{name, value, unit, reach, ok}`."""
    ours = WhisperRecognizer(threads=CORES)
    faster = WhisperModel(str(whisper_model()), device="cpu", compute_type="int8", cpu_threads=CORES)
    openai = reference.stock_openai_whisper(CORES)
    return [
        *_speed(ours, faster, openai),
        *reference.floor(UTTERANCE_SECONDS, _result),
        *_decision(ours),
        *_errors(ours, faster, openai),
        *_listening(),
        _memory(),
    ]


def _result(name: str, value: float, unit: str, reach: float | None = None, ok: bool | None = None) -> dict[str, Any]:
    return {"name": name, "value": round(value, 4), "unit": unit, "reach": reach, "ok": ok}


def telephone_utterances() -> list[Floats]:
    """Eight utterances of four seconds, telephone quality."""
    entries = yaml.safe_load((DEMO / "manifest.yaml").read_text(encoding="utf-8"))["voices"]
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
    """Throughput of identification and transcript together; the two stock engines only transcribe."""
    utterances = telephone_utterances()
    reference.identify_and_transcribe(ours, utterances)
    rates = [
        len(utterances) / _seconds(lambda: reference.identify_and_transcribe(ours, utterances)) for _ in range(ROUNDS)
    ]
    against_faster = reference.speedup(ours, lambda sound: _faster_text(faster, sound), utterances)
    results = [
        _result("recognition.speedup_vs_faster_whisper", against_faster, "times"),
        _result("recognition.utterances_per_second", statistics.median(rates), "1/s"),
    ]
    if openai is not None:
        speedup = reference.speedup(ours, openai, utterances)
        reach = reference.REACH
        results.append(_result("recognition.speedup_vs_openai_whisper", speedup, "times", reach, speedup >= reach))
    return results


def _faster_text(faster: WhisperModel, samples: Floats) -> str:
    """Stock faster-whisper, greedy as ours is, which favours it: its default of five beams is slower."""
    segments, _ = faster.transcribe(samples, beam_size=1)
    return "".join(segment.text for segment in segments)


def _decision(ours: WhisperRecognizer) -> list[dict[str, Any]]:
    """One utterance at a time: end of the utterance to language and text."""
    utterances = telephone_utterances()
    times = [_seconds(lambda one=utterance: ours.recognize([one])) for utterance in utterances * 4]
    return [_result("recognition.decision_p95_ms", float(np.percentile(times, 95)) * 1000, "ms", 2000, None)]


def _reference_clips(each: int = 30) -> list[Clip]:
    manifest = REFERENCE / "speech" / "manifest.tsv"
    if not manifest.is_file():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["transcript"] and row["unit"] != "syllable"]
    clips: list[Clip] = []
    for dialect_id, language in (("putonghua", "zh"), ("english", "en")):
        chosen = [row for row in rows if row["dialect_id"] == dialect_id]
        for row in chosen[:: max(1, len(chosen) // each)]:
            sound = decode_audio(manifest.parent / row["file"], rate_hz=RATE_HZ).samples
            clips.append((to_recognizer_rate(through_telephone(sound, rate_hz=RATE_HZ)), row["transcript"], language))
    return clips


def _errors(ours: WhisperRecognizer, faster: WhisperModel, openai: reference.Transcribe | None) -> list[dict[str, Any]]:
    """Error rates on real recordings through a telephone, no language told; ours minus openai-whisper's.

    Of characters for Mandarin, of words for English: the definition of `dialects.error_rates`.
    """
    engines: dict[str, Callable[[list[Floats]], list[str]]] = {
        "ours": lambda sounds: [heard.text for heard in ours.recognize(sounds)],
        "faster_whisper": lambda sounds: [_faster_text(faster, sound) for sound in sounds],
    }
    if openai is not None:
        engines["openai_whisper"] = lambda sounds: [openai(sound) for sound in sounds]
    clips = _reference_clips()
    results: list[dict[str, Any]] = []
    rates: dict[str, list[float]] = {engine: [] for engine in engines}
    for language, name in (("zh", "putonghua"), ("en", "english")):
        chosen = [clip for clip in clips if clip[2] == language]
        for engine, hear in engines.items() if chosen else ():
            rate = _error_rate(language, hear([sound for sound, _, _ in chosen]), [text for _, text, _ in chosen])
            rates[engine].append(rate)
            results.append(_result(f"recognition.error_rate_{engine}[{name}]", rate * 100, "%"))
    if clips:
        stock = rates.get("openai_whisper", rates["faster_whisper"])
        difference = (statistics.mean(rates["ours"]) - statistics.mean(stock)) * 100
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
    """The largest this process was, stock engine included."""
    return _result("recognition.rss_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")
