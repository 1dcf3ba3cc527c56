"""A reply and an opt-out as HTML."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.reply_cards import OptOutCard, ReplyCard
from ui.words import say


def reply_html(card: ReplyCard) -> str:
    """What it is taken for, whose it is, and the words."""
    late = " ec-late" if card.urgent else ""
    words = (
        f'<p class="ec-quote">{said(card.words)}</p>'
        if card.words
        else f'<p class="ec-missing">{both(say("reply.words.gone"))}</p>'
    )
    held = f'<p class="ec-caution">{both(say("reply.held.means"))}</p>' if card.held else ""
    return (
        f'<article class="ec-order{late}"><div class="ec-head"><h2>{both(card.head)}</h2>'
        f'<p class="ec-order-time">{escape(card.time)}</p></div>'
        f'<p class="ec-who"><b class="ec-caller">{escape(card.number)}</b><span>{both(card.how)}</span></p>'
        f'<div class="ec-why">{words}</div>{held}</article>'
    )


def opt_out_html(card: OptOutCard) -> str:
    """The number, since when, and all that was done to it."""
    changes = "".join(f"<li>{both(each)}</li>" for each in card.changes)
    return (
        f'<article class="ec-order"><div class="ec-head"><h2 class="ec-caller">{escape(card.number)}</h2>'
        f'<p class="ec-order-time">{both(card.since)}</p></div>'
        f'<div class="ec-why"><ol class="ec-lines">{changes}</ol></div></article>'
    )
