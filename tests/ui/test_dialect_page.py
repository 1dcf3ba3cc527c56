"""The page of dialects, on real books and a real site folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dialects.additions import Kind
from elder_channel.services.accounts import Role
from elder_channel.services.dialect_board import DialectBoard
from elder_channel.services.dialect_words import DialectWords, Wish
from elder_channel.services.prompt_board import PromptBoard
from tests.fakes.line import LineInMemory, open_test_line
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.dialect_texts import EN, ZH

DialectPage = Callable[..., AppTest]
CHEN = "chen.hong"


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line to whose dialects nothing was added, an administrator and a viewer."""
    opened = open_test_line(tmp_path / "dialects")
    console.dialect_board = DialectBoard(opened.line, PromptBoard(opened.line))
    console.dialect_words = DialectWords(opened.line, console.accounts)
    console.appoint()
    console.employ(CHEN, Role.VIEWER)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def dialect_page(console: Console, page: AppTest, signed_in: Callable[..., AppTest]) -> DialectPage:
    """Opens a part of Fuzhou's page; called when the test has set its scene."""

    def open_page(part: str = "add", username: str = "lin.fang") -> AppTest:
        opened = go_to(signed_in(username), "dialects")
        opened.selectbox(key="dialects_dialect").set_value("fuzhou").run()
        return opened.radio(key="dialects_part").set_value(part).run()

    return open_page


def test_keys_are_the_same_in_both_languages() -> None:
    """Nothing is said in one only."""
    assert set(ZH) == set(EN)


def test_all_42_stand_in_one_table(at: LineInMemory, dialect_page: DialectPage) -> None:
    """With what was measured and what was not, and the caution beside it; a group can be chosen."""
    page = dialect_page()
    page.radio(key="dialects_view").set_value("all").run()
    [table] = [block.value for block in page.html if "<table" in block.value]
    assert table.count("<tr>") == 43
    words = words_of(page)
    assert ZH["dialects.measured.rule"] in words
    assert EN["dialects.unmeasured"] in words
    page.selectbox(key="dialects_group").set_value("闽语").run()
    [table] = [block.value for block in page.html if "<table" in block.value]
    assert "福州话" in table
    assert "上海话" not in table


def test_one_dialect_is_told_in_full(at: LineInMemory, dialect_page: DialectPage) -> None:
    """Places, recognizer, people, prompts, ten words with their source, and who checked it: nobody."""
    page = dialect_page("facts")
    words = words_of(page)
    for expected in (
        "福建福州",
        "cdo",
        ZH["dialects.sound.none"],
        ZH["dialects.glossary.survey"],
        "not checked by ear",
    ):
        assert expected in words
    page.radio(key="dialects_part").set_value("words").run()
    words = words_of(page)
    assert "𣍐" in words
    assert "保险伓挃了" in words


def test_a_word_is_tried_before_it_is_kept(at: LineInMemory, console: Console, dialect_page: DialectPage) -> None:
    """The table of changes stands there while nothing is saved; what gets worse asks for a tick."""
    page = dialect_page()
    assert ZH["dialects.own.none"] in words_of(page)
    page.radio(key="dialect_kind").set_value("phrase").run()
    page.text_input(key="dialect_text").input("你好").run()
    words = words_of(page)
    assert "喂，你好" in words
    assert ZH["dialects.trial.worse"] in words
    assert ZH["dialects.trial.rule"] in words
    page.button(key="dialect_save").click().run()
    assert ZH["refused.dialect_worse"] in words_of(page)
    assert console.dialect_words
    assert console.dialect_words.words("fuzhou").additions.added == ()
    page.text_input(key="dialect_text").input("保险毛做了").run()
    page.selectbox(key="dialect_need").set_value("surrender").run()
    page.text_input(key="dialect_note").input("<b>林依伯</b>").run()
    page.button(key="dialect_save").click().run()
    words = words_of(page)
    assert ZH["dialects.add.done"] in words
    assert "「保险毛做了」就是" in words
    assert "<b>林依伯</b>" in words
    assert page.text_input(key="dialect_text").value == ""


def test_what_cannot_be_a_word_says_what_to_do(at: LineInMemory, dialect_page: DialectPage) -> None:
    """In place, in both languages."""
    page = dialect_page()
    page.text_input(key="dialect_text").input("abc").run()
    words = words_of(page)
    assert ZH["refused.dialect_text"] in words
    assert EN["refused.dialect_text"] in words


