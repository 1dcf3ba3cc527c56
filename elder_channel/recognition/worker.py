"""A recognizer process: loads the model once, answers batches over a pipe until the pipe closes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from dialects.errors import HeadError, SpeechModelError
from dialects.head_store import HeadStore, choose_head
from dialects.recognizers.port import Capabilities, Recognition, Recognizer
from dialects.recognizers.vocabulary import Vocabulary, service_vocabulary
from dialects.recognizers.weights import MODEL_VARIABLE
from dialects.recognizers.whisper_jobs import Retries
from dialects.settings import RecognitionSettings
from elder_channel.own_process import give_way
from elder_channel.state import HEADS_FOLDER, state_folder

log = structlog.get_logger(__name__)

Loader = Callable[[int], Recognizer]
"""Makes a recognizer that uses so many threads; importable by name, for it is called in the new process."""

NICENESS = 5
"""Recognition gives way to webhooks and media: a late answer from it costs nobody their turn."""

Utterances = list[NDArray[np.float32]]
Ready = tuple[str, str]
"""`("ready", recognizer)` or `(error code, sentence)`; the first thing a worker sends."""
Answer = list[Recognition] | str
"""Recognitions in order, or why there are none."""


def load_whisper(
    threads: int,
    *,
    acoustic_head: str = "none",
    vocabulary: Vocabulary | None = None,
    retries: Retries | None = None,
) -> Recognizer:
    """The recognizer of the embedded line, with a head as the settings name it, or `none`.

    A site's head that cannot be used gives way to the packaged one, a damaged packaged one is left out; both are said
    in the log: hearing without a head is better than not hearing.
    """
    from dialects.recognizers.mixed_languages import MixedLanguages  # loaded in the worker only
    from dialects.recognizers.whisper import WhisperRecognizer

    whisper = partial(WhisperRecognizer, threads=threads, vocabulary=vocabulary, retries=retries)
    if acoustic_head == "none" or os.environ.get(MODEL_VARIABLE, "").strip():  # heads know Whisper base only
        return MixedLanguages(whisper())
    try:
        chosen = choose_head(acoustic_head, HeadStore(state_folder(os.environ) / HEADS_FOLDER))
    except HeadError as error:
        log.warning("recognizer.without_head", reason=str(error))
        return MixedLanguages(whisper())
    if chosen.problem:
        log.warning("recognizer.packaged_head", reason=chosen.problem)
    log.info("recognizer.head", version=chosen.version)
    return NamedHead(MixedLanguages(whisper(head=chosen.head)), chosen.version)


class NamedHead:
    """A recognizer whose recognitions say which version of the head judged them."""

    def __init__(self, recognizer: Recognizer, version: str) -> None:
        self._recognizer = recognizer
        self._version = version

    @property
    def capabilities(self) -> Capabilities:
        """Those of the recognizer."""
        return self._recognizer.capabilities

    def recognize(self, utterances: Sequence[NDArray[np.float32]], **options: Any) -> list[Recognition]:
        """The recognizer's answers; what the head judged carries its version."""
        heard = self._recognizer.recognize(utterances, **options)
        return [replace(one, head=self._version) if one.acoustic else one for one in heard]


def whisper_loader(settings: RecognitionSettings) -> Loader:
    """`load_whisper` as the settings want it."""
    vocabulary = Vocabulary()
    if settings.prompt != "none":
        vocabulary = service_vocabulary(settings.hot_words, packaged=settings.prompt == "service")
    retries = Retries(settings.retry_temperatures, settings.retry_seconds)
    return partial(load_whisper, acoustic_head=settings.acoustic_head, vocabulary=vocabulary, retries=retries)


def work(pipe: Connection, load: Loader, threads: int, niceness: int = NICENESS) -> None:
    """Serve one pipe; ends when the other side closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; it closes the pipe
    give_way(niceness)
    recognizer = _load(pipe, load, threads)
    if recognizer is None:
        return
    while True:
        try:
            utterances: Utterances = pipe.recv()
            pipe.send(_recognize(recognizer, utterances))
        except (EOFError, OSError):
            return


def _load(pipe: Connection, load: Loader, threads: int) -> Recognizer | None:
    try:
        recognizer = load(threads)
    except SpeechModelError as error:
        pipe.send((error.code, str(error)))
    except Exception as error:  # noqa: BLE001 - the way in: whatever a model does must not leave the line without an answer
        pipe.send(("model_error", f"The recognizer cannot be loaded: {error}"))
    else:
        pipe.send(("ready", recognizer.capabilities.name))
        return recognizer
    return None


def _recognize(recognizer: Recognizer, utterances: Utterances) -> Answer:
    try:
        return recognizer.recognize(utterances)
    except Exception as error:  # noqa: BLE001 - the same
        return f"{type(error).__name__}: {error}"
