"""A day or a season as a picture: what each hour or day needs, one SVG drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from elder_channel.agents.staffing.plan import HourNeed
from elder_channel.agents.staffing.season import DayNeed

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 320, 50, 40
_INK, _PALE = "#1f3a5f", "#9db8d9"
_BARS_AND_LINE = "bars: agents, line: conversations at a time (erlangs)"


def day_plot(needs: Sequence[HourNeed], *, title: str) -> str:
    """Agents needed (bars, with their number) and conversations at a time (line), for each hour."""
    slots = [(str(need.hour), need.agents, need.load) for need in needs]
    return _picture(slots, title=title, legend=f"hour of the day; {_BARS_AND_LINE}")


def season_plot(days: Sequence[DayNeed], *, title: str) -> str:
    """The same for the busiest hour of each day of a season."""
    slots = [(day.forecast.name, day.peak.agents, day.peak.load) for day in days]
    return _picture(slots, title=title, legend=f"busiest hour of each day; {_BARS_AND_LINE}")


def _picture(slots: Sequence[tuple[str, int, float]], *, title: str, legend: str) -> str:
    """A bar and a point of the line for each (name, agents, load)."""
    top = max([agents for _, agents, _ in slots] + [1])
    width = (_WIDTH - _LEFT - 10) / len(slots)

    def height(value: float) -> float:
        return (_HEIGHT - _BOTTOM - 50) * value / top

    base = _HEIGHT - _BOTTOM
    parts = []
    for index, (name, agents, _) in enumerate(slots):
        left, tall = _LEFT + index * width, height(agents)
        parts += [
            f'<rect x="{left + 2:.1f}" y="{base - tall:.1f}" width="{width - 4:.1f}" height="{tall:.1f}" '
            f'fill="{_PALE}"/>',
            _text(left + width / 2, base - tall - 4, str(agents)),
            _text(left + width / 2, base + 16, name),
        ]
    line = " ".join(f"{_LEFT + (i + 0.5) * width:.1f},{base - height(load):.1f}" for i, (*_, load) in enumerate(slots))
    parts.append(f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="2"/>')
    parts.append(_text(_WIDTH / 2, 18, title, size=14))
    parts.append(_text(_WIDTH / 2, _HEIGHT - 6, legend))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, words: str, *, size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="middle" fill="{_INK}">{escape(words)}</text>'
