"""Listens to every open stream: onset moves the call, utterances go to the recognizer, the rest is forgotten.

At a pause what was said so far is recognized already; when nothing more is said, that answer stands and the end of the
utterance costs nothing. So a profile that waits long for an elder does not delay the dialect.

One thread turns the frames of all streams into events, one batch of voice activity at a time; nothing here runs per
frame on the event loop, and no sound outlives its call unless its customer agreed to that (`services.sound_keeping`).
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import structlog
from anyio import to_thread
from numpy.typing import NDArray

from dialects.audio.mulaw import RATE_HZ
from dialects.audio.streams import StreamBank
from dialects.audio.turns import Interim, Onset, TurnEvent, UtteranceEnd
from dialects.recognizers.port import Recognition
from dialects.settings import EndpointingSettings
from elder_channel.bootstrap import Line
from elder_channel.going_on import GoingOn
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.said import what_was_said, worth_hearing_again
from elder_channel.services.sound_keeping import SoundKeeping
from elder_channel.services.switching import Switching
from elder_channel.web.threads import carrier_threads

log = structlog.get_logger()

TICK_SECONDS = 0.032
"""One frame of the voice activity model."""
GRACE_SECONDS = 0.5
"""Sound is on its way for a moment: what seems to be said so soon after the pick-up was said before it."""
FORGET_AFTER_SECONDS = 30.0
"""What a closed stream said is kept until its last recognition is surely back."""


@dataclass(frozen=True)
class StreamKey:
    """One stream of a call; a call may open another one before the first is gone."""

    sid: str
    number: int


@dataclass
class _Asked:
    """One recognition, under way or answered."""

    number: int
    samples: NDArray[np.float32]
    said_at: datetime
    """The middle of what was said."""
    final: bool
    """Whether the utterance is over, so that the answer stands."""
    whole: bool = False
    """Whether the caller paused after it: all that was said so far, not the middle of a sentence."""
    answer: Recognition | None = None
    kept: bool = False
    """Whether the answer is in the books."""
    failed: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Of the utterance, once it is over: by it its words find its sound, where that is kept."""


