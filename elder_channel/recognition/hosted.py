"""A recognizer in a process of its own: an engine that ends its process ends nothing else."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

import numpy as np
import psutil
import structlog
from numpy.typing import NDArray

from dialects.errors import SpeechModelError
from dialects.recognizers.port import Capabilities, Recognition
from elder_channel.recognition.worker import Answer, Loader, Ready, work

log = structlog.get_logger(__name__)

NICENESS: Final = 10
"""A second hearing gives way to every first one."""
LOAD_SECONDS: Final = 180.0
"""Longest that loading may take: the child's trial load of `SherpaRecognizer`, then its own."""
_SPAWN = multiprocessing.get_context("spawn")
_BYTES_PER_MB = 1_000_000


class HostedRecognizer:
    """Loads its model in a child process when it is first asked; for one thread at a time.

    Every failure is a SpeechModelError and leaves no process behind; the next question starts another one.
    """

    def __init__(
        self,
        capabilities: Capabilities,
        load: Loader,
        *,
        threads: int,
        answer_seconds: float,
        admit: Callable[[HostedRecognizer], None] = lambda _: None,
    ) -> None:
        """`load` is called in the child; `admit` before and after loading, and raises SpeechModelError to refuse."""
        self._capabilities = capabilities
        self._start = partial(_SPAWN.Process, target=work, daemon=True)
        self._arguments = (load, threads, NICENESS)
        self._answer_seconds = answer_seconds
        self._admit = admit
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self.used_at = float("-inf")
        """When it was last asked, on the steady clock."""

    @property
    def capabilities(self) -> Capabilities:
        """Those of the model, known before it is loaded."""
        return self._capabilities

    @property
    def is_loaded(self) -> bool:
        """Whether its process runs with a loaded model."""
        return self._pipe is not None

    @property
    def megabytes(self) -> float:
        """Memory of its process now, MB (resident set); 0 when it is not loaded."""
        process = self._process
        try:
            return psutil.Process(process.pid).memory_info().rss / _BYTES_PER_MB if process else 0.0
        except (psutil.Error, ValueError):  # it has just ended, or been closed by another thread
            return 0.0

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        """As the port says; the languages are the recognizer's own. Raises SpeechModelError, whatever went wrong."""
        del languages
        self.used_at = time.monotonic()
        pipe = self._pipe or self._load()
        try:
            pipe.send(list(utterances))
            answer: Answer | None = pipe.recv() if pipe.poll(self._answer_seconds) else None
        except (EOFError, OSError) as error:
            self.stop()
            raise SpeechModelError(f"{self._capabilities.name} ended its process over an utterance.") from error
        if answer is None:
            self.stop()
            raise SpeechModelError(f"{self._capabilities.name} did not answer within {self._answer_seconds:.0f} s.")
        if isinstance(answer, str):
            raise SpeechModelError(f"{self._capabilities.name}: {answer}")
        return answer

    def stop(self) -> None:
        """End the process and give its memory back."""
        pipe, self._pipe = self._pipe, None
        process, self._process = self._process, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            end_process(process)

    def _load(self) -> Connection:
        self._admit(self)
        pipe, far_end = _SPAWN.Pipe()
        self._process = self._start(args=(far_end, *self._arguments))
        self._process.start()
        far_end.close()  # so that the pipe reports the end of the process
        code, text = _await_ready(pipe)
        if code != "ready":
            pipe.close()
            self.stop()
            raise SpeechModelError(text)
        self._pipe = pipe
        log.info("specialist.loaded", recognizer=self._capabilities.name, megabytes=round(self.megabytes))
        try:
            self._admit(self)  # now its real size is known
        except SpeechModelError:
            self.stop()
            raise
        return pipe


def _await_ready(pipe: Connection) -> Ready:
    with contextlib.suppress(EOFError, OSError):
        if not pipe.poll(LOAD_SECONDS):
            return ("model_error", f"The model did not load within {LOAD_SECONDS:.0f} s.")
        ready: Ready = pipe.recv()
        return ready
    return ("model_error", "The library ended its process while it loaded the model.")


def end_process(process: BaseProcess) -> None:
    """A worker leaves when its pipe closes; one that hangs is killed."""
    process.join(timeout=2)
    if process.is_alive():
        process.kill()
        process.join(timeout=5)
    process.close()
