"""What was typed and not sent is there again: in another tab, after a restart, and on top of what others changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.customer_files import CustomerFiles
from elder_channel.services.greeting_desk import greeting_desk
from elder_channel.services.roster import RosterService
from tests.fakes.desk import write_agents
from tests.fakes.greeting_scene import put_campaign
from tests.ui.conftest import PASSWORD, Console, go_to
from tests.ui.seen import words_of
from tests.unit.services.test_orders import abandoned
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
