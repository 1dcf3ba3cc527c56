"""The service's own words as a prompt: what Whisper is told was said before, so that it expects them.

A prompt makes a decoder expect its words, and a small one then hears them where nobody said them. So it is bounded,
its words count only where something like them is heard without it, and it is off unless configured; what it does to
error rates is measured (`docs/recognizers.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from dialects.catalogue import load_catalogue
from dialects.catalogue_files import read_yaml
from dialects.errors import CatalogueInvalidError
from dialects.needs import load_needs
from dialects.text import compact

MAX_PROMPT_TOKENS: Final = 64
"""Tokens of a prompt at most: each is read by the decoder before its first word."""
SEPARATORS: Final[Mapping[str, str]] = {"zh": "，", "yue": "，", "en": ", "}
_ALIKE = 0.5  # part of a word's characters that must be heard without the prompt too


@dataclass(frozen=True)
class Vocabulary:
    """Words callers are likely to say, by language, the most important first; empty for no prompt."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def prompts(self, tokens: Callable[[str], Sequence[int]]) -> dict[str, tuple[int, ...]]:
        """For each language the tokens of its words, as many whole words as `MAX_PROMPT_TOKENS` holds."""
        written = {language: _bounded(words, SEPARATORS[language], tokens) for language, words in self.words.items()}
        return {language: prompt for language, prompt in written.items() if prompt}

    def named(self, text: str) -> list[str]:
        """The words that a text says, compared simplified and without punctuation."""
        said = compact(text)
        return [word for words in self.words.values() for word in words if compact(word) in said]

    def is_invented(self, text: str, plain: str) -> bool:
        """Whether a text written with the prompt says a word of which `plain`, written without it, has nothing."""
        heard = compact(plain)
        return any(_likeness(compact(word), heard) < _ALIKE for word in self.named(text))


def service_vocabulary(hot_words: Iterable[str] = (), *, packaged: bool = True) -> Vocabulary:
    """The operator's hot words, and of the packaged vocabulary the needs, key phrases and insurance words.

    A hot word with Chinese characters is for Chinese, any other for every language. Raises CatalogueInvalidError.
    """
    hot = [word.strip() for word in hot_words if word.strip()]
    own = {"zh": hot, "en": [word for word in hot if word.isascii()]}
    common = _packaged_words() if packaged else {}
    together = {language: tuple(dict.fromkeys([*own[language], *common.get(language, ())])) for language in own}
    kept = {language: words for language, words in together.items() if words}
    return Vocabulary(kept | ({"yue": kept["zh"]} if "zh" in kept else {}))


@cache
def _packaged_words() -> dict[str, tuple[str, ...]]:
    file = Path(str(resources.files("dialects"))) / "data" / "vocabulary.yaml"
    data: Any = read_yaml(file)
    try:
        words = {language: [str(word) for word in data[language]] for language in ("zh", "en")}
        phrases = [text for phrase_id in data["catalogue"] for text in _phrase_texts(str(phrase_id), data["dialect"])]
        needs = [load_needs()[str(need_id)].zh for need_id in data["needs"]]
    except (KeyError, TypeError) as error:
        raise CatalogueInvalidError(file, "vocabulary", f"a key is missing or unknown: {error}") from error
    return {"zh": (*needs, *phrases, *words["zh"]), "en": tuple(words["en"])}


def _phrase_texts(phrase_id: str, dialect_id: str) -> tuple[str, ...]:
    return tuple(load_catalogue().dialects[dialect_id].phrases[phrase_id].texts)


def _likeness(word: str, heard: str) -> float:
    """The part of a word's characters that occur in what was heard, in order and without long gaps."""
    best = 0
    for start in range(max(1, len(heard))):
        blocks = SequenceMatcher(None, word, heard[start : start + len(word)], autojunk=False).get_matching_blocks()
        best = max(best, sum(block.size for block in blocks))
    return best / len(word)


def _bounded(words: Sequence[str], separator: str, tokens: Callable[[str], Sequence[int]]) -> tuple[int, ...]:
    kept: tuple[int, ...] = ()
    for count in range(1, len(words) + 1):
        # a list that ends like a sentence is followed by a sentence
        longer = tuple(tokens(separator.join(words[:count]) + ("。" if "，" in separator else ".")))
        if len(longer) > MAX_PROMPT_TOKENS:
            break
        kept = longer
    return kept
