"""A column and a card of the board as HTML."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.order_board_cards import BoardCard, ColumnCard
from ui.words import Text, say


def column_head_html(column: ColumnCard) -> str:
    """State and count, and that there is nothing where there is nothing."""
    hint = f'<p class="ec-hint">{both(column.hint)}</p>' if column.hint else ""
    none = "" if column.cards else f'<p class="ec-hint">{both(say("board.none"))}</p>'
    title = f'<h2 class="ec-board-title">{both(column.title)}</h2>'
    return f'<div class="ec-board-head ec-order-{escape(column.state_id)}">{title}{hint}{none}</div>'


def board_card_html(shown: BoardCard) -> str:
    """What, for whom, whose, and by when; what is late says so in its words."""
    card = shown.card
    late = " ec-late" if card.overdue else ""
    priority = ""
    if card.priority:
        kind = "urgent" if card.priority_id == "urgent" else "elder"
        priority = f' <span class="ec-{kind}">{both(card.priority)}</span>'
    need = f"<p>{both(shown.need)}</p>" if shown.need else ""
    note = f'<p class="ec-board-note">{said(shown.note)}</p>' if shown.note else ""
    dialect = f"<p>{both(card.dialect)}</p>" if card.dialect else ""
    return (
        f'<article class="ec-order ec-board-card ec-order-{escape(card.state_id)}{late}">'
        f"<h3>{both(card.number)} · {both(card.type)}{priority}</h3>{need}{note}"
        f"{_fact(say('board.whom'), shown.whom)}{dialect}{_fact(say('order.owner'), Text(card.owner, ''))}"
        f'<p class="ec-order-time">{both(card.time)}</p></article>'
    )


def _fact(name: Text, value: Text) -> str:
    return f"<p>{both(name)} <b>{both(value)}</b></p>"
