"""A recording at "what if" is heard by the real recognizer, as a caller is."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from dialects.audio.resample import to_recognizer_rate
from dialects.recognizers.port import Recognition
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.worker import load_whisper
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.what_if import WhatIf
from elder_channel.services.what_if_ear import Sound
from elder_channel.services.what_if_model import Ending, Question
from tests.fakes.line import open_test_line
from tests.fakes.people import People

BOSS = Account("lin.fang", Role.EDITOR)
ASKED = Question("", "+862100000060", datetime(2026, 11, 23, 10, tzinfo=HOTLINE_ZONE))
CLAIM = files("elder_channel").joinpath("data", "demo", "zh_accident_claim.flac")
HELP = files("elder_channel").joinpath("data", "demo", "en_policy_help.flac")


class OwnHears:
    """Whisper in this process, in the place of the recognizer that runs with the line."""

    def __init__(self) -> None:
        self._whisper = load_whisper(1)

    def hear(self, sound: Sound) -> Recognition:
        """What is heard."""
        return self._whisper.recognize([to_recognizer_rate(sound.samples)])[0]

    def hear_again(self, sound: Sound, dialect: str) -> Recognition | None:
        """Nobody knows a dialect better here."""
        return None


@pytest.mark.model
def test_what_is_said_in_a_recording_decides_need_and_language(tmp_path: Path) -> None:
    """A claim in Putonghua by its words; English by its sound, for an agent who speaks it."""
    at, hears = open_test_line(tmp_path), OwnHears()
    service = WhatIf(at.line, People(BOSS), lambda _: hears)
    claim = service.decide(ASKED, by=BOSS, recording=CLAIM.read_bytes())
    assert claim.call.entry == "voice"
    assert claim.call.need is not None
    assert "报案" in claim.call.need
    assert claim.call.recognizer == "whisper-base-int8"
    english = service.decide(ASKED, by=BOSS, recording=HELP.read_bytes())
    assert (english.call.language, english.ending) == ("en", Ending.GIVEN)
    agent = at.line.settings.agent(english.call.agent_id)
    assert agent is not None
    assert agent.languages["en"] >= at.line.settings.routing.min_proficiency
    at.line.databases.dispose()


def test_without_a_recognizer_nobody_listens(tmp_path: Path) -> None:
    """The line's own recognizer is asked, and is not there."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_SERVER__RECOGNIZER_PORT="9")
    with pytest.raises(RecognitionUnavailableError) as away:
        WhatIf(at.line, People(BOSS)).decide(ASKED, by=BOSS, recording=CLAIM.read_bytes())
    assert away.value.code == "unreachable"
    at.line.databases.dispose()
