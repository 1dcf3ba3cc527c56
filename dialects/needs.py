"""What callers may want, as data: how each need is called, how urgent it is, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from dialects.catalogue import Catalogue
from dialects.catalogue_files import read_yaml
from dialects.dialect import Phrase
from dialects.errors import CatalogueInvalidError

URGENT_FROM = 3
"""Urgency from which a waiting call goes first."""
MANDARIN_CONFIDENCE = 0.95
ENGLISH_CONFIDENCE = 0.9
COMPOSED, ADDED = "composed_unverified", "added_by_site"
STATUS_CONFIDENCE = {"word_attested": 0.95, "cognate_of_mandarin": 0.95, COMPOSED: 0.85, ADDED: 0.85}
"""How far a dialect's wording, found as written, is believed to mean its need; judgements, as `status` is one."""

SHORTEST_COMPOSED = 3
"""Characters that a wording nobody has attested must have to be known by its sound alone: 豁我 sounds like 或我."""


class Kind(StrEnum):
    """What a wording is, which decides what takes it back."""

    WISH = "wish"  # wanting: 不要 takes it back
    EVENT = "event"  # having happened: 没有 takes it back
    CRY = "cry"  # nothing takes it back
    ALONE = "alone"  # counts only when nothing else was said


@dataclass(frozen=True)
class Need:
    """Something a caller may want."""

    id: str
    zh: str
    en: str
    urgency: int
    """The higher wins over the lower; from 3 on the call goes first in line."""
    catalogue: tuple[str, ...] = ()
    """Phrase ids of the dialects' files that mean it, besides its own id."""
    wishes: tuple[str, ...] = ()
    """Found anywhere; `…` stands for up to eight characters."""
    events: tuple[str, ...] = ()
    cries: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    """Count only when nothing else was said."""
    as_written: tuple[str, ...] = ()
    """Never taken to have been heard by their sound alone."""
    dialects: Kind = Kind.WISH
    """What the dialects' wordings of it are."""


@dataclass(frozen=True)
class Wording:
    """One way to say a need."""

    need: Need
    text: str
    kind: Kind
    confidence: float
    """How surely it means the need when found as written, 0 to 1."""
    as_written: bool = False


@dataclass(frozen=True)
class _File:
    needs: Mapping[str, Need]
    ordinary: tuple[str, ...]
    past: tuple[str, ...]
    review: Mapping[str, str]


def need_name(need_id: str) -> str:
    """Chinese label of a need, `查保单`; the id itself for an unknown one, so that an old record still reads."""
    need = load_needs().get(need_id)
    return need.zh if need else need_id


def is_urgent(need_id: str | None) -> bool:
    """Whether the need puts a waiting call first in line; an unknown one, or none, does not."""
    need = load_needs().get(need_id) if need_id else None
    return need is not None and need.urgency >= URGENT_FROM


def load_needs() -> Mapping[str, Need]:
    """The packaged needs by id. Raises CatalogueUnreadableError or CatalogueInvalidError."""
    return _load().needs


def ordinary_words() -> tuple[str, ...]:
    """Everyday words that sound like a need and are not it."""
    return _load().ordinary


def past_words() -> tuple[str, ...]:
    """Words by which something told of is over."""
    return _load().past


def wordings(catalogue: Catalogue) -> Iterator[Wording]:
    """Every way to say every need, in Mandarin, English and the dialects; the same text may come more than once."""
    for need in load_needs().values():
        yield from _own_wordings(need)
        for dialect in catalogue.dialects.values():
            for phrase_id in (need.id, *(other for other in need.catalogue if other != need.id)):
                if phrase := dialect.phrases.get(phrase_id):
                    yield from _of_phrase(need, phrase)


def _of_phrase(need: Need, phrase: Phrase) -> Iterator[Wording]:
    shipped = [(text, phrase.status) for text in phrase.texts]
    for text, status in (*shipped, *((text, ADDED) for text in phrase.added)):
        if text not in need.alone:
            short = len(text) < SHORTEST_COMPOSED and status in (COMPOSED, ADDED)
            yield Wording(
                need, text, need.dialects, STATUS_CONFIDENCE.get(status, 0.5), short or text in need.as_written
            )


def _own_wordings(need: Need) -> Iterator[Wording]:
    own = (
        (Kind.WISH, need.wishes, MANDARIN_CONFIDENCE),
        (Kind.EVENT, need.events, MANDARIN_CONFIDENCE),
        (Kind.CRY, need.cries, MANDARIN_CONFIDENCE),
        (Kind.WISH, need.english, ENGLISH_CONFIDENCE),
        (Kind.ALONE, need.alone, MANDARIN_CONFIDENCE),
    )
    for kind, texts, confidence in own:
        for text in texts:
            yield Wording(need, text, kind, confidence, text in need.as_written)


@lru_cache(maxsize=1)
def _load() -> _File:
    file = Path(str(resources.files("dialects"))) / "data" / "needs.yaml"
    content = read_yaml(file)
    try:
        needs = [_need(**entry) for entry in content["needs"]]
        return _File(
            needs={need.id: need for need in needs},
            ordinary=tuple(map(str, content["ordinary"])),
            past=tuple(map(str, content["past"])),
            review=dict(content["review"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueInvalidError(file, "needs", f"a key is missing, unknown or wrong: {error}") from error


def _need(id: str, zh: str, en: str, urgency: int, dialects: str = Kind.WISH, **lists: list[Any]) -> Need:  # noqa: A002 - the key's name in the file
    # 120 and the like are written without quotes and come as numbers
    texts = {key: tuple(map(str, values)) for key, values in lists.items()}
    return Need(id=id, zh=zh, en=en, urgency=urgency, dialects=Kind(dialects), **texts)
