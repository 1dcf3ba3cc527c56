"""Whether the call on the desk is recorded, and one tap for the caller's answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from elder_channel.calls.recording import Ground
from tests.fakes.desk import offer_call
from tests.fakes.line import LineInMemory
from tests.ui.conftest import AsAgent, talking
from tests.ui.seen import words_of
from ui.words import EN, ZH


@pytest.fixture
def recording_line(tmp_path: Path) -> None:
    """The site records who agrees; must come before the line is opened."""
    site = tmp_path / "desk" / "site"
    site.mkdir(parents=True)
    (site / "recording.yaml").write_text("schema: 1\nenabled: true\n", encoding="utf-8")
    (site / "line.yaml").write_text("schema: 1\nrecording_notice: true\n", encoding="utf-8")


@pytest.mark.usefixtures("recording_line")
def test_one_tap_takes_the_yes_down_and_one_more_takes_it_back(at: LineInMemory, as_agent: AsAgent) -> None:
    """Before the pick-up there is nothing to ask; what is noted is said at once and stands there with who noted it."""
    offer_call(at.line)
    page = as_agent()
    assert ZH["consent_call.title"] not in words_of(page)
    page = talking(at, page)
    words = words_of(page)
    for key in ("consent_call.unasked", "consent_call.ask"):
        assert ZH[key] in words
        assert EN[key] in words
    page.button(key="recording-yes-CA1").click().run()
    words = words_of(page)
    assert ZH["consent_call.done.yes"] in words
    assert "正在录音：来电人同意，zheng.guodong 记下" in words
    assert [each.ground for each in at.line.recordings.of_call("CA1")] == [Ground.AGREED]
    page.button(key="recording-no-CA1").click().run()
    words = words_of(page)
    assert ZH["consent_call.done.no"] in words
    assert "来电人不同意，zheng.guodong 记下" in words
    assert not [button for button in page.button if button.key == "recording-no-CA1"]


def test_where_nothing_is_recorded_the_desk_does_not_ask(at: LineInMemory, as_agent: AsAgent) -> None:
    """Recording is off by default."""
    offer_call(at.line)
    assert ZH["consent_call.title"] not in words_of(talking(at, as_agent()))
