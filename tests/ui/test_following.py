"""Sound and words of an opened call on the live page, on real books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dialects.recognizers.port import Stretch
from elder_channel.services.accounts import Account, Role
from elder_channel.services.call_sound import CallSound
from elder_channel.services.consents import Consents
from elder_channel.services.live_calls import LiveCalls
from tests.fakes.learning import AGENT, HEARD, PEOPLE, agreed, answered_call, heard_utterances, learning_line
from tests.fakes.line import LineInMemory
from tests.ui.conftest import PASSWORD, Console, addresses, go_to
from tests.ui.seen import words_of
from ui.following_words import EN, ZH

TALKER, OTHER = "chen.jiaming", "zheng.guodong"
TIMED = replace(
    HEARD, seconds=3.0, stretches=(Stretch("我要", 0.2, 1.0), Stretch("<b>报案", 1.4, 2.2)), text="我要<b>报案"
)


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A call of a customer who agreed, and what the console reads of it."""
    with learning_line(tmp_path / "following") as opened:
        console.live = LiveCalls(opened.line)  # type: ignore[assignment]
        console.call_sound = CallSound(opened.line, console.accounts)
        console.appoint()
        boss = Account("lin.fang", Role.ADMINISTRATOR)
        for name, agent_id in ((TALKER, "chen-jiaming"), (OTHER, "zheng-guodong")):
            console.accounts.add(name, PASSWORD, Role.AGENT, by=boss, agent_id=agent_id)
        agreed(opened)
        answered_call(opened)
        yield opened


def test_sound_is_fetched_at_a_button_and_its_words_follow(
    at: LineInMemory, console: Console, signed_in: Callable[..., AppTest]
) -> None:
    """Each stretch is a button with its times; what callers say is text; closed it is let go."""
    heard_utterances(at, [TIMED])
    page = signed_in()
    assert not page.get("audio")
    page.button(key="follow-CA1").click().run()
    assert page.get("audio")
    [words] = [block.value for block in page.html if 'class="ec-following"' in block.value]
    assert 'data-ec-from="0.20" data-ec-to="1.00"' in words
    assert "&lt;b&gt;报案" in words
    assert [each.by for each in at.line.customer_files.accesses(70)] == ["lin.fang"]
    heard_utterances(at, [TIMED])
    assert "重新取一次（2 段）" in page.run().button(key="follow-CA1").label
    assert page.get("audio")
    page.button(key="follow-close-CA1").click().run()
    assert not page.get("audio")


def test_a_withdrawal_takes_the_open_player_away(at: LineInMemory, signed_in: Callable[..., AppTest]) -> None:
    """At the next refresh, and says why."""
    heard_utterances(at, [TIMED])
    page = signed_in()
    page.button(key="follow-CA1").click().run()
    Consents(at.line, PEOPLE).record(70, given=False, basis="", by=AGENT)
    page.run()
    assert not page.get("audio")
    for words in (ZH, EN):
        assert words["follow.why.refused"] in words_of(page)


def test_sound_that_is_gone_is_told(at: LineInMemory, signed_in: Callable[..., AppTest]) -> None:
    """The file was lost between the page and the button."""
    [clip] = heard_utterances(at, [TIMED])
    page = signed_in()
    at.line.sound_files.path(clip.id).unlink()
    page.button(key="follow-CA1").click().run()
    assert "这段声音已经不留了" in words_of(page)
    assert not page.get("audio")


@pytest.mark.parametrize(("who", "may"), [(TALKER, True), (OTHER, False)])
def test_of_the_agents_only_the_call_s_own_hears_it(
    at: LineInMemory, console: Console, page: AppTest, signed_in: Callable[..., AppTest], who: str, may: bool
) -> None:
    """The others are told who may."""
    heard_utterances(at, [TIMED])
    page.run()
    shown = signed_in(who)
    assert (ZH["follow.not_yours"] in words_of(shown)) is not may
    assert any(button.key == "follow-CA1" for button in shown.button) is may


def test_leaving_the_page_lets_the_sound_go(at: LineInMemory, signed_in: Callable[..., AppTest]) -> None:
    """It is not kept in the tab's memory."""
    heard_utterances(at, [TIMED])
    page = signed_in()
    page.button(key="follow-CA1").click().run()
    other = next(each for each in addresses(page) if each not in ("", "live", "today", "desk"))
    assert other
    go_to(page, other)
    assert "following_open" not in page.session_state
