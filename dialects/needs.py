"""What a caller wants, read from key phrases: enough for a handover note, never a reason to keep the caller waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from dialects.catalogue import Catalogue
from dialects.catalogue_files import read_yaml
from dialects.errors import CatalogueInvalidError
from dialects.text import compact

_GAP = "…"
_GAP_PATTERN = ".{0,8}?"
_PARTICLES = "啊呀吧嘛吗呢喂哦噢喔哈了请我要嗯"
"""What may stand around a need named alone: 喂，请人工吧."""


@dataclass(frozen=True)
class Need:
    """Something a caller may want."""

    id: str
    zh: str
    urgency: int
    """The higher wins over the lower."""
    catalogue: tuple[str, ...] = ()
    """Phrase ids of the dialects' files that mean it."""
    phrases: tuple[str, ...] = ()
    """Found anywhere; `…` stands for up to eight characters."""
    alone: tuple[str, ...] = ()
    """Count only when nothing else was said."""


@dataclass(frozen=True)
class _Phrase:
    need: Need
    pattern: re.Pattern[str]


def find_need(text: str, catalogue: Catalogue) -> str | None:
    """Id of the need the words name; None when they name none.

    Of several, the most urgent wins, then the longest phrase; law 2 holds whatever this returns: nobody waits for it.
    """
    said = compact(text)
    if not said:
        return None
    core = said.strip(_PARTICLES)
    best: tuple[int, int, str] | None = None
    for phrase in _phrases(catalogue):
        if match := phrase.pattern.search(said):
            best = max(best or (-1, 0, ""), (phrase.need.urgency, len(match[0]), phrase.need.id))
    for need in load_needs().values():
        if core in need.alone:
            best = max(best or (-1, 0, ""), (need.urgency, len(core), need.id))
    return best[2] if best else None


def need_name(need_id: str) -> str:
    """Chinese label of a need, `查保单`; the id itself for an unknown one, so that an old record still reads."""
    need = load_needs().get(need_id)
    return need.zh if need else need_id


@lru_cache(maxsize=1)
def load_needs() -> Mapping[str, Need]:
    """The packaged needs by id. Raises CatalogueUnreadableError or CatalogueInvalidError."""
    file = Path(str(resources.files("dialects"))) / "data" / "needs.yaml"
    try:
        needs = [_need(**entry) for entry in read_yaml(file)["needs"]]
    except (KeyError, TypeError) as error:
        raise CatalogueInvalidError(file, "needs", f"a key is missing or unknown: {error}") from error
    return {need.id: need for need in needs}


def _need(id: str, zh: str, urgency: int, **lists: list[Any]) -> Need:  # noqa: A002 - the key's name in the file
    # 120 and the like are written without quotes and come as numbers
    return Need(id=id, zh=zh, urgency=urgency, **{key: tuple(map(str, values)) for key, values in lists.items()})


@lru_cache(maxsize=4)
def _phrases(catalogue: Catalogue) -> tuple[_Phrase, ...]:
    return tuple(
        _Phrase(need, re.compile(_GAP_PATTERN.join(re.escape(compact(part)) for part in text.split(_GAP))))
        for need in load_needs().values()
        for text in dict.fromkeys(_texts(need, catalogue))
    )


def _texts(need: Need, catalogue: Catalogue) -> Iterator[str]:
    yield from need.phrases
    for dialect in catalogue.dialects.values():
        for phrase_id in need.catalogue:
            if phrase := dialect.phrases.get(phrase_id):
                yield from (text for text in phrase.texts if text not in need.alone)
