"""The listener of the voice process: what is asked of the recognizer, when it counts, and what stays private."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from dialects.audio.telephone import to_telephone
from dialects.recognizers.port import Recognition
from dialects.settings import ElderEndpointing, EndpointingSettings, StandardEndpointing
from elder_channel.calls.model import Call
from elder_channel.calls.tables import calls
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.endpointing import endpointing_for
from elder_channel.services.line import LineService
from elder_channel.web.listening import Listener, _Asked
from tests.fakes import bad_sounds
from tests.fakes.line import LineInMemory, open_test_line

HOTLINE, ELDER, STRANGER = "+862100000060", "+862000000101", "+8659100000155"
TEXT = "我要报案"

ENGLISH_TEXT = "English please, I have a question about my policy"


class SlowWriter:
    """Answers as the recognizer process does; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.asked: list[np.ndarray] = []
        self.failures = failures

    async def recognize(self, samples: np.ndarray, *, rate_hz: int) -> Recognition:
        self.asked.append(samples)
        await asyncio.sleep(0.05)
        if len(self.asked) <= self.failures:
            raise RecognitionUnavailableError("busy", "busy", retryable=True)
        return Recognition(TEXT, "zh", {"zh": 0.99}, recognizer="writer", seconds=samples.size / rate_hz)


class EnglishWriter(SlowWriter):
    """Understands English."""

    async def recognize(self, samples: np.ndarray, *, rate_hz: int) -> Recognition:
        """What is heard, whatever it is."""
        heard = await super().recognize(samples, rate_hz=rate_hz)
        return replace(heard, text=ENGLISH_TEXT, language="en", language_posterior={"en": 0.97, "zh": 0.03})


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line on files of its own."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


def call_of(at: LineInMemory, sid: str = "CA1") -> Call:
    call = at.line.calls.get(sid)
    assert call is not None
    return call