@dataclass
class _Heard:
    """What a caller has said so far; lives as long as the stream, and goes on with the one that takes its place."""

    utterances: list[Recognition] = field(default_factory=list)
    """What Whisper heard, one for each whole utterance."""
    ids: list[str] = field(default_factory=list)
    """Of these utterances, in the same order."""
    again: dict[int, Recognition] = field(default_factory=dict)
    """By the place of an utterance: what a recognizer made for the dialect heard of it."""
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Results of one stream go into the books one after the other, each with all that is known by then."""
    newest: int = 0
    """Number of the newest recognition asked for; an older answer that comes later is dropped."""
    at_pause: _Asked | None = None
    """What was asked at the last pause of the utterance that is being said."""
    spoken_to_in: str | None = None
    """The language the caller is still spoken to in although another was heard; None while nothing has changed."""


class Listener:
    """Owns the streams of this process."""

    def __init__(self, line: Line, calls: LineService, recognizer: RecognizerClient, wake: Callable[[], None]) -> None:
        self._line = line
        self._calls = calls
        self._knowing = Knowing(line)
        self._keeping = SoundKeeping(line)
        self._switching = Switching(line, calls)
        self._recognizer = recognizer
        self._wake = wake
        self._bank: StreamBank[StreamKey] = StreamBank(line.settings.listening, line.settings.endpointing_elder)
        self._heard: dict[StreamKey, _Heard] = {}
        self._numbers = itertools.count()
        self._asking = 0
        """Recognitions under way."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the thread; call from the event loop."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, name="listener", daemon=True).start()

    def stop(self) -> None:
        """Stop the thread."""
        self._stop.set()

    @property
    def busy(self) -> bool:
        """Whether anything that was heard is still being worked on."""
        return bool(self._tasks)

    def open(self, sid: str, endpointing: EndpointingSettings | None = None) -> StreamKey:
        """A stream of the call begins; without a profile of the caller's own, that of elders holds.

        What was said on a stream of the call that broke a moment ago still counts.
        """
        before = [each for each in self._heard if each.sid == sid]
        key = StreamKey(sid, next(self._numbers))
        self._heard[key] = self._heard[before[-1]] if before else _Heard()
        self._bank.open(key, endpointing)
        return key

    def feed(self, key: StreamKey, payload: bytes) -> None:
        """Mu-law sound of the call; only kept here."""
        self._bank.feed(key, payload)

    def close(self, key: StreamKey) -> None:
        """The stream is over: what was begun is still recognized, then all is forgotten."""
        self._bank.close(key)
        if self._loop:
            self._loop.call_later(FORGET_AFTER_SECONDS, self._heard.pop, key, None)

    def _run(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            with GoingOn("listener.tick_failed"):
                for key, events in self._bank.tick().items():
                    for event in events:
                        self._call_soon(key, event)
            self._stop.wait(max(0.0, TICK_SECONDS - (time.monotonic() - began)))

    def _call_soon(self, key: StreamKey, event: TurnEvent) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._handle, key, event)

    def _handle(self, key: StreamKey, event: TurnEvent) -> None:
        if isinstance(event, Onset):
            self._spawn(self._onset(key.sid))
            return
        heard = self._heard.get(key)
        if heard is None or not self._line.settings.recognition.enabled:
            return
        if isinstance(event, Interim):
            self._interim(key, heard, event)
        else:
            self._finished_speaking(key, heard, event)

    def _interim(self, key: StreamKey, heard: _Heard, event: Interim) -> None:
        """A first guess while the caller speaks on is a luxury; what is asked at a pause is likely the whole of it."""
        heard.at_pause = None
        most = self._line.settings.recognition.queue_limit // 2 if event.at_pause else 1
        if self._asking >= most:
            return  # no whole utterance of anybody waits behind it
        asked = self._ask(key, heard, event, final=False)
        heard.at_pause = asked if event.at_pause else None

    def _finished_speaking(self, key: StreamKey, heard: _Heard, event: UtteranceEnd) -> None:
        """Recognize the utterance, unless that was done, or begun, at the pause which turned out to be its end."""
        asked, heard.at_pause = heard.at_pause, None
        if not event.heard_already or asked is None or asked.failed:
            self._ask(key, heard, event, final=True)
            return
        asked.final = True
        if asked.answer is not None:
            self._spawn(self._settle(key.sid, heard, asked))

    def _ask(self, key: StreamKey, heard: _Heard, event: Interim | UtteranceEnd, *, final: bool) -> _Asked:
        heard.newest += 1
        whole = final or (isinstance(event, Interim) and event.at_pause)
        asked = _Asked(heard.newest, event.samples, self._said_at(event), final, whole)
        self._spawn(self._recognize(key, heard, asked))
        return asked

    def _said_at(self, event: Interim | UtteranceEnd) -> datetime:
        """When the middle of it was said: the stream is now where the event was told."""
        middle = (event.first_voiced_sample + event.last_voiced_sample) / 2
        return self._line.clock() - timedelta(seconds=(event.at_sample - middle) / RATE_HZ)

    async def _onset(self, sid: str) -> None:
        await to_thread.run_sync(self._calls.spoke_up, sid, limiter=carrier_threads())
        self._wake()

    async def _recognize(self, key: StreamKey, heard: _Heard, asked: _Asked) -> None:
        sid = key.sid
        if await to_thread.run_sync(self._was_private, sid, asked.said_at):
            self._bank.close(key)  # the carrier was asked to stop this stream; what still comes is not listened to
            asked.failed = True
            return
        self._asking += 1
        try:
            asked.answer = await self._recognizer.recognize(asked.samples, rate_hz=RATE_HZ)
        except RecognitionUnavailableError as error:
            asked.failed = True
            log.warning("recognition.unavailable", call=sid, code=error.code, final=asked.final)
            if not asked.final:
                return
            await to_thread.run_sync(self._knowing.cannot_listen, sid)
            self._wake()
            return
        finally:
            self._asking -= 1
        if asked.number == heard.newest or asked.final:
            await self._settle(sid, heard, asked)

    async def _settle(self, sid: str, heard: _Heard, asked: _Asked) -> None:
        """Put an answer into the books, together with what was said before; once more when it became final."""
        if asked.answer is None:
            return
        said, ids = [*heard.utterances, asked.answer], [*heard.ids, asked.id]
        stands = asked.final or bool(heard.utterances)  # once something stands, what is added to it stands with it
        final = asked.final  # it may become final while the books are written; then this is done once more
        if final:
            heard.utterances, heard.ids = said, ids
        if asked.kept:
            await to_thread.run_sync(self._knowing.that_was_all, sid)
        else:
            asked.kept = await self._write(sid, heard, said, ids, final=stands)
        if asked.whole and heard.spoken_to_in:
            self._spawn(self._switch(sid, heard))
        if asked.final:
            self._spawn(self._hear_again(sid, heard, len(said) - 1, asked.samples))
        self._wake()
        if final:
            with GoingOn("sound.keep_failed", call=sid):  # for training; no concern of the call (law 1)
                await to_thread.run_sync(self._keeping.keep, sid, asked.samples, asked.answer, asked.id)

    async def _write(self, sid: str, heard: _Heard, said: list[Recognition], ids: list[str], *, final: bool) -> bool:
        """Keep all that the stream's caller has said; False when something else stands in the books by now."""
        async with heard.writing:
            report = what_was_said(said, heard.again, ids)
            before = await to_thread.run_sync(self._line.calls.get, sid)
            call = await to_thread.run_sync(lambda: self._knowing.heard(sid, final=final, **vars(report)))
            if before and call and before.language != call.language and heard.spoken_to_in is None:
                heard.spoken_to_in = before.language
        return call is not None and call.recognizer == report.recognizer

    async def _switch(self, sid: str, heard: _Heard) -> None:
        """Go on in the language that was heard, once the caller has paused: half a sentence is easily mistaken."""
        was, heard.spoken_to_in = heard.spoken_to_in, None
        call = await to_thread.run_sync(self._line.calls.get, sid)
        if call and call.language != was and not call.language_chosen:  # a key was answered when it was pressed
            await to_thread.run_sync(self._switching.speak_now, sid, limiter=carrier_threads())
            self._wake()

    async def _hear_again(self, sid: str, heard: _Heard, place: int, samples: NDArray[np.float32]) -> None:
        """Have an utterance heard by who knows its dialect better; without a better answer Whisper's words stay."""
        call = await to_thread.run_sync(self._line.calls.get, sid)
        dialect = worth_hearing_again(call, self._line.settings.recognition) if call else None
        if dialect is None or dialect not in self._recognizer.better_for:
            return
        try:
            recognition = await self._recognizer.recognize(samples, rate_hz=RATE_HZ, dialect=dialect)
        except RecognitionUnavailableError as error:
            log.warning("recognition.not_heard_again", call=sid, dialect=dialect, code=error.code)
            return
        if not recognition.text:  # it heard nothing: no reason to forget what Whisper heard
            return
        log.info("recognition.heard_again", call=sid, dialect=dialect, recognizer=recognition.recognizer)
        heard.again[place] = recognition
        await self._write(sid, heard, heard.utterances, heard.ids, final=True)
        self._wake()

    def _was_private(self, sid: str, said_at: datetime) -> bool:
        """Whether this was said in the conversation with the agent, or mostly so (law 7)."""
        call = self._line.calls.get(sid)
        if call is None or call.answered_at is None:
            return False
        return said_at > call.answered_at + timedelta(seconds=GRACE_SECONDS)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("listener.task_failed", error=type(error).__name__, exc_info=error)
