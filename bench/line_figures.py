"""What the measured calls of the line add up to: counts, shares and percentiles, as results of a report.

Percentiles are `numpy.percentile(..., method="higher")`: always a latency that was measured, never one between two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from elder_channel.reports import result


@dataclass(frozen=True)
class Measured:
    """One call, as carrier and books saw it; milliseconds, None where it does not apply."""

    rang_at: float
    """Seconds since the epoch."""
    served: bool
    first_webhook_ms: float | None
    webhooks_ms: tuple[float, ...]
    """Every document asked for and received, the first included."""
    webhooks_failed: int
    spoke: bool
    onset_to_enqueue_ms: float | None
    utterance_end_to_dialect_ms: float | None
    recognized: bool
    media_lateness_ms: float
    """How late the latest media frame of the call left."""


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest measured value that at least `share` percent of the values do not exceed; None without values."""
    return float(np.percentile(values, share, method="higher")) if values else None


def figures(
    alone: Sequence[float],
    peak: Sequence[Measured],
    busy: Sequence[Measured],
    calm: Sequence[Measured],
) -> list[dict[str, Any]]:
    """All results: `peak` are the calls at five a second, `busy` at ten, `calm` the speaking callers.

    `alone` are latencies in ms, of a plain client on a line that does nothing else.
    """
    calls = [*peak, *busy, *calm]
    webhooks = [each for call in busy for each in call.webhooks_ms]
    at_peak = [each for call in peak for each in call.webhooks_ms]
    first = [call.first_webhook_ms for call in busy if call.first_webhook_ms is not None]
    onsets = [call.onset_to_enqueue_ms for call in calm if call.onset_to_enqueue_ms is not None]
    heard = [call.utterance_end_to_dialect_ms for call in calm if call.utterance_end_to_dialect_ms is not None]
    return [
        _count("line.calls", len(calls)),
        _share("line.calls_served_share", [call.served for call in calls], reach=1.0),
        _count("line.webhooks_failed", sum(call.webhooks_failed for call in calls), most=0),
        result("line.calls_per_second", _rate([call.rang_at for call in busy]), "1/s"),
        _count("line.webhooks", len(webhooks)),
        _latency("line.webhook_p50_ms", webhooks, 50),
        _latency("line.webhook_p99_ms", webhooks, 99, most=50),
        _count("line.webhooks_peak", len(at_peak)),
        _latency("line.webhook_peak_p50_ms", at_peak, 50),
        _latency("line.webhook_peak_p99_ms", at_peak, 99, most=50),
        _count("line.webhooks_first", len(first)),
        _latency("line.webhook_first_p50_ms", first, 50),
        _latency("line.webhook_first_p99_ms", first, 99),
        _count("line.webhooks_alone", len(alone)),
        _latency("line.webhook_alone_p50_ms", alone, 50),
        _latency("line.webhook_alone_p99_ms", alone, 99, most=50),
        _count("line.onsets", len(onsets)),
        _latency("line.onset_to_enqueue_p50_ms", onsets, 50),
        _latency("line.onset_to_enqueue_p95_ms", onsets, 95, most=600),
        _count("line.utterances", len(heard)),
        _latency("line.utterance_end_to_dialect_p50_ms", heard, 50),
        _latency("line.utterance_end_to_dialect_p95_ms", heard, 95, most=2000),
        _share("line.recognized_share", [call.recognized for call in calm if call.spoke]),
        _share("line.recognized_busy_share", [call.recognized for call in busy if call.spoke]),
        _latency("line.media_lateness_p95_ms", [call.media_lateness_ms for call in calm if call.spoke], 95),
        _latency("line.media_lateness_busy_p95_ms", [call.media_lateness_ms for call in busy if call.spoke], 95),
    ]


def _latency(name: str, values: Sequence[float], share: float, *, most: float | None = None) -> dict[str, Any]:
    value = percentile(values, share)
    if most is None:
        return result(name, _rounded(value), "ms")
    return result(name, _rounded(value), "ms", reach=f"<= {most:g}", ok=value is not None and value <= most)


def _count(name: str, count: int, *, most: int | None = None) -> dict[str, Any]:
    if most is None:
        return result(name, count, "")
    return result(name, count, "", reach=f"<= {most}", ok=count <= most)


def _share(name: str, each: Sequence[bool], *, reach: float | None = None) -> dict[str, Any]:
    """The share of those that hold, rounded down, so that one miss in thousands does not read as none."""
    value = math.floor(sum(each) / len(each) * 10_000) / 10_000 if each else None
    return result(name, value, "", reach=reach, ok=None if reach is None else value == reach)


def _rate(moments: Sequence[float]) -> float | None:
    """Calls a second between the first and the last."""
    ordered = sorted(moments)
    if len(ordered) < 2 or ordered[-1] == ordered[0]:
        return None
    return round((len(ordered) - 1) / (ordered[-1] - ordered[0]), 2)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
