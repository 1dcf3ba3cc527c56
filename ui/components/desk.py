"""The agent desk as HTML: who, what was said, which dialect, what differs, what was before."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, said
from ui.components.notices import notice_html
from ui.components.subtitles import heard_html, subtitles_html
from ui.desk_cards import DeskCard, Past, PresenceBar
from ui.presenters import DialectBar
from ui.words import Text, say


def presence_html(bar: PresenceBar) -> str:
    """The agent's own state: its sign and its words."""
    return (
        f'<p class="ec-presence ec-presence-{escape(bar.id)}" role="status"><b>{both(bar.words)}</b> '
        f"<span>{both(bar.hint)}</span></p>"
    )


def desk_call_html(card: DeskCard) -> str:
    """The call: head, who, and the parts an agent reads before saying hello."""
    left = f'<span class="ec-remark">{both(card.left)}</span>' if card.left else ""
    help_ = _language_help(card.language_help)
    shape = {"offered": "ringing"}.get(card.state_id, card.state_id)
    return (
        f'<article class="ec-call ec-state-{escape(shape)}"><div class="ec-head">'
        f'<h2><span class="ec-icon" aria-hidden="true"></span>{both(card.state)}</h2>'
        f'<p class="ec-timer"><b>{escape(card.timer)}</b>{left}</p></div>{help_}{_who(card)}'
        f'<div class="ec-parts">{_need(card)}{_dialect(card)}{_opening(card)}</div></article>'
    )


def _language_help(lines: tuple[Text, ...]) -> str:
    """The banner in both languages for an agent who does not speak the caller's."""
    if not lines:
        return ""
    first, *sentences = lines
    items = "".join(f"<li>{both(sentence)}</li>" for sentence in sentences)
    return f'<div class="ec-language" role="note"><b>{both(first)}</b><ul>{items}</ul></div>'


def desk_help_html(card: DeskCard) -> str:
    """Below the call: the questions to ask, the words that differ, what was before."""
    last = f"<div>{_before(card)}{_insurance(card)}</div>"
    return f'<div class="ec-parts ec-below">{_questions(card)}{_glossary(card)}{last}</div>'


def no_call_html(presence_id: str) -> str:
    """No call: what will happen, or what to press."""
    key = "desk.none.absent" if presence_id == "absent" else "desk.none.idle"
    return notice_html(say("desk.none"), say(key))


def _who(card: DeskCard) -> str:
    badges = ""
    if card.urgent:
        badges += f'<span class="ec-urgent">{both(say("urgent"))}</span>'
    if card.elder:
        badges += f'<span class="ec-elder">{both(say("elder"))}</span>'
    if card.ask_who:
        badges += f'<span class="ec-relative">{both(card.ask_who)}</span>'
    if card.relative_noted:
        badges += f'<span class="ec-relative">{both(say("who.relative.noted"))}</span>'
    elif card.relative:
        hint = f'{both(say("who.relative"))} <span class="ec-hint">{both(card.relative)}</span>'
        badges += f'<span class="ec-relative">{hint}</span>'
    name = f"<b>{escape(card.name)}</b>" if card.name else f"<span>{both(say('who.stranger'))}</span>"
    born = f"<span>{both(say('who.born'))} <b>{escape(card.born)}</b></span>" if card.born else ""
    masked = f'<span class="ec-hint">{both(say("who.masked"))}</span>' if card.masked else ""
    return (
        f'<p class="ec-who ec-caller">{name}<span>{escape(card.caller)}</span>{born}{badges}'
        f"<span>{both(card.language)}</span>{masked}</p>"
    )


def _need(card: DeskCard) -> str:
    need = f'<p class="ec-need">{said(card.need)}</p>' if card.need else _missing(say("need.none"))
    quote = heard_html(card.subtitles) if card.subtitles else _missing(card.missing)
    return (
        f'<section class="ec-part"><h3>{both(say("need"))}</h3>{need}<h3>{both(say("said.heard"))}</h3>{quote}'
        f"{_hint(card.heard_by)}{_hint(card.trust, 'ec-hint ec-trust')}</section>"
    )


