"""Plots of an evaluation as SVG files, drawn by hand: three small pictures need no plotting library."""

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
    """Write `<part>-per-dialect.svg` and `<part>-confusion.svg`, and `fused-coverage.svg` with numbers; their paths.

    `figures` are those of `evaluate`. The folder is made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for part in ("acoustic", "fused"):
        if part in figures:
            pictures[f"{part}-per-dialect"] = per_dialect(figures[part]["per_dialect"])
            pictures[f"{part}-confusion"] = confusion(figures[part]["confusion"])
    if "fused" in figures:
        pictures["fused-coverage"] = coverage_curve(figures["fused"]["coverage"])
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
            f'<line x1="{_LEFT + width * low:.1f}" x2="{_LEFT + width * high:.1f}" y1="{top + 8}" y2="{top + 8}" '
            f'stroke="{_RULE}" stroke-width="2"/>',
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


def coverage_curve(points: Sequence[Mapping[str, float]]) -> str:
    """Share right (up) of the share answered (right), when the least sure answers are left to a person."""
    left, top, width, height = 60, 40, 500, 300
    places = [(left + width * point["share"], top + height * (1 - point["top1"])) for point in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="3"/>']
    for tenth in range(0, 11, 2):
        parts.append(_text(left + width * tenth / 10, top + height + 18, f"{tenth * 10}%", anchor="middle"))
        parts.append(_text(left - 8, top + height * (1 - tenth / 10) + 4, f"{tenth * 10}%", anchor="end"))
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


def _text(left: float, top: float, words: str, *, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{left:.0f}" y="{top:.0f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'
