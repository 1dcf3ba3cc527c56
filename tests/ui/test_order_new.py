"""The form for a work order by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Role
from elder_channel.services.orders import View
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from tests.ui.test_orders import FANG
from ui.components.drafts import ASKED
from ui.words import ZH

NUMBER = "13900001234"


@pytest.fixture
def form(signed_in: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Signs in, goes to the orders and begins a new one."""

    def begin(username: str = "lin.fang") -> AppTest:
        return go_to(signed_in(username), "orders").button(key="orders_new").click().run()

    return begin


def send(page: AppTest) -> AppTest:
    """Press the form's button."""
    return page.button(key="new_order_submit").click().run()


def test_an_editor_opens_an_order_and_finds_it_in_the_list_and_on_the_board(
    console: Console, form: Callable[..., AppTest]
) -> None:
    """It is opened at once with its history, stands in both, and the form is empty for the next."""
    console.appoint()
    console.employ("bai", Role.EDITOR)
    page = form("bai")
    page.selectbox(key="new_order_type_id").set_value("complaint")
    page.text_area(key="new_order_note").input("柜面排队太久")
    page.text_input(key="new_order_number").input(NUMBER)
    page = send(page)
    words = words_of(page)
    assert ZH["new_order.done"].format(id=1) in words
    assert "柜面排队太久" in words
    assert "bai" in words
    page = page.button(key="orders_back").click().run()
    assert "1 号" in words_of(page)
    page = page.radio(key="orders_shape").set_value("board").run()
    assert "柜面排队太久" in words_of(page)
    page = page.button(key="orders_new").click().run()
    assert page.text_area(key="new_order_note").value == ""
    assert page.text_input(key="new_order_number").value == ""


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    console: Console, form: Callable[..., AppTest]
) -> None:
    """All faults at once; they go when they are mended."""
    page = form()
    page.text_input(key="new_order_number").input("12")
    page.text_area(key="new_order_note").input("要答复")
    page.time_input(key="new_order_due_time").set_value(time(9))
    page = send(page)
    words = words_of(page)
    for code in ("choice_missing", "order_number_unfit", "order_due_half"):
        assert ZH[f"refused.{code}"] in words
    assert ZH["refused.words_missing"] not in words
    assert page.text_area(key="new_order_note").value == "要答复"
    page.selectbox(key="new_order_type_id").set_value("claim_report")
    page.text_input(key="new_order_number").input(NUMBER)
    day = console.at.clock().astimezone(HOTLINE_ZONE).date() + timedelta(days=2)
    page.date_input(key="new_order_due_on").set_value(day)
    page.selectbox(key="new_order_owner").set_value("claims-desk")
    page = send(page)
    order = console.orders.list_orders(View.OPEN, viewer=FANG)[0]
    due = datetime.combine(day, time(9), HOTLINE_ZONE)
    assert (order.due_at.astimezone(UTC), order.owner) == (due.astimezone(UTC), "claims-desk")


def test_sent_twice_it_is_one_order_and_the_next_form_another(
    console: Console, form: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was lost on its way: the same form sent again opens nothing more."""
    page = form()
    drafts = console.drafts
    assert drafts
    token = drafts.token("order:new", by=FANG)
    for again in (False, True):
        page.selectbox(key="new_order_type_id").set_value("complaint")
        page.text_area(key="new_order_note").input("要答复")
        page.text_input(key="new_order_number").input(NUMBER)
        if not again:
            monkeypatch.setattr(drafts, "done", lambda *_args, **_fields: None)
        page = send(page)
        page = page.button(key="orders_back").click().run().button(key="orders_new").click().run()
    assert len(console.orders.list_orders(View.OPEN, viewer=FANG)) == 1
    monkeypatch.undo()
    assert token == drafts.token("order:new", by=FANG)


def test_a_form_that_was_begun_is_kept_for_its_writer(console: Console, form: Callable[..., AppTest]) -> None:
    """Left for another page, it is named in the head and there again, the day and the time with it."""
    page = form()
    page.text_area(key="new_order_note").input("要答复").run()
    day = console.at.clock().astimezone(HOTLINE_ZONE).date() + timedelta(days=2)
    page.date_input(key="new_order_due_on").set_value(day).run()
    page.time_input(key="new_order_due_time").set_value(time(9, 30)).run()
    page = go_to(page, "live")
    assert ZH["draft.mine"] in words_of(page)
    page = go_to(page, "orders").button(key="orders_back").click().run()
    page = go_to(page, "live")
    page.query_params[ASKED] = "new_order:new"
    page = go_to(page, "orders")
    assert page.text_area(key="new_order_note").value == "要答复"
    assert page.date_input(key="new_order_due_on").value == day
    assert page.time_input(key="new_order_due_time").value == time(9, 30)
    page = page.button(key="draft-off-new_order-new").click().run()
    assert page.text_area(key="new_order_note").value == ""
    assert page.date_input(key="new_order_due_on").value is None


def test_who_only_looks_begins_none(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """The button is not there for a viewer."""
    console.appoint()
    console.employ("lo", Role.VIEWER)
    page = go_to(signed_in("lo"), "orders")
    assert "orders_new" not in {str(button.key) for button in page.button}
