"""How somebody is addressed, by their own word and never by a guess: 陈女士, 陈阿姨, Ms. Chen, or simply 您."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bilingual.errors import MessagesFileError
from bilingual.tags import Language
from dialects.catalogue import load_catalogue

_FILE = "salutations.yaml"


class Gender(StrEnum):
    """As somebody has said of themselves; a name, a voice or a title in the books is no word of theirs."""

    MAN = "man"
    WOMAN = "woman"


class Style(StrEnum):
    """How near."""

    FORMAL = "formal"  # 先生, 女士
    KIN = "kin"  # 叔叔, 阿姨


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str = ""


class Salutations(BaseModel):
    """The words and the customs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unknown: _Words
    formal: Mapping[Gender, _Words]
    kin: Mapping[Gender, _Words]
    default: Style
    regions: Mapping[str, Style]
    """Dialect or group to the style that is usual there."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if set(self.formal) != set(Gender) or set(self.kin) != set(Gender):
            raise ValueError("both styles need words for man and woman")
        catalogue = load_catalogue()
        if strange := next((id_ for id_ in self.regions if id_ not in {*catalogue.dialects, *catalogue.groups}), None):
            raise ValueError(f"`{strange}` is neither a dialect nor a group of the catalogue")
        return self


def salutation(
    surname: str,
    *,
    gender: Gender | None,
    style: Style | None = None,
    region: str | None = None,
    language: Language = Language.ZH,
    customs: Salutations | None = None,
) -> str:
    """How to address somebody: by the gender and style they have said themselves, else by the region's style.

    `region` is a dialect's id. Who has not said a gender is 您 or "you", whatever the surname; without a surname the
    word stands alone.
    """
    words = customs or load_salutations()
    if gender is None:
        return words.unknown.zh if language is Language.ZH else words.unknown.en
    if language is Language.EN:
        title = words.formal[gender].en
        return f"{title} {surname}" if surname else words.unknown.en
    near = style or _style_of(region, words)
    return surname + (words.kin if near is Style.KIN else words.formal)[gender].zh


def _style_of(region: str | None, words: Salutations) -> Style:
    catalogue = load_catalogue()
    if region is None or region not in catalogue.classes:
        return words.default
    return words.regions.get(region) or words.regions.get(catalogue.group_of(region), words.default)


def parse_salutations(text: str, *, source: str) -> Salutations:
    """The customs in a YAML text; `source` names it in errors. Raises `MessagesFileError`."""
    try:
        return Salutations.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise MessagesFileError(source, " ".join(str(error).split())) from error


@cache
def load_salutations() -> Salutations:
    """The customs that ship. Raises `MessagesFileError` when the file is damaged."""
    path = resources.files("bilingual") / "data" / _FILE
    return parse_salutations(path.read_text(encoding="utf-8"), source=f"bilingual/data/{_FILE}")
