"""What was typed and not sent is there again: in another tab, after a restart, and on top of what others changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.customer_files import CustomerFiles
from elder_channel.services.dialect_board import DialectBoard
from elder_channel.services.dialect_words import DialectWords
from elder_channel.services.greeting_desk import greeting_desk
from elder_channel.services.prompt_board import PromptBoard
from elder_channel.services.prompt_ear import LineEar
from elder_channel.services.prompt_takes import PromptTakes
from elder_channel.services.roster import RosterService
from tests.fakes.desk import write_agents
from tests.fakes.greeting_scene import put_campaign
from tests.ui.conftest import PASSWORD, Console, go_to
from tests.ui.seen import words_of
from tests.ui.test_orders import FANG
from tests.unit.services.test_orders import abandoned
from ui.draft_cards import page_of
from ui.launch import APP
from ui.words import ZH

Tab = Callable[[str], AppTest]


@pytest.fixture
def tab(console: Console) -> Tab:
    """Opens the console anew, as after a reload and a restart of the server, and signs in."""

    def open_tab(username: str) -> AppTest:
        st.cache_resource.clear()
        page = AppTest.from_file(str(APP), default_timeout=30).run()
        page.text_input(key="login_username").input(username)
        page.text_input(key="login_password").input(PASSWORD)
        return page.button(key="login_submit").click().run()

    console.appoint()
    return open_tab


def test_the_day_an_order_is_due_is_kept(console: Console, tab: Tab) -> None:
    """With its time of day; a day that is none any more is left out."""
    day = console.at.clock().astimezone(HOTLINE_ZONE).date() + timedelta(days=3)

    def opened() -> AppTest:
        return go_to(tab("lin.fang"), "orders").button(key="orders_new").click().run()

    page = opened()
    page.date_input(key="new_order_due_on").set_value(day).run()
    page.time_input(key="new_order_due_time").set_value(time(16)).run()
    page = opened()
    assert page.date_input(key="new_order_due_on").value == day
    assert page.time_input(key="new_order_due_time").value == time(16)
    assert console.drafts
    console.drafts.keep("new_order:new", {"due_on": "2026-02-30"}, by=FANG)
    page = opened()
    assert page.date_input(key="new_order_due_on").value is None
    assert page.time_input(key="new_order_due_time").value == time(16)


def test_a_note_on_an_order_is_kept_until_it_is_sent(console: Console, tab: Tab) -> None:
    """With the time, and a way to be rid of it; who changed the order meanwhile is told of."""
    order = abandoned(console.at)

    def opened() -> AppTest:
        return go_to(tab("lin.fang"), "orders").button(key=f"open-{order.id}").click().run()

    words, early = f"note_words_{order.id}", opened()
    opened().text_area(key=words).input("女儿说下周再打").run()
    assert early.run().text_area(key=words).value == "女儿说下周再打"  # a tab that was open and empty all the while
    page = opened()
    assert page.text_area(key=words).value == "女儿说下周再打"
    said = words_of(page)
    assert ZH["draft.of"].split("（")[0] in said
    assert ZH["draft.stale"] not in said
    assert f"工单 {order.id}（" in " ".join(link.label for link in page.get("page_link"))
    other = Account("he.jun", Role.SUPERVISOR)
    console.orders.take(order.id, etag=order.etag, by=other)
    page = opened()
    assert ZH["draft.stale"] in words_of(page)
    page.button(key=f"order_{order.id}_note_submit").click().run()
    assert console.at.line.work_orders.history(order.id)[-1].why == "女儿说下周再打"
    page = opened()
    assert page.text_area(key=words).value == ""
    assert ZH["draft.of"].split("（")[0] not in words_of(page)
    page.text_area(key=words).input("不用了").run()
    page.button(key=f"draft-off-order-{order.id}-note").click().run()
    assert page.text_area(key=words).value == ""
    assert console.drafts is not None
    assert console.drafts.mine(by=Account("lin.fang", Role.ADMINISTRATOR)) == []


def test_a_campaign_on_top_of_what_a_colleague_saved(console: Console, tab: Tab) -> None:
    """What was typed comes back, and the page shows both and asks, as if the tab had stayed open."""
    desk = console.greetings = greeting_desk(console.at.line, console.accounts)
    console.employ("wang.min", Role.EDITOR)
    he = console.employ("he.jun", Role.EDITOR)
    put_campaign(console.at, approved_by="chief")

    def opened() -> AppTest:
        page = go_to(tab("wang.min"), "greetings")
        page.radio(key="greetings_view").set_value("campaigns").run()
        page.button(key="open-birthday").click().run()
        return page.button(key="campaign_edit").click().run()

    page = opened()
    title = next(str(each.key) for each in page.text_input if str(each.key).startswith("field-title-"))
    page.text_input(key=title).input("我写的标题").run()
    theirs = desk.drafts.open("birthday", by=he)
    desk.drafts.save("birthday", theirs.text.replace("title:", "title: 同事的 #"), seen=theirs.etag, by=he)
    page = opened()
    said = words_of(page)
    assert ZH["editor.conflict"] in said
    assert ZH["draft.stale"] in said
    page.button(key="conflict_mine").click().run()
    kept = desk.drafts.open("birthday", by=he)
    assert "我写的标题" in kept.text
    assert console.drafts is not None
    assert console.drafts.mine(by=Account("wang.min", Role.EDITOR)) == []


def test_an_agents_form_merges_by_field(
    console: Console, tab: Tab, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """My change comes back on top of what I saw; the colleague's change of another field stays."""
    site = console.at.line.state.parent / "site"
    write_agents(site)
    console.at.line.source.reload()
    roster = console.roster = RosterService(console.at.line, console.accounts)
    he = console.employ("he.jun", Role.SUPERVISOR)
    agent = roster.look(by=he).rows[0].agent

    def opened() -> AppTest:
        page = go_to(tab("lin.fang"), "routing")
        page.radio(key="routing_view").set_value("agents").run()
        page.selectbox(key="roster_who").set_value(agent.id).run()
        return page.button(key="roster-open").click().run()

    def field(page: AppTest, name: str) -> str:
        return next(str(each.key) for each in page.text_input if str(each.key).startswith(f"roster-{name}-"))

    page = opened()
    page.text_input(key=field(page, "name")).input("新名字").run()
    roster.save({"contact": "+8659100000777"}, seen=agent, by=he)
    page = opened()
    assert page.text_input(key=field(page, "name")).value == "新名字"
    assert ZH["draft.stale"] in words_of(page)
    page.button(key="roster-save").click().run()
    now = next(row.agent for row in roster.look(by=he).rows if row.agent.id == agent.id)
    assert (now.name, now.contact) == ("新名字", "+8659100000777")


