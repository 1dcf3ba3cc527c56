"""Words a prompt must not have: keys in the wrong place, menus, advertising, jargon, and what no voice can say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bilingual.prompt_lint.findings import Broken
from bilingual.prompt_lint.rules import read_lint_file
from bilingual.prompt_lint.speech import KEY_EN, KEY_ZH, han_in, key_digit, words_in

_SENTENCE = re.compile(r"[^。！？.!?]+[。！？.!?]?")
_DIGIT = re.compile(r"[0-9０-９]")
_VARIABLE = re.compile(r"\{[^{}]*\}")
_PLEASE = re.compile(r"(?i)\bplease\b")
_SAYABLE_MARKS = frozenset("，。、？！；：,.?!;:'’\"“”‘’「」《》()（）-—…· \n%{}")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)


@dataclass(frozen=True)
class _Words:
    """The lists of `words.yaml`."""

    keys: Mapping[str, frozenset[str]]
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    """Rule id to what breaks it."""
    jargon: Mapping[str, str]
    """Word to what to say instead."""
    jargon_pattern: re.Pattern[str]


@cache
def _words() -> _Words:
    listed = read_lint_file("words.yaml")
    jargon = {**listed["jargon"]["zh"], **{word.lower(): plain for word, plain in listed["jargon"]["en"].items()}}
    longest_first = sorted(jargon, key=len, reverse=True)
    return _Words(
        keys={message_id: frozenset(keys) for message_id, keys in listed["keys"].items()},
        patterns={rule: tuple(_patterns(listed[rule])) for rule in ("menu", "advertising")},
        jargon=jargon,
        jargon_pattern=re.compile("|".join(map(_whole_word, longest_first)), re.IGNORECASE),
    )


def _patterns(by_language: Mapping[str, list[str]]) -> Iterator[re.Pattern[str]]:
    for patterns in by_language.values():
        yield re.compile("|".join(patterns), re.IGNORECASE)


def _whole_word(word: str) -> str:
    return re.escape(word) if han_in(word) else rf"\b{re.escape(word)}\b"


def wrong_words(text: str, message_id: str, language: str, *, spoken: bool) -> Iterator[Broken]:
    """What is wrong with the words of one phrase; `spoken` adds what only matters to the ear."""
    for rule, patterns in _words().patterns.items():
        for found in (match for pattern in patterns if (match := pattern.search(text))):
            yield Broken(rule, f"says “{found.group()}”", language, text)
    yield from _jargon(text, language)
    if spoken:
        yield from _unspeakable(text, language)
        yield from _keys(text, message_id, language)


def _jargon(text: str, language: str) -> Iterator[Broken]:
    lists = _words()
    for word in dict.fromkeys(match.group() for match in lists.jargon_pattern.finditer(text)):
        plain = lists.jargon[word if word in lists.jargon else word.lower()]
        yield Broken("jargon", f"“{word}” is a word of the trade; plainer: {plain}", language, text)


def _unspeakable(text: str, language: str) -> Iterator[Broken]:
    plain = _VARIABLE.sub("", text)
    if digit := _DIGIT.search(plain):
        yield Broken("digit", f"has the digit {digit.group()}", language, text)
    if address := _ADDRESS.search(plain):
        yield Broken("unspeakable", f"has an address: {address.group()}", language, text)
    strange = dict.fromkeys(each for each in plain if not each.isalnum() and each not in _SAYABLE_MARKS)
    if strange:
        yield Broken("unspeakable", f"no voice can say {' '.join(strange)}", language, text)


def _keys(text: str, message_id: str, language: str) -> Iterator[Broken]:
    allowed = _words().keys["any"] | _words().keys.get(message_id, frozenset())
    for sentence in _SENTENCE.findall(text):
        for found in (*KEY_ZH.finditer(sentence), *KEY_EN.finditer(sentence)):
            if key_digit(found["key"]) not in allowed:
                yield Broken("strange_key", f"names the key {found['key']}", language, text)
            if not _names_something(sentence[: found.start()]):
                yield Broken("key_before_option", f"says “{found.group()}” before what it gives", language, text)


def _names_something(before: str) -> bool:
    # "请按零，找人工" and "Press nine for English" have nothing but courtesy before the key.
    return bool(han_in(before.replace("请", ""))) or bool(words_in(_PLEASE.sub("", before)))
