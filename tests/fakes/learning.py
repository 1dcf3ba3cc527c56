"""A line that learns: a customer who has agreed, a call that was answered, an utterance that is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognition
from elder_channel.customers.model import Customer
from elder_channel.learning.model import SoundClip
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.consents import Consents
from elder_channel.services.endings import Endings
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.said import what_was_said
from elder_channel.services.sound_keeping import SoundKeeping
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People

HOTLINE = "+862100000060"
NUMBER = "+8659100000101"
STRANGER = "+8659100000155"
CUSTOMER = Customer(70, "某人", (NUMBER,), dialect="fuzhou")
AGENT = Account("lin", Role.AGENT)
SOUND = (np.sin(np.arange(3 * RATE_HZ) / 9) / 4).astype(np.float32)
HEARD = Recognition("我要报案", "zh", {"zh": 0.9}, {"fuzhou": 1.0}, recognizer="whisper-base-int8", head="all@1")
PEOPLE = People(AGENT)


@contextmanager
def learning_line(folder: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound where it may."""
    opened = open_test_line(folder, ELDER_CHANNEL_LEARNING__KEEP_AUDIO="true")
    opened.line.customers.load([CUSTOMER])
    yield opened
    opened.line.databases.dispose()


def answered_call(at: LineInMemory, sid: str = "CA1", caller: str = NUMBER) -> None:
    """A call that somebody has taken."""
    LineService(at.line).arrive(sid, caller, HOTLINE)
    Endings(at.line).agent_answered(sid, "chen-jiaming")


def agreed(at: LineInMemory, customer_id: int = 70) -> None:
    """The customer has agreed to keeping sound."""
    Consents(at.line, PEOPLE).record(customer_id, given=True, basis="form of 2026-11-02", by=AGENT)


def kept_utterance(at: LineInMemory, sid: str = "CA1") -> SoundClip:
    """An utterance of the call, kept."""
    clip = SoundKeeping(at.line).keep(sid, SOUND, HEARD)
    assert clip
    return clip


def heard_utterances(at: LineInMemory, heard: Sequence[Recognition], sid: str = "CA1") -> list[SoundClip]:
    """Utterances of the call in the books with their words, each three seconds long, as the listener leaves them."""
    ids = [uuid.uuid4().hex for _ in heard]
    Knowing(at.line).heard(sid, final=True, **vars(what_was_said(heard, {}, ids)))
    keeping = SoundKeeping(at.line)
    clips = []
    for each, id_ in zip(heard, ids, strict=True):
        clip = keeping.keep(sid, SOUND, each, id_)
        assert clip
        clips.append(clip)
        at.clock.forward(SOUND.size / RATE_HZ)
    return clips
