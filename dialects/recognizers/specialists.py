"""The recognizers an operator has added for dialects: which may be used, and who is to hear whom again.

Whisper hears everybody first. What is told here is the same for the running line, `doctor` and `models list`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dialects.catalogue import Catalogue
from dialects.recognizers.choose import ENGLISH, Offer, choose_better
from dialects.recognizers.model_files import (
    FoundModel,
    Presence,
    engine_installed,
    find_model,
    how_to_install,
    models_folder,
)
from dialects.recognizers.models import Engine, ModelDescription, load_models
from dialects.recognizers.paddle import PaddleRecognizer, paddle_folder
from dialects.recognizers.port import Recognizer
from dialects.recognizers.sherpa import SherpaRecognizer
from dialects.settings import RecognitionSettings

_BYTES_PER_MB = 1_000_000


@dataclass(frozen=True)
class Specialist:
    """An added model that the settings allow, and whether it can be used."""

    model: ModelDescription
    found: FoundModel
    trouble: str = ""
    """Why it is not used, in a sentence with the remedy; empty when it may be."""

    @property
    def name(self) -> str:
        """What staff read beside a transcript."""
        return self.model.name

    @property
    def offer(self) -> Offer:
        """As the choice of a recognizer wants it."""
        return Offer(self.model.capabilities, self.model.answers_to, present=not self.trouble)


def find_added(
    model: ModelDescription, *, compare_hashes: bool = False, env: Mapping[str, str] = os.environ
) -> FoundModel:
    """How the files of a sherpa-onnx or PaddleSpeech model stand where its engine looks for them."""
    folder = paddle_folder(model, env) if model.engine is Engine.PADDLE else models_folder(env) / model.id
    return find_model(model, folder, compare_hashes=compare_hashes)


def find_specialists(
    settings: RecognitionSettings, *, compare_hashes: bool = False, env: Mapping[str, str] = os.environ
) -> list[Specialist]:
    """What the settings allow and this machine has, in the order of the settings; what they name and it lacks, too.

    Nothing is loaded; sizes are compared, hashes only when asked.
    """
    models = load_models()
    added = [id_ for id_, model in models.items() if model.engine is not Engine.WHISPER]
    wanted = [id_ for id_ in settings.specialists or added if id_ in added]
    found = [find_added(models[id_], compare_hashes=compare_hashes, env=env) for id_ in wanted]
    return [
        Specialist(each.model, each, trouble_with(each, limit_mb=settings.specialists_mb))
        for each in found
        if settings.specialists or each.presence is not Presence.ABSENT
    ]


def trouble_with(found: FoundModel, *, limit_mb: int) -> str:
    """Why a model cannot be used, in a sentence; empty when it can."""
    model = found.model
    where = f"elder-channel models path {model.id}"
    if found.wrong:
        return f"{', '.join(found.wrong)} in {found.folder} is not the file it should be; {where} tells which is."
    if found.missing:
        return f"{', '.join(found.missing)} is missing in {found.folder}; {where} tells where it comes from."
    if not engine_installed(model.engine):
        return f"Its library is not installed; get it with: {how_to_install(model.engine)}"
    size = megabytes_of(found)
    if size > limit_mb:
        return f"Its files alone are {size:,.0f} MB; specialists_mb in recognition.yaml allows {limit_mb:,}."
    return ""


def megabytes_of(found: FoundModel) -> float:
    """Size of the model's files that are there, MB: the least it takes when loaded."""
    files = (found.folder / file.name for file in found.model.files)
    return sum(path.stat().st_size for path in files if path.is_file()) / _BYTES_PER_MB


def second_hearing(
    class_id: str, specialists: Iterable[Specialist], *, preferred: Collection[str], catalogue: Catalogue
) -> tuple[Specialist, ...]:
    """Who hears a caller of this dialect again after Whisper, best first; empty when nobody knows it better.

    `preferred` are ids of models that the operator has named: they come before Whisper where both know as much.
    Raises UnknownDialectError.
    """
    by_name = {each.name: each for each in specialists}
    before = [each.offer for each in by_name.values() if each.model.id in preferred]
    after = [each.offer for each in by_name.values() if each.model.id not in preferred]
    whisper = Offer(load_models()["whisper-base"].capabilities)
    chosen = choose_better(class_id, whisper, before=before, after=after, catalogue=catalogue)
    return tuple(by_name[each.offer.capabilities.name] for each in chosen)


def better_heard(
    specialists: Collection[Specialist], *, preferred: Collection[str], catalogue: Catalogue
) -> dict[str, tuple[Specialist, ...]]:
    """The dialects that somebody knows better than Whisper, and who, best first. English is Whisper's own."""
    all_ = {
        class_id: second_hearing(class_id, specialists, preferred=preferred, catalogue=catalogue)
        for class_id in catalogue.classes
        if class_id != ENGLISH
    }
    return {class_id: chosen for class_id, chosen in all_.items() if chosen}


def load_specialist(threads: int, *, model_id: str) -> Recognizer:
    """Load an added model; raises the `SpeechModelError`s of its engine. sherpa-onnx may end the process."""
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))  # PaddlePaddle takes every processor otherwise
    model = load_models()[model_id]
    folder = find_added(model).folder
    if model.engine is Engine.PADDLE:
        return PaddleRecognizer(model, folder)
    return SherpaRecognizer(model, folder, threads=threads)