def _dialect(card: DeskCard) -> str:
    unsure = " ec-unsure" if card.abstained else ""
    hint = _hint(say("dialect.abstained.hint")) if card.abstained and card.bars else ""
    bars = f'<ol class="ec-bars">{"".join(_bar(bar) for bar in card.bars)}</ol>' if card.bars else ""
    reasons = "".join(f"<li><b>{both(line.source)}</b> {said(line.text)}</li>" for line in card.evidence)
    evidence = f"<h3>{both(say('evidence'))}</h3><ul class='ec-evidence'>{reasons}</ul>" if reasons else ""
    return (
        f'<section class="ec-part"><h3>{both(say("dialect"))}</h3>'
        f'<p class="ec-verdict{unsure}">{both(card.verdict)}</p>{_hint(card.judged, "ec-judged")}{hint}{bars}'
        f"{evidence}</section>"
    )


def _bar(bar: DialectBar) -> str:
    return (
        f'<li><span class="ec-bar-name">{both(bar.name)}</span>'
        f'<span class="ec-bar" aria-hidden="true"><span style="width:{bar.percent}%"></span></span>'
        f'<span class="ec-bar-percent">{escape(bar.label)}</span></li>'
    )


def _opening(card: DeskCard) -> str:
    dialect = ""
    if card.opening_in_dialect:
        reading = f'<p class="ec-reading">{escape(card.reading)}</p>' if card.reading else ""
        dialect = (
            f"<h3>{both(say('opening.dialect'))}</h3><p class='ec-opening'>{said(card.opening_in_dialect)}</p>"
            f"{reading}{_hint(say('opening.draft'))}"
        )
    # In the shortest column, so that the buttons stay in sight.
    subtitles = subtitles_html(card.subtitles) if card.subtitles else ""
    return (
        f'<section class="ec-part"><div class="ec-say"><h3>{both(say("opening"))}</h3>'
        f'<p class="ec-opening">{said(card.opening)}</p>{dialect}</div>{subtitles}</section>'
    )


def _questions(card: DeskCard) -> str:
    first = _list(card.ask_first) if card.ask_first else ""
    first = f"<h3>{both(say('who.ask_first'))}</h3>{first}" if first else ""
    state = f'<p class="ec-kept">{both(say("who.checked"))}</p>' if card.checked else _hint(say("who.not_proof"))
    return f'<section class="ec-part">{first}<h3>{both(say("who.ask"))}</h3>{state}{_list(card.questions)}</section>'


def _list(questions: tuple[str, ...]) -> str:
    asked = "".join(f"<li>{said(question)}</li>" for question in questions)
    return f'<ol class="ec-questions">{asked}</ol>' if asked else ""


def _glossary(card: DeskCard) -> str:
    if not card.words:
        return ""
    lent = _hint(card.words_lent) if card.words_lent else ""
    return (
        f'<section class="ec-part"><h3>{both(card.words_title)}</h3>{lent}{_word_list(card.words)}'
        f"{_hint(card.words_source)}</section>"
    )


def _insurance(card: DeskCard) -> str:
    if not card.insurance_words:
        return ""
    lent = _hint(card.insurance_lent) if card.insurance_lent else ""
    return (
        f'<section class="ec-part"><h3>{both(say("glossary.insurance"))}</h3>{lent}{_word_list(card.insurance_words)}'
        f"{_hint(card.words_source)}</section>"
    )


def _word_list(words: tuple[tuple[str, str, str], ...]) -> str:
    # Hearing the word matters, not how a survey writes its sound: the reading stands small beside it.
    rows = "".join(
        f'<div><dt>{said(word)} <span class="ec-ipa">{escape(ipa)}</span></dt><dd>{said(mandarin)}</dd></div>'
        for word, ipa, mandarin in words
    )
    return f'<dl class="ec-glossary">{rows}</dl>'


def _before(card: DeskCard) -> str:
    lines = [f"<li><b>{both(order)}</b></li>" for order in card.orders]
    lines = [*(f"<li><b>{both(each)}</b></li>" for each in card.passed_on), *lines]
    lines += [f"<li>{both(card.tried)}</li>"] if card.tried else []
    lines += [_past(past) for past in card.earlier]
    body = f'<ul class="ec-evidence">{"".join(lines)}</ul>' if lines else _missing(say("before.none"))
    return f'<section class="ec-part"><h3>{both(say("before"))}</h3>{body}</section>'


def _past(past: Past) -> str:
    somebody_else = f" · {both(past.somebody_else)}" if past.somebody_else else ""
    return f"<li><b>{escape(past.when)}</b> {said(past.text)} · {both(past.outcome)}{somebody_else}</li>"


def _hint(text: Text | None, kind: str = "ec-hint") -> str:
    return f'<p class="{kind}">{both(text)}</p>' if text else ""


def _missing(text: Text) -> str:
    return f'<p class="ec-missing">{both(text)}</p>'
