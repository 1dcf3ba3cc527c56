"""The console in one language: nothing of the other stands on any page, and switching loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import ScreenLanguage
from elder_channel.services.console import ConsoleServices
from tests.fakes.line import LineInMemory
from tests.ui.conftest import go_to
from tests.ui.reading_languages import foreign
from tests.ui.seen import words_of
from tests.ui.whole_console import AGENT, BOSS, desk_walk, names_of, signed_in, walk, whole_console
from ui.components.language_switch import KEY
from ui.components.roster_form import OPENED
from ui.languages import drawing
from ui.launch import APP
from ui.words import EN, ZH

EVERY = tuple(ScreenLanguage)
SINGLE = (ScreenLanguage.ENGLISH, ScreenLanguage.CHINESE)
TAGS = {ScreenLanguage.ENGLISH: "en", ScreenLanguage.CHINESE: "zh-CN"}
Scene = tuple[ConsoleServices, LineInMemory]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One line with something on every page, for all tests of this module."""
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as patch, whole_console(tmp_path_factory.mktemp("whole"), patch) as opened:
        yield opened
    st.cache_resource.clear()


def switch(page: AppTest, language: ScreenLanguage) -> AppTest:
    """Turn the switch, as what is on screen is drawn now."""
    return page.radio(key=KEY).set_value(language).run()


@pytest.mark.parametrize("language", SINGLE)
def test_nothing_of_the_other_language_stands_on_any_page(scene: Scene, language: ScreenLanguage) -> None:
    """Neither in sentences nor in labels, lists, tables, plots and titles; names and quoted words carry a mark."""
    _, at = scene
    names, found = names_of(at), list[tuple[str, str, str]]()
    page = switch(AppTest.from_file(str(APP), default_timeout=60).run(), language)
    found += [("login", *each) for each in foreign(page, TAGS[language], names)]
    page = switch(signed_in(), language)
    with drawing(language):
        for name, shown in walk(page):
            found += [(name, *each) for each in foreign(shown, TAGS[language], names)]
    switch(page, ScreenLanguage.BOTH)
    assert not found, "\n".join(map(str, dict.fromkeys(found)))


def test_the_desk_is_in_one_language_too(scene: Scene) -> None:
    """The call on the desk with its forms, in English and then in Chinese."""
    _, at = scene
    names, found = names_of(at), list[tuple[str, str, str]]()
    page = signed_in(AGENT)
    for name, shown in desk_walk(page, at):
        for language in SINGLE:
            switch(shown, language)
            found += [(name, *each) for each in foreign(shown, TAGS[language], names)]
        switch(shown, ScreenLanguage.BOTH)
    assert not found, "\n".join(map(str, dict.fromkeys(found)))


def test_both_languages_stand_beside_each_other_until_somebody_chooses(scene: Scene) -> None:
    """The first thing seen is what everybody can read; the choice is on the page, in the languages' own names."""
    page = AppTest.from_file(str(APP), default_timeout=60).run()
    assert ZH["login.title"] in words_of(page)
    assert EN["login.title"] in words_of(page)
    assert page.radio(key=KEY).options == ["中文", "English", "中文 + English"]


@pytest.mark.parametrize(("asked", "shown"), [("en", EN), ("zh", ZH)])
def test_an_address_may_ask_for_a_language(scene: Scene, asked: str, shown: dict[str, str]) -> None:
    """A link to the login in one language; what no language is asks for nothing."""
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params["lang"] = asked
    words = words_of(page.run())
    other = ZH if shown is EN else EN
    assert shown["login.title"] in words
    assert other["login.title"] not in words
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params["lang"] = "xx"
    assert EN["login.title"] in words_of(page.run())


def test_a_choice_is_remembered_for_the_account_and_stays_at_sign_out(scene: Scene) -> None:
    """The next sign-in is in that language; the login after signing out is too."""
    services, _ = scene
    page = switch(signed_in(), ScreenLanguage.ENGLISH)
    account = services.accounts.find(BOSS)
    assert account
    assert account.screen_language is ScreenLanguage.ENGLISH
    page.button(key="sign_out").click().run()
    assert ZH["login.title"] not in words_of(page)
    page = signed_in()
    assert EN["page.today"] in words_of(page)
    assert ZH["page.today"] not in words_of(page)
    switch(page, ScreenLanguage.BOTH)


