"""The page of prompts, on real books; an ear that is told what it hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.prompts.model import TakeState
from elder_channel.services.accounts import Role
from elder_channel.services.prompt_board import PromptBoard
from elder_channel.services.prompt_takes import PromptTakes
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.takes import ToldEar, noisy, recording, speech, wav
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.words import EN, ZH

PromptsPage = Callable[..., AppTest]
CHEN = "chen.hong"


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line without recordings, an administrator and an agent who speaks Cantonese."""
    opened = open_test_line(tmp_path / "prompts")
    console.prompt_board = PromptBoard(opened.line)
    console.prompt_takes = PromptTakes(opened.line, console.accounts, ToldEar())
    console.appoint()
    console.employ(CHEN, Role.AGENT)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def prompts_page(console: Console, page: AppTest, signed_in: Callable[..., AppTest]) -> PromptsPage:
    """Opens the page in Cantonese; called when the test has set its scene."""

    def open_page(username: str = "lin.fang", message: str | None = "invitation") -> AppTest:
        opened = go_to(signed_in(username), "prompts")
        opened.selectbox(key="prompts_voice").set_value("guangzhou").run()
        return opened.button(key=f"open-{message}").click().run() if message else opened

    return open_page


def handed_in(console: Console, number: int = 1) -> int:
    """A recording of the agent's that waits; its number."""
    assert console.prompt_takes
    chen = console.accounts.find(CHEN)
    assert chen
    given = recording(wav(speech(4.8 + number / 10)), token=f"t{number}")
    return console.prompt_takes.record(given, by=chen).id


def send(page: AppTest, sound: bytes) -> AppTest:
    """Choose a file in the form, as the browser would."""
    return page.file_uploader[0].set_value(("yue.wav", sound, "audio/wav")).run()


def test_every_message_can_be_read(at: LineInMemory, prompts_page: PromptsPage) -> None:
    """In both languages, with what is recorded of it; what is never said in a dialect says so."""
    words = words_of(prompts_page(message=None))
    for expected in (
        *("invitation", "正在为您接人。", "Connecting you to a person.", ZH["prompt.cannot.both"]),
        *("还没有粤语广州话录音", EN["prompt.cannot.variable"], "大约 90% 的来电人会听到"),
    ):
        assert expected in words


def test_an_agent_hands_in_a_recording_and_an_approver_approves_it(
    at: LineInMemory, console: Console, prompts_page: PromptsPage
) -> None:
    """Found good in place, kept with consent, heard by a second person, played; all of it on record."""
    page = send(prompts_page(CHEN), wav(speech()))
    words = words_of(page)
    assert ZH["prompt.wording"] in words
    assert ZH["prompt.record.good"] in words
    page.button(key="prompt-save").click().run()
    assert ZH["refused.prompt_consent"] in words_of(page)
    page.checkbox[0].check()
    page.button(key="prompt-save").click().run()
    assert ZH["prompt.record.saved"] in words_of(page)
    [take] = at.line.prompt_takes.all()
    assert (take.state, take.recorded_by, take.consent) == (TakeState.WAITING, CHEN, "ticked on the console")
    assert ZH["prompt.decide.own"] in words_of(page)
    assert not [button for button in page.button if (button.key or "").startswith("prompt-approve")]
    page.button(key="sign_out").click().run()
    page = prompts_page("lin.fang", message=None)
    page.radio(key="prompts_view").set_value("waiting").run()
    page.button(key="go-guangzhou-invitation").click().run()
    assert page.get("audio")
    page.button(key=f"prompt-approve-{take.id}").click().run()
    words = words_of(page)
    assert ZH["prompt.done.approved"] in words
    assert "现在放的是粤语广州话录音，第 1 版" in words
    assert "lin.fang 通过了第 1 版" in words
    assert at.line.prompt_takes.in_force() == {take.id}


def test_a_bad_recording_says_in_place_what_to_do(at: LineInMemory, prompts_page: PromptsPage) -> None:
    """In both languages; handing it in all the same keeps nothing."""
    page = send(prompts_page(CHEN), wav(noisy(speech(), 6)))
    words = words_of(page)
    assert "背景太吵" in words
    assert "record again in a quiet room" in words
    assert ZH["prompt.record.bad"] in words
    page.checkbox[0].check()
    page.button(key="prompt-save").click().run()
    assert ZH["refused.prompt_checks"] in words_of(page)
    assert at.line.prompt_takes.all() == []


def test_what_is_no_recording_is_told_in_words(at: LineInMemory, prompts_page: PromptsPage) -> None:
    """Without the fault's own text; nothing at all is told, too."""
    page = prompts_page(CHEN)
    page.button(key="prompt-save").click().run()
    assert ZH["prompt.record.nothing"] in words_of(page)
    page = send(page, b"%PDF-1.7")
    assert ZH["refused.prompt_unreadable"] in words_of(page)


