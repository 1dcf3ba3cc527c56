"""The prompts as a caller hears them, and the page on which they are read and played."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from bilingual.messages import load_messages
from bilingual.prompt_audio.build import build
from bilingual.prompt_audio.heard import HeardPrompt, heard_prompts
from bilingual.prompt_audio.manifest import LeftOut
from bilingual.prompt_audio.renditions import renditions
from bilingual.prompt_audio.shelf import Shelf
from bilingual.prompt_lint import lint_wordings
from bilingual.prompt_page import PromptPage, by_language
from dialects.audio.decode import decode_audio
from tests.fakes.prompt_voice import HummingVoice

INVITATION = {"invitation": load_messages()["invitation"]}
NAMES = by_language("长者服务热线", "the elders' <service> line")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The sounds of the invitation."""
    build(renditions(INVITATION.values(), {}), [HummingVoice()], tmp_path / "built")
    return Shelf([tmp_path / "built"])


def test_the_phrases_come_one_after_the_other_with_the_quiet_between(shelf: Shelf) -> None:
    """As the carrier plays them, in each language and manner."""
    heard = heard_prompts(INVITATION, {}, shelf)
    assert [(each.language, each.manner) for each in heard] == [
        ("zh", "plain"), ("zh", "hearing"), ("en", "plain"), ("en", "hearing")
    ]  # fmt: skip
    phrases = [shelf.find(each.key) for each in renditions(INVITATION.values(), {})]
    alone = sum(entry.seconds for entry in phrases if entry and (entry.language, entry.manner) == ("zh", "plain"))
    [plain] = [each for each in heard if (each.language, each.manner) == ("zh", "plain")]
    assert plain.wave
    assert plain.seconds == pytest.approx(alone + 1.0, abs=0.01)
    assert decode_audio(plain.wave, rate_hz=8000).samples.size / 8000 == pytest.approx(plain.seconds, abs=0.01)
    assert plain.texts == INVITATION["invitation"].zh


def test_a_prompt_without_all_its_sounds_is_the_carrier_s(tmp_path: Path) -> None:
    """With what was understood instead, where one was rendered and left out."""
    missing = LeftOut(message="invitation", language="zh", manner="plain", text="x", heard="y")
    heard = heard_prompts(INVITATION, {}, Shelf([tmp_path]), [missing])
    assert [each.wave for each in heard] == [None] * 4
    assert [each.misheard_as for each in heard] == ["y", "", "", ""]


def test_a_message_with_a_value_of_each_call_is_none_that_can_be_played(tmp_path: Path) -> None:
    """The end of a number differs from call to call; the line's name does not."""
    heard = heard_prompts(load_messages(), NAMES, Shelf([tmp_path]))
    named = {each.message_id for each in heard}
    assert "callback_number" not in named
    assert "called_back" in named
    assert "the elders' <service> line" in next(
        text for each in heard if (each.message_id, each.language) == ("called_back", "en") for text in each.texts
    )


def page_of(heard: tuple[HeardPrompt, ...]) -> str:
    """The page of everything that ships."""
    messages = load_messages(None)
    findings = [each for message in messages.values() for each in lint_wordings(message)]
    return PromptPage(tuple(messages.values()), heard, findings, "elder-channel, 2026-11-23").html()


def test_every_message_can_be_read_with_purpose_dialects_and_review() -> None:
    """In both languages, of every channel; the drafts are called drafts."""
    html = page_of(())
    for message in load_messages(None).values():
        assert f'<section id="{message.id}">' in html
        assert message.purpose_zh in html
    drafts = sum(len(message.dialects) for message in load_messages(None).values())
    assert html.count("草稿,电话里不说") == drafts
    assert html.count("[not_heard]") == drafts


def test_every_sound_is_in_the_file_itself(shelf: Shelf) -> None:
    """It can be sent to a native speaker, who needs nothing else; each player says what it plays."""
    heard = heard_prompts(INVITATION, {}, shelf)
    html = page_of(heard)
    sounds = re.findall(
        r'<audio controls preload="none" aria-label="([^"]+)" src="data:audio/wav;base64,([^"]+)"', html
    )
    assert [base64.b64decode(sound) for _, sound in sounds] == [each.wave for each in heard]
    assert sounds[0][0] == "invitation, zh, as usual"
    assert not re.search(r'(src|href)="(?!data:|#)', html)


def test_what_a_site_calls_itself_is_text_on_the_page() -> None:
    """Markup in a name, in what was understood, or in a finding changes no page."""
    heard = HeardPrompt("invitation", "zh", "plain", ("x",), misheard_as="<script>alert(1)</script>")
    html = page_of((heard,))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
