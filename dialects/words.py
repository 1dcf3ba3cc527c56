"""What the words of a transcript say about the dialect: lexical cues, as written, simplified and by sound."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.dialect import Cue, Dialect
from dialects.evidence import Evidence, Source
from dialects.needs import ordinary_words
from dialects.phonetics import PhraseIndex, tokens
from dialects.text import simplified

# The figures are judgements. Two strong cues outweigh an area code (about 200 to 1), one does not.
SPEAKS_FROM = 0.5
"""Sum of weights below which the words say nothing."""
STRONGEST_FROM = 0.4
"""Weight that one of the words must have: 您, 这儿 and 哪儿 together are still Putonghua."""
SINGLE_CHARACTERS_SPEAK_FROM = 0.7
"""The same where only single characters were found: 介 (Tianjin for 这) is also in 介绍, 咩 is fashionable."""
NATS_PER_WEIGHT = 3.0
HIGHEST_SCORE = 2.3
GROUP_SHARE = 0.35
"""Part of the best score of a group that its other dialects get: no list is complete, and neighbours share words."""
SOURCED_DISCOUNT = 0.5
"""Weight of cues from published word lists: scholarly spelling, misread characters, and no test of their own."""
SOUND_WEIGHT = 0.35
"""Part of its weight that a cue keeps where only its sound was found. Below `STRONGEST_FROM`, so that
sounds alone never speak for a dialect and only add to words that are there as written."""
SOUND_COST = 0.1
"""What the sounds of a cue may differ by, all together: one common merger."""
SHORTEST_BY_SOUND = 3
"""Characters of a cue that is looked for by sound: shorter ones sound like everyday words (伊各 like 一个)."""
_NAMED = 2
_WORDS_SHOWN = 4


@dataclass(frozen=True)
class _Lexicon:
    """The cues of all dialects, arranged for looking them up in a text."""

    words: tuple[str, ...]
    """Every cue once, longest first."""
    cues: Mapping[str, tuple[tuple[str, Cue], ...]]
    """Word to the dialects it speaks for."""
    sounds: PhraseIndex
    """The long ones, to be found by sound."""


def word_evidence(text: str, catalogue: Catalogue) -> Evidence | None:
    """What the words speak for, or None when they say too little; a transcript without cues says nothing either way.

    Recognizers write Mandarin whatever they hear, so the absence of dialect words is no evidence for Putonghua.
    """
    lexicon = _lexicon(catalogue)
    found = _found([text, simplified(text)], lexicon)
    _add_sounds(text, lexicon, found)
    scores = {dialect_id: sum(words.values()) for dialect_id, words in found.items()}
    if not any(_says_enough(words) for words in found.values()):
        return None
    spread = _spread_over_groups(scores, catalogue)
    best = max(spread.values())
    # the highest score counts up to a bound, the others in proportion, so that the order among them is kept
    nats = NATS_PER_WEIGHT * min(best, HIGHEST_SCORE) / best
    likelihood = {class_id: math.exp(nats * spread[class_id]) for class_id in catalogue.classes}
    return Evidence(Source.WORDS, _text(scores, found, catalogue), likelihood)


def _says_enough(words: Mapping[str, float]) -> bool:
    if max(words.values(), default=0.0) < STRONGEST_FROM:
        return False
    single = all(len(word) == 1 for word in words)
    return sum(words.values()) >= (SINGLE_CHARACTERS_SPEAK_FROM if single else SPEAKS_FROM)


def _found(forms: Iterable[str], lexicon: _Lexicon) -> dict[str, dict[str, float]]:
    """Dialect id to the cues it was known by and their weights, from the form of the text that says most for it."""
    best: dict[str, dict[str, float]] = {}
    for form in dict.fromkeys(forms):
        hits: dict[str, dict[str, float]] = {}
        for word in lexicon.words:
            if word in form:
                for dialect_id, cue in lexicon.cues[word]:
                    words = hits.setdefault(dialect_id, {})
                    # longest first: 哋 within 佢哋 was counted with it
                    if _stands_free(cue, form) and not any(word in longer for longer in words):
                        words[word] = cue.weight
        for dialect_id, words in hits.items():
            if sum(words.values()) > sum(best.get(dialect_id, {}).values()):
                best[dialect_id] = words
    return best


def _add_sounds(text: str, lexicon: _Lexicon, found: dict[str, dict[str, float]]) -> None:
    """Add the cues that the text only sounds like, at a part of their weight, under the words an agent reads."""
    said = tokens(text)
    for match in lexicon.sounds.find(said):
        heard = "".join(unit.text for unit in said[match.start : match.end])
        if match.exact or match.cost > SOUND_COST or any(word in heard for word in ordinary_words()):
            continue
        for dialect_id, cue in lexicon.cues.get(match.phrase, ()):
            found.setdefault(dialect_id, {}).setdefault(f"像「{match.phrase}」", SOUND_WEIGHT * cue.weight)


def _stands_free(cue: Cue, text: str) -> bool:
    """Whether the word occurs at least once where it is not part of another one."""
    if not cue.not_after:
        return True
    position = text.find(cue.word)
    while position >= 0:
        if position == 0 or text[position - 1] not in cue.not_after:
            return True
        position = text.find(cue.word, position + 1)
    return False


def _spread_over_groups(scores: Mapping[str, float], catalogue: Catalogue) -> dict[str, float]:
    best_of_group: dict[str, float] = {}
    for dialect_id, score in scores.items():
        group = catalogue.group_of(dialect_id)
        best_of_group[group] = max(best_of_group.get(group, 0.0), score)
    spread = {
        dialect_id: max(
            scores.get(dialect_id, 0.0), GROUP_SHARE * best_of_group.get(catalogue.group_of(dialect_id), 0.0)
        )
        for dialect_id in catalogue.dialects
    }
    return {**spread, PUTONGHUA: 0.0}  # these are the words that Putonghua does not have


def _text(scores: Mapping[str, float], found: Mapping[str, Mapping[str, float]], catalogue: Catalogue) -> str:
    best = sorted(scores, key=lambda dialect_id: (-scores[dialect_id], dialect_id))
    named = [d for d in best[:_NAMED] if scores[d] >= scores[best[0]] / 2]
    words = sorted(found[best[0]], key=lambda word: -found[best[0]][word])[:_WORDS_SHOWN]
    return f"用词 {'、'.join(words)} → {'、'.join(catalogue.name(d) for d in named)}"


@lru_cache(maxsize=4)
def _lexicon(catalogue: Catalogue) -> _Lexicon:
    cues: dict[str, list[tuple[str, Cue]]] = {}
    for dialect in catalogue.dialects.values():
        for cue in _cues_of(dialect):
            cues.setdefault(cue.word, []).append((dialect.id, cue))
    words = sorted(cues, key=lambda word: (-len(word), word))
    return _Lexicon(
        words=tuple(words),
        cues={word: tuple(cues[word]) for word in words},
        sounds=PhraseIndex(word for word in words if len(word) >= SHORTEST_BY_SOUND),
    )


def _cues_of(dialect: Dialect) -> list[Cue]:
    """The author's cues, and those of the word lists at a discount where the author has none."""
    cues = {cue.word: cue for cue in dialect.cues}
    for sourced in dialect.cues_sourced:
        cues.setdefault(sourced.word, Cue(sourced.word, SOURCED_DISCOUNT * sourced.weight))
    return list(cues.values())