def test_the_second_editor_loses_nothing(at: LineInMemory, console: Console, dialect_page: DialectPage) -> None:
    """A colleague's word appears with a notice, one's own stays in the form; a look, and both are kept."""
    page = dialect_page()
    page.text_input(key="dialect_text").input("乌啦哩").run()
    boss = console.accounts.find("lin.fang")
    assert console.dialect_words
    assert boss
    console.dialect_words.add(Wish("fuzhou", Kind.CUE, "乌啦唷", weight=0.6), seen="", by=boss)
    page.button(key="dialect_save").click().run()
    words = words_of(page)
    assert ZH["refused.dialect_meanwhile"] in words
    assert ZH["dialects.meanwhile.explain"] in words
    assert "乌啦唷" in words
    assert page.text_input(key="dialect_text").value == "乌啦哩"
    page.button(key="dialect_seen_button").click().run()
    page.button(key="dialect_save").click().run()
    assert ZH["dialects.add.done"] in words_of(page)
    added = console.dialect_words.words("fuzhou").additions.added
    assert [each.text for each in added] == ["乌啦唷", "乌啦哩"]


def test_taking_back_asks_why_and_stays_on_record(
    at: LineInMemory, console: Console, dialect_page: DialectPage
) -> None:
    """The history names who and why."""
    boss = console.accounts.find("lin.fang")
    assert console.dialect_words
    assert boss
    console.dialect_words.add(Wish("fuzhou", Kind.CUE, "乌啦唷", weight=0.6), seen="", by=boss)
    page = dialect_page()
    page.button(key="own-back-0").click().run()
    assert ZH["refused.dialect_reason"] in words_of(page)
    page.text_input(key="dialect_reason").input("没人这样说")
    page.button(key="own-back-0").click().run()
    words = words_of(page)
    assert ZH["dialects.own.taken_back"] in words
    assert "因为没人这样说" in words


def test_who_may_not_add_sees_no_form(at: LineInMemory, dialect_page: DialectPage) -> None:
    """But everything else."""
    page = dialect_page(username=CHEN)
    assert ZH["dialects.add.only"] in words_of(page)
    assert not [button for button in page.button if button.key == "dialect_save"]


def test_a_wrong_file_is_named_with_what_to_do(at: LineInMemory, dialect_page: DialectPage) -> None:
    """Calls go on with the last good words."""
    folder = at.line.dialect_additions.folder
    folder.mkdir()
    (folder / "fuzhou.yaml").write_text("added: [", encoding="utf-8")
    words = words_of(dialect_page())
    assert ZH["dialects.file"] in words
    assert "fuzhou.yaml" in words


def test_what_cannot_be_read_is_told(console: Console, at: LineInMemory, dialect_page: DialectPage) -> None:
    """Without the fault's own text."""
    page = dialect_page("facts")
    at.line.databases.dispose()
    console.dialect_board = None
    page.run()
    assert ZH["dialects.trouble"] in words_of(page)


def test_a_press_right_after_a_choice_takes_the_choice(at: LineInMemory, dialect_page: DialectPage) -> None:
    """Both reach the page together, before it was drawn with what was chosen and written."""
    page = dialect_page()
    page.radio(key="dialect_kind").set_value(Kind.PHRASE.value).run()
    page.text_input(key="dialect_text").input("保险毛做了")
    page.selectbox(key="dialect_need").set_value("surrender")
    page.button(key="dialect_save").click().run()
    assert "「保险毛做了」就是退保" in words_of(page)


def test_a_press_right_after_another_dialect_was_chosen_adds_nothing(
    at: LineInMemory, dialect_page: DialectPage
) -> None:
    """What was meant is not known then."""
    page = dialect_page()
    page.text_input(key="dialect_text").input("毛").run()
    page.selectbox(key="dialects_dialect").set_value("puxian")
    page.button(key="dialect_save").click().run()
    assert at.line.dialect_additions.read(at.line.catalogue.dialects["fuzhou"])[0].added == ()
    assert at.line.dialect_additions.read(at.line.catalogue.dialects["puxian"])[0].added == ()


def test_what_was_measured_stands_with_count_day_and_command(at: LineInMemory, dialect_page: DialectPage) -> None:
    """Of Fuzhou the writing was measured, and the sound was not: it has one source."""
    words = words_of(dialect_page("facts"))
    assert "102%（101%–103%）" in words
    assert "429" in words
    assert "2026-11-22 · elder-channel dialects evaluate --manifest MANIFEST --split train --unit sentence" in words
    assert ZH["dialects.unmeasured"] in words
