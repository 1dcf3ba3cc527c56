"""What a site adds to the shipped catalogue: words that speak for a dialect, and ways to say a need in it.

One YAML file a dialect, `<site>/dialects/<id>.yaml`; the shipped files are never changed. What is taken back stays in
the file with who did it and why, so a file is its own history.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictStr, ValidationError

from dialects.catalogue import Catalogue
from dialects.dialect import Cue, Dialect, Phrase
from dialects.errors import CatalogueInvalidError, CatalogueUnreadableError
from dialects.needs import ADDED, load_needs

WEIGHTS: Final = (0.4, 0.6, 0.8)
"""What a word may be worth: heard elsewhere too, mostly here, here only."""
CUE_CHARACTERS: Final = 12
PHRASE_CHARACTERS: Final = (2, 30)
NOTE_CHARACTERS: Final = 200
MOST: Final = 500
"""Additions a dialect may have; more belong into the catalogue itself."""
_GAP = "…"
_HEADING = "# Words this service has added to the shipped catalogue; written by the console. Taken back: see the end.\n"
_CHINESE = re.compile(r"[一-鿿㐀-䶿豈-﫿\U00020000-\U000323af]+")


class Kind(StrEnum):
    """What an addition is."""

    CUE = "cue"  # speaks for the dialect when it is read in a transcript
    PHRASE = "phrase"  # one more way to say a need


class Addition(BaseModel):
    """One word or phrase."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    text: StrictStr
    weight: float | None = None
    """Of a cue, one of `WEIGHTS`."""
    need: StrictStr | None = None
    """Of a phrase: the id of the need it means."""
    by: StrictStr
    at: AwareDatetime
    note: StrictStr = ""
    """Who says so: a native speaker, a call, a book."""

    def is_like(self, other: Addition) -> bool:
        """Whether both say the same, whoever added them."""
        return (self.kind, self.text, self.need) == (other.kind, other.text, other.need)


class TakenBack(BaseModel):
    """An addition that holds no longer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    addition: Addition
    by: StrictStr
    at: AwareDatetime
    reason: StrictStr


class Additions(BaseModel):
    """Everything in a dialect's file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    version: Literal[1] = Field(1, alias="schema")
    added: tuple[Addition, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()


def read_additions(file: Path, dialect: Dialect) -> tuple[Additions, str]:
    """The file's additions and its etag; none, and an empty one, where there is no file.

    Raises CatalogueUnreadableError or CatalogueInvalidError, which name the file and what is wrong in it.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return Additions(), ""
    except OSError as error:
        raise CatalogueUnreadableError(file, str(error)) from error
    return parse_additions(content, dialect, file), etag_of(content)


def parse_additions(content: bytes, dialect: Dialect, file: Path) -> Additions:
    """The additions that `content` says. Raises as `read_additions`."""
    try:
        found = Additions.model_validate(yaml.load(content.decode("utf-8"), Loader=yaml.CSafeLoader))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueUnreadableError(file, str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise CatalogueInvalidError(file, dialect.id, f"{where}: {first['msg']}") from error
    if len(found.added) > MOST:
        raise CatalogueInvalidError(file, dialect.id, f"at most {MOST} additions, these are {len(found.added)}")
    for number, addition in enumerate(found.added):
        wrong = wrong_with(addition, dialect, found.added[:number])
        if wrong:
            raise CatalogueInvalidError(file, dialect.id, f"added.{number} {addition.text}: {REASONS[wrong]}")
    return found


def content_of(additions: Additions) -> bytes:
    """The file that says these additions."""
    said = additions.model_dump(mode="json", by_alias=True, exclude_none=True)
    return (_HEADING + yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)).encode()


def etag_of(content: bytes) -> str:
    """Changes with every byte of a file."""
    return hashlib.sha256(content).hexdigest()[:16]


REASONS: Final[Mapping[str, str]] = {
    "text": f"a word has 1 to {CUE_CHARACTERS} Chinese characters and nothing else",
    "phrase": f"a phrase has {PHRASE_CHARACTERS[0]} to {PHRASE_CHARACTERS[1]} Chinese characters, `…` between parts",
    "weight": f"the weight is one of {', '.join(map(str, WEIGHTS))}",
    "need": "there is no such need",
    "known": "the dialect has it already",
    "note": f"a note has at most {NOTE_CHARACTERS} characters",
}
"""Code to what is wrong, in words."""


def wrong_with(addition: Addition, dialect: Dialect, others: Sequence[Addition] = ()) -> str | None:
    """Why the addition cannot be, a key of `REASONS`; None when it can. `others` stand in the file already."""
    if len(addition.note) > NOTE_CHARACTERS:
        return "note"
    is_cue = addition.kind is Kind.CUE
    wrong = _wrong_cue(addition) if is_cue else _wrong_phrase(addition)
    if wrong:
        return wrong
    shipped = {cue.word for cue in dialect.cues} if is_cue else set(_texts(dialect, addition.need or ""))
    known = addition.text in shipped or any(addition.is_like(other) for other in others)
    return "known" if known else None


def with_additions(base: Catalogue, additions: Mapping[str, Sequence[Addition]]) -> Catalogue:
    """The catalogue with what a site has added, by dialect; `base` itself where nothing was."""
    if not any(additions.values()):
        return base
    dialects = {id_: _laid_over(dialect, additions.get(id_, ())) for id_, dialect in base.dialects.items()}
    return replace(base, dialects=MappingProxyType(dialects))


def _wrong_cue(addition: Addition) -> str | None:
    if addition.need is not None or not _CHINESE.fullmatch(addition.text) or len(addition.text) > CUE_CHARACTERS:
        return "text"
    return None if addition.weight in WEIGHTS else "weight"


def _wrong_phrase(addition: Addition) -> str | None:
    least, most = PHRASE_CHARACTERS
    parts = addition.text.split(_GAP)
    if addition.weight is not None or not all(_CHINESE.fullmatch(part) for part in parts):
        return "phrase"
    if not least <= sum(map(len, parts)) <= most:
        return "phrase"
    return None if addition.need in load_needs() else "need"


def _texts(dialect: Dialect, need_id: str) -> tuple[str, ...]:
    need = load_needs()[need_id]
    phrases = (dialect.phrases.get(id_) for id_ in (need.id, *need.catalogue))
    return tuple(text for phrase in phrases if phrase for text in phrase.texts)


def _laid_over(dialect: Dialect, additions: Sequence[Addition]) -> Dialect:
    if not additions:
        return dialect
    cues = tuple(Cue(each.text, each.weight or 0.0) for each in additions if each.kind is Kind.CUE)
    phrases = dict(dialect.phrases)
    for each in additions:
        if each.kind is Kind.PHRASE and each.need:
            shipped = phrases.get(each.need, Phrase((), ADDED))
            phrases[each.need] = replace(shipped, added=(*shipped.added, each.text))
    return replace(dialect, cues=(*dialect.cues, *cues), phrases=MappingProxyType(phrases))


def addition(kind: Kind, text: str, *, by: str, at: datetime, **more: object) -> Addition:
    """An addition as somebody wrote it, without the space around it."""
    return Addition.model_validate({"kind": kind, "text": text.strip(), "by": by, "at": at, **more})
