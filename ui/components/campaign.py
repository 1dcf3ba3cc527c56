"""A campaign, its versions, a check and a trial as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.campaign_cards import CampaignCard, CheckLines, TrialCard, VersionCard
from ui.components.greeting import counts_html
from ui.components.markup import both, said
from ui.words import Text, say


def campaign_html(card: CampaignCard) -> str:
    """The card of the list."""
    facts = "".join(f"<span>{both(fact)}</span>" for fact in card.facts)
    return (
        f'<article class="ec-order ec-campaign-{escape(card.state_id)}"><div class="ec-head">'
        f'<h2>{escape(card.title)} <span class="ec-unit ec-id">{escape(card.id)}</span></h2>'
        f'<p class="ec-order-time">{both(card.state)}</p></div><p class="ec-who">{facts}</p></article>'
    )


def version_html(version: VersionCard) -> str:
    """One version and who made and approved it."""
    facts = " · ".join(both(fact) for fact in version.facts)
    title = both(say("campaign.version", version=version.version))
    return f"<li><b>{title}</b> · {both(version.state)}<p>{facts}</p></li>"


def versions_html(card: CampaignCard, history: Sequence[Text]) -> str:
    """All versions, and what was done to them."""
    versions = "".join(version_html(each) for each in card.versions)
    lines = "".join(f"<li>{both(each)}</li>" for each in history)
    return (
        f'<section class="ec-record"><h2>{both(say("campaign.versions"))}</h2><ol class="ec-lines">{versions}</ol>'
        f'<h2>{both(say("campaign.history"))}</h2><ol class="ec-lines">{lines}</ol></section>'
    )


def words_html(card: CampaignCard) -> str:
    """The templates as they are written."""
    items = "".join(
        f'<p class="ec-sms-facts">{escape(id_)}</p><p class="ec-sms" lang="{_tag(language)}">{said(text)}</p>'
        for id_, language, text in card.words
    )
    return f'<section class="ec-record"><h2>{both(say("campaign.words"))}</h2>{items}</section>'


def example_html(facts: Text, body: str, language: str) -> str:
    """One text as it would be read."""
    return f'<p class="ec-sms-facts">{both(facts)}</p><p class="ec-sms" lang="{_tag(language)}">{said(body)}</p>'


def checks_html(lines: CheckLines) -> str:
    """What is wrong with the campaign as a whole."""
    if lines.problems:
        items = "".join(f"<li>{both(each)}</li>" for each in lines.problems)
        told = both(say("editor.checks.problems"))
        return f'<div class="ec-refusal" role="status"><p>{told}</p><ul class="ec-reasons">{items}</ul></div>'
    if not lines.general and not lines.by_template:
        return f'<p class="ec-kept" role="status">✔ {both(say("editor.checks.none"))}</p>'
    return notes_html([*lines.general, *(each for found in lines.by_template.values() for each in found)])


def notes_html(notes: Sequence[Text]) -> str:
    """Findings, one below the other."""
    return "".join(f'<p class="ec-caution"><span aria-hidden="true">⚠</span> {both(each)}</p>' for each in notes)


def trial_html(card: TrialCard) -> str:
    """A dry run: how many, what it costs, and why others get nothing."""
    left_out = (
        counts_html(say("editor.dry.left_out"), say("editor.dry.reason"), card.left_out)
        if card.left_out
        else f'<p class="ec-missing">{both(say("editor.dry.left_out.none"))}</p>'
    )
    kinds = counts_html(say("editor.dry.kinds"), say("editor.dry.kind"), card.kinds) if card.kinds else ""
    return (
        f'<p class="ec-words">{both(card.told)}</p>{notes_html(card.warnings)}{kinds}'
        f'<h3 class="ec-part-title">{both(say("editor.dry.left_out"))}</h3>{left_out}'
    )


def _tag(language: str) -> str:
    return "en" if language == "en" else "zh-CN"
