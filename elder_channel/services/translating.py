"""Machine translation of what a caller said, where the operator has one: asked in the background, always labelled.

The line brings none. `desk.translator` names a Python entry point that makes one; what it is given leaves this process
only if that engine sends it. Nothing waits for it: a page shows what has come by its next look.
"""

from __future__ import annotations

import importlib
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import structlog

from elder_channel.going_on import GoingOn

log = structlog.get_logger()

PATIENCE_SECONDS = 20.0
"""After so long without an answer the agent is told that there is none; one that comes later is still shown."""
_KEPT = 64
"""Texts whose translation is remembered, in memory only: they are callers' words."""
_WAITING = 8
_MAX_CHARACTERS = 2000


class Translator(Protocol):
    """An engine that translates; one call at a time."""

    name: str
    """What agents are told the text is from."""

    def translate(self, text: str, *, source: str, target: str) -> str:
        """The text in `target` (`zh-CN` or `en`); `source` is a BCP 47 tag, of a dialect too (`yue-x-guan1279`)."""
        ...


class State(StrEnum):
    """What has become of a translation."""

    OFF = "off"  # the operator has no engine
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"  # no engine could be made of the entry point, it failed, or it takes too long


@dataclass(frozen=True)
class Translated:
    """What the engine made of a text so far."""

    state: State
    text: str | None = None
    engine: str | None = None


_OFF = Translated(State.OFF)
_Job = tuple[str, str, str]
"""(text, source, target)."""


class Translations:
    """Asks the operator's translator in a thread of its own, each text once, the newest last."""

    def __init__(self, entry_point: Callable[[], str], *, clock: Callable[[], float] = time.monotonic) -> None:
        """`entry_point` tells the setting as it is now; empty: no translation. `clock` in seconds."""
        self._entry_point = entry_point
        self._clock = clock
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[str, _Job], Translated] = OrderedDict()
        self._asked_at: dict[tuple[str, _Job], float] = {}
        self._jobs: queue.Queue[tuple[str, _Job]] = queue.Queue(_WAITING)
        self._translators: dict[str, Translator] = {}
        self._thread: threading.Thread | None = None

    def ask(self, text: str, *, source: str, target: str) -> Translated:
        """What is there by now; asks for it the first time. Never waits, never raises."""
        entry_point = self._entry_point()
        if not entry_point or not text.strip():
            return _OFF
        key = (entry_point, (text, source, target))
        with self._lock:
            found = self._found.get(key)
            if found:
                return found
            if key not in self._asked_at and not self._put(key):
                return Translated(State.WORKING)  # too many at once: asked again at the next look
            late = self._clock() - self._asked_at[key] > PATIENCE_SECONDS
        return Translated(State.FAILED if late else State.WORKING)

    def _put(self, key: tuple[str, _Job]) -> bool:
        try:
            self._jobs.put_nowait(key)
        except queue.Full:
            return False
        self._asked_at[key] = self._clock()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="translation", daemon=True)
            self._thread.start()
        return True

    def _work(self) -> None:
        while True:
            key = self._jobs.get()
            made = Translated(State.FAILED)
            with GoingOn("translation.failed", entry_point=key[0]):  # an engine of others may fail in any way
                made = self._translate(*key)
            with self._lock:
                self._asked_at.pop(key, None)
                self._found[key] = made
                while len(self._found) > _KEPT:
                    self._found.popitem(last=False)

    def _translate(self, entry_point: str, job: _Job) -> Translated:
        text, source, target = job
        translator = self._translators.get(entry_point)
        if translator is None:
            translator = self._translators[entry_point] = load_translator(entry_point)
        made: Any = translator.translate(text, source=source, target=target)
        if not isinstance(made, str) or not made.strip() or len(made) > _MAX_CHARACTERS:
            log.warning("translation.unusable", entry_point=entry_point)
            return Translated(State.FAILED)
        return Translated(State.READY, made.strip(), str(translator.name))


def load_translator(entry_point: str) -> Translator:
    """The translator that `package.module:factory` makes. Raises what importing and calling it raise."""
    module, _, factory = entry_point.partition(":")
    made: Translator = getattr(importlib.import_module(module), factory)()
    return made
