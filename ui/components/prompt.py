"""One message, its takes and the table of what is missing, as HTML."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.components.stacked import stacked_html
from ui.prompt_cards import CoverageCard, FindingLine, PromptCard, TakeCard
from ui.words import Text, say

_SIGNS = {"refused": "✖", "caution": "⚠", "note": "ℹ"}
_COLUMNS = ("dialect", "callers", "in_force", "waiting", "outdated", "missing", "reached")


def prompt_html(card: PromptCard) -> str:
    """What the message says in both languages, what is recorded of it, and who hears it."""
    return (
        f'<article class="ec-order ec-prompt-{card.status}">'
        f'<div class="ec-head"><h2 class="ec-id">{escape(card.id)}</h2>'
        f'<p class="ec-order-time">{both(card.state)}</p></div>'
        f'<div class="ec-parts"><section class="ec-part"><h3>{both(say("prompt.zh"))}</h3>{_phrases(card.zh, "zh-CN")}'
        f'</section><section class="ec-part"><h3>{both(say("prompt.en"))}</h3>{_phrases(card.en, "en")}</section></div>'
        f'<p class="ec-who ec-hint"><span>{both(card.purpose)}</span> <span>{both(card.reach)}</span></p>'
        "</article>"
    )


def wording_html(card: PromptCard) -> str:
    """What the speaker says, large."""
    how = f'<p class="ec-hint">{both(card.own_words)}</p>' if card.own_words else ""
    phrases = "".join(f'<p class="ec-opening">{said(text)}</p>' for text in card.wording)
    reading = "".join(f'<p class="ec-reading">{said(text)}</p>' for text in card.reading)
    title = f'<h4 class="ec-part-title">{both(say("prompt.wording"))}</h4>'
    return f'<div class="ec-say">{title}{phrases}{reading}{how}</div>'


def findings_html(findings: tuple[FindingLine, ...]) -> str:
    """What the check found, each with its weight in words and a sign of its own."""
    title = f'<h4 class="ec-part-title">{both(say("prompt.findings"))}</h4>'
    if not findings:
        return f"{title}<p>{both(say('prompt.findings.none'))}</p>"
    items = "".join(
        f'<li><b><span aria-hidden="true">{_SIGNS[line.severity]}</span> {both(line.title)}</b>'
        f"<p>{both(line.text)}</p></li>"
        for line in findings
    )
    return f'{title}<ol class="ec-lines">{items}</ol>'


def take_html(take: TakeCard) -> str:
    """One version: whose it is and where it stands."""
    return f'<p class="ec-mark">{both(take.title)}</p><p class="ec-trust">{both(take.state)}</p>'


def history_html(acts: tuple[Text, ...]) -> str:
    """Who did what, newest first."""
    items = "".join(f"<li>{both(act)}</li>" for act in acts)
    return f'<h4 class="ec-part-title">{both(say("prompt.history"))}</h4><ol class="ec-lines">{items}</ol>'


def coverage_html(card: CoverageCard) -> str:
    """A row for each dialect, those with most callers first."""
    columns = [say(f"coverage.{column}") for column in _COLUMNS]
    rows = [(both(line.name), line.callers, *line.counts, line.reached) for line in card.lines]
    lost = "".join(f'<p class="ec-caution"><span aria-hidden="true">⚠</span> {both(each)}</p>' for each in card.lost)
    return (
        f'{lost}<h2 class="ec-wrap">{both(say("coverage.title"))}</h2><p>{both(card.summary)}</p>'
        f'<p class="ec-hint">{both(card.callers)}</p>{stacked_html(say("coverage.title"), columns, rows)}'
    )


def _phrases(phrases: tuple[str, ...], language: str) -> str:
    return "".join(f'<p class="ec-words" lang="{language}">{said(text)}</p>' for text in phrases)
