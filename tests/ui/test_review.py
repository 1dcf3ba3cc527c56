"""The page of review, on real books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Role
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.review import Review
from tests.fakes.learning import agreed, answered_call, kept_utterance, learning_line
from tests.fakes.line import LineInMemory
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.review_texts import EN, ZH

CHEN, LI = "chen.hong", "li.na"


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line that keeps sound, an administrator, an agent and a supervisor."""
    with learning_line(tmp_path / "review") as opened:
        console.corrections = Corrections(opened.line, console.accounts)
        console.review = Review(opened.line, console.accounts, console.corrections)
        console.appoint()
        console.employ(CHEN, Role.AGENT)
        console.employ(LI, Role.SUPERVISOR)
        yield opened


def corrected(at: LineInMemory, console: Console) -> None:
    """A call of a customer who agreed, whose dialect the agent corrected."""
    answered_call(at)
    agreed(at)
    kept_utterance(at)
    chen = console.accounts.find(CHEN)
    assert chen
    assert console.corrections
    console.corrections.judge(Verdict("CA1", "hainan", None, "t1"), by=chen)


def test_keys_are_the_same_in_both_languages() -> None:
    """Nothing is said in one only."""
    assert set(ZH) == set(EN)


def test_an_empty_queue_says_what_would_be_here(at: LineInMemory, signed_in: Callable[..., AppTest]) -> None:
    """And how to switch keeping on."""
    words = words_of(go_to(signed_in(), "review"))
    assert ZH["review.none.explain"] in words
    assert ZH["review.agreement.none"] in words


def test_listen_choose_next(at: LineInMemory, console: Console, signed_in: Callable[..., AppTest]) -> None:
    """By buttons with a key each; the first person's word is not shown, and agreement is told afterwards."""
    corrected(at, console)
    page = go_to(signed_in(), "review")
    words = words_of(page)
    assert ZH["review.why.corrected"] in words
    assert "海南话" not in words
    assert page.get("audio")
    page.button(key="review-other").click().run()
    assert ZH["refused.review_choose"] in words_of(page)
    page.selectbox(key="review_other").set_value("hainan").run()
    page.button(key="review-other").click().run()
    words = words_of(page)
    assert "已记下：海南话" in words
    assert ZH["review.none"] in words
    assert "1 通来电有两个人以上判断过，1 通一样（100%）" in words
    page.button(key="review-export").click().run()
    assert "已写出 1 段声音" in words_of(page)


def test_who_was_overtaken_is_told(at: LineInMemory, console: Console, signed_in: Callable[..., AppTest]) -> None:
    """A colleague judged it while this page was open."""
    corrected(at, console)
    page = go_to(signed_in(), "review")
    li = console.accounts.find(LI)
    assert console.review
    assert li
    [item] = console.review.queue(by=li)
    console.review.judge(item, "leizhou", token="t9", by=li)
    page.button(key="review-1").click().run()
    assert ZH["refused.review_meanwhile"] in words_of(page)
    page.button(key="review-skip").click().run()
    assert ZH["review.none"] in words_of(page)


def test_agents_have_no_such_page_and_supervisors_no_export(
    at: LineInMemory, console: Console, page: AppTest, signed_in: Callable[..., AppTest]
) -> None:
    """The services refuse it as well."""
    opened = go_to(signed_in(LI), "review")
    assert not [button for button in opened.button if button.key == "review-export"]
    opened.button(key="sign_out").click().run()
    signed_in(CHEN)
    assert "review" not in {info.get("url_pathname") for info in page._registered_pages.values()}
