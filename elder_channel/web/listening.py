"""Listens to every open stream: onset moves the call, utterances go to the recognizer, the rest is forgotten.

One thread turns the frames of all streams into events, one batch of voice activity at a time; nothing here runs per
frame on the event loop, and no sound outlives its call unless its customer agreed to that (`services.sound_keeping`).
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
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
from elder_channel.recognition.client import RecognizerClient
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.sound_keeping import SoundKeeping
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
    newest: int = 0
    """Number of the newest recognition asked for; an older answer that comes later is dropped."""


class Listener:
    """Owns the streams of this process."""

    def __init__(self, line: Line, calls: LineService, recognizer: RecognizerClient, wake: Callable[[], None]) -> None:
        self._line = line
        self._calls = calls
        self._knowing = Knowing(line)
        self._keeping = SoundKeeping(line)
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
        said = [*heard.utterances, recognition]
        if final:
            heard.utterances = said
        text = " ".join(part.text for part in said if part.text)
        posterior, acoustic = mean_language_posterior(said), mean_acoustic(said)
        await to_thread.run_sync(
            lambda: self._knowing.heard(
                sid,
                text=text,
                recognizer=recognition.recognizer,
                language_posterior=posterior,
                acoustic=acoustic,
                final=final,
            )
        )
        self._wake()
        if final:
            await to_thread.run_sync(self._keep_sound, sid, samples, recognition)

    def _keep_sound(self, sid: str, samples: NDArray[np.float32], recognition: Recognition) -> None:
        """For training, where the customer agreed; whatever fails here is no concern of the call (law 1)."""
        try:
            self._keeping.keep(sid, samples, recognition)
        except Exception:
            log.exception("sound.keep_failed", call=sid)

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


def mean_language_posterior(said: list[Recognition]) -> dict[str, float]:
    """The language posterior over several utterances, weighted by their length."""
    return _mean([(part.language_posterior, part.seconds) for part in said if part.language_posterior])


def mean_acoustic(said: list[Recognition]) -> dict[str, float]:
    """What the head makes of several utterances: the mean, weighted by their length.

    Not the product: utterances of one caller share voice and line, so their errors are the same error.
    """
    return _mean([(part.acoustic, part.seconds) for part in said if part.acoustic])


def _mean(rows: list[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """Mean of mappings with weights; what a mapping lacks counts as 0."""
    total = sum(weight for _, weight in rows) or 1.0
    mean: dict[str, float] = {}
    for row, weight in rows:
        for key, probability in row.items():
            mean[key] = mean.get(key, 0.0) + probability * weight / total
    return mean
