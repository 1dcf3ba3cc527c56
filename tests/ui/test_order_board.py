"""The board of work orders."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.order_board import CARDS_PER_COLUMN
from elder_channel.workorders.model import CloseOutcome, OrderState
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from tests.ui.test_orders import FANG, labels, now, submit
from tests.unit.services.test_orders import ELDER, STRANGER, abandoned
from ui.words import ZH


@pytest.fixture
def board(signed_in: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Signs in, goes to the orders and turns to the board."""

    def open_board(username: str = "lin.fang") -> AppTest:
        return go_to(signed_in(username), "orders").radio(key="orders_shape").set_value("board").run()

    return open_board


def keys(page: AppTest) -> set[str]:
    """What may be pressed."""
    return {str(button.key) for button in page.button}


def test_columns_have_their_counts_and_cards_what_matters(console: Console, board: Callable[..., AppTest]) -> None:
    """Every state is a column; a card tells what, for whom, whose and when, and lateness in words."""
    order = abandoned(console.at)
    abandoned(console.at, "CA2", STRANGER)
    words = words_of(board())
    for state, count in (("open", 2), ("taken", 0), ("attempted", 0), ("follow_up", 0), ("closed", 0)):
        title = ZH["board.column"].format(state=ZH[f"order.state.{state}"], count=count)
        assert title in words
    for expected in ("投诉", ZH["order.priority.elder"], "广州话", "complaints-desk", "+86200****01", "已逾期"):
        assert expected in words
    assert ELDER not in words
    assert "我要投诉" not in words
    assert f"{order.id} 号" in words


def test_an_order_is_taken_on_the_board(console: Console, board: Callable[..., AppTest]) -> None:
    """It stands in the next column, and what came of it is said with its number."""
    order = abandoned(console.at)
    page = board().button(key=f"take-{order.id}").click().run()
    assert now(console, order).owner == "lin.fang"
    words = words_of(page)
    assert ZH["board.column"].format(state=ZH["order.state.taken"], count=1) in words
    assert ZH["board.done"].format(id=order.id) in words
    assert f"take-{order.id}" not in keys(page)


def test_an_order_is_passed_on_and_closed_from_its_card(console: Console, board: Callable[..., AppTest]) -> None:
    """The forms are those of the order's own page; what is missing is said, and nothing typed is lost."""
    order = abandoned(console.at)
    page = board().button(key=f"act-{order.id}").click().run()
    page.selectbox(key=f"reassign_to_{order.id}").set_value("claims-desk")
    page = submit(page, "order.reassign.submit")
    assert ZH["board.refused"].format(id=order.id, why=ZH["refused.words_missing"]) in words_of(page)
    page.text_area(key=f"reassign_words_{order.id}").input("属于理赔")
    page = submit(page, "order.reassign.submit")
    assert now(console, order).owner == "claims-desk"
    assert f"reassign_to_{order.id}" not in {each.key for each in page.selectbox}
    page = page.button(key=f"act-{order.id}").click().run()
    page.radio(key=f"close_outcome_{order.id}").set_value("answered")
    page.checkbox(key=f"close_told_{order.id}").check()
    page = submit(page, "order.close.submit")
    closed = now(console, order)
    assert (closed.state, closed.outcome) == (OrderState.CLOSED, CloseOutcome.ANSWERED)
    assert ZH["board.column"].format(state=ZH["order.state.closed"], count=1) in words_of(page)


def test_a_colleague_was_quicker(console: Console, board: Callable[..., AppTest]) -> None:
    """The button stands for the version that was on screen: nothing is taken from anybody unseen."""
    order = abandoned(console.at)
    page = board()
    console.orders.take(order.id, etag=order.etag, by=Account("chen", Role.AGENT))
    page = page.button(key=f"take-{order.id}").click().run()
    assert now(console, order).owner == "chen"
    assert ZH["board.refused"].format(id=order.id, why=ZH["refused.order_changed"]) in words_of(page)


def test_more_is_shown_column_by_column(console: Console, board: Callable[..., AppTest]) -> None:
    """A column begins with a few cards; the rest comes when it is asked for."""
    for number in range(CARDS_PER_COLUMN + 2):
        console.orders.add(type_id="complaint", note=f"第 {number} 件", by=FANG)
    page = board()
    shown = [key for key in keys(page) if key.startswith("open-")]
    assert len(shown) == CARDS_PER_COLUMN
    page = page.button(key="board-more-open").click().run()
    assert len([key for key in keys(page) if key.startswith("open-")]) == CARDS_PER_COLUMN + 2
    assert "board-more-open" not in keys(page)


def test_an_order_is_opened_from_the_board_and_the_board_is_there_again(
    console: Console, board: Callable[..., AppTest]
) -> None:
    """List or board is kept in the tab, also through other pages."""
    order = abandoned(console.at)
    page = board().button(key=f"open-{order.id}").click().run()
    assert ZH["order.take"] in labels(page)
    page = page.button(key="orders_back").click().run()
    assert page.radio(key="orders_shape").value == "board"
    page = go_to(go_to(page, "live"), "orders")
    assert page.radio(key="orders_shape").value == "board"
    assert f"act-{order.id}" in keys(page)


def test_who_only_looks_has_nothing_to_press_but_open(console: Console, board: Callable[..., AppTest]) -> None:
    """And the board of an agent has what an agent may."""
    console.appoint()
    console.employ("viewer", Role.VIEWER)
    order = abandoned(console.at)
    page = board("viewer")
    assert f"open-{order.id}" in keys(page)
    assert not keys(page) & {f"take-{order.id}", f"act-{order.id}"}


def test_the_closed_view_is_one_column(console: Console, board: Callable[..., AppTest]) -> None:
    """All of the closed ones; and what was written cannot change the page."""
    hostile = '<img src=x onerror="alert(1)">'
    order = console.orders.add(type_id="complaint", note=hostile, by=FANG)
    page = board()
    assert not any("<img" in (block.value or "") for block in page.html)
    console.orders.close(order.id, etag=order.etag, by=FANG, outcome=CloseOutcome.SETTLED, told=True)
    page = page.radio(key="orders_view").set_value("closed").run()
    assert ZH["board.column"].format(state=ZH["order.state.closed"], count=1) in words_of(page)
    assert ZH["order.state.open"] not in words_of(page)
