"""`python -m bench.recognition_margin`: what the silence after the speech is worth in a window of Whisper.

Error rates on every Mandarin and English clip of the recognition bench, and the time of its utterances, for several
margins in one run. Writes `recognition_margin.json`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from bench.recognition import REFERENCE, Clip, _error_rate, _reference_clips, telephone_utterances
from dialects.recognizers.whisper import WhisperRecognizer
from elder_channel.reports import result, write_report

MARGINS = (0.6, 1.0, 1.4, 2.0, 4.0)
ROUNDS = 5
COMMAND = "python -m bench.recognition_margin"


def main() -> None:
    """Measure each margin and write the report."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    clips = _reference_clips()
    if not clips:
        raise SystemExit(f"The reference recordings are not in {REFERENCE} (ELDER_CHANNEL_REFERENCE).")
    recognizers = {margin: WhisperRecognizer(margin_seconds=margin) for margin in MARGINS}
    results = [each for margin, one in recognizers.items() for each in _errors(margin, one, clips)]
    results += _seconds(recognizers)
    for each in results:
        print(f"{each['name']:32} {each['value']:g} {each['unit']}")
    print(write_report("recognition_margin", results, command=COMMAND))


def _errors(margin: float, recognizer: WhisperRecognizer, clips: list[Clip]) -> list[dict[str, Any]]:
    results = []
    for language, label in (("zh", "putonghua"), ("en", "english")):
        chosen = [clip for clip in clips if clip[2] == language]
        heard = [recognition.text for recognition in recognizer.recognize([sound for sound, _, _ in chosen])]
        rate = _error_rate(language, heard, [said for _, said, _ in chosen])
        results.append(result(f"error_rate.margin_{margin:g}[{label}]", round(rate * 100, 1), "%"))
    return results


def _seconds(recognizers: dict[float, WhisperRecognizer]) -> list[dict[str, Any]]:
    """Time of the utterances of each, as a share of the longest margin's, median of rounds that take turns."""
    utterances = telephone_utterances()
    times: dict[float, list[float]] = {margin: [] for margin in recognizers}
    for _ in range(ROUNDS):
        for margin, recognizer in recognizers.items():
            begun = time.perf_counter()
            recognizer.recognize(utterances)
            times[margin].append(time.perf_counter() - begun)
    longest = times[max(times)]
    return [
        result(
            f"time_share.margin_{margin:g}",
            round(statistics.median(own / other for own, other in zip(of, longest, strict=True)), 3),
            "share",
        )
        for margin, of in times.items()
    ]


if __name__ == "__main__":
    main()
