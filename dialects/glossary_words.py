"""The words of the glossaries, with their Mandarin and English, and whose they are.

Dialects: the published lists of the catalogue (`cues_sourced`) and `data/glossary/insurance.yaml`, taken from the same
surveys (lexibank/beidasinitic and liusinitic, CC BY 4.0); for dialects the surveys leave out,
`data/glossary/pages.yaml`, each word with the page it stands on. English: `data/glossary/english.yaml`. No native
speaker has checked any of them; where no list has a word, none is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from dialects.catalogue import Catalogue
from dialects.catalogue_files import read_yaml
from dialects.dialect import SourcedCue
from dialects.text import simplified

LEAST_WEIGHT_ALONE = 0.35
"""A word of one character is read as the dialect's only when it says so much for it: 冇 does, 蛮 does not."""
_WEIGHT_OF_ADDED = 0.3
"""Of words without a weight of their own: shown behind those that are known to be the dialect's alone."""

_NOT_ON_A_DESK = frozenset({"乳房", "吮", "拍马", "秃子"})
"""Meanings the survey asks for that would only raise eyebrows on a service line."""
_NOTE = re.compile(r"[（(].*?[)）]")
_BRACKETS = re.compile(r"[〔〕\[\]]")
_CHINESE = re.compile(r"[一-鿿㐀-䶿\U00020000-\U0003ffff]+")


class Field(StrEnum):
    """What a word is for."""

    EVERYDAY = "everyday"
    INSURANCE = "insurance"  # illness, accidents, family, money; in English the words of the trade


@dataclass(frozen=True)
class GlossaryWord:
    """A word somebody who answers may not know."""

    word: str
    ipa: str
    """Empty for English, and where the source gives none."""
    mandarin: str
    source: str
    """`beida` or `liu`, as in the catalogue, or a source of `pages.yaml`; of English words one of `english.yaml`."""
    english: str = ""
    """Empty where the survey's English is not known."""
    field: Field = Field.EVERYDAY
    weight: float = _WEIGHT_OF_ADDED
    """How much it is the dialect's own, 0 to 1."""
    means_otherwise: bool = False
    """Whether Mandarin has the same word for something else: 落水 is to rain in Taishan and to drown elsewhere."""

    @property
    def is_marked(self) -> bool:
        """Whether it is taken for the dialect's word wherever it stands in a text."""
        return not self.means_otherwise and (len(self.word) > 1 or self.weight >= LEAST_WEIGHT_ALONE)


@dataclass(frozen=True)
class WordSource:
    """Where words come from that are in neither survey."""

    id: str
    kind: str
    """`dictionary`, `wiki` or `page`: how far it may be trusted."""
    title: str
    url: str


@lru_cache(maxsize=128)
def words_of(class_id: str, catalogue: Catalogue) -> tuple[GlossaryWord, ...]:
    """The words of a dialect's own lists, each once: those of the catalogue first; empty where nobody published one."""
    dialect = catalogue.dialects.get(class_id)
    if dialect is None:
        return ()
    found: dict[tuple[str, str], GlossaryWord] = {}
    listed = (word for cue in dialect.cues_sourced if (word := _of_cue(cue)))
    for word in (*listed, *_added(class_id), *_of_pages(class_id)):
        known = found.get((word.word, word.mandarin))
        if known is None or word.weight > known.weight:
            found[word.word, word.mandarin] = word
    return tuple(found.values())


@lru_cache(maxsize=1)
def word_sources() -> Mapping[str, WordSource]:
    """The sources of `pages.yaml` by id; the two surveys are none of them."""
    return {id_: WordSource(id_, **source) for id_, source in _read("pages.yaml")["sources"].items()}


@lru_cache(maxsize=1)
def english_words() -> Mapping[str, GlossaryWord]:
    """Every form in which an English word of the glossary is heard, in lower case, to the word."""
    forms: dict[str, GlossaryWord] = {}
    listed = _read("english.yaml")
    for field in Field:
        for each in listed[field.value]:
            word = GlossaryWord(each["word"], "", each["zh"], each["source"], each["word"], field)
            forms |= {form.lower(): word for form in (each["word"], *each["forms"])}
    return forms


def _of_cue(cue: SourcedCue) -> GlossaryWord | None:
    """The cue as a word to show; None for what is no clean word or no other word than in Mandarin."""
    word, mandarin = simplified(cue.word), _mandarin(cue)
    clean = _CHINESE.fullmatch(word) and _CHINESE.fullmatch(mandarin)
    differs = word != mandarin and mandarin not in _NOT_ON_A_DESK
    if not clean or not differs:
        return None
    english, field = _meanings().get(mandarin, ("", Field.EVERYDAY))
    return GlossaryWord(word, cue.ipa, mandarin, cue.source, english, field, cue.weight)


def _mandarin(cue: SourcedCue) -> str:
    """The gloss in simplified characters, without the lists' remarks: 沒〔有〕(未) is 没有, 怎麽 is 怎么."""
    return (
        _BRACKETS.sub("", _NOTE.sub("", simplified(cue.gloss)))
        .replace("麽", "么")
        .replace("著凉", "着凉")
        .replace("値", "值")
        .strip()
    )


def _added(class_id: str) -> Iterator[GlossaryWord]:
    for meaning in _read("insurance.yaml")["meanings"]:
        for word, ipa, *alone in meaning["words"].get(class_id, ()):
            weight = LEAST_WEIGHT_ALONE if alone else _WEIGHT_OF_ADDED
            yield GlossaryWord(
                word, ipa, meaning["mandarin"], meaning["source"], meaning["english"], Field.INSURANCE, weight
            )


def _of_pages(class_id: str) -> Iterator[GlossaryWord]:
    listed = _read("pages.yaml")
    for word, mandarin, english, source in listed["words"].get(class_id, ()):
        known, field = _meanings().get(mandarin, (english, Field.EVERYDAY))
        otherwise = word in listed["means_otherwise"]
        yield GlossaryWord(word, "", mandarin, source, known, field, means_otherwise=otherwise)


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, tuple[str, Field]]:
    listed = _read("meanings.yaml")
    return {mandarin: (english, field) for field in Field for mandarin, english in listed[field.value].items()}


@lru_cache(maxsize=8)
def _read(name: str) -> Any:
    return read_yaml(Path(str(resources.files("dialects"))) / "data" / "glossary" / name)