def test_a_customers_form_comes_back_once_the_file_is_opened_with_a_reason(console: Console, tab: Tab) -> None:
    """Not before; and it is gone with what is saved."""
    files = console.customers = CustomerFiles(console.at.line, console.accounts)
    console.at.line.customers.load([Customer(71, "林示例", ("+8659100000171",), dialect="fuzhou")])

    def opened() -> AppTest:
        page = go_to(tab("lin.fang"), "customers")
        page.text_input(key="customers_asked").input("71")
        page.text_input(key="customers_reason").input("客户来电")
        page.button(key="customers_search").click().run()
        assert "+8659100000888" not in words_of(page)
        return page.button(key="customer-open-71").click().run()

    page = opened()
    family = next(str(each.key) for each in page.text_area)
    page.text_area(key=family).input("+8659100000888").run()
    page = opened()
    family, why = next(str(each.key) for each in page.text_area), "customer-form-1-why"
    assert page.text_area(key=family).value == "+8659100000888"
    page.text_input(key=why).input("女儿的电话").run()
    page.button(key="customers_save").click().run()
    lin = Account("lin.fang", Role.ADMINISTRATOR)
    assert files.read(71, by=lin).details.family_numbers == ("+8659100000888",)
    assert console.drafts is not None
    assert console.drafts.mine(by=lin) == []


def test_the_last_word_of_a_form_that_was_sent_is_no_draft(console: Console, tab: Tab) -> None:
    """Typed and sent in one turn, as by a keystroke: nothing is left to finish, and the next note is kept again."""
    order = abandoned(console.at)
    page = go_to(tab("lin.fang"), "orders").button(key=f"open-{order.id}").click().run()
    lin, words = Account("lin.fang", Role.ADMINISTRATOR), f"note_words_{order.id}"
    page.text_area(key=words).input("已联系")
    page.button(key=f"order_{order.id}_note_submit").click().run()
    assert console.at.line.work_orders.history(order.id)[-1].why == "已联系"
    assert console.drafts is not None
    assert console.drafts.mine(by=lin) == []
    page.text_area(key=words).input("还要再打").run()
    assert [draft.fields for draft in console.drafts.mine(by=lin)] == [{"words": "还要再打"}]


def test_a_drafts_link_opens_the_order(console: Console, tab: Tab) -> None:
    """Not only the page; the address is clean afterwards, and nothing opens that one has no draft of."""
    order = abandoned(console.at)
    page = go_to(tab("lin.fang"), "orders").button(key=f"open-{order.id}").click().run()
    page.text_area(key=f"note_words_{order.id}").input("女儿说下周再打").run()
    form = f"order:{order.id}:note"
    assert f"draft={form}" in unquote(link_of(page, f"工单 {order.id}"))
    page = follow(tab("lin.fang"), "orders", form)
    assert page.text_area(key=f"note_words_{order.id}").value == "女儿说下周再打"
    assert "draft" not in page.query_params
    page = follow(tab("lin.fang"), "orders", f"order:{order.id}:attempt")
    assert not page.text_area
    assert page.button(key=f"open-{order.id}")


