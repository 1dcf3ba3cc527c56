"""The 42 dialects as staff see them: names, places, words, recognizers, prompts, people, and what was measured."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from dialects.additions import Kind
from dialects.area import PROVINCES
from dialects.catalogue import Catalogue
from dialects.dialect import AreaShare, Cue, Dialect
from dialects.glossary import Banner, banner
from dialects.glossary_words import Field, WordSource, word_sources
from dialects.head_store import FIGURES
from dialects.measured import MeasuredDialect, measured
from dialects.needs import load_needs
from dialects.recognizers.specialists import better_heard, find_specialists
from elder_channel.bootstrap import Line
from elder_channel.prompts.coverage import TakeStatus, VoiceCoverage
from elder_channel.services.errors import DialectRefusedError
from elder_channel.services.prompt_board import PromptBoard

_PROVINCE = re.compile("|".join(PROVINCES))
_HEAD = "all"


@dataclass(frozen=True)
class Measured:
    """How often the sound of the dialect was named rightly, on recordings of sources the head had never heard."""

    top1: float
    low: float
    high: float
    """95% interval; the truth is wider still, clips of one source are alike."""
    top3: float
    utterances: int


@dataclass(frozen=True)
class Speaker:
    """An agent who speaks it."""

    name: str
    level: int
    """1 to 5."""
    site: str


@dataclass(frozen=True)
class DialectRow:
    """One dialect of the grid."""

    id: str
    zh: str
    en: str
    group: tuple[str, str]
    """Chinese and English name."""
    provinces: tuple[str, ...]
    """Where it has most of an area code's speakers first."""
    cues: int
    own_words: int
    """Words and phrases this site has added, and uses."""
    quality: str
    """Judgement of the best open recognizer, as `RecognizerSupport.quality_guess`."""
    second_hearing: tuple[str, ...]
    """Specialists of this site that hear it again; none: Whisper alone."""
    recorded: int
    to_record: int
    reached: float
    """Of the prompts its callers hear, the share that is recorded and played, 0 to 1."""
    speakers: tuple[Speaker, ...]
    """Best first."""
    measured: Measured | None
    """None where nobody has measured it."""


@dataclass(frozen=True)
class NeedPhrases:
    """How a need is said in the dialect."""

    need: str
    zh: str
    en: str
    texts: tuple[str, ...]
    status: str
    added: tuple[str, ...]


@dataclass(frozen=True)
class DialectSheet:
    """Everything about one dialect."""

    row: DialectRow
    classification: str
    codes: tuple[str, str, str]
    """ISO 639-3, Glottocode, BCP 47."""
    areas: tuple[AreaShare, ...]
    """Largest share first."""
    by_province: tuple[tuple[str, float], ...]
    """Province to the mean share of its area codes that have any of it, largest first."""
    cues: tuple[Cue, ...]
    """Shipped ones, weightiest first; what the site added is not among them."""
    phrases: tuple[NeedPhrases, ...]
    recommended: tuple[str, ...]
    published_error: str | None
    words: Banner | None
    word_sources: tuple[WordSource, ...]
    """The pages among the sources of `words`; the others are the two surveys."""
    review: Mapping[str, str]
    measured: MeasuredDialect
    """By the commands of this repository, with count and day; empty where nobody has measured."""


