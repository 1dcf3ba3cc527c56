"""The processes of added models, never more of them than the memory allowed holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from dialects.errors import SpeechModelError
from dialects.recognizers.specialists import Specialist, load_specialist, megabytes_of
from dialects.settings import RecognitionSettings
from elder_channel.recognition.hosted import HostedRecognizer
from elder_channel.recognition.worker import Loader

log = structlog.get_logger(__name__)

SpecialistLoader = Callable[[str], Loader]
"""From a model's id to what loads it in its process."""
HANGS_SECONDS: Final = 30.0
"""One that has not answered by then never will."""


def load_by_id(model_id: str) -> Loader:
    """The loader of a model that an operator has added."""
    return partial(load_specialist, model_id=model_id)


class Roster:
    """Used by one thread; `is_loaded` and `megabytes` may be asked by any."""

    def __init__(self, settings: RecognitionSettings, *, loader: SpecialistLoader = load_by_id) -> None:
        self._settings = settings
        self._loader = loader
        self._hosted: dict[str, HostedRecognizer] = {}

    def host(self, specialist: Specialist) -> HostedRecognizer:
        """The specialist's recognizer, loaded when it is asked; one more of them may end another."""
        hosted = self._hosted.get(specialist.name)
        if hosted is None:
            hosted = self._hosted[specialist.name] = HostedRecognizer(
                specialist.model.capabilities,
                self._loader(specialist.model.id),
                threads=self._settings.threads,
                answer_seconds=max(HANGS_SECONDS, self._settings.specialist_seconds),
                admit=partial(self._make_room, least_mb=megabytes_of(specialist.found)),
            )
        return hosted

    def is_loaded(self, name: str) -> bool:
        """Whether the process of the specialist of this name runs with its model."""
        hosted = self._hosted.get(name)
        return hosted is not None and hosted.is_loaded

    def megabytes(self, name: str) -> float:
        """Memory of that process now, MB; 0 without one."""
        hosted = self._hosted.get(name)
        return hosted.megabytes if hosted else 0.0

    def stop(self) -> None:
        """End every process."""
        for hosted in list(self._hosted.values()):
            hosted.stop()

    def _make_room(self, wanted: HostedRecognizer, *, least_mb: float) -> None:
        """Drop those not used for longest until `wanted` fits; raises SpeechModelError when it never does."""
        limit, needs = self._settings.specialists_mb, max(least_mb, wanted.megabytes)
        if needs > limit:
            name = wanted.capabilities.name
            raise SpeechModelError(
                f"{name} takes {needs:,.0f} MB; specialists_mb in recognition.yaml allows {limit:,}."
            )
        others = sorted(
            (each for each in self._hosted.values() if each is not wanted and each.is_loaded),
            key=lambda each: each.used_at,
        )
        while others and needs + sum(each.megabytes for each in others) > limit:
            oldest = others.pop(0)
            log.info("specialist.dropped", recognizer=oldest.capabilities.name, makes_room_for=wanted.capabilities.name)
            oldest.stop()
