"""What the rules of the template lint look for. Each check yields where and what; the rule says why it matters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from bilingual.messages import Language
from dialects.text import compact, simplified
from greeting_sms.campaign import Campaign, Text
from greeting_sms.letters import Letter, letter_of
from greeting_sms.segments import is_gsm7
from greeting_sms.templates import MAX_NAME_CHARACTERS, Variable

MOST_CHARACTERS = 500
MOST_SEGMENTS = 8
_FOREIGN_LETTERS = 3
"""So many characters outside GSM-7 in an English text are an oversight; more are meant."""
_LONG_SALUTATION = {Language.ZH: "欧阳" + "好" * 8, Language.EN: "Ms " + "x" * (MAX_NAME_CHARACTERS - 3)}
"""What a long name makes of a salutation: a name of ten characters, or of twenty letters."""
_NO_SYMBOL = frozenset("~～·…—")
_SYMBOLS = frozenset({"So", "Sk", "Co", "Cn", "Cs", "Cf", "Cc"})
_SENDER = re.compile(r"[^\W_][\w ]*")


class Hit(NamedTuple):
    """Where a rule finds something."""

    path: tuple[str | int, ...]
    template: str
    found: str


class Criteria(Protocol):
    """What a rule gives its check."""

    @property
    def words(self) -> tuple[str, ...]:
        """Any of them."""
        ...

    @property
    def pattern(self) -> str:
        """A regular expression."""
        ...


Check = Callable[[Campaign, Criteria], Iterator[Hit]]


def said(text: Text) -> str:
    """The words as they stand when nothing is known of the recipient."""
    return text.template.text([blank.fallback for blank in text.template.blanks])


def find_words(text: str, words: tuple[str, ...]) -> Iterator[str]:
    """Those of the words that are in the text, in traditional characters, full width or spaced out too.

    Words in Latin letters count only as whole words: there is an app in every happy.
    """
    plain = _plain(text).lower()
    squeezed = compact(plain)
    for word in words:
        if word.isascii():
            if re.search(rf"(?<![a-z]){re.escape(word.lower())}s?(?![a-z])", plain):
                yield word
        elif compact(word) in squeezed:
            yield word


def _plain(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text))


def _texts(campaign: Campaign) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    for place, text in enumerate(campaign.templates):
        yield ("templates", place, "text"), text


def _words(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:
    for path, text in _texts(campaign):
        for word in find_words(said(text), rule.words):
            yield Hit(path, text.id, word)


def _pattern(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:
    for path, text in _texts(campaign):
        if match := re.search(rule.pattern, _plain(said(text))):
            yield Hit(path, text.id, match[0].strip() or "blank space")


def _symbols(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001 - every check takes its rule
    for path, text in _texts(campaign):
        odd = [each for each in said(text) if unicodedata.category(each) in _SYMBOLS and each not in _NO_SYMBOL]
        if odd:
            yield Hit(path, text.id, " ".join(dict.fromkeys(f"U+{ord(each):04X}" for each in odd)))


def _adjacent(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    for path, text in _texts(campaign):
        template = text.template
        for place, between in enumerate(template.literals[1:-1]):
            if not between.strip():
                first, second = template.blanks[place], template.blanks[place + 1]
                yield Hit(path, text.id, f"{{{first.variable}}} {{{second.variable}}}")


def _encoding(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    """Few foreign characters in an English text abroad; Chinese is UCS-2 by nature."""
    for path, text in _texts(campaign):
        if text.language is Language.EN:
            whole = letter_of(campaign, text, mainland=False).text([blank.fallback for blank in text.template.blanks])
            foreign = list(dict.fromkeys(each for each in whole if not is_gsm7(each)))
            if 0 < len(foreign) <= _FOREIGN_LETTERS:
                yield Hit(path, text.id, " ".join(foreign))


def _too_long(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    for path, text in _texts(campaign):
        letter, filled = _longest(campaign, text)
        characters, segments = len(letter.text(filled)), letter.segments(filled)
        if characters > MOST_CHARACTERS or segments > MOST_SEGMENTS:
            yield Hit(path, text.id, f"{characters} characters, {segments} segments")


def _segments(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    yield from _over(campaign, plain=False)


def _plain_segments(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    yield from _over(campaign, plain=True)


def _over(campaign: Campaign, *, plain: bool) -> Iterator[Hit]:
    for path, text in _texts(campaign):
        letter, filled = _longest(campaign, text)
        segments = letter.segments(filled)
        if text.plain is plain and segments > campaign.most_segments:
            yield Hit(path, text.id, f"{segments} segments, most_segments is {campaign.most_segments}")


def _longest(campaign: Campaign, text: Text) -> tuple[Letter, tuple[str, ...]]:
    """The letter for the kind of number its language is mostly for, with a long name in it."""
    letter = letter_of(campaign, text, mainland=text.language is Language.ZH)
    companies = [names.get(text.language, "") for names in campaign.company_names.values()]
    values = {
        Variable.SALUTATION: _LONG_SALUTATION[text.language],
        Variable.NAME: _LONG_SALUTATION[text.language],
        Variable.COMPANY: max(companies, key=len, default=""),
    }
    return letter, letter.template.fill(values)


def _no_plain(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    for language in dict.fromkeys(text.language for text in campaign.templates):
        if not any(text.plain for text in campaign.templates if text.language is language):
            yield Hit(("templates",), "", language.value)


def _provider_id(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    for path, text in _texts(campaign):
        if text.language is Language.ZH and not text.provider_id:
            yield Hit(path[:2], text.id, "provider_id")


def _sender(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:  # noqa: ARG001
    for language, name in campaign.sender.items():
        if not _SENDER.fullmatch(name) or len(name) < 2:
            yield Hit(("sender", language.value), "", name)


def _opt_out(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:
    words = campaign.opt_out.get(Language.ZH)
    if words is not None and words not in rule.words:
        yield Hit(("opt_out", Language.ZH.value), "", words)


def _opt_out_english(campaign: Campaign, rule: Criteria) -> Iterator[Hit]:
    words = campaign.opt_out.get(Language.EN)
    if words is not None and not any(find_words(words, rule.words)):
        yield Hit(("opt_out", Language.EN.value), "", words)


CHECKS: dict[str, Check] = {
    "words": _words,
    "pattern": _pattern,
    "symbols": _symbols,
    "adjacent": _adjacent,
    "encoding": _encoding,
    "too_long": _too_long,
    "segments": _segments,
    "plain_segments": _plain_segments,
    "no_plain": _no_plain,
    "provider_id": _provider_id,
    "sender": _sender,
    "opt_out": _opt_out,
    "opt_out_english": _opt_out_english,
}
"""By the name a rule has for it."""
