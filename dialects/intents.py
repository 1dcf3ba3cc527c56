"""What a caller wants, with a confidence: enough for a handover note, never a reason to keep the caller waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dialects.catalogue import Catalogue
from dialects.denial import is_taken_back
from dialects.needs import URGENT_FROM, Kind, Need, Wording, ordinary_words, past_words, wordings
from dialects.phonetics import PARTICLES, Match, PhraseIndex, Token, tokens

SOUND_CONFIDENCE = 0.7
"""What a match by sound is worth beside the same words as written, before its cost is taken off. A judgement."""
SHORT_SOUND_CONFIDENCE = 0.5
"""The same for two syllables."""
URGENT_SOUND_COST = 0.2
"""What the sounds may differ by at most where an urgent need is not there as written."""
URGENT_SYLLABLES = 3
LONGEST_TOKENS = 600
"""Read at most: two minutes of quick speech. More is a recognizer that repeats itself."""
GAP = "…"
_GAP_TOKENS = 8
_AROUND = frozenset("啊呀吧嘛吗呢喂哦噢喔哈了请我要嗯唉哎诶")
"""What may stand around a need named alone: 喂，请人工吧."""
_ASKING = frozenset("吗么嘛伐吧")


@dataclass(frozen=True)
class HeardNeed:
    """A need that the words name."""

    need: Need
    confidence: float
    """0 to 1; how surely it was meant. A judgement by how it was matched, not a measured probability."""
    wording: str
    """The wording it was known by."""
    heard: str
    """The part of the transcript, in simplified characters."""
    exact: bool
    """False when it only sounded like the wording."""
    place: int
    """Where in the utterance; of two equals the later counts, for people correct themselves."""

    @property
    def evidence(self) -> str:
        """In words an agent can read: `听到「报案」`, or `像「报案」,听写为「抱安」`."""
        if self.exact:
            return f"听到「{self.heard}」"
        return f"像「{self.wording}」,听写为「{self.heard}」"


@dataclass(frozen=True)
class _Lexicon:
    index: PhraseIndex
    parts: Mapping[str, tuple[tuple[Wording, tuple[str, ...]], ...]]
    """First part of a wording to the wordings that begin with it, and all their parts."""
    alone: PhraseIndex
    alone_wordings: Mapping[str, Wording]
    ordinary: frozenset[str]
    past: frozenset[str]


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    cost: float
    exact: bool


def find_need(text: str, catalogue: Catalogue) -> HeardNeed | None:
    """The need the words name, None when they name none.

    Of several, the most urgent wins, then what was heard as written, then the longest, then the last. Law 2 holds
    whatever this returns: nobody waits for it, and nobody is asked to say it again.
    """
    return max(find_needs(text, catalogue), key=_rank, default=None)


def find_needs(text: str, catalogue: Catalogue) -> list[HeardNeed]:
    """Every need the words name, the surest way each was named."""
    said = tokens(text)[:LONGEST_TOKENS]
    best: dict[str, HeardNeed] = {}
    for heard in _all(said, _lexicon(catalogue)) if said else ():
        known = best.get(heard.need.id)
        first = heard if known is None or _rank(heard) > _rank(known) else known
        best[heard.need.id] = replace(first, confidence=max(heard.confidence, first.confidence))
    return list(best.values())


def _rank(heard: HeardNeed) -> tuple[int, bool, int, int, float]:
    return heard.need.urgency, heard.exact, len(heard.wording.replace(GAP, "")), heard.place, heard.confidence


def _all(said: Sequence[Token], lexicon: _Lexicon) -> Iterator[HeardNeed]:
    first, last = _core(said)
    matches = lexicon.index.find(said, alone=last - first)
    ordinary = [(match.start, match.end) for match in matches if match.exact and match.phrase in lexicon.ordinary]
    over = any(match.exact and match.phrase in lexicon.past for match in matches)
    places: dict[str, list[Match]] = {}
    for match in matches:
        if not _is_ordinary(match, ordinary) and not _spans_pause(match, said):
            places.setdefault(match.phrase, []).append(match)
    for first_part in list(places):
        for wording, parts in lexicon.parts.get(first_part, ()):
            if not (over and wording.kind is Kind.EVENT and wording.need.urgency >= URGENT_FROM):
                yield from _anywhere(wording, parts, places, said)
    yield from _alone(said, first, last, ordinary, lexicon)


def _anywhere(
    wording: Wording, parts: Sequence[str], places: Mapping[str, Sequence[Match]], said: Sequence[Token]
) -> Iterator[HeardNeed]:
    """Where the wording was said and not taken back."""
    for found in _assembled(parts, places):
        if wording.need.urgency >= URGENT_FROM and not _sounds_surely(found, said):
            continue
        if not is_taken_back(_before(said, found.start), wording.kind, asks=_ends_asking(said, found.end)):
            yield _heard(wording, said, found)


def _alone(
    said: Sequence[Token], first: int, last: int, ordinary: Sequence[tuple[int, int]], lexicon: _Lexicon
) -> Iterator[HeardNeed]:
    """The wordings that are all that was said between `first` and `last`."""
    for match in lexicon.alone.find(said[first:last], alone=last - first):
        wording = lexicon.alone_wordings[match.phrase]
        whole = match.start == 0 and match.end == last - first
        too_far = wording.need.urgency >= URGENT_FROM and match.cost > URGENT_SOUND_COST
        if whole and not too_far and not _is_ordinary(match, ordinary, first):
            yield _heard(wording, said, _Found(first, last, match.cost, match.exact))


def _sounds_surely(found: _Found, said: Sequence[Token]) -> bool:
    """Whether a match is sure enough to put a call before others: as written, or three syllables that sound alike."""
    if found.exact:
        return True
    syllables = sum(unit.text not in PARTICLES for unit in said[found.start : found.end])
    return syllables >= URGENT_SYLLABLES and found.cost <= URGENT_SOUND_COST


def _is_ordinary(match: Match, ordinary: Sequence[tuple[int, int]], offset: int = 0) -> bool:
    """Whether the match is part of an everyday word (续费 in 手续费), or sounds like what holds one."""
    start, end = match.start + offset, match.end + offset
    for a, b in ordinary:
        within = a <= start and end <= b
        if within and (end - start < b - a or not match.exact):
            return True
        if not match.exact and start <= a and b <= end:
            return True
    return False


def _spans_pause(match: Match, said: Sequence[Token]) -> bool:
    """Whether a pause cuts it in two, as in 好麻？我: two characters, and sounds, must come in one breath."""
    loose = match.exact and (match.end - match.start > 2 or match.phrase.isascii())
    return not loose and any(unit.begins_clause for unit in said[match.start + 1 : match.end])


def _core(said: Sequence[Token]) -> tuple[int, int]:
    """The range of tokens without the particles around them."""
    first, last = 0, len(said)
    while first < last and said[first].text in _AROUND:
        first += 1
    while last > first and said[last - 1].text in _AROUND:
        last -= 1
    return first, last


def _assembled(parts: Sequence[str], places: Mapping[str, Sequence[Match]]) -> list[_Found]:
    """Where the parts of a wording follow one another, each at most so many tokens after the one before."""
    chains = [_Found(match.start, match.end, match.cost, match.exact) for match in places[parts[0]]]
    for part in parts[1:]:
        chains = [
            _Found(chain.start, match.end, chain.cost + match.cost, chain.exact and match.exact)
            for chain in chains
            for match in places.get(part, ())
            if chain.end <= match.start <= chain.end + _GAP_TOKENS
        ]
    return chains


def _before(said: Sequence[Token], position: int) -> str:
    """What was said before this token in the same clause; words in other letters stand apart."""
    words: list[str] = []
    while position > 0 and not said[position].begins_clause:
        position -= 1
        text = said[position].text
        words.append(f" {text} " if text.isascii() else text)
    return re.sub(" +", " ", "".join(reversed(words)))


def _ends_asking(said: Sequence[Token], position: int) -> bool:
    """Whether the clause that goes on at this token ends as a question."""
    while position < len(said) and not said[position].begins_clause:
        position += 1
    return said[position - 1].text in _ASKING


def _heard(wording: Wording, said: Sequence[Token], found: _Found) -> HeardNeed:
    words = said[found.start : found.end]
    confidence = wording.confidence
    if not found.exact:
        length = sum(unit.syllable is not None for unit in words)
        worth = SHORT_SOUND_CONFIDENCE if length <= 2 else SOUND_CONFIDENCE
        confidence *= worth * (1 - found.cost / max(length, 1))
    text = "".join(f" {unit.text} " if unit.text.isascii() else unit.text for unit in words)
    return HeardNeed(
        need=wording.need,
        confidence=round(confidence, 3),
        wording=wording.text,
        heard=re.sub(" +", " ", text).strip(),
        exact=found.exact,
        place=found.start,
    )


@lru_cache(maxsize=4)
def _lexicon(catalogue: Catalogue) -> _Lexicon:
    best: dict[tuple[str, str, bool], Wording] = {}
    for wording in wordings(catalogue):
        key = wording.need.id, wording.text, wording.kind is Kind.ALONE
        if key not in best or wording.confidence > best[key].confidence:
            best[key] = wording
    anywhere = [wording for wording in best.values() if wording.kind is not Kind.ALONE]
    alone = {wording.text: wording for wording in best.values() if wording.kind is Kind.ALONE}
    parts: dict[str, list[tuple[Wording, tuple[str, ...]]]] = {}
    for wording in anywhere:
        pieces = tuple(wording.text.split(GAP))
        parts.setdefault(pieces[0], []).append((wording, pieces))
    texts = [piece for entries in parts.values() for _, pieces in entries for piece in pieces]
    as_written = {wording.text for wording in anywhere if wording.as_written}
    ordinary, past = frozenset(ordinary_words()), frozenset(past_words())
    marks = (ordinary | past).difference(texts)
    return _Lexicon(
        index=PhraseIndex([*texts, *sorted(marks)], never_by_sound=as_written | marks),
        parts={first: tuple(entries) for first, entries in parts.items()},
        alone=PhraseIndex(alone, never_by_sound=[text for text, wording in alone.items() if wording.as_written]),
        alone_wordings=alone,
        ordinary=ordinary,
        past=past,
    )
