"""One call: its card, and the part that is opened by hand."""

from __future__ import annotations

from html import escape

from ui.components.dialects import dialect_html, evidence_html
from ui.components.markup import both, said
from ui.presenters import CallCard
from ui.words import Text, say


def call_html(card: CallCard) -> str:
    """The card: state and time, who and how, dialect with reasons, words, need and agent."""
    parts = f'<div class="ec-parts">{_conversation(card)}{dialect_html(card)}{evidence_html(card)}</div>'
    return f'<article class="ec-call ec-state-{escape(card.state_id)}">{_head(card)}{_who(card)}{parts}</article>'


def details_html(card: CallCard) -> str:
    """Handover note in full, moments, call id and recognizer."""
    moments = "".join(
        f"<div><dt>{both(moment.name)}</dt><dd>{escape(moment.time)}</dd></div>" for moment in card.moments
    )
    technical = f"<div><dt>{both(say('details.call'))}</dt><dd>{escape(card.call_sid)}</dd></div>"
    if card.recognizer:
        technical += f"<div><dt>{both(say('details.recognizer'))}</dt><dd>{escape(card.recognizer)}</dd></div>"
    note = _words(card.handover, say("handover.none"))
    why = "".join(f"<li>{both(reason)}</li>" for reason in card.choice)
    choice = f'<h3>{both(say("choice"))}</h3><ul class="ec-reasons">{why}</ul>' if why else ""
    return (
        f'<div class="ec-details"><h3>{both(say("handover"))}</h3>'
        f'<div class="ec-note" lang="zh-CN">{note}</div>{choice}'
        f'<dl class="ec-facts">{moments}{technical}</dl></div>'
    )


def _head(card: CallCard) -> str:
    remark = f'<span class="ec-remark">{both(card.remark)}</span>' if card.remark else ""
    return (
        f'<div class="ec-head"><h2><span class="ec-icon" aria-hidden="true"></span>{both(card.state)}</h2>'
        f'<p class="ec-timer"><span>{both(card.timer_name)}</span> <b>{escape(card.timer)}</b>{remark}</p></div>'
    )


def _who(card: CallCard) -> str:
    caller = (
        both(Text(card.caller, say("caller.withheld").en)) if card.withheld else f"<span>{escape(card.caller)}</span>"
    )
    urgent = f'<span class="ec-urgent">{both(say("urgent"))}</span>' if card.urgent else ""
    elder = f'<span class="ec-elder">{both(say("elder"))}</span>' if card.elder else ""
    test = f"<span>{both(say('test_call'))}</span>" if card.is_test else ""
    return (
        f'<p class="ec-who"><b class="ec-caller">{both(say("caller"))} {caller}</b>{urgent}{elder}'
        f"<span>{both(card.entry)}</span><span>{both(card.language)}</span>{test}{_company(card)}</p>"
    )


def _company(card: CallCard) -> str:
    """The sister company it is for, and that it was passed on, where either is so."""
    company = f"<span>{both(say('company'))} {said(card.company)}</span>" if card.company else ""
    return company + (f"<span>{both(card.passed_on)}</span>" if card.passed_on else "")


def _conversation(card: CallCard) -> str:
    agent = _words(card.agent, say("agent.none"))
    matched = f'<p class="ec-hint">{both(card.matched)}</p>' if card.matched else ""
    transcript = (
        f'<p class="ec-quote">{said(card.transcript)}</p>' if card.transcript else _missing(card.transcript_missing)
    )
    return (
        f'<section class="ec-part"><h3>{both(say("transcript"))}</h3>{transcript}{_trust(card)}'
        f"<h3>{both(say('need'))}</h3>{_words(card.need, say('need.none'))}"
        f"<h3>{both(say('agent'))}</h3>{agent}{matched}</section>"
    )


def _trust(card: CallCard) -> str:
    """Who wrote it down and how far to trust that, in words."""
    by = both(say("transcript.by", recognizer=card.recognizer)) if card.transcript and card.recognizer else ""
    heard = f'<p class="ec-hint">{by}</p>' if by else ""
    return heard + (f'<p class="ec-hint ec-trust">{both(card.trust)}</p>' if card.trust else "")


def _words(value: str | None, missing: Text) -> str:
    return f'<p class="ec-words">{said(value)}</p>' if value else _missing(missing)


def _missing(text: Text) -> str:
    return f'<p class="ec-missing">{both(text)}</p>'
