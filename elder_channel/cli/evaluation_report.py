"""The figures of an evaluation as results of a report, and as lines to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from elder_channel.reports import result

_MIN_WIDTH = 140
_MEASURES = ("cer", "pinyin_error_rate", "wer")


def command_line(said: Mapping[str, str | bool | None], report: str) -> str:
    """The command that measures again, with what was said on it; the manifest's own place is nobody's business."""
    words = ["elder-channel dialects evaluate --manifest MANIFEST"]
    for option, value in said.items():
        if value:
            words.append(option if value is True else f"{option} {value}")
    return " ".join([*words, f"--report {report}"])


def figures_report(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """All results, of the parts that were measured."""
    parts = {"acoustic": _identification, "fused": _fused, "left_out": _left_out, "recognition": _recognition}
    return [entry for part, results in parts.items() if figures.get(part) for entry in results(figures)]


def _identification(figures: dict[str, Any]) -> list[dict[str, Any]]:
    acoustic = figures["acoustic"]
    return [
        result("acoustic.top1", acoustic["top1"], "share", reach=">= 0.6", ok=_reaches(acoustic["top1"], 0.6)),
        result("acoustic.top3", acoustic["top3"], "share", reach=">= 0.85", ok=_reaches(acoustic["top3"], 0.85)),
        result("acoustic.ece", acoustic["ece"], "share"),
        result("acoustic.log_probability", acoustic["log_probability"], "nats"),
        result("acoustic.n", acoustic["n"], "utterances"),
        result("acoustic.n_of_trained_sources", acoustic["n_of_trained_sources"], "utterances"),
        *_details("acoustic", acoustic),
        *_times("acoustic", figures),
    ]


def _fused(figures: dict[str, Any]) -> list[dict[str, Any]]:
    fused = figures["fused"]
    low_error = fused["ece"] is not None and fused["ece"] <= 0.05
    beside = [
        result(f"fused.{name}.{key}", fused[name][key], "nats" if key == "log_probability" else "share")
        for name in ("perturbed_shares", "migrants_40_percent", "number_alone")
        for key in ("top1", "top3", "ece", "log_probability")
    ]
    return [
        result("fused.top1", fused["top1"], "share", reach=">= 0.85", ok=_reaches(fused["top1"], 0.85)),
        result("fused.top3", fused["top3"], "share"),
        result("fused.ece", fused["ece"], "share", reach="<= 0.05", ok=low_error),
        result("fused.log_probability", fused["log_probability"], "nats"),
        *_details("fused", fused),
        *beside,
    ]


def _details(part: str, of: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Intervals, the coverage curve and every dialect of `acoustic` or `fused`."""
    edges = [
        result(f"{part}.{key}_{edge}", of[f"{key}_interval"][place], "share")
        for key in ("top1", "top3")
        for place, edge in enumerate(("low", "high"))
    ]
    curve = [
        result(f"{part}.coverage.{point['share']:.0%}.top1".replace("%", "_percent"), point["top1"], "share")
        for point in of["coverage"]
    ]
    at = [
        result(f"{part}.threshold.{key}", of["threshold"][key], "share") for key in ("abstain_below", "share", "top1")
    ]
    rows = [
        result(f"{part}.per_dialect.{dialect_id}.{key}", row[key], "utterances" if key == "n" else "share")
        for dialect_id, row in of["per_dialect"].items()
        for key in ("n", "top1", "top3")
    ]
    return [*edges, *curve, *at, *rows]


