"""How a text addresses its recipient: by language, dialect, region and gender, never by a guess from the name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from greeting_sms.templates import clean_name

_DATA = "data/salutations.yaml"


class Manner(StrEnum):
    """How near a campaign speaks to people."""

    FORMAL = "formal"  # 陈明先生, Ms Chan
    FAMILIAL = "familial"  # 陈叔叔, 陈阿姨


class SalutationRule(BaseModel):
    """One way to address people, and whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    female: str
    male: str
    unknown: str
    dialects: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    review: Literal["draft", "native_checked"] | None = None

    def pattern(self, gender: str | None) -> str:
        """The words for this gender, with {name} or {surname}."""
        return {"female": self.female, "male": self.male}.get(gender or "", self.unknown)


class Salutations(BaseModel):
    """Every rule, by language and manner, and the family names of two characters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: dict[Manner, tuple[SalutationRule, ...]]
    en: dict[Manner, tuple[SalutationRule, ...]]
    compound_surnames: frozenset[str]

    def pattern(
        self, *, language: str, manner: Manner, gender: str | None, dialect: str | None, region: str | None
    ) -> str:
        """The words with a {name} or {surname} to fill; the last rule of a manner fits everybody."""
        rules: Sequence[SalutationRule] = (self.en if language == "en" else self.zh)[manner]
        return next(rule for rule in rules if _fits(rule, dialect, region)).pattern(gender)

    def salute(self, pattern: str, name: str) -> str:
        """The pattern with the name in it; nothing when the name cannot be printed."""
        printed = clean_name(name)
        if not printed:
            return ""
        if "{surname}" in pattern:
            return pattern.replace("{surname}", self.surname(printed))
        return pattern.replace("{name}", printed)

    def surname(self, name: str) -> str:
        """The family name of a Chinese name of two to four characters; else the whole name (迪丽热巴·买买提, Chan)."""
        if not 2 <= len(name) <= 4 or not all("一" <= character <= "鿿" for character in name):
            return name
        return name[:2] if name[:2] in self.compound_surnames and len(name) > 2 else name[0]


@lru_cache(maxsize=1)
def load_salutations() -> Salutations:
    """The packaged rules."""
    read: Any = yaml.safe_load(files("greeting_sms").joinpath(_DATA).read_text(encoding="utf-8"))
    return Salutations.model_validate(read)


def _fits(rule: SalutationRule, dialect: str | None, region: str | None) -> bool:
    return (not rule.dialects or dialect in rule.dialects) and (not rule.regions or region in rule.regions)