class DialectBoard:
    """Reads the dialects."""

    def __init__(self, line: Line, prompts: PromptBoard) -> None:
        self._line = line
        self._prompts = prompts

    def rows(self) -> tuple[DialectRow, ...]:
        """The 42, in the catalogue's order."""
        self._line.source.reload()
        self._line.catalogues.reload()
        catalogue = self._line.catalogue
        coverage = {each.tag: each for each in self._prompts.coverage(best=0).voices}
        heard = _second_hearings(self._line, catalogue)
        return tuple(self._row(dialect, coverage[id_], heard) for id_, dialect in catalogue.dialects.items())

    def sheet(self, dialect_id: str) -> DialectSheet:
        """One dialect. Raises DialectRefusedError for an unknown one."""
        row = next((row for row in self.rows() if row.id == dialect_id), None)
        if row is None:
            raise DialectRefusedError("dialect_unknown", f"There is no dialect {dialect_id[:32]!r}.")
        catalogue = self._line.catalogue
        dialect, shipped = catalogue.dialects[dialect_id], self._line.catalogues.base.dialects[dialect_id]
        words = banner(dialect_id, catalogue, field=Field.EVERYDAY)
        return DialectSheet(
            row=row,
            classification=dialect.classification,
            codes=(dialect.iso639_3, dialect.glottocode, dialect.bcp47),
            areas=tuple(sorted(dialect.area_codes, key=lambda area: -area.share)),
            by_province=_by_province(dialect.area_codes),
            cues=tuple(sorted(shipped.cues, key=lambda cue: -cue.weight)),
            phrases=_phrases(dialect),
            recommended=dialect.recognizers_recommended,
            published_error=dialect.asr.measured_cer,
            words=words,
            word_sources=_pages_of(words),
            review=dialect.review,
            measured=measured().get(dialect_id, MeasuredDialect()),
        )

    def _row(self, dialect: Dialect, coverage: VoiceCoverage, heard: Mapping[str, tuple[str, ...]]) -> DialectRow:
        group = self._line.catalogue.groups[dialect.group]
        own = self._line.catalogues.additions.get(dialect.id, ())
        return DialectRow(
            id=dialect.id,
            zh=dialect.zh,
            en=dialect.en,
            group=(group.zh, group.en),
            provinces=tuple(province for province, _ in _by_province(dialect.area_codes)),
            cues=len(dialect.cues) - sum(each.kind is Kind.CUE for each in own),
            own_words=len(own),
            quality=dialect.recognizer_quality,
            second_hearing=heard.get(dialect.id, ()),
            recorded=coverage.counts[TakeStatus.IN_FORCE],
            to_record=coverage.total,
            reached=coverage.reached,
            speakers=self._speakers(dialect.id),
            measured=_measured().get(dialect.id),
        )

    def _speakers(self, dialect_id: str) -> tuple[Speaker, ...]:
        sites = {site.id: site.name for site in self._line.settings.sites}
        found = [
            Speaker(agent.name, agent.dialects[dialect_id], sites.get(agent.site, ""))
            for agent in self._line.settings.agents
            if dialect_id in agent.dialects
        ]
        return tuple(sorted(found, key=lambda each: -each.level))


def _second_hearings(line: Line, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    settings = line.settings.recognition
    usable = [each for each in find_specialists(settings) if not each.trouble]
    found = better_heard(usable, preferred=settings.specialists, catalogue=catalogue)
    return {id_: tuple(each.name for each in several) for id_, several in found.items()}


def _by_province(areas: Sequence[AreaShare]) -> tuple[tuple[str, float], ...]:
    shares: dict[str, list[float]] = {}
    for area in areas:
        for province in {found[0] for city in area.cities if (found := _PROVINCE.match(city))}:
            shares.setdefault(province, []).append(area.share)
    means = {province: sum(each) / len(each) for province, each in shares.items()}
    return tuple(sorted(means.items(), key=lambda item: (-len(shares[item[0]]) * item[1], item[0])))


def _phrases(dialect: Dialect) -> tuple[NeedPhrases, ...]:
    found = []
    for need in load_needs().values():
        named = [phrase for id_ in dict.fromkeys((need.id, *need.catalogue)) if (phrase := dialect.phrases.get(id_))]
        texts = tuple(text for phrase in named for text in phrase.texts)
        added = tuple(text for phrase in named for text in phrase.added)
        status = named[0].status if named else ""
        found.append(NeedPhrases(need.id, need.zh, need.en, texts, status, added))
    return tuple(found)


def _pages_of(words: Banner | None) -> tuple[WordSource, ...]:
    used = {word.source for word in words.words} if words else set()
    return tuple(source for id_, source in word_sources().items() if id_ in used)


@lru_cache(maxsize=1)
def _measured() -> Mapping[str, Measured]:
    """The shipped head's own figures, by dialect; groups and English left out."""
    file = Path(str(resources.files("dialects"))) / "data" / "heads" / FIGURES
    figures = json.loads(file.read_text(encoding="utf-8"))[_HEAD]["leave_one_source_out_per_dialect"]
    return {id_: _one_measured(each) for id_, each in figures.items()}


def _one_measured(figures: Mapping[str, Any]) -> Measured:
    low, high = figures["top1_interval"]
    return Measured(figures["top1"], low, high, figures["top3"], figures["n"])
