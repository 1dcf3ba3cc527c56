"""What an agent may begin with, in Mandarin and, where data has it, in the caller's dialect; drafts, never played."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from dialects.catalogue_files import read_yaml


class Occasion(StrEnum):
    """Who is on the line, as far as it is known."""

    ELDER = "elder"
    STANDARD = "standard"
    RELATIVE = "relative"  # of an elder
    ENGLISH = "english"
    NOTHING_SAID = "nothing_said"  # nobody knows yet what is wanted


@dataclass(frozen=True)
class Opening:
    """A first sentence."""

    text: str
    in_dialect: str | None = None
    reading: str | None = None
    status: str = "draft"
    """`draft`, or the status of the dialect's wording: `composed_unverified` until a native speaker has read it."""


def opening(occasion: Occasion, dialect: str | None) -> Opening:
    """The sentence for this caller; `dialect` is a class id, None while it is not known."""
    data = _data()
    text = data["mandarin"][str(occasion)]
    own = data["dialects"].get(dialect) if dialect and occasion is not Occasion.ENGLISH else None
    return Opening(text, own["text"], own.get("reading"), own["status"]) if own else Opening(text)


@lru_cache(maxsize=1)
def _data() -> Any:
    return read_yaml(Path(str(resources.files("dialects"))) / "data" / "openings.yaml")
