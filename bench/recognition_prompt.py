"""`python -m bench.recognition_prompt`: what a prompt and retries do to error rates, and which words they invent.

The clips of the recognition bench (Mandarin words, English sentences, through a telephone), and recordings of dialects
in which none of the prompt's words is said: one that is written there was invented. Writes `recognition_prompt.json`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from typing import Any

from bench.recognition import REFERENCE, Floats, _error_rate, _reference_clips
from dialects.audio.decode import decode_audio
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from dialects.recognizers.port import RATE_HZ
from dialects.recognizers.vocabulary import service_vocabulary
from dialects.recognizers.whisper import WhisperRecognizer
from dialects.recognizers.whisper_jobs import Retries
from dialects.settings import RecognitionSettings
from dialects.text import compact
from elder_channel.reports import result, write_report

HOT_WORDS = ("永安保险", "长寿人寿")
"""Two companies that do not exist."""
DIALECT_CLIPS = 40
EACH = 30
COMMAND = "python -m bench.recognition_prompt"


def main() -> None:
    """Measure each way and write the report."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    clips, dialect = _reference_clips(EACH), list(_dialect_clips())
    if not clips:
        raise SystemExit(f"The reference recordings are not in {REFERENCE} (ELDER_CHANNEL_REFERENCE).")
    results = [result("clips.dialect", len(dialect), "")]
    for name, recognizer in _recognizers().items():
        for language, label in (("zh", "putonghua"), ("en", "english")):
            chosen = [clip for clip in clips if clip[2] == language]
            heard = [recognizer.recognize([sound])[0].text for sound, _, _ in chosen]
            rate = _error_rate(language, heard, [said for _, said, _ in chosen])
            results.append(result(f"error_rate.{name}[{label}]", round(rate * 100, 1), "%"))
        invented = sum(_names_a_word(recognizer.recognize([sound])[0].text) for sound in dialect)
        results.append(result(f"invented.{name}", invented, ""))
    for each in results:
        print(f"{each['name']:36} {each['value']:g} {each['unit']}")
    print(write_report("recognition_prompt", results, command=COMMAND))


def _recognizers() -> dict[str, WhisperRecognizer]:
    settings = RecognitionSettings()
    return {
        "plain": WhisperRecognizer(),
        "hot_words": WhisperRecognizer(vocabulary=service_vocabulary(HOT_WORDS, packaged=False)),
        "service": WhisperRecognizer(vocabulary=service_vocabulary(HOT_WORDS)),
        "retries": WhisperRecognizer(retries=Retries(settings.retry_temperatures, settings.retry_seconds)),
    }


def _dialect_clips() -> Iterable[Floats]:
    """Sentences of the `dev` split, spread over it."""
    manifest = REFERENCE / "speech" / "manifest.tsv"
    if not manifest.is_file():
        return
    with manifest.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = [row for row in csv.DictReader(file, delimiter="\t") if _is_dialect(row)]
    for row in rows[:: max(1, len(rows) // DIALECT_CLIPS)]:
        sound = decode_audio(manifest.parent / row["file"], rate_hz=RATE_HZ).samples
        yield to_recognizer_rate(through_telephone(sound, rate_hz=RATE_HZ))


def _is_dialect(row: dict[str, Any]) -> bool:
    spoken = row["split"] == "dev" and row["unit"] == "sentence" and row["dialect_id"] not in {"putonghua", "english"}
    return spoken and not _names_a_word(row["transcript"] or "")


def _names_a_word(text: str) -> bool:
    words = service_vocabulary(HOT_WORDS).words
    return any(compact(word) in compact(text) for each in words.values() for word in each)


if __name__ == "__main__":
    main()
