"""One work order: its card in the list, and the page of what is known of it."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.order_presenters import Line, OrderCard, OrderPage
from ui.words import Text, say


def order_html(card: OrderCard, *, level: int = 2) -> str:
    """The card: number, type, state and time, then whose it is and what it takes."""
    late = " ec-late" if card.overdue else ""
    priority = ""
    if card.priority:
        kind = "urgent" if card.priority_id == "urgent" else "elder"
        priority = f'<span class="ec-{kind}">{both(card.priority)}</span>'
    facts = [
        _fact(say("order.owner"), f"<b>{escape(card.owner)}</b>"),
        _fact(say("order.department"), both(card.department)),
    ]
    if card.dialect:
        facts.append(_fact(say("order.dialect"), both(card.dialect)))
    remarks = "".join(f"<span>{both(remark)}</span>" for remark in card.remarks)
    return (
        f'<article class="ec-order ec-order-{escape(card.state_id)}{late}">'
        f'<div class="ec-head"><h{level}>{both(card.number)} · {both(card.type)} · {both(card.state)}</h{level}>'
        f'<p class="ec-order-time">{both(card.time)}</p></div>'
        f'<p class="ec-who">{priority}{"".join(facts)}{remarks}</p></article>'
    )


def page_html(page: OrderPage) -> str:
    """All that is known of the order, but for its records."""
    customer = both(page.customer) + (f' <span class="ec-hint">{both(page.masked)}</span>' if page.masked else "")
    words = f'<p class="ec-quote">{said(page.said)}</p>' if page.said else _missing(say("order.said.none"))
    parts = [
        _part(say("order.customer"), f'<p class="ec-caller">{customer}</p>'),
        _part(say("order.note"), f'<p class="ec-words">{said(page.note) or "–"}</p>'),
        _part(say("order.said"), words),
    ]
    if page.need:
        parts.insert(1, _part(say("order.need"), f'<p class="ec-words">{both(page.need)}</p>'))
    if page.speakers:
        parts.append(_part(say("order.speakers"), f"<p>{escape(page.speakers)}</p>"))
    if page.outcome:
        ending = " · ".join(both(text) for text in page.outcome)
        parts.append(_part(say("order.outcome"), f'<p class="ec-words">{ending}</p>'))
    return f'<div class="ec-parts ec-order-parts">{"".join(parts)}</div><p class="ec-hint">{both(page.opened)}</p>'


def records_html(page: OrderPage) -> str:
    """What happened, the calls back, and the calls the order knows of."""
    records = (
        (say("order.history"), page.history),
        (say("order.attempts.title"), page.attempts),
        (say("order.calls.title"), page.calls),
    )
    return "".join(_record(title, lines) for title, lines in records if lines)


def _record(title: Text, lines: tuple[Line, ...]) -> str:
    items = "".join(_line(line) for line in lines)
    return f'<section class="ec-record"><h2>{both(title)}</h2><ol class="ec-lines">{items}</ol></section>'


def _line(line: Line) -> str:
    words = "".join(f"<p>{both(text)}</p>" for text in line.words)
    return (
        f'<li><span class="ec-line-time">{escape(line.time)}</span> <b>{both(line.what)}</b> '
        f'<span class="ec-line-who">{both(line.who)}</span>{words}</li>'
    )


def _fact(name: Text, value: str) -> str:
    return f"<span>{both(name)} {value}</span>"


def _part(title: Text, body: str) -> str:
    return f'<section class="ec-part"><h2 class="ec-part-title">{both(title)}</h2>{body}</section>'


def _missing(text: Text) -> str:
    return f'<p class="ec-missing">{both(text)}</p>'
