"""What Whisper's language posterior says about the dialect group.

Whisper base knows one Chinese, `zh`, and no Cantonese. Standard Mandarin comes out as `zh` nearly always; speech it
does not know well is spread over Burmese, Vietnamese, Thai and others. How much of this a group's speech shows was
counted on recordings (`data/language_likelihood.yaml`, made by `bench/language_likelihood.py`); it separates groups a
little and dialects within a group not at all, and claims no more than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path

from dialects.catalogue import Catalogue
from dialects.catalogue_files import read_yaml
from dialects.evidence import Evidence, Source


class Pattern(StrEnum):
    """What a language posterior looks like."""

    CHINESE = "chinese"  # zh at least 0.9
    MOSTLY_CHINESE = "mostly_chinese"  # zh at least 0.6
    BURMESE = "burmese"  # less, and the rest mostly Burmese, Tibetan or Khmer
    SOUTHEAST = "southeast"  # less, and the rest mostly Vietnamese, Thai, Lao or Malay
    SCATTERED = "scattered"  # less, and the rest anything


CHINESE_AT = 0.9
MOSTLY_CHINESE_AT = 0.6
ENGLISH_AT = 0.5
"""From this on the caller speaks English, which says nothing about a dialect."""

_CHINESE = ("zh", "yue")  # `yue` exists in the largest checkpoints only
_BURMESE = ("my", "bo", "km", "ne")
_SOUTHEAST = ("vi", "th", "lo", "ms", "id", "jw", "tl")
_WORDS = {
    Pattern.CHINESE: "听来是汉语",
    Pattern.MOSTLY_CHINESE: "听来多半是汉语",
    Pattern.BURMESE: "听来不像普通话，近缅、藏语音",
    Pattern.SOUTHEAST: "听来不像普通话，近越、泰语音",
    Pattern.SCATTERED: "听来不像普通话",
}
_LEANING = 1.15  # a group is named from this much above the mean on


@dataclass(frozen=True)
class LanguageTable:
    """How often each group's speech shows each pattern."""

    likelihood: Mapping[str, Mapping[Pattern, float]]
    """Group id to P(pattern | group); sums to 1 per group."""
    elsewhere: Mapping[Pattern, float]
    """The same for groups of which there are no recordings."""


def pattern_of(language_posterior: Mapping[str, float]) -> Pattern | None:
    """The pattern of a posterior over Whisper's language codes; None when it is empty or English."""
    chinese = _mass(language_posterior, _CHINESE)
    if not language_posterior or language_posterior.get("en", 0.0) >= ENGLISH_AT:
        return None
    if chinese >= CHINESE_AT:
        return Pattern.CHINESE
    if chinese >= MOSTLY_CHINESE_AT:
        return Pattern.MOSTLY_CHINESE
    rest = 1 - chinese - language_posterior.get("en", 0.0)
    for pattern, languages in ((Pattern.BURMESE, _BURMESE), (Pattern.SOUTHEAST, _SOUTHEAST)):
        if _mass(language_posterior, languages) >= rest / 2:
            return pattern
    return Pattern.SCATTERED


def language_evidence(language_posterior: Mapping[str, float], catalogue: Catalogue) -> Evidence | None:
    """What the posterior (Whisper language code to probability) says about the group, or None when it says nothing."""
    pattern = pattern_of(language_posterior)
    if pattern is None:
        return None
    table = load_language_table()
    by_group = {group: table.likelihood.get(group, table.elsewhere)[pattern] for group in catalogue.groups}
    likelihood = {class_id: by_group[catalogue.group_of(class_id)] for class_id in catalogue.classes}
    return Evidence(Source.ACOUSTIC, _text(pattern, by_group, catalogue), likelihood)


def _text(pattern: Pattern, by_group: Mapping[str, float], catalogue: Catalogue) -> str:
    mean = sum(by_group.values()) / len(by_group)
    leaning = sorted((group for group in by_group if by_group[group] >= _LEANING * mean), key=lambda g: -by_group[g])
    names = "、".join(catalogue.groups[group].zh for group in leaning)
    return f"{_WORDS[pattern]} → 偏{names}" if names else f"{_WORDS[pattern]}，不偏哪一种方言"


def _mass(language_posterior: Mapping[str, float], languages: tuple[str, ...]) -> float:
    return sum(language_posterior.get(language, 0.0) for language in languages)


@lru_cache(maxsize=1)
def load_language_table() -> LanguageTable:
    """The packaged table. Raises CatalogueUnreadableError."""
    content = read_yaml(Path(str(resources.files("dialects"))) / "data" / "language_likelihood.yaml")
    return LanguageTable(
        likelihood={group: _row(row) for group, row in content["groups"].items()}, elsewhere=_row(content["elsewhere"])
    )


def _row(row: Mapping[str, float]) -> dict[Pattern, float]:
    return {pattern: float(row[pattern]) for pattern in Pattern}
