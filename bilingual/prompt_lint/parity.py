"""Whether a message says the same in Chinese and in English: keys, variables, phrases, and about as long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bilingual.messages import Language, Spoken
from bilingual.prompt_lint.findings import Broken
from bilingual.prompt_lint.rules import Figures
from bilingual.prompt_lint.speech import keys_in, spoken_seconds

ENGLISH_KEY = "9"
_VARIABLE = re.compile(r"\{\s*(\w+)")
_WORTH_COMPARING_SECONDS = 3.0
"""Below this a language may well take twice as long as the other: 再见 and goodbye."""


def unequal(
    phrases: Mapping[Language, Sequence[Spoken]], figures: Figures, *, both_languages: bool, spoken: bool
) -> Iterator[Broken]:
    """What one language has and the other has not.

    `both_languages`: the caller hears both, so they may share the work: the Chinese offers a person, the English
    offers English. Only what is `spoken` names keys.
    """
    zh, en = (" ".join(each.text for each in phrases[language]) for language in Language)
    for language, text in ((Language.ZH, zh), (Language.EN, en)):
        if not text.strip():
            yield Broken("missing_language", "says nothing", language.value)
    yield from _variables(zh, en)
    if both_languages:
        if spoken and keys_in(zh) and ENGLISH_KEY not in keys_in(en):
            yield Broken("other_keys", "asks for a key, but names none for English", "en", en)
        return
    if spoken and keys_in(zh) != keys_in(en):
        yield Broken("other_keys", f"keys {_named(keys_in(zh))} in Chinese, {_named(keys_in(en))} in English")
    if len(phrases[Language.ZH]) != len(phrases[Language.EN]):
        yield Broken(
            "other_phrases", f"{len(phrases[Language.ZH])} phrases in Chinese, {len(phrases[Language.EN])} in English"
        )
    yield from _length(phrases, figures)


def variables_in(text: str) -> frozenset[str]:
    """The variables of a text: `{line}` and `{minutes, plural, ...}` are `line` and `minutes`."""
    return frozenset(_VARIABLE.findall(text))


def _variables(zh: str, en: str) -> Iterator[Broken]:
    for missing, language in ((variables_in(en) - variables_in(zh), "zh"), (variables_in(zh) - variables_in(en), "en")):
        if missing:
            yield Broken("other_variables", f"does not say {_named(sorted(missing))}", language)


def _length(phrases: Mapping[Language, Sequence[Spoken]], figures: Figures) -> Iterator[Broken]:
    seconds = {language: spoken_seconds(spoken) for language, spoken in phrases.items()}
    longer, shorter = sorted(seconds, key=lambda language: -seconds[language])
    if seconds[longer] < _WORTH_COMPARING_SECONDS or not seconds[shorter]:
        return
    if seconds[longer] > figures.max_length_ratio * seconds[shorter]:
        found = f"{seconds[longer]:.1f} s, {seconds[shorter]:.1f} s in the other language"
        yield Broken("other_length", found, longer.value)


def _named(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
