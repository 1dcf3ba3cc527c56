"""The work orders: a list by view, and one order opened with its history and what may be done to it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.order_rights import Deed, may
from elder_channel.services.orders import View
from ui.components.drafts import open_asked
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.order import order_html, page_html, records_html
from ui.faults import where_raised
from ui.order_presenters import OrderPage, present_file, present_orders
from ui.session import services, signed_in
from ui.views.order_board import draw_board
from ui.views.order_forms import draw_forms, take_outcome
from ui.views.order_new import draw_new_order
from ui.words import say

REFRESH_SECONDS = 10
OPENED = "orders_opened"
NEW = "new"
"""Opened is the form for a new one."""
VIEW = "orders_view"
SHAPE, SHAPES = "orders_shape", ("list", "board")

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the list, or the order that was opened."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("orders", _open_from_link)
    page_head("orders", account)
    opened = st.session_state.get(OPENED)
    try:
        if opened is None:
            with st.container(horizontal=True, key="orders_head", vertical_alignment="bottom", gap="large"):
                _choose_view()
                _offer_new(account)
            refreshing_orders()
        elif opened == NEW:
            _show_new()
        else:
            _show_order(int(opened), account)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        _tell_trouble(error)


def _offer_new(account: Account) -> None:
    if may(account, Deed.ADD):
        st.button(str(say("new_order.start")), key="orders_new", on_click=_open, args=(NEW,))


def _show_new() -> None:
    st.button(str(say("orders.back")), key="orders_back", on_click=_back)
    _draw_outcome()
    draw_new_order(done=_open)


def _open_from_link(thing: str, _: Account) -> None:
    """An order by its number, or the form for a new one."""
    st.session_state[OPENED] = NEW if thing == NEW else int(thing)


def _choose_view() -> None:
    """Which orders, and whether as a list or as a board: both stay as they are in this tab."""
    st.radio(
        str(say("orders.shape")),
        SHAPES,
        format_func=lambda shape: str(say(f"orders.shape.{shape}")),
        horizontal=True,
        key=SHAPE,
        persist_state="session",
        width="content",
    )
    views = list(View)
    st.radio(
        str(say("orders.view")),
        views,
        format_func=lambda view: str(say(f"orders.view.{view}")),
        horizontal=True,
        key=VIEW,
        persist_state="session",
        width="content",
    )


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_orders() -> None:
    """Read and draw the orders of the view, as a list or as a board; runs every ten seconds on its own."""
    account = signed_in()
    if account is None:
        st.rerun()
    view = View(st.session_state.get(VIEW, View.OPEN))
    try:
        if st.session_state.get(SHAPE) == "board":
            draw_board(view, account, opened=OPENED)
        else:
            _draw_list(view, account)
    except Exception as error:  # noqa: BLE001 - as above, and the next run tries again
        _tell_trouble(error)


def _draw_list(view: View, account: Account) -> None:
    orders = services().orders.list_orders(view, viewer=account)
    cards = present_orders(orders, services().orders.names(), now=datetime.now(UTC), zone=HOTLINE_ZONE)
    st.html(f'<p class="ec-hint" role="status">{both(say("orders.count", count=len(cards)))}</p>')
    if not cards:
        explanation = f"<p>{both(say('orders.empty.explain'))}</p>"
        st.html(f'<div class="ec-notice"><h2>{both(say("orders.empty"))}</h2>{explanation}</div>')
    for card in cards:
        with st.container(key=f"order-{card.id}", gap=None):
            st.html(order_html(card))
            if st.button(str(say("orders.open", id=card.id)), key=f"open-{card.id}", width="stretch"):
                st.session_state[OPENED] = card.id
                st.rerun()


def _show_order(id_: int, account: Account) -> None:
    st.button(str(say("orders.back")), key="orders_back", on_click=_back)
    _draw_outcome()
    try:
        file = services().orders.open_file(id_, viewer=account)
    except ServiceError as error:
        st.html(f'<p class="ec-refusal" role="alert">{both(say(f"refused.{error.code}"))}</p>')
        return
    page: OrderPage = present_file(file, services().orders.names(), now=datetime.now(UTC), zone=HOTLINE_ZONE)
    st.html(order_html(page.card))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.html(page_html(page))
        st.html(records_html(page))
    with right:
        draw_forms(file.order, account)


def _draw_outcome() -> None:
    outcome = take_outcome()
    if outcome is not None:
        role, css = ("status", "ec-done") if outcome.good else ("alert", "ec-refusal")
        st.html(f'<p class="{css}" role="{role}">{both(outcome.text)}</p>')


def _open(what: int | str) -> None:
    st.session_state[OPENED] = what


def _back() -> None:
    st.session_state[OPENED] = None


def _tell_trouble(error: Exception) -> None:
    log.error("console.orders_unreadable", error=type(error).__name__, where=where_raised(error))
    words = f"<h2>{both(say('orders.trouble'))}</h2><p>{both(say('orders.trouble.explain'))}</p>"
    st.html(f'<div role="alert"><div class="ec-notice">{words}</div></div>')
