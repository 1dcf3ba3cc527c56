"""A recognizer process: loads the model once, answers batches over a pipe until the pipe closes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection

import numpy as np
import structlog
from numpy.typing import NDArray

from dialects.acoustics import packaged_head
from dialects.errors import HeadError, SpeechModelError
from dialects.recognizers.port import Recognition, Recognizer
from dialects.recognizers.vocabulary import Vocabulary, service_vocabulary
from dialects.recognizers.weights import MODEL_VARIABLE
from dialects.recognizers.whisper_jobs import Retries
from dialects.settings import RecognitionSettings

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
    """The recognizer of the embedded line, with a head of `dialects.acoustics` or `none`.

    A damaged head is left out and said in the log: hearing without it is better than not hearing.
    """
    from dialects.recognizers.mixed_languages import MixedLanguages  # loaded in the worker only
    from dialects.recognizers.whisper import WhisperRecognizer

    head = None
    if acoustic_head != "none" and not os.environ.get(MODEL_VARIABLE, "").strip():  # heads know Whisper base only
        try:
            head = packaged_head(acoustic_head)
        except HeadError as error:
            log.warning("recognizer.without_head", reason=str(error))
    return MixedLanguages(WhisperRecognizer(threads=threads, head=head, vocabulary=vocabulary, retries=retries))


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
    if hasattr(os, "nice"):
        os.nice(niceness)
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
