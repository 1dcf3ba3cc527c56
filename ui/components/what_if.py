"""The decision on a call that might come, as HTML."""

from __future__ import annotations

from html import escape

from ui.components.dialects import dialect_html, evidence_html
from ui.components.greeting import heading_html, remarks_html
from ui.components.markup import both, said
from ui.components.stacked import stacked_html
from ui.what_if_cards import CandidateRow, DecisionCard, HeardLine
from ui.words import Text, say


def answer_html(card: DecisionCard) -> str:
    """What would happen, in one sentence, and why."""
    remarks = "".join(f'<p class="ec-hint">{both(each)}</p>' for each in card.remarks)
    return (
        f'<div class="ec-notice" role="status"><h2>{both(card.answer)}</h2><p>{both(card.asked)} · '
        f"{both(card.card.entry)}</p>{remarks_html(card.why)}{remarks}</div>"
    )


def reasons_html(card: DecisionCard) -> str:
    """Who, words, need and language; dialect bars with their evidence; what is asked of an agent."""
    call = card.card
    heard = f'<p class="ec-quote">{said(call.transcript)}</p>' if call.transcript else _missing(call.transcript_missing)
    need = f'<p class="ec-words">{said(call.need)}</p>' if call.need else _missing(say("need.none"))
    trust = f'<p class="ec-hint">{both(call.trust)}</p>' if call.trust else ""
    who = (
        f'<section class="ec-part"><h3>{both(say("whatif.who"))}</h3>{remarks_html(card.who)}'
        f"<h3>{both(say('whatif.heard_words'))}</h3>{heard}{trust}<h3>{both(say('need'))}</h3>{need}"
        f"<h3>{both(say('whatif.language'))}</h3><p>{both(call.language)}</p>"
        f"<h3>{both(say('whatif.wish'))}</h3>{remarks_html(card.wishes)}</section>"
    )
    return f'<div class="ec-parts">{who}{dialect_html(call)}{evidence_html(call)}</div>'


def steps_html(card: DecisionCard) -> str:
    """How the wish widens with waiting."""
    if not card.steps:
        return ""
    columns = [say(f"whatif.steps.{name}") for name in ("match", "when", "people", "free")]
    rows = [(both(row.match), both(row.when), row.people, row.free) for row in card.steps]
    return heading_html(say("whatif.steps")) + stacked_html(say("whatif.steps"), columns, rows)


def people_html(card: DecisionCard) -> str:
    """Who was looked at, the chosen one first."""
    head = heading_html(say("whatif.people"))
    count = f'<p class="ec-hint">{both(card.count)}</p>' if card.count else ""
    if not card.candidates:
        return head + count + _missing(say("whatif.people.none"))
    columns = [say(f"whatif.people.{name}") for name in ("name", "match", "speaks", "site", "score")]
    return head + count + stacked_html(say("whatif.people"), columns, [_candidate(row) for row in card.candidates])


def heard_html(card: DecisionCard) -> str:
    """What the caller hears, in order."""
    head = heading_html(say("whatif.heard"))
    if not card.heard:
        return head + _missing(say("whatif.heard.none"))
    return f'{head}<ol class="ec-lines">{"".join(map(_heard, card.heard))}</ol>'


def _candidate(row: CandidateRow) -> tuple[str, ...]:
    chosen = f" ✔ {both(say('whatif.people.chosen'))}" if row.chosen else ""
    return f"{escape(row.name)}{chosen}", both(row.match), both(row.speaks), both(row.site), row.score


def _heard(line: HeardLine) -> str:
    texts = "".join(f'<p lang="{escape(language)}">{escape(text)}</p>' for language, text in line.texts)
    return f'<li><b class="ec-line-time">{both(line.at)}</b>{texts}</li>'


def _missing(text: Text) -> str:
    return f'<p class="ec-missing">{both(text)}</p>'
