"""The grid of dialects, one dialect, and what a new word would change, as HTML."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.components.stacked import stacked_html
from ui.dialect_cards import ChangeLine, Glossary, OwnLine, RowLine, SheetCard, TrialCard
from ui.words import Text, say

_COLUMNS = ("name", "provinces", "cues", "own", "recognizer", "prompts", "speakers", "measured")
_SIGNS = {"better": "✔", "worse": "✖", "other": "↔"}


def grid_html(rows: tuple[RowLine, ...]) -> str:
    """A row for each dialect."""
    columns = [say(f"dialects.{column}") for column in _COLUMNS]
    table = stacked_html(say("page.dialects"), columns, [(both(row.name), *map(both, row.cells)) for row in rows])
    rules = "".join(f'<p class="ec-hint">{both(say(f"dialects.{key}.rule"))}</p>' for key in ("measured", "quality"))
    return rules + table


def facts_html(card: SheetCard) -> str:
    """What is known of one dialect, but for its words."""
    return (
        f'<div class="ec-parts">{_data("dialects.class", card.classification)}'
        f"{_data('dialects.codes', card.codes)}"
        f"{_part('dialects.hearing', card.hearing)}{_part('dialects.sound', (card.sound,))}"
        f"{_part('dialects.people', card.people)}{_part('dialects.coverage', (card.coverage,))}</div>"
        f"{_accuracy(card)}{_glossary(card.glossary)}{_review(card)}"
    )


def areas_html(card: SheetCard) -> str:
    """Each area code with its share and what that rests on."""
    head = _head(tuple(say(f"dialects.{column}") for column in ("code", "cities", "share", "basis")))
    body = "".join(
        f'<tr><th scope="row">{escape(area.code)}</th><td>{said(area.places)}</td><td>{area.share}</td>'
        f"<td>{both(area.basis)}</td></tr>"
        for area in card.areas
    )
    return _table(say("dialects.where.table"), head, body)


def words_html(card: SheetCard) -> str:
    """The shipped words and phrases."""
    cues = "".join(f"<div><dt>{escape(word)}</dt><dd>{weight}</dd></div>" for word, weight in card.cues)
    rows = "".join(
        f'<tr><th scope="row">{both(need)}</th><td>{said(texts)}</td><td>{both(status)}</td><td>{said(added)}</td></tr>'
        for need, texts, status, added in card.phrases
    )
    keys = ("dialects.add.need", "dialects.phrases.title", "dialects.basis", "dialects.phrases.ours")
    return (
        f'<h2 class="ec-wrap">{both(card.cues_title)}</h2><p class="ec-hint">{both(say("dialects.cues.rule"))}</p>'
        f'<dl class="ec-glossary" lang="zh-CN">{cues}</dl>'
        f'<h2 class="ec-wrap">{both(say("dialects.phrases.title"))}</h2>'
        f"{_table(say('dialects.phrases.title'), _head(tuple(map(say, keys))), rows)}"
    )


def trial_html(card: TrialCard) -> str:
    """Which sentences change their answer."""
    title = f'<h3 class="ec-form-title">{both(say("dialects.trial"))}</h3><p role="status">{both(card.summary)}</p>'
    rule = f'<p class="ec-hint">{both(say("dialects.trial.rule"))}</p>'
    if not card.lines:
        return title + rule
    keys = ("dialects.trial.sentence", "dialects.trial.before", "dialects.trial.after", "dialects.trial.verdict")
    more = f"<p>{both(card.more)}</p>" if card.more else ""
    table = _table(say("dialects.trial"), _head(tuple(map(say, keys))), "".join(map(_change, card.lines)))
    return f"{title}{table}{more}{rule}"


def own_html(line: OwnLine) -> str:
    """One word the site has added: what, by whom, why."""
    note = f"<p>{said(line.note)}</p>" if line.note else ""
    return f'<p class="ec-mark">{both(line.what)}</p><p class="ec-hint">{both(line.by)}</p>{note}'


def lines_html(lines: tuple[Text, ...]) -> str:
    """A list of sentences."""
    return f'<ol class="ec-lines">{"".join(f"<li>{both(line)}</li>" for line in lines)}</ol>'


def _change(line: ChangeLine) -> str:
    verdict = f'<span aria-hidden="true">{_SIGNS[line.verdict]}</span> {both(say(f"dialects.trial.{line.verdict}"))}'
    return (
        f'<tr><th scope="row" lang="zh-CN">{escape(line.text)}</th><td>{both(line.before)}</td>'
        f"<td>{both(line.after)}</td><td>{verdict}</td></tr>"
    )


def _glossary(glossary: Glossary | None) -> str:
    title = f'<h2 class="ec-wrap">{both(say("dialects.glossary"))}</h2>'
    if glossary is None:
        return f'{title}<p class="ec-missing">{both(say("dialects.glossary.none"))}</p>'
    words = "".join(
        f"<div><dt>{said(word)}</dt><dd>{both(Text(mandarin, english))}</dd></div>"
        for word, mandarin, english in glossary.words
    )
    lent = f'<p class="ec-hint">{both(glossary.lent)}</p>' if glossary.lent else ""
    pages = "".join(f"<li>{escape(title)}<br>{escape(url)}</li>" for title, url in glossary.pages)
    listed = f'<ul class="ec-reasons ec-id">{pages}</ul>' if pages else ""
    return f'{title}{lent}<dl class="ec-glossary">{words}</dl><p class="ec-hint">{both(glossary.source)}</p>{listed}'


def _accuracy(card: SheetCard) -> str:
    """Every figure with its count, its day and the command that measured it; what nobody has measured says so."""
    title = say("dialects.accuracy")
    head = _head(tuple(say(f"dialects.accuracy.{name}") for name in ("what", "figure", "count", "from")))
    body = "".join(
        f'<tr><th scope="row">{both(line.what)}</th><td>{escape(line.figure) or "–"}</td><td>{line.count or "–"}</td>'
        f'<td class="ec-id">{both(line.source)}</td></tr>'
        for line in card.measured
    )
    rule = f'<p class="ec-hint">{both(say("dialects.accuracy.rule"))}</p>'
    return f'<h2 class="ec-wrap">{both(title)}</h2>{_table(title, head, body)}{rule}'


def _review(card: SheetCard) -> str:
    items = "".join(f"<div><dt>{both(what)}</dt><dd>{both(who)}</dd></div>" for what, who in card.review)
    return f'<h2 class="ec-wrap">{both(say("dialects.review"))}</h2><dl class="ec-facts">{items}</dl>'


def _part(key: str, lines: tuple[Text, ...]) -> str:
    body = "".join(f"<p>{both(line)}</p>" for line in lines)
    return f'<section class="ec-part"><h2 class="ec-part-title">{both(say(key))}</h2>{body}</section>'


def _data(key: str, words: str) -> str:
    title = both(say(key))
    return f'<section class="ec-part"><h2 class="ec-part-title">{title}</h2><p>{said(words)}</p></section>'


def _head(titles: tuple[Text, ...]) -> str:
    cells = "".join(f'<th scope="col">{both(title)}</th>' for title in titles)
    return f"<thead><tr>{cells}</tr></thead>"


def _table(label: Text, head: str, body: str) -> str:
    return (
        f'<div class="ec-wide" role="region" aria-label="{escape(str(label))}" tabindex="0">'
        f'<table class="ec-table">{head}<tbody>{body}</tbody></table></div>'
    )
