"""Reads the catalogue's YAML files into values; what they say is judged in `catalogue_checks`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialects.dialect import (
    AreaShare,
    Baseline,
    Cue,
    Dialect,
    ForeignNumbering,
    Group,
    Phrase,
    Pronunciation,
    RecognizerSupport,
    SourcedCue,
)
from dialects.errors import CatalogueInvalidError, CatalogueUnreadableError

HEADER_FILE = "catalogue.yaml"
DIALECT_FOLDER = "dialects"


@dataclass(frozen=True)
class Header:
    """What the dialects have in common."""

    version: str
    baseline: Baseline
    groups: tuple[Group, ...]
    order: tuple[str, ...]
    retired_code_aliases: dict[str, str]
    extra_numbering: tuple[ForeignNumbering, ...]


def read_yaml(file: Path) -> dict[str, Any]:
    """A YAML file whose top is a mapping.

    Raises CatalogueUnreadableError when it is missing, not UTF-8, not YAML or not a mapping.
    """
    try:
        # libyaml's parser: ten times the speed of the Python one, and every process reads this at start
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueUnreadableError(file, str(error)) from error
    if not isinstance(content, dict):
        raise CatalogueUnreadableError(file, "its top is not a mapping")
    return content


def read_header(folder: Path) -> Header:
    """The part of the catalogue that is not about one dialect."""
    file = folder / HEADER_FILE
    content = read_yaml(file)
    try:
        return Header(
            version=content["version"],
            baseline=Baseline(**content["baseline"]),
            groups=tuple(Group(**group) for group in content["groups"]),
            order=tuple(content["order"]),
            retired_code_aliases=dict(content["retired_code_aliases"]),
            extra_numbering=tuple(
                ForeignNumbering(calling_code=code, place=entry["place"], shares=dict(entry["shares"]))
                for code, entry in content["extra_numbering"].items()
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CatalogueInvalidError(
            file, "header", f"a key is missing, unknown or of the wrong kind: {error}"
        ) from error


def read_dialects(folder: Path) -> dict[Path, Dialect]:
    """Every file of the dialects' folder and the dialect it describes, in the order of their names."""
    files = sorted((folder / DIALECT_FOLDER).glob("*.yaml"))
    if not files:
        raise CatalogueUnreadableError(folder / DIALECT_FOLDER, "it holds no dialect")
    return {file: _dialect(file, read_yaml(file)) for file in files}


def _dialect(file: Path, content: dict[str, Any]) -> Dialect:
    plain = ("id", "zh", "en", "group", "classification", "iso639_3", "glottocode", "glottocode_match", "bcp47")
    try:
        romanised = content.get("romanised", {"source": "", "readings": {}})
        return Dialect(
            **{key: content[key] for key in plain},
            branch=content.get("branch", content["group"]),  # a dialect whose branch nobody stated: its whole group
            area_codes=tuple(
                AreaShare(area["code"], area["share"], area["basis"], area["points"], tuple(area["cities"]))
                for area in content["area_codes"]
            ),
            cues=tuple(
                Cue(word, cue["weight"], cue.get("not_after", "")) for cue in content["cues"] for word in cue["words"]
            ),
            cues_sourced=tuple(_sourced_cue(*cue) for cue in content["cues_sourced"]),
            phrases={
                key: Phrase(tuple(phrase["text"]), phrase["status"]) for key, phrase in content["phrases"].items()
            },
            pronunciation=Pronunciation(**content["pronunciation"]),
            romanised=romanised["readings"],
            romanised_source=romanised["source"],
            asr=_recognizer_support(content["asr"]),
            review=dict(content["review"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        statement = f"a key is missing, unknown or of the wrong kind: {error}"
        raise CatalogueInvalidError(file, str(content.get("id", "id")), statement) from error


def _sourced_cue(word: str, ipa: str, gloss: str, weight: float, source: str, shared_by: list[str]) -> SourcedCue:
    return SourcedCue(word, ipa, gloss, weight, source, tuple(shared_by))


def _recognizer_support(content: dict[str, Any]) -> RecognizerSupport:
    return RecognizerSupport(
        **{
            **content,
            "systems": {system: tuple(letter_and_label) for system, letter_and_label in content["systems"].items()},
            "specialist": tuple(content["specialist"]),
        }
    )
