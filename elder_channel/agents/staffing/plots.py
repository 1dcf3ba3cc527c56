"""The day as a picture: calls and agents hour by hour, one SVG drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from elder_channel.agents.staffing.plan import HourNeed

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 320, 50, 40
_INK, _PALE = "#1f3a5f", "#9db8d9"


def day_plot(needs: Sequence[HourNeed], *, title: str) -> str:
    """Agents needed (bars, with their number) and conversations at a time (line), for each hour."""
    top = max([need.agents for need in needs] + [1])
    slot = (_WIDTH - _LEFT - 10) / len(needs)

    def height(value: float) -> float:
        return (_HEIGHT - _BOTTOM - 50) * value / top

    base = _HEIGHT - _BOTTOM
    parts = []
    for index, need in enumerate(needs):
        left, tall = _LEFT + index * slot, height(need.agents)
        parts += [
            f'<rect x="{left + 2:.1f}" y="{base - tall:.1f}" width="{slot - 4:.1f}" height="{tall:.1f}" '
            f'fill="{_PALE}"/>',
            _text(left + slot / 2, base - tall - 4, str(need.agents)),
            _text(left + slot / 2, base + 16, str(need.hour)),
        ]
    line = " ".join(f"{_LEFT + (i + 0.5) * slot:.1f},{base - height(need.load):.1f}" for i, need in enumerate(needs))
    parts.append(f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="2"/>')
    parts.append(_text(_WIDTH / 2, 18, title, size=14))
    parts.append(
        _text(_WIDTH / 2, _HEIGHT - 6, "hour of the day; bars: agents, line: conversations at a time (erlangs)")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, words: str, *, size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="middle" fill="{_INK}">{escape(words)}</text>'
