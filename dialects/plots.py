"""Plots of an evaluation as SVG files, drawn by hand: four small pictures need no plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

_WIDTH = 640
_ROW = 22
_LEFT = 150
_INK, _PALE, _RULE = "#1f3a5f", "#9db8d9", "#888888"


def write_plots(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write every plot the figures of `evaluate` allow and return their paths; the folder is made when it is not there.

    `acoustic-per-dialect.svg`, `acoustic-confusion.svg` and `acoustic-coverage.svg`, with numbers the same of `fused`,
    and with recognition `recognition-per-dialect.svg`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for part in ("acoustic", "fused"):
        if part in figures:
            of = figures[part]
            pictures[f"{part}-per-dialect"] = per_dialect(of["per_dialect"])
            pictures[f"{part}-confusion"] = confusion(of["confusion"])
            pictures[f"{part}-coverage"] = coverage_curve(of["coverage"], of["threshold"])
    if figures.get("recognition", {}).get("n"):
        pictures["recognition-per-dialect"] = error_rates(figures["recognition"]["per_dialect"])
    paths = []
    for name, picture in pictures.items():
        paths.append(folder / f"{name}.svg")
        paths[-1].write_text(picture, encoding="utf-8")
    return paths


def per_dialect(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Top-1 (dark) within top-3 (pale) with the 95% interval of top-1, one bar a dialect."""
    width = _WIDTH - _LEFT - 60
    parts = []
    for index, (dialect_id, row) in enumerate(rows.items()):
        top = 30 + index * _ROW
        low, high = row["top1_interval"]
        parts += [
            _text(_LEFT - 8, top + 12, f"{dialect_id} ({row['n']})", anchor="end"),
            _bar(_LEFT, top, width * row["top3"], _PALE),
            _bar(_LEFT, top, width * row["top1"], _INK),
            _line(_LEFT + width * low, top + 8, _LEFT + width * high, top + 8),
            _text(_WIDTH - 50, top + 12, f"{row['top1']:.0%}"),
        ]
    return _picture(50 + len(rows) * _ROW, "Top-1 (dark), top-3 (pale), 95% interval of top-1", parts)


