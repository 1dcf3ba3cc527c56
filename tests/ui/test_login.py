"""The way into the console."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import AccountsFileError
from tests.ui.conftest import PASSWORD, Console
from tests.ui.seen import words_of
from ui.words import ZH


def fill_claim(
    page: AppTest, *, code: str, username: str = "lin.fang", password: str = PASSWORD, repeat: str | None = None
) -> AppTest:
    """Fill the first administrator's form and send it."""
    page.text_input(key="claim_code").input(code)
    page.text_input(key="claim_username").input(username)
    page.text_input(key="claim_password").input(password)
    page.text_input(key="claim_repeat").input(password if repeat is None else repeat)
    return page.button(key="claim_submit").click().run()


def test_the_first_visitor_with_the_code_becomes_administrator(console: Console, page: AppTest) -> None:
    """On first use the page asks for the printed code and then shows the day."""
    code = console.accounts.bootstrap_code() or ""
    page.run()
    assert ZH["claim.title"] in words_of(page)
    fill_claim(page, code=code)
    assert ZH["page.today"] in words_of(page)
    assert console.accounts.find("lin.fang") == Account("lin.fang", Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"code": "AAAA-BBBB-CCCC-DDDD"}, "refused.code_rejected"),
        ({"repeat": "something else"}, "claim.mismatch"),
        ({"username": "two words"}, "refused.username_unfit"),
        ({"password": "short"}, "refused.password_length"),
        ({"password": "aaaaaaaaaaaa"}, "refused.password_plain"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_first_form_is_explained(console: Console, page: AppTest, changes: dict[str, str], key: str) -> None:
    """What is wrong is said in words, nobody gets in, and the form can be sent again."""
    code = console.accounts.bootstrap_code() or ""
    page.run()
    fill_claim(page, **({"code": code} | changes))
    assert ZH[key].format(length=10) in words_of(page)
    assert console.accounts.needs_first_account()
    fill_claim(page, code=code)
    assert ZH["page.today"] in words_of(page)


def test_a_wrong_password_shows_no_call(console: Console, page: AppTest) -> None:
    """Who does not know the password sees a sentence and nothing else; calls are not even read."""
    console.appoint()
    page.run()
    page.text_input(key="login_username").input("lin.fang")
    page.text_input(key="login_password").input("not this one")
    page.button(key="login_submit").click().run()
    assert ZH["login.refused"] in words_of(page)
    assert console.live.viewers == []


def test_guessing_is_told_how_long_to_wait(console: Console, page: AppTest) -> None:
    """After five wrong passwords the page names the seconds to wait."""
    console.appoint()
    page.run()
    for _ in range(6):
        page.text_input(key="login_username").input("lin.fang")
        page.text_input(key="login_password").input("guess")
        page.button(key="login_submit").click().run()
    assert re.search(r"请等 \d+ 秒再试", words_of(page))


def test_signing_out_leaves_nothing_behind(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """After signing out the calls are gone from the page."""
    page = signed_in()
    assert ZH["page.live"] in words_of(page)
    page.button(key="sign_out").click().run()
    assert ZH["login.title"] in words_of(page)
    assert ZH["page.live"] not in words_of(page)


def test_an_account_that_was_taken_away_is_out_at_once(
    console: Console, signed_in: Callable[[str], AppTest], tmp_path: Path
) -> None:
    """A colleague whose account is closed is signed out at the next refresh, and told why."""
    console.appoint()
    console.employ("wang.li", Role.SUPERVISOR)
    page = signed_in("wang.li")
    upkeep = AccountUpkeep(tmp_path / "accounts.json", lambda: datetime.now(UTC))
    upkeep.close("wang.li", by=Account("lin.fang", Role.ADMINISTRATOR))
    page.run()
    assert ZH["login.over.gone"] in words_of(page)


def test_a_sign_in_that_is_over_is_told(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Who leaves in one tab has left in every tab, and the others say so."""
    page = signed_in()
    console.sessions.close(str(page.session_state["session_token"]))
    page.run()
    assert ZH["login.over.signed_out"] in words_of(page)
    assert ZH["page.live"] not in words_of(page)


def test_without_a_provider_there_is_no_button_for_one(console: Console, page: AppTest) -> None:
    """Nobody is led to where nobody answers."""
    console.appoint()
    page.run()
    assert [button.key for button in page.button] == ["login_submit"]


def test_a_damaged_accounts_file_is_told(console: Console, page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged file lets nobody in and says whom to ask."""

    def fail() -> bool:
        raise AccountsFileError("accounts.json: not an accounts file")

    monkeypatch.setattr(console.accounts, "needs_first_account", fail)
    page.run()
    assert ZH["refused.accounts_unreadable"] in words_of(page)


def test_a_line_that_is_still_starting_is_told(
    page: AppTest, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the services cannot be opened the page says so and keeps trying, instead of showing an error trace."""

    def fail(state: object) -> Console:
        raise OSError("no database yet")

    monkeypatch.setattr("ui.session.open_console", fail)
    page.run()
    assert ZH["trouble.title"] in words_of(page)
    assert "no database yet" not in words_of(page)
    monkeypatch.setattr("ui.session.open_console", lambda state: console)
    page.run()
    assert ZH["claim.title"] in words_of(page)
