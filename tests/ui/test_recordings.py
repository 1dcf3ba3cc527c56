"""The page of recordings, on real books and a carrier in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Role
from elder_channel.services.recorded_calls import RecordedCalls
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sounds import two_tones
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from tests.unit.services.test_recorded_calls import ON, carrier_of, talk
from ui.words import EN, ZH

RecordingsPage = Callable[..., AppTest]


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line that records; one call is recorded."""
    opened = open_test_line(tmp_path / "recorded", **ON)
    console.recordings = RecordedCalls(opened.line)
    talk(opened, "CA1")
    carrier_of(opened).sounds["RE1"] = two_tones()
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def recordings_page(console: Console, signed_in: Callable[..., AppTest]) -> RecordingsPage:
    """Opens the page; called when the test has set its scene."""
    return lambda username="lin.fang": go_to(signed_in(username), "recordings")


def test_a_recording_tells_its_ground_and_its_last_day(at: LineInMemory, recordings_page: RecordingsPage) -> None:
    """In both languages, masked; nobody has listened."""
    words = words_of(recordings_page())
    for expected in (
        *("+86591****55", "郑国栋", "1:05", ZH["recording.ground.notice_heard"], EN["recording.ground.notice_heard"]),
        *("2027-05-21 自动删除", "deleted by itself on 2027-05-21", ZH["recording.heard_by.none"], "满 180 天"),
    ):
        assert expected in words


def test_law_7_hearing_it_is_on_record_and_the_sound_stays_on_the_page(
    at: LineInMemory, recordings_page: RecordingsPage
) -> None:
    """Both sides or one of them, named; closed, or left, it is gone, and every new hearing is another line."""
    page = recordings_page()
    assert not page.get("audio")
    page.button(key="listen-RE1").click().run()
    assert len(page.get("audio")) == 1
    words = words_of(page)
    assert "lin.fang 听过" in words
    assert ZH["recording.ready"] in words
    assert page.radio(key="side-RE1").options[0] == f"{ZH['recording.side.both']} {EN['recording.side.both']}"
    both = page.get("audio")[0].proto.url
    page.radio(key="side-RE1").set_value("caller").run()
    assert page.get("audio")[0].proto.url != both
    go_to(page, "orders")
    page = go_to(page, "recordings")
    assert not page.get("audio")
    page.button(key="listen-RE1").click().run()
    page.button(key="close-RE1").click().run()
    assert not page.get("audio")
    assert [each.by for each in at.line.recordings.accesses("RE1")] == ["lin.fang"] * 2


def test_a_caller_who_wishes_it_has_it_deleted_after_a_second_question(
    at: LineInMemory, recordings_page: RecordingsPage
) -> None:
    """It can be left; done, the card says when and by whom, and there is nothing to listen to."""
    page = recordings_page()
    page.button(key="delete-RE1").click().run()
    assert ZH["recording.delete.sure"] in words_of(page)
    page.button(key="delete-no-RE1").click().run()
    page.button(key="delete-RE1").click().run()
    page.button(key="delete-yes-RE1").click().run()
    words = words_of(page)
    assert ZH["recording.delete.done"] in words
    assert "lin.fang 删除" in words
    assert ZH["refused.recording_deleted"] in words
    assert carrier_of(at).sounds == {}
    assert not [button for button in page.button if button.key == "listen-RE1"]


def test_a_call_without_one_says_why(at: LineInMemory, recordings_page: RecordingsPage) -> None:
    """Found by its id."""
    talk(at, "CA2", heard=False)
    page = recordings_page()
    page.text_input(key="recordings_call").input("CA2").run()
    words = words_of(page)
    assert ZH["recordings.why.no_notice"] in words
    assert "郑国栋" not in words


def test_when_recording_is_off_the_page_says_so(
    tmp_path: Path, console: Console, recordings_page: RecordingsPage
) -> None:
    """And that there is none yet."""
    console.recordings = RecordedCalls(console.at.line)
    words = words_of(recordings_page())
    assert ZH["recordings.off"] in words
    assert ZH["recordings.none"] in words


def test_the_carrier_does_not_answer(at: LineInMemory, recordings_page: RecordingsPage) -> None:
    """Told in words; nothing is played."""
    carrier_of(at).sounds.clear()
    page = recordings_page()
    page.button(key="listen-RE1").click().run()
    assert ZH["refused.recording_gone"] in words_of(page)
    assert not page.get("audio")


def test_an_agent_is_offered_no_such_page(
    at: LineInMemory, console: Console, signed_in: Callable[..., AppTest]
) -> None:
    """Neither in the menu nor by its address."""
    console.appoint()
    console.employ("chen", Role.AGENT)
    page = signed_in("chen")
    assert "recordings" not in {info.get("url_pathname") for info in page._registered_pages.values()}


def test_trouble_is_told_in_words(console: Console, recordings_page: RecordingsPage) -> None:
    """Without the fault's own text."""

    class Broken:
        def find(self, **_: object) -> None:
            raise OSError("disk is away")

    console.recordings = Broken()  # type: ignore[assignment]
    words = words_of(recordings_page())
    assert ZH["recordings.trouble.explain"] in words
    assert "disk" not in words
