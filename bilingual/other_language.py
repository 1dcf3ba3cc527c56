"""Whether a caller speaks neither Chinese nor English, by the recognizer's language posterior; what it sounds like."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bilingual.errors import MessagesFileError

_FILE = "other_languages.yaml"


class Family(BaseModel):
    """Languages that the recognizer mixes up, told as one; its first code stands for all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    codes: tuple[str, ...]
    zh: str
    en: str

    @property
    def code(self) -> str:
        """The code that stands for the family."""
        return self.codes[0]


class _FamiliesFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    families: tuple[Family, ...]


def other_language(language_posterior: Mapping[str, float], *, at_least: float) -> str | None:
    """The code of the family a caller seems to speak with probability `at_least` or more, or None.

    `language_posterior` is over Whisper's language codes. Languages that Chinese dialects are taken for count for none.
    """
    best = max(load_families(), key=lambda family: _probability(family, language_posterior))
    return best.code if language_posterior and _probability(best, language_posterior) >= at_least else None


def language_name(code: str) -> Family | None:
    """The family with this code, with its names; None for a code that stands for none."""
    return next((family for family in load_families() if family.code == code), None)


def _probability(family: Family, language_posterior: Mapping[str, float]) -> float:
    return sum(language_posterior.get(code, 0.0) for code in family.codes)


@cache
def load_families() -> tuple[Family, ...]:
    """The families that ship with the line. Raises `MessagesFileError` when the file is damaged."""
    text = (resources.files("bilingual") / "data" / _FILE).read_text(encoding="utf-8")
    try:
        return _FamiliesFile.model_validate(yaml.safe_load(text)).families
    except (yaml.YAMLError, ValidationError) as error:
        raise MessagesFileError(f"bilingual/data/{_FILE}", " ".join(str(error).split())) from error
