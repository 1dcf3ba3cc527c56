"""Reading level: how common the characters are, how long the sentences, and the school grade of the English.

Chinese: the share of characters outside the 1,800 of grades one to six of GF 0025-2021. That list was made for
learners of the language, and it is the one official list of common characters that is graded; for who grew up with the
language it errs on the careful side. English: Flesch-Kincaid grade (Kincaid et al. 1975) with the syllables of
pyphen's hyphenation, which finds fewer than a dictionary would ("people" has one): a grade is a lower bound.
Neither is made for a dozen words; both are bounds that a plain message is far below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

import pyphen

from bilingual.prompt_lint.findings import Broken
from bilingual.prompt_lint.rules import Figures, read_lint_file
from bilingual.prompt_lint.speech import characters_in, han_in, words_in

_WORDS_FOR_A_GRADE = 10
"""A label of three words has no grade worth the name."""
_SENTENCE_END = re.compile(r"[。！？；.!?;]+")
_BY_WORDS_TO_A_SENTENCE, _BY_SYLLABLES_TO_A_WORD, _LESS = 0.39, 11.8, 15.59
"""The weights of the Flesch-Kincaid grade."""


def hard_to_read(phrases: Sequence[str], language: str, figures: Figures) -> Iterator[Broken]:
    """What of the phrases of one message is harder than it need be."""
    yield from _rare(phrases, language, figures)
    for phrase in phrases:
        yield from _long(phrase, language, figures)
    words = sum(len(words_in(phrase)) for phrase in phrases)
    if (
        language == "en"
        and words >= _WORDS_FOR_A_GRADE
        and (grade := english_grade(phrases)) > figures.max_english_grade
    ):
        yield Broken("reading_grade", f"English of grade {grade:.1f}", language)


def rare_characters(text: str) -> tuple[str, ...]:
    """The Chinese characters outside the list, each once, in order."""
    return tuple(dict.fromkeys(each for each in characters_in(text) if each not in _common()))


def english_grade(phrases: Sequence[str]) -> float:
    """Flesch-Kincaid grade of English phrases; below zero where everything is short, 0 without a word."""
    words = [word for phrase in phrases for word in words_in(phrase)]
    if not words:
        return 0.0
    sentences = sum(len(_sentences(phrase)) for phrase in phrases)
    syllables = sum(_syllables(word) for word in words)
    return _BY_WORDS_TO_A_SENTENCE * len(words) / sentences + _BY_SYLLABLES_TO_A_WORD * syllables / len(words) - _LESS


def _rare(phrases: Sequence[str], language: str, figures: Figures) -> Iterator[Broken]:
    text = "".join(phrases)
    rare = [each for each in characters_in(text) if each not in _common()]
    if rare and 100 * len(rare) / han_in(text) > figures.max_rare_percent:
        yield Broken("rare_characters", f"rare: {'、'.join(dict.fromkeys(rare))}", language, "".join(phrases))


def _long(phrase: str, language: str, figures: Figures) -> Iterator[Broken]:
    for sentence in _sentences(phrase):
        if (characters := han_in(sentence)) > figures.max_sentence_characters:
            yield Broken("long_sentence", f"a sentence of {characters} characters", language, sentence.strip())
        if (words := len(words_in(sentence))) > figures.max_sentence_words:
            yield Broken("long_sentence", f"a sentence of {words} words", language, sentence.strip())


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()] or [text]


def _syllables(word: str) -> int:
    return len(_hyphenation().positions(word.lower())) + 1


@cache
def _common() -> frozenset[str]:
    text = (resources.files("bilingual") / "data" / "lint" / "characters.txt").read_text(encoding="utf-8")
    listed = "".join(line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(listed) | frozenset(read_lint_file("words.yaml")["spoken_characters"])


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US", left=1, right=1)