def talk(
    at: LineInMemory,
    writer: SlowWriter,
    *,
    endpointing: EndpointingSettings | None = None,
    silent: float = 5.0,
    sentences: int = 1,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """A caller says one sentence and is silent; `meanwhile` happens when the sentence is over."""
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    at.line.calls.queued("CA1", at=at.clock())

    async def run() -> None:
        listener = Listener(at.line, service, writer, lambda: None)  # type: ignore[arg-type]  # the client's one method
        listener.start()
        key = listener.open("CA1", endpointing)
        said = ((0.0, bad_sounds.voice("zh_hello")), (silent, bad_sounds.silence(silent)))
        for seconds, sound in said * sentences:
            data = to_telephone(sound, rate_hz=bad_sounds.RATE_HZ)
            if seconds and meanwhile:
                await asyncio.sleep(0.2)
                meanwhile()
            for start in range(0, len(data), 4_000):  # half a second at a time: sooner than real, never a flood
                listener.feed(key, data[start : start + 4_000])
                await asyncio.sleep(0.06)
        listener.close(key)
        await _until(lambda: not listener.busy)
        listener.stop()

    asyncio.run(run())


async def _until(done: Callable[[], bool], *, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    await wait(0.3)
    for _ in range(100):
        if done():
            return
        await wait(0.05)
    raise TimeoutError("the listener is still busy")


def test_what_was_recognized_at_the_pause_is_not_recognized_again(at: LineInMemory) -> None:
    """A patient profile costs the recognizer nothing: its answer of the pause becomes final."""
    writer = SlowWriter()
    talk(at, writer, endpointing=ElderEndpointing())
    assert len(writer.asked) == 1
    call = call_of(at)
    assert (call.transcript, call.identified_finally) == (TEXT, True)


def test_the_dialect_is_in_the_books_before_the_utterance_ends(at: LineInMemory) -> None:
    """Known at the pause, final when nothing more came."""
    writer, seen = SlowWriter(), []
    talk(at, writer, endpointing=ElderEndpointing(), silent=1.5)  # then the stream ends: shorter than the end silence
    seen.append(call_of(at))
    assert seen[0].transcript == TEXT
    assert len(writer.asked) == 1


def test_what_the_carrier_heard_gives_way_to_our_own_hearing(at: LineInMemory) -> None:
    """Its words stood already when ours came at the pause; at the end ours replace them all the same."""
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    service.gathered("CA1", 1, digits="", speech="退保")
    assert call_of(at).recognizer == "carrier"
    talk(at, SlowWriter(), endpointing=ElderEndpointing())
    assert (call_of(at).recognizer, call_of(at).transcript) == ("writer", TEXT)


def test_a_second_utterance_is_in_the_books_at_its_pause(at: LineInMemory) -> None:
    """After one utterance stands, the next is added as soon as it is known, and never written twice."""
    writer = SlowWriter()
    talk(at, writer, endpointing=StandardEndpointing(end_silence_ms=1300), sentences=2, silent=3.0)
    assert len(writer.asked) == 2
    assert call_of(at).transcript == f"{TEXT} {TEXT}"


def test_an_interim_that_failed_is_asked_again_at_the_end(at: LineInMemory) -> None:
    """A recognizer that was busy at the pause is given the utterance once more."""
    writer = SlowWriter(failures=1)
    talk(at, writer, endpointing=StandardEndpointing())
    assert len(writer.asked) == 2
    assert np.array_equal(*writer.asked)
    assert (call_of(at).transcript, call_of(at).recognition) == (TEXT, "heard")


def test_law_2_a_recognizer_that_is_down_releases_the_call(at: LineInMemory) -> None:
    """The note says that nobody listened, and the router holds no longer."""
    writer = SlowWriter(failures=9)
    talk(at, writer)
    assert call_of(at).recognition == "off"


@pytest.mark.parametrize(("answered_ago", "heard"), [(30.0, 0), (0.0, 1)], ids=["in the conversation", "before it"])
def test_law_7_what_is_said_to_the_agent_is_not_recognized(at: LineInMemory, answered_ago: float, heard: int) -> None:
    """However patient the profile: the moment counts at which it was said, not that at which it ended."""
    writer = SlowWriter()

    def answered() -> None:
        moment = at.clock() - timedelta(seconds=answered_ago)
        with at.line.databases.calls.begin() as connection:
            connection.execute(calls.update().values(answered_at=moment))

    talk(at, writer, endpointing=ElderEndpointing(), meanwhile=answered)
    assert len(writer.asked) == heard


@pytest.mark.parametrize(
    ("caller", "called", "profile"),
    [
        pytest.param(ELDER, HOTLINE, ElderEndpointing, id="known elder"),
        pytest.param(STRANGER, "+862100000061", ElderEndpointing, id="dedicated line"),
        pytest.param(STRANGER, HOTLINE, StandardEndpointing, id="anybody else"),
    ],
)
def test_a_caller_has_the_profile_of_the_settings(
    tmp_path: Path, caller: str, called: str, profile: type[EndpointingSettings]
) -> None:
    """Elders are waited for; whom else, the settings say."""
    numbers = {"ELDER_CHANNEL_LINE__DEDICATED_NUMBERS": '["+862100000061"]'}
    at = open_test_line(tmp_path, **numbers)
    LineService(at.line).arrive("CA1", caller, called)
    assert isinstance(endpointing_for(at.line, "CA1"), profile)
    at.line.databases.dispose()


def test_one_line_of_configuration_waits_for_everybody(tmp_path: Path) -> None:
    """A hotline whose callers are mostly old gives all of them the elder's profile; an unknown call has one too."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_LISTENING__OTHER_CALLERS="elder")
    LineService(at.line).arrive("CA1", STRANGER, HOTLINE)
    assert isinstance(endpointing_for(at.line, "CA1"), ElderEndpointing)
    assert isinstance(endpointing_for(at.line, "CA-unknown"), ElderEndpointing)
    at.line.databases.dispose()


def test_english_heard_in_the_queue_ends_the_chinese_sentence_once(at: LineInMemory) -> None:
    """At the pause, before the utterance counts as over; the second sentence in English moves nobody."""
    talk(at, EnglishWriter(), endpointing=ElderEndpointing(), sentences=2, silent=3.0)
    assert [urlsplit(url).path for _, url in at.carrier.redirects] == ["/voice/language"]
    assert (call_of(at).language, call_of(at).state) == ("en", "waiting")


def test_who_pressed_nine_is_not_moved_for_speaking_english(at: LineInMemory) -> None:
    """The key was answered when it was pressed."""
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    service.keyed_while_waiting("CA1", "9", round_=0)
    talk(at, EnglishWriter(), endpointing=ElderEndpointing())
    assert at.carrier.redirects == []


@pytest.mark.parametrize(("whole", "moves"), [(True, 1), (False, 0)], ids=["at-a-pause", "in-the-middle"])
def test_the_middle_of_a_sentence_ends_no_other(at: LineInMemory, whole: bool, moves: int) -> None:
    """Half a sentence may be taken for another language; what was heard is in the books all the same."""
    service = LineService(at.line)
    service.arrive("CA1", ELDER, HOTLINE)
    at.line.calls.queued("CA1", at=at.clock())
    listener = Listener(at.line, service, EnglishWriter(), lambda: None)  # type: ignore[arg-type]  # its one method

    async def run() -> None:
        key = listener.open("CA1")
        sound = bad_sounds.silence(1.0)
        heard, asked = listener._heard[key], _Asked(1, sound, at.clock(), final=False, whole=whole)
        heard.newest = asked.number
        await listener._recognize(key, heard, asked)
        await _until(lambda: not listener.busy)

    asyncio.run(run())
    assert call_of(at).language == "en"
    assert len(at.carrier.redirects) == moves