def test_rejecting_asks_why_and_the_speaker_reads_it(
    at: LineInMemory, console: Console, prompts_page: PromptsPage
) -> None:
    """The sound is gone then."""
    number = handed_in(console)
    page = prompts_page()
    page.button(key=f"prompt-reject-{number}").click().run()
    assert ZH["refused.prompt_reason"] in words_of(page)
    page.text_input(key="prompt_reason").input("第二句念错了")
    page.button(key=f"prompt-reject-{number}").click().run()
    words = words_of(page)
    assert ZH["prompt.done.rejected"] in words
    assert "第二句念错了" in words
    assert list(at.line.take_sounds.folder.iterdir()) == []


def test_versions_go_back_and_forth(at: LineInMemory, console: Console, prompts_page: PromptsPage) -> None:
    """An earlier one is played again, then none; a speaker's withdrawal deletes it."""
    one, two = handed_in(console, 1), handed_in(console, 2)
    page = prompts_page()
    for number in (one, two):
        page.button(key=f"prompt-approve-{number}").click().run()
    assert at.line.prompt_takes.in_force() == {two}
    page.text_input(key="prompt_reason").input("第一版清楚")
    page.button(key=f"prompt-put_back-{one}").click().run()
    assert ZH["prompt.done.put_back"] in words_of(page)
    assert at.line.prompt_takes.in_force() == {one}
    page.text_input(key="prompt_reason").input("先不用")
    page.button(key=f"prompt-take_out-{one}").click().run()
    assert at.line.prompt_takes.in_force() == frozenset()
    page.text_input(key="prompt_reason").input("本人要求")
    page.button(key=f"prompt-withdraw-ask-{two}").click().run()
    assert ZH["prompt.withdraw.means"] in words_of(page)
    page.button(key=f"prompt-withdraw-{two}").click().run()
    words = words_of(page)
    assert ZH["prompt.done.withdraw"] in words
    assert ZH["prompt.take.withdrawn"] in words


def test_who_was_overtaken_is_told(at: LineInMemory, console: Console, prompts_page: PromptsPage) -> None:
    """A colleague approved it while this page was open."""
    number = handed_in(console)
    page = prompts_page()
    assert console.prompt_takes
    boss = console.accounts.find("lin.fang")
    assert boss
    console.prompt_takes.approve(number, by=boss)
    page.button(key=f"prompt-approve-{number}").click().run()
    assert ZH["refused.prompt_meanwhile"] in words_of(page)


def test_what_is_missing_is_a_table_with_the_best_next_first(at: LineInMemory, prompts_page: PromptsPage) -> None:
    """42 rows; a button leads to the message, open, in its dialect."""
    page = prompts_page(message=None)
    page.radio(key="prompts_view").set_value("coverage").run()
    words = words_of(page)
    assert ZH["coverage.by_places"] in words
    assert "42 种方言里，0 种有录音在放" in words
    [table] = [block.value for block in page.html if "<table" in block.value]
    assert table.count("<tr>") == 43
    page.button(key="next-dongbei-invitation").click().run()
    assert page.selectbox(key="prompts_voice").value == "dongbei"
    assert page.button(key="prompt-save")


def test_a_recording_whose_sound_is_lost_is_named(
    at: LineInMemory, console: Console, prompts_page: PromptsPage
) -> None:
    """Callers hear the built prompt meanwhile; staff read which one to record anew."""
    number = handed_in(console)
    assert console.prompt_takes
    boss = console.accounts.find("lin.fang")
    assert boss
    take = console.prompt_takes.approve(number, by=boss)
    at.line.take_sounds.delete(take.sha256)
    page = prompts_page()
    assert ZH["refused.prompt_no_sound"] in words_of(page)
    page.radio(key="prompts_view").set_value("coverage").run()
    assert "粤语广州话 invitation 第 1 版的声音文件没有了或坏了" in words_of(page)


def test_who_may_only_look_listens(at: LineInMemory, console: Console, prompts_page: PromptsPage) -> None:
    """No form, no decision."""
    console.employ("zhou", Role.VIEWER)
    handed_in(console)
    page = prompts_page("zhou")
    words = words_of(page)
    assert ZH["prompt.record.only_staff"] in words
    assert ZH["prompt.decide.only_approvers"] in words
    assert page.get("audio")
    assert {button.key for button in page.button if (button.key or "").startswith("prompt-")} == {"prompt-close"}


def test_nothing_waits(at: LineInMemory, prompts_page: PromptsPage) -> None:
    """Told as such."""
    page = prompts_page(message=None)
    page.radio(key="prompts_view").set_value("waiting").run()
    assert ZH["prompts.waiting.none"] in words_of(page)


def test_trouble_is_told_in_words(at: LineInMemory, console: Console, signed_in: Callable[..., AppTest]) -> None:
    """Without the fault's own text."""

    class Broken:
        @property
        def voices(self) -> None:
            raise OSError("disk is away")

    console.prompt_board = Broken()  # type: ignore[assignment]
    words = words_of(go_to(signed_in(), "prompts"))
    assert ZH["prompts.trouble.explain"] in words
    assert "disk" not in words
