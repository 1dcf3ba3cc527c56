"""The work orders' page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Account, Role
from elder_channel.workorders.model import AttemptResult, CloseOutcome, OrderState, WorkOrder
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from tests.unit.services.test_orders import ELDER, STRANGER, abandoned
from ui.words import EN, ZH

FANG = Account("lin.fang", Role.ADMINISTRATOR)


@pytest.fixture
def orders_page(signed_in: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Signs in and goes to the orders."""
    return lambda username="lin.fang": go_to(signed_in(username), "orders")


def opened(page: AppTest, order: WorkOrder) -> AppTest:
    """Open an order from the list."""
    return page.button(key=f"open-{order.id}").click().run()


def submit(page: AppTest, key: str) -> AppTest:
    """Send a form by the words on its button."""
    return next(button for button in page.button if button.label == f"{ZH[key]} {EN[key]}").click().run()


def labels(page: AppTest) -> set[str]:
    """What may be pressed, in Chinese."""
    return {button.label.split(" ")[0] for button in page.button}


def now(console: Console, order: WorkOrder) -> WorkOrder:
    """The order as the books have it."""
    kept = console.at.line.work_orders.get(order.id)
    assert kept
    return kept


def test_without_orders_the_page_says_so(console: Console, orders_page: Callable[..., AppTest]) -> None:
    """An empty list is not a blank page."""
    assert ZH["orders.empty"] in words_of(orders_page())


def test_orders_are_listed_elders_first_without_words_or_numbers(
    console: Console, orders_page: Callable[..., AppTest]
) -> None:
    """Type, state, owner and time in words; nothing private."""
    other, elder = abandoned(console.at, "CA2", STRANGER), abandoned(console.at)
    page = orders_page()
    words = words_of(page)
    for expected in (
        "投诉",
        "Complaint",
        ZH["order.state.open"],
        ZH["order.priority.elder"],
        "complaints-desk",
        "广州话",
    ):
        assert expected in words
    assert words.index(f"{elder.id} 号") < words.index(f"{other.id} 号")
    assert "我要投诉" not in words
    assert ELDER not in words
    assert ZH["orders.count"].format(count=2) in words


def test_an_agent_takes_an_order_and_tries_until_the_end(console: Console, orders_page: Callable[..., AppTest]) -> None:
    """Take, attempt, close: each from the page, each in the history, and the number whole once taken."""
    console.appoint()
    console.employ("wang", Role.AGENT)
    order = abandoned(console.at)
    page = opened(orders_page("wang"), order)
    assert "+86200****01" in words_of(page)
    assert labels(page) >= {ZH["order.take"], ZH["order.note.submit"]}
    assert not labels(page) & {ZH["order.close.submit"], ZH["order.reassign.submit"], ZH["order.attempt.submit"]}
    page = page.button(key="order_take").click().run()
    assert ELDER in words_of(page)
    page.radio(key=f"attempt_result_{order.id}").set_value("no_answer")
    page.text_area(key=f"attempt_words_{order.id}").input("响了很久")
    page = submit(page, "order.attempt.submit")
    assert ZH["order.done"] in words_of(page)
    assert "响了很久" in words_of(page)
    assert page.text_area(key=f"attempt_words_{order.id}").value == ""
    page.radio(key=f"close_outcome_{order.id}").set_value("answered")
    page = submit(page, "order.close.submit")
    assert ZH["refused.customer_not_told"] in words_of(page)
    page.checkbox(key=f"close_told_{order.id}").check()
    page = submit(page, "order.close.submit")
    assert ZH["order.told"] in words_of(page)
    closed = now(console, order)
    assert (closed.state, closed.outcome, closed.owner) == (OrderState.CLOSED, CloseOutcome.ANSWERED, "wang")
    page.text_area(key=f"reopen_words_{order.id}").input("客户又来问")
    page = submit(page, "order.reopen.submit")
    assert now(console, order).is_open


