"""Several recognizers that look like one: the next listens when one fails.

After livekit/agents, `livekit-agents/livekit/agents/stt/fallback_adapter.py`: one that failed rests for a while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dialects.errors import RecognizersFailedError
from dialects.recognizers.port import Capabilities, Recognition, Recognizer

log = logging.getLogger(__name__)


class FallbackRecognizer:
    """Asks its recognizers in order until one answers.

    Silence is an answer: only a recognizer that raises is passed over, and then left alone for `rest_seconds`.
    """

    def __init__(
        self,
        recognizers: Sequence[Recognizer],
        *,
        rest_seconds: float = 60.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`recognizers`, best first, at least one; `now` gives seconds that only grow."""
        if not recognizers:
            raise ValueError("a fallback needs at least one recognizer")
        self._recognizers = list(recognizers)
        self._rest_seconds = rest_seconds
        self._now = now
        self._rests_until = [float("-inf")] * len(recognizers)
        self._capabilities = _together([each.capabilities for each in recognizers])

    @property
    def capabilities(self) -> Capabilities:
        """What can be relied on whoever answers; the languages and dialects are those of the first."""
        return self._capabilities

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        """As the port says. `Recognition.recognizer` names who answered.

        Those that know none of `languages` are not asked. Raises RecognizersFailedError when nobody answers; those
        that rest are asked too before that is said.
        """
        failures: list[str] = []
        for index in self._order(languages):
            recognizer = self._recognizers[index]
            try:
                answer = recognizer.recognize(utterances, languages=languages)
            except Exception as error:  # noqa: BLE001 - whatever an engine raises, the next one listens
                name = recognizer.capabilities.name
                log.warning("recognizer.failed", extra={"recognizer": name, "error": type(error).__name__})
                failures.append(f"{name}: {type(error).__name__}: {error}")
                self._rests_until[index] = self._now() + self._rest_seconds
            else:
                self._rests_until[index] = float("-inf")
                return answer
        raise RecognizersFailedError(failures or [f"none writes {' or '.join(languages)}"])

    def _order(self, languages: Sequence[str]) -> list[int]:
        """Those who know a language, the rested first; each half in its order."""
        able = [
            index for index, each in enumerate(self._recognizers) if each.capabilities.languages.intersection(languages)
        ]
        return sorted(able, key=lambda index: self._rests_until[index] > self._now())


def _together(members: Sequence[Capabilities]) -> Capabilities:
    return Capabilities(
        name=" | ".join(member.name for member in members),
        languages=members[0].languages,
        dialects=members[0].dialects,
        reports_language=all(member.reports_language for member in members),
        max_seconds=min(member.max_seconds for member in members),
    )
