"""How Kokoro says phrases that are best not said as usual: which row of its voice, and at what pace.

A voice of Kokoro is a table of styles, a row for each length of sentence. Another row says the same words in the same
voice with another melody; where the usual one is not understood, another often is. Which, is kept with the sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bilingual.errors import PromptManifestError

FILE: Final = Path(__file__).parents[1] / "data" / "kokoro_takes.yaml"
_HEADING = """\
# How Kokoro says the phrases that Whisper base does not read back right, or not best, when they are said as usual.
# Written by `elder-channel prompts audition`; do not edit.
"""


@dataclass(frozen=True)
class Take:
    """One way of saying a phrase."""

    row: int | None
    """Of the voice's table of styles; None: the one for the phrase's length."""
    speed: float
    """Of the model's own pace."""
    with_breaths: str | None = None
    """The phrase with a space more wherever the voice takes a short breath that its words have none for."""

    def __str__(self) -> str:
        """As the manifest names it."""
        breaths = ", with breaths" if self.with_breaths else ""
        return f"row {'by length' if self.row is None else self.row} at {self.speed:g}{breaths}"


USUAL: Final = Take(None, 0.9)
OTHERS: Final = tuple(
    Take(row, speed) for row, speed in (
        (100, 0.9), (60, 1.0), (150, 0.95), (None, 1.05), (220, 0.9), (30, 0.85), (100, 1.05), (300, 1.0),
        (80, 0.8), (None, 0.75), (400, 0.95), (15, 1.0),
    )
)  # fmt: skip
"""In the order they are tried."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Literal["zh", "en"]
    text: str
    row: int | None = Field(None, ge=0, le=509)
    speed: float = Field(ge=0.5, le=1.5)
    with_breaths: str | None = None

    @model_validator(mode="after")
    def _says_the_same(self) -> Self:
        if self.with_breaths is not None and self.with_breaths.replace(" ", "") != self.text.replace(" ", ""):
            raise ValueError(f"{self.with_breaths!r} has other words than {self.text!r}")
        return self


class _TakesFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    takes: tuple[_Kept, ...] = ()


@cache
def shipped_takes() -> Mapping[tuple[str, str], Take]:
    """The takes that ship, by language and text. Raises `PromptManifestError` when their file is damaged."""
    return read_takes(FILE)


def read_takes(file: Path) -> dict[tuple[str, str], Take]:
    """The takes of a file, none where there is no file. Raises `PromptManifestError`."""
    try:
        kept = _TakesFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {}).takes
    except FileNotFoundError:
        return {}
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise PromptManifestError(str(file), " ".join(str(error).split())) from error
    return {(each.language, each.text): Take(each.row, each.speed, each.with_breaths) for each in kept}


def write_takes(file: Path, takes: Mapping[tuple[str, str], Take]) -> None:
    """Write the takes, in the order of language and text."""
    kept = [
        {"language": str(language), "text": text, "row": take.row, "speed": take.speed}
        | ({"with_breaths": take.with_breaths} if take.with_breaths else {})
        for (language, text), take in sorted(takes.items())
    ]
    body = yaml.safe_dump({"takes": kept}, allow_unicode=True, sort_keys=False, width=120)
    file.write_text(_HEADING + body, encoding="utf-8")