def test_a_supervisor_gives_the_order_to_somebody_and_raises_it(
    console: Console, orders_page: Callable[..., AppTest]
) -> None:
    """Reassigning and raising need a reason, and name who has it now."""
    order = abandoned(console.at)
    page = opened(orders_page(), order)
    page.selectbox(key=f"reassign_to_{order.id}").set_value("claims-desk")
    page = submit(page, "order.reassign.submit")
    assert ZH["refused.words_missing"] in words_of(page)
    page.text_area(key=f"reassign_words_{order.id}").input("属于理赔")
    page = submit(page, "order.reassign.submit")
    assert now(console, order).owner == "claims-desk"
    page.text_area(key=f"escalate_words_{order.id}").input("客户很急")
    page = submit(page, "order.escalate.submit")
    assert now(console, order).owner == "complaints-supervisor"
    assert "complaints-desk → claims-desk" in words_of(page)


def test_what_somebody_else_did_meanwhile_is_shown_and_nothing_typed_is_lost(
    console: Console, orders_page: Callable[..., AppTest]
) -> None:
    """The note is refused once, stays in its field, and is taken the second time."""
    order = abandoned(console.at)
    page = opened(orders_page(), order)
    console.orders.take(order.id, etag=now(console, order).etag, by=Account("chen", Role.AGENT))
    page.text_area(key=f"note_words_{order.id}").input("已查保单")
    page = submit(page, "order.note.submit")
    assert ZH["refused.order_changed"] in words_of(page)
    assert page.text_area(key=f"note_words_{order.id}").value == "已查保单"
    assert "chen" in words_of(page)
    page = submit(page, "order.note.submit")
    assert console.at.line.work_orders.history(order.id)[-1].why == "已查保单"


def test_views_narrow_the_list(console: Console, orders_page: Callable[..., AppTest]) -> None:
    """Overdue shows what is late, in words and minutes."""
    order = abandoned(console.at)
    page = orders_page()
    page.radio(key="orders_view").set_value("mine").run()
    assert ZH["orders.empty"] in words_of(page)
    console.orders.take(order.id, etag=order.etag, by=FANG)
    assert f"{order.id} 号" in words_of(page.run())


def test_a_form_sent_without_a_choice_says_so(console: Console, orders_page: Callable[..., AppTest]) -> None:
    """Nothing is guessed for the person."""
    order = console.orders.take(abandoned(console.at).id, etag=abandoned(console.at).etag, by=FANG)
    page = submit(opened(orders_page(), order), "order.attempt.submit")
    assert ZH["refused.choice_missing"] in words_of(page)
    assert now(console, order).attempts == 0


def test_what_was_written_cannot_change_the_page(console: Console, orders_page: Callable[..., AppTest]) -> None:
    """Markup in notes and words is shown as text."""
    hostile = '<img src=x onerror="alert(1)">'
    order = abandoned(console.at, said=hostile)
    order = console.orders.take(order.id, etag=order.etag, by=FANG)
    console.orders.attempt(order.id, etag=order.etag, by=FANG, result=AttemptResult.BUSY, why=hostile)
    page = opened(orders_page(), order)
    blocks = [block.value for block in page.html if "onerror" in (block.value or "")]
    assert blocks
    assert not any("<img" in block for block in blocks)


def test_trouble_is_told_without_the_faults_own_text(
    console: Console, orders_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says so in words and goes on trying."""

    def fail(*_args: object, **_fields: object) -> None:
        raise OSError("disk of 139****5678 is away")

    monkeypatch.setattr(console.orders, "list_orders", fail)
    page = orders_page()
    assert ZH["orders.trouble"] in words_of(page)
    assert "is away" not in words_of(page)


def test_strangers_find_the_login_at_every_address(console: Console, page: AppTest) -> None:
    """A link to the orders leads to the login, and nothing of the orders is read."""
    console.appoint()
    abandoned(console.at)
    page.run()
    assert ZH["login.title"] in words_of(go_to(page, "orders"))
