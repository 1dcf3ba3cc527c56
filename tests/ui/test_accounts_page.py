"""The page of accounts: everybody's for administrators, and the own password for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Account, Role
from tests.ui.conftest import PASSWORD, Console, addresses, go_to
from tests.ui.seen import words_of
from ui.launch import APP
from ui.words import ZH

CHIEF = Account("lin.fang", Role.ADMINISTRATOR)
NEW = "osmanthus-2026"


@pytest.fixture
def part(signed_in: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Signs in and goes to the accounts."""
    return lambda username="lin.fang": go_to(signed_in(username), "accounts")


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def keys(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def added(page: AppTest, name: str = "wang.li", role: str = "agent") -> tuple[AppTest, str]:
    """Fill the form in and send it: the page, and the password that was given."""
    page.text_input(key="account_add_name").input(name)
    page.selectbox(key="account_add_role").set_value(role)
    page = press(page, "account_add")
    return page, given(page)


def given(page: AppTest) -> str:
    """The password that is shown; empty for none."""
    found = re.search(r"<code[^>]*>([^<]+)</code>", "".join(block.value or "" for block in page.html))
    return found[1] if found else ""


def login(username: str, password: str) -> AppTest:
    """Another tab."""
    page = AppTest.from_file(str(APP), default_timeout=30).run()
    page.text_input(key="login_username").input(username)
    page.text_input(key="login_password").input(password)
    return page.button(key="login_submit").click().run()


def change(page: AppTest, now: str, new: str, repeat: str | None = None) -> AppTest:
    page.text_input(key="own_password_now").input(now)
    page.text_input(key="own_password_new").input(new)
    page.text_input(key="own_password_repeat").input(new if repeat is None else repeat)
    return page.button(key="own_password_submit").click().run()


def test_an_account_is_added_and_its_person_chooses_a_password_first(
    console: Console, part: Callable[..., AppTest]
) -> None:
    """The password is shown once; until another is chosen there is no other page, and no link to one."""
    page, password = added(part(), role="supervisor")
    words = words_of(page)
    assert ZH["account.add.done"].format(name="wang.li") in words
    assert ZH["account.state.first"] in words
    page = press(page, "account_given_noted")
    assert password not in str(page.html)
    first = login("wang.li", password)
    assert ZH["account.own.first"] in words_of(first)
    for address in ("orders", "waiting", "settings"):
        assert ZH["account.own.first"] in words_of(go_to(first, address))
    assert len(first.get("page_link")) == 0
    first = change(first, password, NEW)
    assert ZH["account.own.first"] not in words_of(first)
    assert len(first.get("page_link")) > 3
    assert ZH["page.orders"] in words_of(go_to(first, "orders"))
    assert console.accounts.verify("wang.li", password) is None
    assert ZH["account.own.first"] not in words_of(login("wang.li", NEW))


def test_a_double_click_adds_once_and_still_shows_the_password(part: Callable[..., AppTest]) -> None:
    """The second press of the same name says nothing of a name that is taken."""
    page, password = added(part())
    page, again = added(page)
    assert again == password
    assert ZH["refused.username_taken"] not in words_of(page)
    page = press(page, "account_given_noted")
    page, again = added(page)
    assert again == ""
    assert ZH["refused.username_taken"] in words_of(page)


def test_role_reset_closing_and_opening(console: Console, part: Callable[..., AppTest]) -> None:
    """Each from the page, what cannot be taken back after a second question; the history tells all."""
    console.appoint()
    console.employ("wang.li", Role.VIEWER)
    page = part()
    page = page.selectbox(key="accounts_who").set_value("wang.li").run()
    role = next(str(each.key) for each in page.selectbox if str(each.key).startswith("account_role_wang.li"))
    page = page.selectbox(key=role).set_value("editor").run()
    page = press(page, "account_role_give")
    assert console.accounts.find("wang.li") == Account("wang.li", Role.EDITOR)
    page = press(page, "account_reset")
    assert ZH["account.reset.means"].format(name="wang.li") in words_of(page)
    assert console.accounts.verify("wang.li", PASSWORD)
    page = press(page, "account_reset_do")
    assert console.accounts.verify("wang.li", given(page))
    page = press(page, "account_close")
    assert given(page) == ""
    page = press(page, "account_close_leave")
    assert console.accounts.find("wang.li")
    page = press(press(page, "account_close"), "account_close_do")
    assert console.accounts.find("wang.li") is None
    assert ZH["account.state.closed"] in words_of(page)
    page = press(page, "account_reopen")
    assert console.accounts.find("wang.li")
    for deed in ("added", "role", "reset", "closed", "reopened"):
        assert ZH[f"account.deed.{deed}"] in words_of(page)


def test_what_another_administrator_did_meanwhile_is_seen_first(console: Console, part: Callable[..., AppTest]) -> None:
    """The act was decided on an account that is no more like that."""
    console.appoint()
    console.employ("wang.li", Role.VIEWER)
    page = part().selectbox(key="accounts_who").set_value("wang.li").run()
    page = press(page, "account_close")
    desk = console.account_desk
    assert desk
    seen = next(row.etag for row in desk.everybody(by=CHIEF) if row.username == "wang.li")
    desk.give_role("wang.li", Role.APPROVER, etag=seen, by=CHIEF)
    page = press(page, "account_close_do")
    assert ZH["refused.accounts_meanwhile"] in words_of(page)
    assert console.accounts.find("wang.li")


def test_of_the_own_account_the_role_only(part: Callable[..., AppTest]) -> None:
    """Nobody closes or resets themselves, and the last administrator stays one."""
    page = part().selectbox(key="accounts_who").set_value("lin.fang").run()
    assert ZH["account.own.hint"] in words_of(page)
    assert not keys(page) & {"account_reset", "account_close"}
    role = next(str(each.key) for each in page.selectbox if str(each.key).startswith("account_role_lin.fang"))
    page = page.selectbox(key=role).set_value("viewer").run()
    assert ZH["refused.last_administrator"] in words_of(press(page, "account_role_give"))


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER, Role.SUPERVISOR])
def test_everybody_changes_their_own_password_and_sees_nobody_else(
    console: Console, part: Callable[..., AppTest], role: Role
) -> None:
    """Every other sign-in is over; this one goes on."""
    console.appoint()
    console.employ("wang.li", role)
    elsewhere = login("wang.li", PASSWORD)
    page = part("wang.li")
    assert "lin.fang" not in words_of(page)
    assert "account_add" not in keys(page)
    page = change(page, PASSWORD, NEW)
    assert ZH["account.own.done"] in words_of(page)
    assert ZH["page.accounts"] in words_of(page.run())
    assert ZH["login.over.renewed"] in words_of(elsewhere.run())


@pytest.mark.parametrize(
    ("now", "new", "repeat", "said"),
    [
        ("guess", NEW, NEW, "refused.password_wrong"),
        (PASSWORD, NEW, "another", "claim.mismatch"),
        (PASSWORD, PASSWORD, PASSWORD, "refused.password_same"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "refused.password_plain"),
    ],
)
def test_a_password_that_does_not_do_is_said_and_stays(
    console: Console, part: Callable[..., AppTest], now: str, new: str, repeat: str, said: str
) -> None:
    """The old one is good as before."""
    page = change(part(), now, new, repeat)
    assert ZH[said] in words_of(page)
    assert console.accounts.verify("lin.fang", PASSWORD)


def test_agents_reach_it_from_their_desk(console: Console, part: Callable[..., AppTest]) -> None:
    """The page is everybody's."""
    console.appoint()
    console.employ("wang.li", Role.AGENT)
    assert "accounts" in addresses(part("wang.li"))
