"""The four numbers at the top of the live page."""

from __future__ import annotations

from ui.components.markup import both
from ui.presenters import Figures
from ui.words import Text, say


def figures_html(figures: Figures) -> str:
    """The numbers as a list of terms, each with its unit."""
    calls = say("count.unit.calls")
    tiles = (
        _tile("waiting", say("count.waiting"), str(figures.waiting), calls),
        _tile("longest", say("count.longest"), *_wait(figures.longest_wait)),
        _tile("talking", say("count.talking"), str(figures.talking), calls),
        _tile("served", say("count.served"), str(figures.served), calls),
    )
    return f'<dl class="ec-figures">{"".join(tiles)}</dl>'


def announcement_html(figures: Figures) -> str:
    """Tells screen readers when the number of waiting callers changes; not seen."""
    return f'<p class="ec-unseen" role="status">{both(say("status.waiting", count=figures.waiting))}</p>'


def _wait(longest: str | None) -> tuple[str, Text]:
    return (longest, say("count.unit.minutes")) if longest else ("–", say("count.none"))


def _tile(name: str, label: Text, value: str, unit: Text) -> str:
    number = f'<b>{value}</b> <span class="ec-unit">{both(unit)}</span>'
    return f'<div class="ec-figure ec-figure-{name}"><dt>{both(label)}</dt><dd>{number}</dd></div>'
