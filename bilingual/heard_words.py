"""Lists of words that callers say, read from this package's data."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bilingual.errors import MessagesFileError


class HeardWords(BaseModel):
    """What is listened for, in simplified Chinese and in lower-case English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[str, ...]
    en: tuple[str, ...]
    polite: tuple[str, ...] = ()
    """What may be said besides and means nothing."""


@cache
def heard_words(file: str) -> HeardWords:
    """The words of one file of `bilingual/data`. Raises `MessagesFileError` when it is damaged."""
    text = (resources.files("bilingual") / "data" / file).read_text(encoding="utf-8")
    try:
        return HeardWords.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise MessagesFileError(f"bilingual/data/{file}", " ".join(str(error).split())) from error
