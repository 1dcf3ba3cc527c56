"""Dialect bars and the reasons behind them."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.presenters import CallCard, DialectBar, EvidenceLine
from ui.words import say


def dialect_html(card: CallCard) -> str:
    """The verdict in words and one bar per possible dialect, its percentage written beside it."""
    hint = f'<p class="ec-hint">{both(say("dialect.abstained.hint"))}</p>' if card.abstained and card.bars else ""
    judged = f'<p class="ec-judged">{both(card.judged)}</p>' if card.judged else ""
    bars = f'<ol class="ec-bars">{"".join(_bar_html(bar) for bar in card.bars)}</ol>' if card.bars else ""
    unsure = " ec-unsure" if card.abstained else ""
    return (
        f'<section class="ec-part"><h3>{both(say("dialect"))}</h3>'
        f'<p class="ec-verdict{unsure}">{both(card.verdict)}</p>{judged}{hint}{bars}</section>'
    )


def evidence_html(card: CallCard) -> str:
    """The reasons, weightiest as given first."""
    if card.evidence:
        body = f'<ul class="ec-evidence">{"".join(_evidence_line(line) for line in card.evidence)}</ul>'
    else:
        body = f'<p class="ec-missing">{both(say("evidence.none"))}</p>'
    return f'<section class="ec-part"><h3>{both(say("evidence"))}</h3>{body}</section>'


def _bar_html(bar: DialectBar) -> str:
    # The bar only repeats the written percentage, so it is hidden from screen readers.
    return (
        f'<li><span class="ec-bar-name">{both(bar.name)}</span>'
        f'<span class="ec-bar" aria-hidden="true"><span style="width:{bar.percent}%"></span></span>'
        f'<span class="ec-bar-percent">{escape(bar.label)}</span></li>'
    )


def _evidence_line(line: EvidenceLine) -> str:
    return (
        f'<li><b>{both(line.source)}</b><span class="ec-evidence-text">{said(line.text)}</span>'
        f'<span class="ec-weight">{both(line.weight)}</span></li>'
    )