def _left_out(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """What the head was worth on sources left out when it was trained."""
    joined, clips = (figures["left_out"][key] for key in ("leave_one_source_out", "leave_one_source_out_clips"))
    results = [
        result("acoustic.loso_top1", joined["top1"], "share"),
        result("acoustic.loso_top3", joined["top3"], "share"),
        result("acoustic.loso_ece", joined["ece"], "share"),
        result("acoustic.loso_n", joined["n"], "utterances"),
    ]
    if clips:
        results.append(result("acoustic.loso_clips_top1", clips["top1"], "share"))
        results.append(result("acoustic.loso_clips_top3", clips["top3"], "share"))
    return results


def _recognition(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Error rates of every dialect and source that has text, with their counts."""
    recognition = figures["recognition"]
    results = [
        result("recognition.n", recognition["n"], "clips"),
        result("recognition.n_without_text", recognition["n_without_text"], "clips"),
    ]
    if recognition["latency_ms"]:
        results += _times("recognition", recognition)
    for name, row in recognition["per_dialect"].items():
        results += [*_rates(f"recognition.per_dialect.{name}", row), *_counts(f"recognition.per_dialect.{name}", row)]
    for name, row in recognition["per_source"].items():
        results += _rates(f"recognition.per_source.{name}", row)
    return results


def _rates(name: str, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    results = [result(f"{name}.n", row["n"], "clips")]
    for measure in _MEASURES:
        if row[measure] is not None:
            low, high = row[f"{measure}_interval"] or (None, None)
            results += [
                result(f"{name}.{measure}", row[measure], "share"),
                result(f"{name}.{measure}_low", low, "share"),
                result(f"{name}.{measure}_high", high, "share"),
            ]
    return results


def _counts(name: str, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the rate of characters or words was counted from."""
    every = {measure: row[f"{measure}_counts"] for measure in ("cer", "wer") if row[measure] is not None}
    return [
        result(f"{name}.{measure}.{of}", count, "units")
        for measure, counts in every.items()
        for of, count in counts.items()
    ]


def _times(part: str, of: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        result(f"{part}.{kind}_{key}", of[f"{kind}_ms"][key], "ms")
        for kind in ("latency", "processor")
        for key in ("p50", "p95")
    ]


def _reaches(value: float | None, wanted: float) -> bool:
    return value is not None and value >= wanted


def show(figures: dict[str, Any]) -> None:
    """Print what was measured."""
    print(f"head {figures['head']}, settings: {figures['settings_from']}, lines: {figures['lines']}")
    if acoustic := figures.get("acoustic"):
        _show_shares("acoustic", acoustic)
        if known := acoustic["n_of_trained_sources"]:
            print(f"  {known} utterances are of sources the head was trained on: with them it says nothing of callers")
    if fused := figures.get("fused"):
        _show_shares("fused", fused)
    if latency := figures.get("latency_ms"):
        print(f"identification of an utterance: {latency['p50']} ms median, {latency['p95']} ms p95")
    if recognition := figures.get("recognition"):
        _show_errors(recognition)


def _show_shares(name: str, one: Mapping[str, Any]) -> None:
    low, high = one["top1_interval"]
    print(f"{name}: top-1 {_share(one['top1'])} ({_share(low)} to {_share(high)}), top-3 {_share(one['top3'])}")
    print(f"  calibration error {one['ece']}, {one['n']} answers that count of {one['n_all']}")
    at = one["threshold"]
    print(f"  at the threshold {at['abstain_below']}: {_share(at['share'])} named, {_share(at['top1'])} of them right")
    for dialect_id, row in one["per_dialect"].items():
        print(f"  {dialect_id:16} {row['n']:5}  {row['top1']:5.0%} {row['top3']:5.0%}  as {row['credit']}")


def _show_errors(recognition: Mapping[str, Any]) -> None:
    if not recognition["n"]:
        print(f"recognition: n = 0, none of {recognition['n_without_text']} clips has a text to compare with")
        return
    latency = recognition["latency_ms"]
    print(f"recognition: {recognition['recognizer']}, {latency['p50']} ms median, {latency['p95']} ms p95 an utterance")
    table = Table("dialect", "n", "without text", "characters", "syllables", "words", "most confused", box=None)
    for dialect_id, row in recognition["per_dialect"].items():
        rates = [_rate(row, measure) for measure in _MEASURES]
        confused = " ".join(f"{pair} {times}" for pair, times in row["confused"].items())
        table.add_row(dialect_id, str(row["n"]), str(row["n_without_text"]), *rates, confused)
    # a narrow terminal wraps whole lines rather than every word
    Console(width=max(Console().width, _MIN_WIDTH)).print(table)


def _rate(row: Mapping[str, Any], measure: str) -> str:
    if row[measure] is None:
        return "-"
    low, high = row[f"{measure}_interval"] or (None, None)
    return f"{row[measure]:.0%}" + ("" if low is None else f" ({low:.0%} to {high:.0%})")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
