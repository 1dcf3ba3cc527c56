"""What is switched over, at the top of the live page, for as long as it is."""

from __future__ import annotations

from collections.abc import Sequence

from ui.components.markup import both
from ui.routing_words import Banner


def banners_html(banners: Sequence[Banner]) -> str:
    """One box per switch; told in words and by a mark, not by colour alone."""
    boxes = "".join(
        f'<li class="ec-switch"><p class="ec-switch-title"><span aria-hidden="true">⚠</span> {both(each.title)}</p>'
        f'<p class="ec-hint">{both(each.detail)}</p></li>'
        for each in banners
    )
    return f'<div role="status"><ul class="ec-switches">{boxes}</ul></div>' if boxes else ""
