"""The real recognizer listens to takes: the right words are heard, and another message is noticed.

The voices are the prompts that ship, so nobody's own voice is needed; what it knows of real dialect speakers this does
not tell.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bilingual.messages import load_messages
from elder_channel.recognition.worker import load_whisper
from elder_channel.services.prompt_board import PromptBoard
from elder_channel.services.prompt_checks import Checked, PromptChecks
from elder_channel.services.prompt_ear import OwnEar
from tests.fakes.line import LineInMemory, open_test_line

pytestmark = pytest.mark.model

OWN = [
    *(("zh", "invitation"), ("zh", "still_connecting"), ("zh", "passing_on")),
    *(("en", "invitation"), ("en", "all_busy_stay")),
]
SWAPPED = [
    ("zh", "invitation", "all_busy_stay"),
    ("zh", "passing_on", "invitation"),
    ("en", "all_busy_stay", "invitation"),
]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineInMemory]:
    """A line with the sounds that ship."""
    opened = open_test_line(tmp_path_factory.mktemp("words"))
    yield opened
    opened.line.databases.dispose()


@pytest.fixture(scope="module")
def checks(at: LineInMemory) -> PromptChecks:
    """With Whisper, as the command has it."""
    return PromptChecks(load_messages(), at.line.catalogue, OwnEar(load_whisper(1)))


def checked(at: LineInMemory, checks: PromptChecks, voice: str, said: str, as_message: str) -> Checked:
    """What is found in the prompt of one message, handed in for another."""
    sound = PromptBoard(at.line).built_sound(said, voice)
    if sound is None:  # what Whisper does not read back right is left to the carrier's voice
        pytest.skip(f"`{said}` in {voice} does not ship as a sound")
    return checks.check(sound, checks.wanted(as_message, voice), name=f"{said}.wav")


@pytest.mark.parametrize(("voice", "message_id"), OWN)
def test_the_right_words_are_heard(at: LineInMemory, checks: PromptChecks, voice: str, message_id: str) -> None:
    """In Mandarin and in English."""
    found = checked(at, checks, voice, message_id, message_id)
    assert not found.refused
    assert "words_heard" in {finding.code for finding in found.findings}


@pytest.mark.parametrize(("voice", "said", "as_message"), SWAPPED)
def test_another_message_is_noticed(
    at: LineInMemory, checks: PromptChecks, voice: str, said: str, as_message: str
) -> None:
    """By its length or by its words; where it was heard, it is named."""
    found = checked(at, checks, voice, said, as_message)
    assert found.refused
    assert {finding.code for finding in found.reasons} & {"another_message", "too_short", "too_long"}


def test_a_dialect_of_mandarin_only_notices_another_message(at: LineInMemory, checks: PromptChecks) -> None:
    """What Whisper writes for Sichuan speech says little, but it is enough to tell two messages apart."""
    sound = PromptBoard(at.line).built_sound("still_connecting", "zh")
    assert sound
    found = checks.check(sound, checks.wanted("invitation", "sichuan"), name="x.wav")
    assert [finding.code for finding in found.reasons] == ["another_message"]
    assert found.reasons[0].fields["other"] == "still_connecting"
