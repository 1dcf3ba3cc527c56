"""How somebody is addressed, by their own word and never by a guess: 陈女士, 陈阿姨, Ms Chen, or simply 您.

The line and the texts take their words from here. A rule has a pattern with {surname} or {name}; whoever fills
thousands of texts asks for the pattern once and fills it many times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bilingual.errors import MessagesFileError
from bilingual.tags import Language
from dialects.catalogue import load_catalogue

_FILE = "salutations.yaml"
_SURNAME, _NAME = "{surname}", "{name}"


class Gender(StrEnum):
    """As somebody has said of themselves, or as the books have it; a name or a voice is no word of theirs."""

    MAN = "male"
    WOMAN = "female"


class Style(StrEnum):
    """How near."""

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
        return {Gender.WOMAN.value: self.female, Gender.MAN.value: self.male}.get(gender or "", self.unknown)

    def fits(self, dialect: str | None, region: str | None) -> bool:
        """Whether the rule is for somebody of this dialect who lives there."""
        return (not self.dialects or dialect in self.dialects) and (not self.regions or region in self.regions)


Rules = Mapping[Style, tuple[SalutationRule, ...]]


class Salutations(BaseModel):
    """The words and the customs, as `bilingual/data/salutations.yaml` explains them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spoken_to: Mapping[Language, str]
    default: Style
    customs: Mapping[str, Style]
    zh: Rules
    en: Rules
    compound_surnames: frozenset[str]

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if set(self.spoken_to) != set(Language):
            raise ValueError("`spoken_to` needs a word for each language")
        for rules in (self.zh, self.en):
            if set(rules) != set(Style) or not all(each and each[-1].fits(None, None) for each in rules.values()):
                raise ValueError("every style needs rules, and the last of them must fit everybody")
        catalogue = load_catalogue()
        known = {*catalogue.dialects, *catalogue.groups}
        if strange := next((id_ for id_ in self._dialects() if id_ not in known), None):
            raise ValueError(f"`{strange}` is neither a dialect nor a group of the catalogue")
        return self

    def _dialects(self) -> Sequence[str]:
        each_rule = (rule for rules in (self.zh, self.en) for of_style in rules.values() for rule in of_style)
        return (*self.customs, *(dialect for rule in each_rule for dialect in rule.dialects))

    def pattern(
        self, *, language: str, style: Style, gender: str | None, dialect: str | None, region: str | None
    ) -> str:
        """The words with a {name} or {surname} to fill; the last rule of a style fits everybody."""
        rules = (self.en if language == Language.EN else self.zh)[style]
        return next(rule for rule in rules if rule.fits(dialect, region)).pattern(gender)

    def fill(self, pattern: str, name: str) -> str:
        """The pattern with the name in it; nothing where there is no name."""
        if not name:
            return ""
        return pattern.replace(_SURNAME, self.surname(name)).replace(_NAME, name)

    def surname(self, name: str) -> str:
        """The family name of a Chinese name of two to four characters; else the whole name (迪丽热巴·买买提, Chan)."""
        if not 2 <= len(name) <= 4 or not all("一" <= character <= "鿿" for character in name):
            return name
        return name[:2] if name[:2] in self.compound_surnames and len(name) > 2 else name[0]

    def usual_style(self, dialect: str | None) -> Style:
        """The style that is usual where the dialect is spoken."""
        catalogue = load_catalogue()
        if dialect is None or dialect not in catalogue.classes:
            return self.default
        return self.customs.get(dialect) or self.customs.get(catalogue.group_of(dialect), self.default)


def salutation(
    surname: str,
    *,
    gender: Gender | None,
    style: Style | None = None,
    dialect: str | None = None,
    language: Language = Language.ZH,
    customs: Salutations | None = None,
) -> str:
    """How to speak to somebody: by the gender and style they have said themselves, else by what is usual there.

    Who has not said a gender is 您 or "you", whatever the surname. Without a surname the word stands alone in Chinese;
    English has none that could.
    """
    words = customs or load_salutations()
    if gender is None or (language is Language.EN and not surname):
        return words.spoken_to[language]
    pattern = words.pattern(
        language=language, style=style or words.usual_style(dialect), gender=gender, dialect=dialect, region=None
    )
    return pattern.replace(_SURNAME, surname).replace(_NAME, surname)


def parse_salutations(text: str, *, source: str) -> Salutations:
    """The words in a YAML text; `source` names it in errors. Raises `MessagesFileError`."""
    try:
        return Salutations.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise MessagesFileError(source, " ".join(str(error).split())) from error


@cache
def load_salutations() -> Salutations:
    """The words that ship. Raises `MessagesFileError` when the file is damaged."""
    path = resources.files("bilingual") / "data" / _FILE
    return parse_salutations(path.read_text(encoding="utf-8"), source=f"bilingual/data/{_FILE}")
