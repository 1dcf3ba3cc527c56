"""The 42 dialects: a grid of all, one of them with everything known of it, and words added by this service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.dialect_board import DialectRow
from ui.components.dialect_adding import DIALECT, PLACE, draw_adding, draw_own, open_dialect
from ui.components.dialect_sheet import areas_html, facts_html, grid_html, words_html
from ui.components.drafts import open_asked
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import forget_outcome
from ui.dialect_cards import SheetCard, name_of, present_own, present_row, present_sheet
from ui.faults import where_raised
from ui.session import services, signed_in
from ui.words import Text, say

VIEW, PART, GROUP = "dialects_view", "dialects_part", "dialects_group"
_ALL = ""
_ROW_PIXELS, _AXIS_PIXELS = 30, 90

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page; it does not refresh itself, so that what is being written stays."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("dialects", _open_from_link)
    page_head("dialects", account)
    try:
        rows = services().dialect_board.rows()
        if _radio("view", VIEW, ("one", "all")) == "all":
            _grid(rows)
        else:
            _one(rows, account)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.dialects_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("dialects.trouble"), say("dialects.trouble.explain"))}</div>')


def _open_from_link(dialect_id: str, _: Account) -> None:
    st.session_state.update({VIEW: "one", DIALECT: dialect_id, PART: "add"})


def _grid(rows: Sequence[DialectRow]) -> None:
    groups = {_ALL: say("dialects.group.all")} | {row.group[0]: Text(*row.group) for row in rows}
    chosen = st.selectbox(
        str(say("dialects.group")),
        list(groups),
        format_func=lambda each: str(groups[each]),
        key=GROUP,
        persist_state="session",
    )
    shown = [row for row in rows if chosen in (_ALL, None, row.group[0])]
    st.html(grid_html(tuple(present_row(row) for row in shown)))


def _one(rows: Sequence[DialectRow], account: Account) -> None:
    names = {row.id: name_of(row) for row in rows}
    dialect_id = st.selectbox(
        str(say("dialects.which")),
        list(names),
        format_func=lambda id_: str(names[id_]),
        key=DIALECT,
        persist_state="session",
        on_change=forget_outcome,
        args=(PLACE,),
    )
    card = present_sheet(services().dialect_board.sheet(dialect_id or rows[0].id), names)
    st.html(f'<p class="ec-hint">{both(say("dialects.draft"))}</p>')
    part = _radio("part", PART, ("facts", "words", "add"))
    if part == "words":
        st.html(words_html(card))
    elif part == "add":
        own = present_own(services().dialect_words.words(card.id), zone=HOTLINE_ZONE)
        open_dialect(card.id, own.etag)
        draw_own(own, card.id, account)
        draw_adding(own, card.id, card.name, names, account)
    else:
        _facts(card)


def _facts(card: SheetCard) -> None:
    st.html(facts_html(card))
    st.html(f'<h2 class="ec-wrap">{both(say("dialects.where"))}</h2><p>{both(say("dialects.where.rule"))}</p>')
    if card.provinces:
        st.vega_lite_chart(_chart(card), width="stretch", alt=str(say("dialects.where.chart")))
    st.html(areas_html(card))


def _radio(name: str, key: str, options: Sequence[str]) -> str:
    chosen = st.radio(
        str(say(f"dialects.{name}")),
        options,
        format_func=lambda each: str(say(f"dialects.{name}.{each}")),
        horizontal=True,
        key=key,
        persist_state="session",
    )
    return chosen or options[0]


def _chart(card: SheetCard) -> dict[str, Any]:
    """A bar a province as Vega-Lite; the table below has the same figures."""
    rows = [{"province": province, "share": round(share, 3)} for province, share in card.provinces]
    dark = {"labelColor": "#1a1a1a", "titleColor": "#1a1a1a"}  # Streamlit's own grey is too pale
    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "tooltip": True, "color": "#0a4d8c"},
        "height": len(rows) * _ROW_PIXELS + _AXIS_PIXELS,
        "encoding": {
            "y": {
                "field": "province",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelOverlap": False, **dark},  # by default every other Chinese label is dropped
            },
            "x": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "title": str(say("dialects.share")),
                "axis": {"format": "%", **dark},
            },
        },
    }
