"""Who waits as HTML: one card for each, with the reasons of the router where it has chosen."""

from __future__ import annotations

from html import escape

from ui.components.markup import both
from ui.waiting_cards import WaitCard, Why
from ui.words import Text, say


def section_html(title: Text, cards: tuple[WaitCard, ...], none: Text, more: Text | None = None) -> str:
    """A heading with how many there are, and a card for each; a sentence where there is nobody."""
    head = f'<h2 class="ec-wrap">{both(title)} <span class="ec-unit">{len(cards)}</span></h2>'
    hint = f'<p class="ec-hint">{both(more)}</p>' if more else ""
    if not cards:
        return f'{head}<p class="ec-missing">{both(none)}</p>'
    return f'{head}{hint}<ul class="ec-waits">{"".join(_card(card) for card in cards)}</ul>'


def _card(card: WaitCard) -> str:
    late = " ec-late" if card.late else ""
    urgent = f'<span class="ec-urgent">{both(say("urgent"))}</span>' if card.urgent else ""
    elder = f'<span class="ec-elder">{both(say("elder"))}</span>' if card.elder else ""
    facts = "".join(f"<li>{both(fact)}</li>" for fact in card.facts)
    why = "".join(_why(each) for each in card.why)
    return (
        f'<li class="ec-order ec-wait{late}"><div class="ec-head"><h3>{both(card.title)}</h3>'
        f'<p class="ec-order-time">{both(card.time)}</p></div>'
        f'<p class="ec-who"><b class="ec-caller">{escape(card.caller)}</b>{urgent}{elder}</p>'
        f'<ul class="ec-reasons ec-wait-facts">{facts}</ul>{why}</li>'
    )


def _why(why: Why) -> str:
    reasons = "".join(f"<li>{both(reason)}</li>" for reason in why.reasons)
    return f'<div class="ec-why"><h4>{both(why.title)}</h4><ul class="ec-reasons">{reasons}</ul></div>'
