"""One customer's file as HTML, and the forms that change, export and delete it."""

from __future__ import annotations

from collections.abc import Sequence

from ui.components.markup import both
from ui.customer_cards import ClashLine, FileCard
from ui.words import Text, say


def file_html(card: FileCard) -> str:
    """Who it is."""
    facts = "".join(f"<li>{both(fact)}</li>" for fact in card.facts)
    return f'<section class="ec-record"><h2>{both(card.title)}</h2><ol class="ec-lines">{facts}</ol></section>'


def record_html(title: Text, lines: Sequence[Text], none: Text | None = None) -> str:
    """A titled list; what is said where there is nothing."""
    if lines:
        body = "".join(f"<li>{both(line)}</li>" for line in lines)
        body = f'<ol class="ec-lines">{body}</ol>'
    else:
        body = f'<p class="ec-missing">{both(none)}</p>' if none else ""
    return f'<section class="ec-record"><h2>{both(title)}</h2>{body}</section>'


def clash_html(lines: Sequence[ClashLine]) -> str:
    """What is there now beside what one has filled in."""
    names = (say("customers.clash.field"), say("customers.clash.theirs"), say("customers.clash.mine"))
    head = "".join(f'<th scope="col">{both(name)}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{both(line.field)}</th><td>{both(line.theirs)}</td><td>{both(line.mine)}</td></tr>'
        for line in lines
    )
    return (
        f'<div class="ec-switch-box" role="alert"><h2>{both(say("customers.clash"))}</h2>'
        f"<p>{both(say('customers.clash.explain'))}</p>"
        f'<table class="ec-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def notes_html(notes: Sequence[Text]) -> str:
    """What deleting leads to."""
    items = "".join(f"<p>{both(note)}</p>" for note in notes)
    return f'<div class="ec-switch-box">{items}</div>'
