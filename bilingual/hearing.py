"""Whether a caller says that the line is too quiet or too fast."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bilingual.errors import MessagesFileError

_FILE = "hearing_words.yaml"


class _HearingWords(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[str, ...]
    en: tuple[str, ...]


def asks_for_louder(words: str) -> bool:
    """Whether the words, simplified Chinese or English, ask the line to be louder or slower, or say why."""
    plain = words.lower().replace("’", "'")
    return any(phrase in plain for phrase in _phrases())


@cache
def _phrases() -> tuple[str, ...]:
    text = (resources.files("bilingual") / "data" / _FILE).read_text(encoding="utf-8")
    try:
        parsed = _HearingWords.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise MessagesFileError(f"bilingual/data/{_FILE}", " ".join(str(error).split())) from error
    return (*parsed.zh, *parsed.en)
