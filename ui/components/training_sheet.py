"""What there is to train on, and a new head beside the one in use, as HTML."""

from __future__ import annotations

from html import escape

from ui.components.dialect_sheet import lines_html
from ui.components.markup import both
from ui.training_cards import FEW, CompareCard, DialectLine, MaterialLine
from ui.words import Text, say

_SIGNS = {"better": "✔", "worse": "✖", "same": "＝", "few": "?", "unknown": "✖"}


def material_html(lines: tuple[MaterialLine, ...]) -> str:
    """One line a dialect: how much to train on, how much held back, whether it is enough."""
    titles = tuple(say(f"training.material.{name}") for name in ("dialect", "trained", "held", "verdict"))
    body = "".join(
        f'<tr><th scope="row">{both(line.name)}</th><td>{both(line.trained)}</td><td>{both(line.held)}</td>'
        f"<td>{both(line.verdict)}</td></tr>"
        for line in lines
    )
    return _table(say("training.material"), titles, body)


def needed_html(lines: tuple[Text, ...]) -> str:
    """How much is needed beside what is there."""
    return (
        f'<div class="ec-caution"><p><b>{both(say("training.needed"))}</b></p>{lines_html(lines)}'
        f"<p>{both(say('training.needed.how'))}</p></div>"
    )


def compare_html(card: CompareCard) -> str:
    """Both heads on the same recordings."""
    old, new = card.versions
    titles = (
        say("training.compare.what"),
        *(_version(say(f"training.compare.{key}"), name) for key, name in (("old", old), ("new", new))),
        say("training.compare.change"),
    )
    figures = "".join(
        f'<tr><th scope="row">{both(line.what)}</th><td>{escape(line.old)}</td><td>{escape(line.new)}</td>'
        f"<td>{escape(line.change)}</td></tr>"
        for line in card.figures
    )
    unfair = f'<p class="ec-caution">{both(say("training.warning"))}</p>' if card.unfair else ""
    return (
        f"<h4>{both(card.title)}</h4><p>{both(card.told)}</p>{unfair}{_table(card.title, titles, figures)}"
        f"{_dialects(card.dialects)}{_rule(card)}"
        f'<p class="ec-hint">{both(say("training.compare.honest", few=FEW))}</p>'
    )


def _version(title: Text, version: str) -> Text:
    return Text(f"{title.zh} {version}", title.en)


def _dialects(lines: tuple[DialectLine, ...]) -> str:
    title = say("training.compare.dialects")
    titles = (
        say("training.material.dialect"),
        *(say(f"training.compare.{name}") for name in ("n", "old", "new", "change")),
    )
    body = "".join(
        f'<tr><th scope="row">{both(line.name)}</th><td>{line.count}</td><td>{line.old}</td><td>{line.new}</td>'
        f"<td>{_verdict(line.verdict)}</td></tr>"
        for line in lines
    )
    return f"<h4>{both(title)}</h4>{_table(title, titles, body)}"


def _verdict(verdict: str) -> str:
    return f'<span aria-hidden="true">{_SIGNS[verdict]}</span> {both(say(f"training.verdict.{verdict}"))}'


def _rule(card: CompareCard) -> str:
    if not card.worse:
        return f'<p class="ec-kept">{both(say("training.not_worse"))}</p>'
    return f'<div class="ec-caution"><p><b>{both(say("training.worse"))}</b></p>{lines_html(card.worse)}</div>'


def _table(label: Text, titles: tuple[Text, ...], body: str) -> str:
    head = "".join(f'<th scope="col">{both(title)}</th>' for title in titles)
    return (
        f'<div class="ec-wide" role="region" aria-label="{escape(str(label))}" tabindex="0">'
        f'<table class="ec-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