def confusion(rows: Mapping[str, Mapping[str, int]]) -> str:
    """What each dialect (row) was taken for (column), as counts, darker for a larger share of the row."""
    names = sorted({name for row in rows.values() for name in row})
    cell = max(30, (_WIDTH - _LEFT) // max(1, len(names)))
    parts = [_text(_LEFT + i * cell + 2, 40 + 12 * (i % 2), name[:9], size=9) for i, name in enumerate(names)]
    for y, (dialect_id, row) in enumerate(rows.items()):
        top = 60 + y * _ROW
        parts.append(_text(_LEFT - 8, top + 14, dialect_id, anchor="end"))
        total = sum(row.values())
        for x, name in enumerate(names):
            if count := row.get(name, 0):
                left = _LEFT + x * cell
                shade = f'fill="{_PALE}" fill-opacity="{0.15 + 0.85 * count / total:.2f}"'
                parts.append(f'<rect x="{left}" y="{top}" width="{cell - 2}" height="{_ROW - 2}" {shade}/>')
                parts.append(_text(left + 6, top + 14, str(count)))
    return _picture(70 + len(rows) * _ROW, "Rows: what it is; columns: what it was taken for", parts)


def error_rates(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Character errors (dark; words for English) above toneless syllable errors (pale), with 95% intervals.

    Dialects without text are left out. The scale ends at 150%; what is more is cut and says its figure.
    """
    width, ends_at = _WIDTH - _LEFT - 60, 1.5
    parts: list[str] = []
    shown = {dialect_id: row for dialect_id, row in rows.items() if row["n"]}
    for index, (dialect_id, row) in enumerate(shown.items()):
        top = 30 + index * 2 * _ROW
        parts.append(_text(_LEFT - 8, top + 18, f"{dialect_id} ({row['n']})", anchor="end"))
        measures = ("cer", "pinyin_error_rate") if row["cer"] is not None else ("wer",)
        for under, (measure, colour) in enumerate(zip(measures, (_INK, _PALE), strict=False)):
            y = top + under * (_ROW - 4)
            parts.append(_bar(_LEFT, y, width * min(row[measure], ends_at) / ends_at, colour))
            if row[f"{measure}_interval"]:
                low, high = (min(edge, ends_at) / ends_at for edge in row[f"{measure}_interval"])
                parts.append(_line(_LEFT + width * low, y + 8, _LEFT + width * high, y + 8))
            parts.append(_text(_WIDTH - 50, y + 12, f"{row[measure]:.0%}"))
    whole = _LEFT + width / ends_at
    parts.append(_line(whole, 28, whole, 30 + len(shown) * 2 * _ROW, wide=1))
    title = "Errors: characters (English: words) dark, toneless syllables pale, 95% intervals; the rule is 100%"
    return _picture(50 + len(shown) * 2 * _ROW, title, parts)


def coverage_curve(points: Sequence[Mapping[str, float]], threshold: Mapping[str, Any]) -> str:
    """Share right (up) of the share answered (right), when the least sure answers are left to a person.

    A dot marks what is named, and how right, at the threshold of the settings; without one nothing is named there.
    """
    left, top, width, height = 60, 40, 500, 300
    places = [(left + width * point["share"], top + height * (1 - point["top1"])) for point in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="3"/>']
    for tenth in range(0, 11, 2):
        parts.append(_text(left + width * tenth / 10, top + height + 18, f"{tenth * 10}%", anchor="middle"))
        parts.append(_text(left - 8, top + height * (1 - tenth / 10) + 4, f"{tenth * 10}%", anchor="end"))
    told = f"threshold {threshold['abstain_below']}: {threshold['share']:.0%} named"
    if threshold["top1"] is not None:
        told += f", {threshold['top1']:.0%} of them right"
        x, y = left + width * threshold["share"], top + height * (1 - threshold["top1"])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="white" stroke="{_INK}" stroke-width="3"/>')
    parts.append(_text(left + 12, top + height - 12, f"Circle, {told}" if threshold["top1"] is not None else told))
    frame = f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="{_RULE}"/>'
    return _picture(top + height + 40, "Right (up) of those answered (across)", [frame, *parts])


def cutoff_curves(curves: Mapping[str, Mapping[float, Mapping[str, Any]]]) -> str:
    """Share of pauses that ended the utterance (up) by the pause's length (across), one line for each end silence."""
    left, top, width, height = 60, 40, 480, 300
    longest = max((seconds for curve in curves.values() for seconds in curve), default=1.0)
    parts = [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="{_RULE}"/>']
    for number, (name, curve) in enumerate(curves.items()):
        places = [(left + width * s / longest, top + height * (1 - (row["share"] or 0.0))) for s, row in curve.items()]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        shade = 0.25 + 0.75 * number / max(1, len(curves) - 1)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-opacity="{shade:.2f}" stroke-width="2"/>'
        )
        parts.append(_text(left + width + 8, top + 12 + 16 * number, f"{name}: {_over(curve)}", size=10))
    parts += [_text(left - 8, top + height * (1 - t / 4) + 4, f"{t * 25}%", anchor="end") for t in range(5)]
    seconds = sorted({each for curve in curves.values() for each in curve})
    parts += [_text(left + width * each / longest, top + height + 18, f"{each}", anchor="middle") for each in seconds]
    return _picture(
        top + height + 40, "Cut off (up) by length of the pause, s (across); darker: longer end silence", parts
    )


def _over(curve: Mapping[float, Mapping[str, Any]]) -> str:
    n, count = (sum(row[key] for row in curve.values()) for key in ("n", "count"))
    return f"{count / n:.0%}" if n else "-"


def _picture(height: int, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif">'
    ground = f'<rect width="{_WIDTH}" height="{height}" fill="white"/>'
    return "\n".join([head, ground, _text(10, 18, title, size=13), *parts, "</svg>"]) + "\n"


def _bar(left: float, top: float, width: float, colour: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{width:.1f}" height="{_ROW - 6}" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, *, wide: int = 2) -> str:
    return f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" stroke="{_RULE}" stroke-width="{wide}"/>'


def _text(left: float, top: float, words: str, *, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{left:.0f}" y="{top:.0f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'