def test_a_choice_before_sign_in_holds_after_it(scene: Scene) -> None:
    """And is kept for the account."""
    services, _ = scene
    page = switch(AppTest.from_file(str(APP), default_timeout=60).run(), ScreenLanguage.CHINESE)
    page.text_input(key="login_username").input(BOSS)
    page.text_input(key="login_password").input("jasmine-tea-2026")
    page.button(key="login_submit").click().run()
    assert ZH["page.today"] in words_of(page)
    assert EN["page.today"] not in words_of(page)
    account = services.accounts.find(BOSS)
    assert account
    assert account.screen_language is ScreenLanguage.CHINESE
    switch(page, ScreenLanguage.BOTH)


def _campaign(page: AppTest) -> AppTest:
    page = go_to(page, "greetings")
    page.radio(key="greetings_view").set_value("campaigns").run()
    page.button(key="open-birthday").click().run()
    page.button(key="campaign_edit").click().run()
    fields = [str(each.key) for each in (*page.text_input, *page.multiselect, *page.selectbox) if each.key]
    key = {name: next(each for each in fields if each.startswith(f"field-{name}-")) for name in WRITTEN}
    page.text_input(key=key["title"]).set_value("春节问候").run()
    page.multiselect(key=key["audience.regions"]).set_value(["福建", "广东"]).run()
    page.multiselect(key=key["audience.dialect_groups"]).set_value(["min_dong"]).run()
    return page.selectbox(key=key["milestones"]).set_value("nominal").run()


WRITTEN = ("title", "audience.regions", "audience.dialect_groups", "milestones")


def _agent(page: AppTest) -> AppTest:
    page = go_to(page, "routing")
    page.radio(key="routing_view").set_value("agents").run()
    page.selectbox(key="roster_who").set_value("zheng").run()
    page.button(key="roster-open").click().run()
    serial = page.session_state[OPENED].serial
    page.multiselect(key=f"roster-dialects-{serial}").set_value(["fuzhou", "chongqing"]).run()
    page.selectbox(key=f"roster-level-chongqing-{serial}").set_value(2)
    page.selectbox(key=f"roster-answer-{serial}").set_value("phone")
    page.text_area(key=f"roster-shifts-{serial}").set_value("周一-周五 08:00-17:00")
    return page.checkbox(key=f"roster-interpreter-{serial}").check().run()


def _dialect(page: AppTest) -> AppTest:
    page = go_to(page, "dialects")
    page.selectbox(key="dialects_dialect").set_value("fuzhou").run()
    page.radio(key="dialects_part").set_value("add").run()
    page.radio(key="dialect_kind").set_value("phrase").run()
    page.text_input(key="dialect_text").set_value("厝里进水")
    page.text_input(key="dialect_note").set_value("林示例说的")
    return page.selectbox(key="dialect_need").set_value("claim_apply").run()


def _order(page: AppTest) -> AppTest:
    page = go_to(page, "orders")
    next(each for each in page.button if str(each.key).startswith("open-")).click().run()
    for each in page.radio:
        if str(each.key).startswith("close_outcome_"):
            each.set_value("settled")
        elif str(each.key).startswith("attempt_result_"):
            each.set_value("no_answer")
    for area in page.text_area:
        area.set_value(f"写了一半 {area.key}")
    return page.run()


@pytest.mark.parametrize("fill", [_campaign, _agent, _dialect, _order], ids=["campaign", "agent", "dialect", "order"])
def test_switching_keeps_what_is_half_filled_in(scene: Scene, fill: Callable[[AppTest], AppTest]) -> None:
    """Words, ticks and what was chosen in lists, through every language and back."""
    page = fill(signed_in())
    before = _values(page)
    assert len(before) > 4
    for language, drawn in zip((*SINGLE, ScreenLanguage.BOTH), (ScreenLanguage.BOTH, *SINGLE), strict=True):
        with drawing(drawn):  # the lists of this tab are labelled so while the switch is turned
            page = switch(page, language)
        assert _values(page) == before


def _values(page: AppTest) -> dict[str, object]:
    """What stands in every field, by key; the switch itself turns."""
    kinds = ("text_input", "text_area", "number_input", "date_input", "time_input", "selectbox", "multiselect", "radio")
    fields: list[Any] = [each for kind in (*kinds, "checkbox") for each in page.get(kind)]
    return {str(each.key): each.value for each in fields if each.key and each.key != KEY}
