"""Sites, where calls go, and switches as HTML."""

from __future__ import annotations

from html import escape

from ui.components.markup import both
from ui.site_cards import BoardCard, SiteCard, SwitchLine, SwitchRecord, WayLine
from ui.words import Text, say


def sites_html(board: BoardCard) -> str:
    """A card for each site."""
    cards = "".join(_site(card) for card in board.sites)
    return f'<h2 class="ec-wrap">{both(say("sites.title"))}</h2><div class="ec-sites">{cards}</div>'


def ways_html(ways: tuple[WayLine, ...]) -> str:
    """Where each province's calls go; what is out of the ordinary stands first."""
    if not ways:
        return ""
    return f'<h2 class="ec-wrap">{both(say("ways.title"))}</h2><ul class="ec-ways">{"".join(map(_way, ways))}</ul>'


def switch_html(line: SwitchLine) -> str:
    """A switch that is on: what, since when, by whom, why."""
    return (
        f'<div class="ec-switch ec-switch-box"><p class="ec-switch-title"><span aria-hidden="true">⚠</span> '
        f'{both(line.banner.title)}</p><p class="ec-hint">{both(line.banner.detail)}</p></div>'
    )


def history_html(records: tuple[SwitchRecord, ...]) -> str:
    """Who turned what, newest first."""
    if not records:
        return f'<p class="ec-missing">{both(say("switches.history.none"))}</p>'
    items = "".join(
        f"<li><b>{both(record.title)}</b><p>{both(record.on)}</p><p>{both(record.off)}</p></li>" for record in records
    )
    return f'<ol class="ec-lines">{items}</ol>'


def preview_html(lines: tuple[Text, ...], warning: Text | None) -> str:
    """Who is affected, before anything is done."""
    items = "".join(f"<li>{both(line)}</li>" for line in lines)
    caution = ""
    if warning is not None:
        caution = f'<p class="ec-caution"><span aria-hidden="true">⚠</span> {both(warning)}</p>'
    return (
        f'<div class="ec-notice" role="status"><h3>{both(say("preview.title"))}</h3>'
        f'<ul class="ec-reasons">{items}</ul>{caution}</div>'
    )


def _site(card: SiteCard) -> str:
    state = "open" if card.is_open else "closed"
    remarks = "".join(f"<li>{both(remark)}</li>" for remark in card.remarks)
    facts = [_fact(say("site.provinces"), both(card.provinces)), _fact(say("site.hours"), _hours(card))]
    if card.holidays:
        facts.append(_fact(say("site.holidays"), escape(" · ".join(card.holidays))))
    # The bar only repeats the written percentage, so it is hidden from screen readers.
    return (
        f'<article class="ec-site ec-site-{state}"><h3>{escape(card.name)}</h3>'
        f'<p class="ec-site-state">{both(card.state)} <span class="ec-hint">{both(card.until)}</span></p>'
        f'<p>{both(card.people)} · {both(card.load)}</p><p class="ec-bar" aria-hidden="true">'
        f'<span style="width:{min(100, card.load_percent)}%"></span></p>'
        f'<ul class="ec-reasons">{remarks}</ul><dl class="ec-facts">{"".join(facts)}</dl></article>'
    )


def _hours(card: SiteCard) -> str:
    return "<br>".join(both(hours) for hours in card.hours)


def _way(line: WayLine) -> str:
    unusual = " ec-way-unusual" if line.unusual else ""
    sign = '<span aria-hidden="true">⚠</span> ' if line.unusual else ""
    return (
        f'<li class="ec-way{unusual}"><b>{both(Text(line.provinces, ""))}</b>'
        f"<p>{sign}{both(line.way)} <b>{both(line.to)}</b></p></li>"
    )


def _fact(name: Text, value: str) -> str:
    return f"<div><dt>{both(name)}</dt><dd>{value}</dd></div>"