def test_a_drafts_link_opens_the_campaign_and_keeps_what_is_open(console: Console, tab: Tab) -> None:
    """The editor with what was typed; followed again, what was typed since stays."""
    console.greetings = greeting_desk(console.at.line, console.accounts)
    console.employ("wang.min", Role.EDITOR)
    put_campaign(console.at, approved_by="chief")
    page = go_to(tab("wang.min"), "greetings")
    page.radio(key="greetings_view").set_value("campaigns").run()
    page.button(key="open-birthday").click().run()
    page.button(key="campaign_edit").click().run()

    def title(page: AppTest) -> Any:
        return next(each for each in page.text_input if str(each.key).startswith("field-title-"))

    title(page).input("我写的标题").run()
    page = follow(tab("wang.min"), "greetings", "campaign:birthday")
    assert title(page).value == "我写的标题"
    title(page).input("又改了").run()
    assert title(follow(page, "greetings", "campaign:birthday")).value == "又改了"


def test_a_drafts_link_opens_the_agents_form(console: Console, tab: Tab) -> None:
    """On the page of routing, at the part of agents."""
    write_agents(console.at.line.state.parent / "site")
    console.at.line.source.reload()
    roster = console.roster = RosterService(console.at.line, console.accounts)
    chief = Account("lin.fang", Role.ADMINISTRATOR)
    agent = roster.look(by=chief).rows[0].agent
    page = go_to(tab("lin.fang"), "routing")
    page.radio(key="routing_view").set_value("agents").run()
    page.selectbox(key="roster_who").set_value(agent.id).run()
    page.button(key="roster-open").click().run()
    key = next(str(each.key) for each in page.text_input if str(each.key).startswith("roster-name-"))
    page.text_input(key=key).input("新名字").run()
    page = follow(tab("lin.fang"), "routing", f"agent:{agent.id}")
    assert next(each for each in page.text_input if str(each.key).startswith("roster-name-")).value == "新名字"


def test_a_drafts_link_to_a_customer_still_asks_for_a_reason(console: Console, tab: Tab) -> None:
    """Law 7: opened a moment ago the file is there at once; later the link leads to a button that wants a reason."""
    console.customers = CustomerFiles(console.at.line, console.accounts)
    console.at.line.customers.load([Customer(70, "林示例", ("+8659100000101",))])
    chief = Account("lin.fang", Role.ADMINISTRATOR)
    assert console.drafts is not None
    page = go_to(tab("lin.fang"), "customers")
    page.text_input(key="customers_asked").set_value("70")
    page.text_input(key="customers_reason").set_value("13:05")
    page.button(key="customers_search").click().run()
    page.button(key="customer-open-70").click().run()
    family = next(each for each in page.text_area if "family_numbers" in str(each.key))
    family.input("+8613900000188").run()
    assert console.drafts.find("customer:70", by=chief)

    def typed(page: AppTest) -> list[str]:
        return [str(each.value) for each in page.text_area if "family_numbers" in str(each.key)]

    assert typed(follow(tab("lin.fang"), "customers", "customer:70")) == ["+8613900000188"]
    console.at.clock.forward(31 * 60)
    page = follow(tab("lin.fang"), "customers", "customer:70")
    assert ZH["customers.draft.explain"] in words_of(page)
    assert typed(page.button(key="customer-draft-open").click().run()) == []
    page.text_input(key="customers_reason").set_value("接着写").run()
    assert typed(page.button(key="customer-draft-open").click().run()) == ["+8613900000188"]
    assert [each.reason for each in console.at.line.customer_files.accesses(70)] == ["接着写", "13:05"]


def test_a_drafts_link_opens_the_word_the_prompt_and_the_call(console: Console, tab: Tab) -> None:
    """Each where it is written: the part that adds words, the one message, the call that is steered."""
    line, chief = console.at.line, Account("lin.fang", Role.ADMINISTRATOR)
    console.prompt_board = PromptBoard(line)
    console.prompt_takes = PromptTakes(line, console.accounts, LineEar(line))
    console.dialect_board = DialectBoard(line, console.prompt_board)
    console.dialect_words = DialectWords(line, console.accounts)
    assert console.drafts is not None
    console.drafts.keep("dialect:fuzhou", {"text": "在哪里付"}, by=chief)
    console.drafts.keep("prompt:invitation:take", {"speaker": "陈老师", "basis": ""}, by=chief)
    console.drafts.keep("call:CA1:steer", {"note": "慢一点讲"}, by=chief)
    page = follow(tab("lin.fang"), "dialects", "dialect:fuzhou")
    assert page.selectbox(key="dialects_dialect").value == "fuzhou"
    assert "在哪里付" in [each.value for each in page.text_input]
    page = follow(page, "prompts", "prompt:invitation:take")
    assert page.button(key="prompt-close")
    assert not [each for each in page.button if str(each.key).startswith("open-")]
    assert follow(page, "live", "call:CA1:steer").session_state["steering_call"] == "CA1"
    assert {page_of(form) for form in ("call:CA1:wrap", "call:CA1:pass", "shift:x")} == {"desk"}


def follow(page: AppTest, address: str, form: str) -> AppTest:
    """A draft's link in the head of any page."""
    page.query_params["draft"] = form
    return go_to(page, address)


def link_of(page: AppTest, words: str) -> str:
    """Where the link leads that begins with these words."""
    return next(str(link.proto) for link in page.get("page_link") if str(link.label).startswith(words))
