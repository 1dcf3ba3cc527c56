"""The board of work orders: a column per state, and on each card what may be done to the order."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.order_board import CARDS_PER_COLUMN
from elder_channel.services.order_rights import Deed, may
from elder_channel.services.orders import View
from elder_channel.workorders.model import OrderState, WorkOrder
from ui.components.markup import both
from ui.components.order_board import board_card_html, column_head_html
from ui.order_board_cards import BoardCard, ColumnCard, present_board
from ui.session import services
from ui.views.order_forms import draw_forms, send, take_outcome
from ui.words import Text, say

_SHOWN, _ACTING, _PRESSED, _TOLD = "board_shown", "board_acting", "board_pressed", "board_told"
"""Cards by column, the order whose forms are open, the one pressed last, and what came of that."""


def draw_board(view: View, account: Account, *, opened: str) -> None:
    """Read and draw the columns of a view; `opened` is where the number of the order to open is put."""
    _note_outcome()
    columns = services().orders.board(view, viewer=account, shown=_shown())
    drawn = present_board(
        columns,
        services().orders.names(),
        now=datetime.now(UTC),
        zone=HOTLINE_ZONE,
        recently=view is not View.CLOSED,
    )
    with st.container(key="board"):
        for column, place in zip(drawn, st.columns(len(drawn), gap="small"), strict=True):
            with place, st.container(key=f"board-{column.state_id}", gap="small"):
                _draw_column(column, account, opened)
    with st.container(key="board-outcome"):
        _draw_outcome()


def _draw_column(column: ColumnCard, account: Account, opened: str) -> None:
    st.html(column_head_html(column))
    for shown in column.cards:
        with st.container(key=f"order-{shown.card.id}", gap=None):
            st.html(board_card_html(shown))
            _draw_acts(shown, account, opened)
    if column.more:
        key = f"board-more-{column.state_id}"
        st.button(str(column.more), key=key, width="stretch", on_click=_show_more, args=(column.state_id,))


def _draw_acts(shown: BoardCard, account: Account, opened: str) -> None:
    """Take, work on, open: the same as on the order's own page, to the version this card shows."""
    order = shown.order
    if _may_take(order, account):
        st.button(
            str(say("board.take", id=order.id)),
            key=f"take-{order.id}",
            type="primary",
            width="stretch",
            on_click=_take,
            args=(order.id, order.etag),
        )
    acting = st.session_state.get(_ACTING) == order.id
    if may(account, Deed.NOTE, order):
        label = say("board.act.close" if acting else "board.act", id=order.id)
        st.button(str(label), key=f"act-{order.id}", width="stretch", on_click=_act, args=(order.id,))
    if st.button(str(say("orders.open", id=order.id)), key=f"open-{order.id}", width="stretch"):
        st.session_state[opened] = order.id
        st.rerun()
    if acting:
        with st.container(key=f"board-forms-{order.id}"):
            draw_forms(order, account, with_take=False)


def _may_take(order: WorkOrder, account: Account) -> bool:
    mine = order.owner == account.username and order.state is not OrderState.OPEN
    return order.is_open and not mine and may(account, Deed.TAKE, order)


def _take(id_: int, etag: str) -> None:
    st.session_state[_PRESSED] = id_
    send(None, lambda by: services().orders.take(id_, etag=etag, by=by))


def _act(id_: int) -> None:
    """Open the forms of an order, or fold them away."""
    is_open = st.session_state.get(_ACTING) == id_
    st.session_state[_ACTING] = None if is_open else id_
    st.session_state[_PRESSED] = id_
    st.session_state.pop(_TOLD, None)


def _shown() -> dict[OrderState, int]:
    kept: dict[str, int] = st.session_state.get(_SHOWN, {})
    return {OrderState(state): count for state, count in kept.items()}


def _show_more(state: str) -> None:
    kept: dict[str, int] = st.session_state.setdefault(_SHOWN, {})
    kept[state] = kept.get(state, CARDS_PER_COLUMN) + CARDS_PER_COLUMN


def _note_outcome() -> None:
    """Keep what came of the last act until the next one: the board draws itself anew every few seconds."""
    outcome = take_outcome()
    if outcome is None:
        return
    id_ = st.session_state.get(_PRESSED)
    if outcome.good:
        st.session_state[_ACTING] = None
        st.session_state[_TOLD] = ("ec-done", "status", say("board.done", id=id_))
    else:
        st.session_state[_TOLD] = ("ec-refusal", "alert", say("board.refused", id=id_, why=outcome.text))


def _draw_outcome() -> None:
    told: tuple[str, str, Text] | None = st.session_state.get(_TOLD)
    if told is not None:
        css, role, text = told
        st.html(f'<p class="{css}" role="{role}">{both(text)}</p>')
