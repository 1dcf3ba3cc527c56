"""From tokens to text that may be believed: nothing past the end of the sound, nothing where nobody spoke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Final

from dialects.recognizers import guards
from dialects.recognizers.port import Stretch
from dialects.recognizers.whisper_jobs import Decoded, Job
from dialects.recognizers.whisper_runtime import WhisperRuntime, Written

_POSTERIOR_SIZE: Final = 16  # languages kept of the 99
_TIME_STAMP_SECONDS: Final = 0.02
_MOST_SAID_AGAIN: Final = 5
"""Tokens; people do say 喂 and 你好 two or three times."""


def decoded(job: Job, written: Written, posterior: Mapping[str, float], runtime: WhisperRuntime) -> Decoded:
    """The text of a row; none, and silent, where the decoder itself thinks that nobody spoke.

    What it makes of the language is kept: it thinks so of 4 in 100 dialect recordings, too, and is wrong.
    """
    tokens = written.tokens[: guards.token_limit(job.seconds)]
    kept = _within(tokens, job.seconds, runtime.time_stamp_begin)
    text = runtime.text(kept).replace("\ufffd", "").strip()
    silent = guards.is_silence(
        text,
        no_speech_probability=written.no_speech_probability,
        log_probability=written.log_probability,
        says_again=_says_again(tokens, runtime.time_stamp_begin),
    )
    largest = dict(list(posterior.items())[:_POSTERIOR_SIZE])
    stretches = () if silent else _stretches(tokens, len(kept), job, runtime)
    return Decoded("" if silent else text, largest, written.log_probability, silent=silent, stretches=stretches)


def believed(text: str, log_probability: float) -> str:
    """The text without its loops; empty when it was guessed."""
    once = guards.without_loops(text) if guards.is_looped(text) else text
    return "" if guards.is_guessed(once, log_probability) else once


def _within(tokens: Sequence[int], seconds: float, time_stamp_begin: int) -> list[int]:
    """Text tokens up to the first time stamp that starts a segment at or after the end of the sound."""
    kept: list[int] = []
    last_text = int((seconds - 0.2) / _TIME_STAMP_SECONDS)
    previous_was_stamp = False
    for token in tokens:
        stamp = token - time_stamp_begin
        if stamp < 0:
            kept.append(token)
        elif kept and previous_was_stamp and stamp >= last_text:
            break
        previous_was_stamp = stamp >= 0
    return kept


def _stretches(tokens: Sequence[int], count: int, job: Job, runtime: WhisperRuntime) -> tuple[Stretch, ...]:
    """The first `count` text tokens as they stand between time stamps; one the decoder forgot is put at its neighbour.

    Stamps come in order and never past the end of the sound, whatever the decoder wrote.
    """
    found: list[Stretch] = []
    words: list[int] = []
    start = end = 0.0

    def close() -> None:
        text = runtime.text(words).replace("\ufffd", "").strip()
        if text:
            found.append(Stretch(text, round(job.at_seconds + start, 2), round(job.at_seconds + end, 2)))
        words.clear()

    for token in tokens:
        stamp = token - runtime.time_stamp_begin
        if stamp < 0:
            if count <= 0:
                break
            words.append(token)
            count -= 1
            continue
        end = min(max(end, stamp * _TIME_STAMP_SECONDS), job.seconds)
        if words:
            close()
        start = end
    if words:
        end = job.seconds
        close()
    return tuple(found)


def _says_again(tokens: Sequence[int], time_stamp_begin: int) -> bool:
    """Whether sentences are word for word the ones before them, what was written past the end of the sound included."""
    segments = [
        tuple(segment)
        for is_stamp, segment in groupby(tokens, key=lambda token: token >= time_stamp_begin)
        if not is_stamp
    ]
    return sum(len(one) for one, other in pairwise(segments) if one == other) > _MOST_SAID_AGAIN
