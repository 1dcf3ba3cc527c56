"""The second hearing: added models, each in a process of its own, loaded when first wanted and never more than fit.

Nobody waits for it (law 2): what Whisper wrote is with the agent already, and stays when nothing better comes.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Thread

import numpy as np
import structlog
from numpy.typing import NDArray

from dialects.catalogue import Catalogue, load_catalogue
from dialects.errors import RecognizersFailedError, SpeechModelError
from dialects.recognizers.fallback import FallbackRecognizer
from dialects.recognizers.port import Capabilities, Recognition
from dialects.recognizers.specialists import Specialist, better_heard, find_specialists
from dialects.settings import RecognitionSettings
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.hosted import HostedRecognizer
from elder_channel.recognition.roster import Roster, SpecialistLoader, load_by_id

log = structlog.get_logger(__name__)

REST_SECONDS = 300.0
"""One that failed is left alone so long, or until its files change: loading a gigabyte in vain costs a processor."""
LOOK_SECONDS = 30.0
"""So often the models folder is looked into again: a model may have been added, mended or lost."""


@dataclass
class _Request:
    samples: NDArray[np.float32]
    dialect: str
    answer: Future[Recognition] = field(default_factory=Future)


_Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Failure:
    """What went wrong with a model when it was last asked."""

    text: str
    until: float
    """It is left alone until then, on the steady clock."""
    stamp: _Stamp

    def is_over(self, specialist: Specialist | None) -> bool:
        """Whether it may be asked again: it rested, or its files are others now."""
        return specialist is None or time.monotonic() >= self.until or _stamp(specialist) != self.stamp


@dataclass(frozen=True)
class SpecialistHealth:
    """How one added model is doing."""

    id: str
    name: str
    loaded: bool
    megabytes: int
    """Memory it takes now."""
    trouble: str
    """Why it is not used; empty when it is, or would be."""


class SpecialistPool:
    """Start it once; `submit` from any thread. One utterance is heard at a time."""

    def __init__(
        self,
        settings: RecognitionSettings,
        *,
        catalogue: Catalogue | None = None,
        env: Mapping[str, str] = os.environ,
        loader: SpecialistLoader = load_by_id,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue or load_catalogue()
        self._env = env
        self._change = Condition()
        self._waiting: deque[_Request] = deque()
        self._closed = False
        self._thread: Thread | None = None
        self._found: dict[str, Specialist] = {}
        self._failed: dict[str, _Failure] = {}
        self._better: dict[str, tuple[Specialist, ...]] = {}
        self._roster = Roster(settings, loader=loader)

    @property
    def better_for(self) -> frozenset[str]:
        """Dialects that an added model knows better than Whisper, as things stand."""
        return frozenset(self._better)

    def start(self) -> None:
        """Look for models and start listening; returns at once, nothing is loaded yet."""
        if not self._settings.enabled or not self._settings.specialists_mb:
            return
        self._thread = Thread(target=self._run, name="specialists", daemon=True)
        self._thread.start()

    def submit(self, samples: NDArray[np.float32], dialect: str) -> Future[Recognition]:
        """Queue an utterance, mono float32 at 16 kHz, for those who know `dialect` better than Whisper.

        Raises `RecognitionUnavailableError`: `no_specialist` when there is none, `busy` when the queue is full.
        """
        request = _Request(samples, dialect)
        with self._change:
            if dialect not in self._better:
                text = f"No added model knows {dialect} better than Whisper."
                raise RecognitionUnavailableError("no_specialist", text, retryable=False)
            self._waiting = deque(each for each in self._waiting if not each.answer.cancelled())
            if len(self._waiting) >= self._settings.queue_limit:
                raise RecognitionUnavailableError("busy", "Too many utterances are waiting.", retryable=True)
            self._waiting.append(request)
            self._change.notify()
        return request.answer

    def health(self) -> list[SpecialistHealth]:
        """Every added model the settings allow, at this moment."""
        with self._change:
            found, failed = dict(self._found), dict(self._failed)
        return [
            SpecialistHealth(
                each.model.id,
                name,
                loaded=self._roster.is_loaded(name),
                megabytes=round(self._roster.megabytes(name)),
                trouble=each.trouble or (failed[name].text if name in failed else ""),
            )
            for name, each in found.items()
        ]

    def close(self) -> None:
        """Stop; what waits is answered with an error, and every process ends."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        if self._thread:
            self._thread.join(timeout=10)
        self._roster.stop()
        for request in self._waiting:
            _fail(request, "worker_died", "The recognizer is stopping.")

    def _run(self) -> None:
        look_at = float("-inf")
        while not self._closed:
            if time.monotonic() >= look_at:
                self._look()
                look_at = time.monotonic() + LOOK_SECONDS
            if request := self._take(until=look_at):
                self._answer(request)

    def _take(self, *, until: float) -> _Request | None:
        """The next request that is still wanted; None when there is none by then, or the pool closes."""
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closed, timeout=max(0.0, until - time.monotonic()))
            while self._waiting and not self._closed:
                request = self._waiting.popleft()
                if request.answer.set_running_or_notify_cancel():
                    return request
        return None

    def _look(self) -> None:
        """See which models are there, and who knows whom better; what changed is said in the log."""
        try:
            found = {each.name: each for each in find_specialists(self._settings, env=self._env)}
        except OSError as error:
            log.warning("specialist.folder_unreadable", reason=str(error))
            return
        for name in [name for name, failure in self._failed.items() if failure.is_over(found.get(name))]:
            del self._failed[name]
        for each in found.values():
            before = self._found.get(each.name)
            if before is None or before.trouble != each.trouble:
                tell = log.warning if each.trouble else log.info
                tell("specialist.found", recognizer=each.name, model=each.model.id, trouble=each.trouble)
        self._settle(found)

    def _settle(self, found: dict[str, Specialist]) -> None:
        usable = [each for name, each in found.items() if name not in self._failed]
        better = better_heard(usable, preferred=self._settings.specialists, catalogue=self._catalogue)
        with self._change:
            self._found, self._better = found, better

    def _answer(self, request: _Request) -> None:
        chosen = self._better.get(request.dialect, ())
        if not chosen:  # the last of them failed while this one waited
            _fail(request, "no_specialist", f"No added model that knows {request.dialect} works.")
            return
        try:
            chain = FallbackRecognizer(
                [_Reporting(self._roster.host(each), self._failed_over(each)) for each in chosen]
            )
            (heard,) = chain.recognize([request.samples])
        except RecognizersFailedError as error:
            _fail(request, "failed", str(error))
        except Exception as error:  # the way in: this thread serves every later call, too
            log.exception("specialist.answer_failed")
            _fail(request, "failed", f"{type(error).__name__}: {error}")
        else:
            request.answer.set_result(heard)

    def _failed_over(self, specialist: Specialist) -> Callable[[SpeechModelError], None]:
        def note(error: SpeechModelError) -> None:
            log.warning("specialist.failed", recognizer=specialist.name, reason=str(error))
            self._failed[specialist.name] = _Failure(str(error), time.monotonic() + REST_SECONDS, _stamp(specialist))
            self._settle(self._found)

        return note


@dataclass(frozen=True)
class _Reporting:
    """A hosted recognizer that tells of its failures on their way to the fallback."""

    hosted: HostedRecognizer
    failed: Callable[[SpeechModelError], None]

    @property
    def capabilities(self) -> Capabilities:
        return self.hosted.capabilities

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        try:
            return self.hosted.recognize(utterances, languages=languages)
        except SpeechModelError as error:
            self.failed(error)
            raise


def _stamp(specialist: Specialist) -> _Stamp:
    """Sizes and times of the model's files: whether somebody has mended it."""
    files = (specialist.found.folder / file.name for file in specialist.model.files)
    stats = (path.stat() for path in files if path.is_file())
    return tuple((stat.st_size, stat.st_mtime_ns) for stat in stats)


def _fail(request: _Request, code: str, text: str) -> None:
    if not request.answer.done():
        request.answer.set_exception(RecognitionUnavailableError(code, text, retryable=False))
