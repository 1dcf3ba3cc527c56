"""Figures that explain themselves, and what is to be looked at, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from ui.components.markup import both
from ui.today_cards import AlarmCard, FigureCard, TodayPage
from ui.words import Text, say


def figure_html(card: FigureCard) -> str:
    """The figure, its name, and the sentence that says what is counted."""
    unknown = "" if card.known else " ec-figure-unknown"
    return (
        f'<div class="ec-figure ec-told{unknown}" id="figure-{card.name}"><h3>{both(card.label)}</h3>'
        f'<p class="ec-told-value">{both(card.value)}</p><p class="ec-told-why">{both(card.why)}</p></div>'
    )


def alarm_html(card: AlarmCard) -> str:
    """One thing to be looked at; told in words and by a mark, not by colour alone."""
    return f'<p class="ec-caution ec-alarm"><span aria-hidden="true">⚠</span> {both(card.text)}</p>'


def no_alarms_html() -> str:
    """That there is nothing."""
    return f'<p class="ec-done"><span aria-hidden="true">✓</span> {both(say("today.alarms.none"))}</p>'


def heading_html(title: Text) -> str:
    """Head of a group of figures."""
    return f'<h2 class="ec-wrap">{both(title)}</h2>'


def announcement_html(page: TodayPage) -> str:
    """Tells screen readers what changed; not seen."""
    return f'<p class="ec-unseen ec-unseen-long" role="status">{both(page.status)}</p>'


def spoken_html(spoken: Sequence[tuple[Text, int]]) -> str:
    """What those who wait speak, as bars beside their numbers: a table for everybody, a picture for who can see it."""
    most = max((count for _, count in spoken), default=1)
    rows = "".join(
        f'<tr><th scope="row">{both(name)}</th><td>{count}</td><td class="ec-bar-cell" aria-hidden="true">'
        f'<span class="ec-bar"><span style="width: {round(100 * count / most)}%"></span></span></td></tr>'
        for name, count in spoken
    )
    columns = (say("today.waiting.dialect"), say("today.waiting.people"))
    head = "".join(f'<th scope="col">{both(column)}</th>' for column in columns)
    return (
        f'<h3 class="ec-form-title">{both(say("today.waiting.table"))}</h3><table class="ec-table ec-spoken">'
        f'<thead><tr>{head}<td aria-hidden="true"></td></tr></thead><tbody>{rows}</tbody></table>'
    )
