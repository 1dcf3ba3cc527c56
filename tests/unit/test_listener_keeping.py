"""The listener hands finished utterances over to be kept; whatever fails there is no concern of the call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognition
from elder_channel.customers.model import Customer
from elder_channel.recognition.client import RecognizerClient
from elder_channel.services.consents import Consents, ShellOperator
from elder_channel.services.line import LineService
from elder_channel.web.listening import Listener, _Asked
from tests.fakes.line import LineInMemory, open_test_line

NUMBER = "+8659100000101"
SOUND = np.ones(2 * RATE_HZ, dtype=np.float32) / 8


class Hears:
    """A recognizer that always hears the same."""

    async def recognize(self, samples: np.ndarray, *, rate_hz: int) -> Recognition:
        """The same words."""
        return Recognition("我要报案", "zh", {"zh": 0.9}, recognizer="ours", seconds=samples.size / rate_hz)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound, and a customer who agreed."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_LEARNING__KEEP_AUDIO="true")
    opened.line.customers.load([Customer(70, "某人", (NUMBER,))])
    operator = ShellOperator()
    Consents(opened.line, operator).record(70, given=True, basis="form", by=operator.ACCOUNT)
    LineService(opened.line).arrive("CA1", NUMBER, "+862100000060")
    yield opened
    opened.line.databases.dispose()


def test_what_was_recognized_at_a_pause_is_kept_once(at: LineInMemory) -> None:
    """When the pause turns out to be the end of the utterance."""
    listener = Listener(at.line, LineService(at.line), cast(RecognizerClient, Hears()), lambda: None)
    key = listener.open("CA1")
    heard, asked = listener._heard[key], _Asked(1, SOUND, at.clock(), final=False)

    async def pause_then_end() -> None:
        heard.newest = 1
        await listener._recognize(key, heard, asked)
        assert at.line.sound_clips.all() == []
        asked.final = True
        await listener._settle("CA1", heard, asked)

    asyncio.run(pause_then_end())
    assert len(at.line.sound_clips.all()) == 1


def hear(at: LineInMemory, *, final: bool) -> None:
    """One utterance of CA1 goes through the listener."""
    listener = Listener(at.line, LineService(at.line), cast(RecognizerClient, Hears()), lambda: None)
    key = listener.open("CA1")
    asked = _Asked(1, SOUND, at.clock(), final)
    asyncio.run(listener._recognize(key, listener._heard[key], asked))


def test_a_finished_utterance_is_kept(at: LineInMemory) -> None:
    """Once, with the recognizer that heard it."""
    hear(at, final=True)
    [clip] = at.line.sound_clips.all()
    assert (clip.call_sid, clip.engine, clip.seconds) == ("CA1", "ours", 2.0)
    assert at.line.sound_files.path(clip.id).exists()


def test_an_interim_result_is_not_kept(at: LineInMemory) -> None:
    """The whole utterance follows."""
    hear(at, final=False)
    assert at.line.sound_clips.all() == []


def test_law_7_the_conversation_with_the_agent_is_not_kept(at: LineInMemory) -> None:
    """What comes after the pick-up is not even recognized."""
    at.line.calls.answered("CA1", "chen-jiaming", at=at.clock())
    at.clock.forward(30)
    hear(at, final=True)
    assert at.line.sound_clips.all() == []


def test_law_1_a_full_disk_is_no_concern_of_the_call(at: LineInMemory) -> None:
    """What was heard reaches the books; no row is left without its file."""
    at.line.sound_files.folder.parent.mkdir(parents=True)
    at.line.sound_files.folder.write_text("in the way", encoding="utf-8")
    hear(at, final=True)
    call = at.line.calls.get("CA1")
    assert call
    assert call.transcript == "我要报案"
    assert at.line.sound_clips.all() == []


def test_words_find_their_sound(at: LineInMemory) -> None:
    """Each utterance's words carry the id of its kept sound; a second hearing's words take the place of the first's."""
    listener = Listener(at.line, LineService(at.line), cast(RecognizerClient, Hears()), lambda: None)
    key = listener.open("CA1")
    heard = listener._heard[key]

    async def two_utterances() -> None:
        for _ in range(2):
            heard.newest += 1
            await listener._recognize(key, heard, _Asked(heard.newest, SOUND, at.clock(), final=True))
            at.clock.forward(3)
        heard.again[0] = Recognition("侬好", "zh", recognizer="wu", seconds=2.0)
        await listener._write("CA1", heard, heard.utterances, heard.ids, final=True)

    asyncio.run(two_utterances())
    call, clips = at.line.calls.get("CA1"), at.line.sound_clips.all()
    assert call
    assert [(each.utterance, each.text) for each in call.stretches] == [
        (clips[0].id, "侬好"),
        (clips[1].id, "我要报案"),
    ]
