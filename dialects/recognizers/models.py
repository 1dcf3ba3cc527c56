"""The speech models an operator may add, as `data/models.yaml` describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from dialects.catalogue_files import read_yaml
from dialects.errors import CatalogueInvalidError
from dialects.recognizers.port import Capabilities


class Engine(StrEnum):
    """Which library loads a model."""

    WHISPER = "whisper"  # CTranslate2, or openai-whisper on the same weights
    PADDLE = "paddle"
    SHERPA = "sherpa"


@dataclass(frozen=True)
class ModelFile:
    """One file of a model, by its path inside the model's folder."""

    name: str
    bytes: int | None = None
    """Its size; None where it is not known."""
    sha256: str = ""
    """Lower-case hexadecimal; empty where it is not known."""


@dataclass(frozen=True)
class Archive:
    """Where a bundle of all files is published; nothing here is fetched by the program."""

    url: str
    bytes: int | None = None
    sha256: str = ""
    md5: str = ""


@dataclass(frozen=True)
class ModelDescription:
    """One model: its files, whom it serves, how its engine loads it."""

    id: str
    """Name of the bundle, and of the folder it is unpacked to."""
    name: str
    """Short name that staff read beside a transcript, `wenetspeech-wu`."""
    engine: Engine
    answers_to: frozenset[str]
    """Ids under which the catalogue of dialects recommends it."""
    languages: frozenset[str]
    named: frozenset[str]
    """Dialects that the model's own list names."""
    umbrella: frozenset[str]
    """Dialects that only a province or family of its list covers."""
    licence: str
    source: str
    files: tuple[ModelFile, ...]
    note: str = ""
    megabytes: int | None = None
    """Size of all files together, about; None where nobody states it."""
    archive: Archive | None = None
    factory: str = ""
    """What the engine calls this kind of model: sherpa-onnx's `from_<factory>`, PaddleSpeech's model type."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Argument of the factory to a path inside the folder."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the factory that are no paths."""

    @property
    def capabilities(self) -> Capabilities:
        """What a recognizer of this model can do, known before it is loaded."""
        return Capabilities(name=self.name, languages=self.languages, dialects=self.named | self.umbrella)


def load_models(file: Path | None = None) -> Mapping[str, ModelDescription]:
    """All models described, by id, in the order of the file; read once.

    Raises CatalogueUnreadableError or CatalogueInvalidError when the file is not as it should be.
    """
    return _load(file or Path(str(resources.files("dialects"))) / "data" / "models.yaml")


@cache
def _load(file: Path) -> Mapping[str, ModelDescription]:
    models: dict[str, ModelDescription] = {}
    for entry in read_yaml(file).get("models", ()):
        name = entry.get("id", "a model without id") if isinstance(entry, dict) else str(entry)
        try:
            model = _model(entry)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CatalogueInvalidError(file, str(name), f"cannot be understood: {error!r}") from error
        if model.id in models:
            raise CatalogueInvalidError(file, model.id, "is described twice")
        models[model.id] = model
    return models


def _model(entry: dict[str, Any]) -> ModelDescription:
    archive = entry.get("archive")
    return ModelDescription(
        id=entry["id"],
        name=entry["name"],
        engine=Engine(entry["engine"]),
        answers_to=frozenset(entry["answers_to"]),
        languages=frozenset(entry["languages"]),
        named=frozenset(entry["dialects"]["named"]),
        umbrella=frozenset(entry["dialects"]["umbrella"]),
        licence=entry["licence"],
        source=entry["source"],
        files=tuple(ModelFile(**each) for each in entry["files"]),
        note=entry.get("note", ""),
        megabytes=entry.get("megabytes"),
        archive=Archive(**archive) if archive else None,
        factory=entry.get("factory", ""),
        arguments=entry.get("arguments", {}),
        options=entry.get("options", {}),
    )
