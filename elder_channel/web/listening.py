"""Listens to every open stream: onset moves the call, utterances go to the recognizer, the rest is forgotten.

One thread turns the frames of all streams into events, one batch of voice activity at a time; nothing here runs per
frame on the event loop, and no sound outlives its call.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import structlog
from anyio import to_thread
from numpy.typing import NDArray

from dialects.audio.mulaw import RATE_HZ
from dialects.audio.streams import StreamBank
from dialects.audio.turns import Interim, Onset, TurnEvent, UtteranceEnd
from dialects.recognizers.port import Recognition
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.said import what_was_said, worth_hearing_again
from elder_channel.web.threads import carrier_threads

log = structlog.get_logger()

TICK_SECONDS = 0.032
"""One frame of the voice activity model."""
GRACE_SECONDS = 2.0
"""An utterance that was said before the pick-up is reported so much later: its end had to be waited for."""
FORGET_AFTER_SECONDS = 30.0
"""What a closed stream said is kept until its last recognition is surely back."""


@dataclass(frozen=True)
class StreamKey:
    """One stream of a call; a call may open another one before the first is gone."""

    sid: str
    number: int


@dataclass
class _Heard:
    """What one stream's caller has said so far; lives as long as the stream."""

    utterances: list[Recognition] = field(default_factory=list)
    """What Whisper heard, one for each whole utterance."""
    again: dict[int, Recognition] = field(default_factory=dict)
    """By the place of an utterance: what a recognizer made for the dialect heard of it."""
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Results of one stream go into the books one after the other, each with all that is known by then."""
    newest: int = 0
    """Number of the newest recognition asked for; an older answer that comes later is dropped."""


class Listener:
    """Owns the streams of this process."""

    def __init__(self, line: Line, calls: LineService, recognizer: RecognizerClient, wake: Callable[[], None]) -> None:
        self._line = line
        self._calls = calls
        self._knowing = Knowing(line)
        self._recognizer = recognizer
        self._wake = wake
        self._bank: StreamBank[StreamKey] = StreamBank(line.settings.listening)
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

    def open(self, sid: str) -> StreamKey:
        """A stream of the call begins."""
        key = StreamKey(sid, next(self._numbers))
        self._heard[key] = _Heard()
        self._bank.open(key)
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
            try:
                for key, events in self._bank.tick().items():
                    for event in events:
                        self._call_soon(key, event)
            except Exception:
                log.exception("listener.tick_failed")
            self._stop.wait(max(0.0, TICK_SECONDS - (time.monotonic() - began)))

    def _call_soon(self, key: StreamKey, event: TurnEvent) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._handle, key, event)

    def _handle(self, key: StreamKey, event: TurnEvent) -> None:
        match event:
            case Onset():
                self._spawn(self._onset(key.sid))
            case Interim(samples=samples):
                self._ask(key, samples, final=False)
            case UtteranceEnd(samples=samples):
                self._ask(key, samples, final=True)

    def _ask(self, key: StreamKey, samples: NDArray[np.float32], *, final: bool) -> None:
        heard = self._heard.get(key)
        if heard is None or not self._line.settings.recognition.enabled:
            return
        if not final and self._asking:
            return  # an interim result is a luxury: no whole utterance of anybody waits behind it
        heard.newest += 1
        self._spawn(self._recognize(key, heard, heard.newest, samples, final=final))

    async def _onset(self, sid: str) -> None:
        await to_thread.run_sync(self._calls.spoke_up, sid, limiter=carrier_threads())
        self._wake()

    async def _recognize(
        self, key: StreamKey, heard: _Heard, number: int, samples: NDArray[np.float32], *, final: bool
    ) -> None:
        sid = key.sid
        if await to_thread.run_sync(self._is_private_now, sid, len(samples) / RATE_HZ):
            self._bank.close(key)  # the carrier was asked to stop this stream; what still comes is not listened to
            return
        self._asking += 1
        try:
            recognition = await self._recognizer.recognize(samples, rate_hz=RATE_HZ)
        except RecognitionUnavailableError as error:
            log.warning("recognition.unavailable", call=sid, code=error.code, final=final)
            if not final:
                return
            await to_thread.run_sync(self._knowing.cannot_listen, sid)
            self._wake()
            return
        finally:
            self._asking -= 1
        if number < heard.newest and not final:
            return
        if not final:
            await self._write(sid, heard, [*heard.utterances, recognition], final=False)
            return
        heard.utterances.append(recognition)
        place = len(heard.utterances) - 1
        call = await self._write(sid, heard, heard.utterances, final=True)
        if call:
            self._spawn(self._hear_again(sid, heard, place, samples, call))

    async def _write(self, sid: str, heard: _Heard, said: list[Recognition], *, final: bool) -> Call | None:
        """Keep all that the stream's caller has said."""
        async with heard.writing:
            report = what_was_said(said, heard.again)
            call = await to_thread.run_sync(lambda: self._knowing.heard(sid, final=final, **vars(report)))
        self._wake()
        return call

    async def _hear_again(self, sid: str, heard: _Heard, place: int, samples: NDArray[np.float32], call: Call) -> None:
        """Have an utterance heard by who knows its dialect better; without a better answer Whisper's words stay."""
        dialect = worth_hearing_again(call, self._line.settings.recognition)
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
        await self._write(sid, heard, heard.utterances, final=True)

    def _is_private_now(self, sid: str, seconds: float) -> bool:
        """Whether this sound is of the conversation with the agent, or mostly so (law 7)."""
        call = self._line.calls.get(sid)
        if call is None or call.answered_at is None:
            return False
        return (self._line.clock() - call.answered_at).total_seconds() > seconds / 2 + GRACE_SECONDS

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("listener.task_failed", error=type(error).__name__, exc_info=error)
