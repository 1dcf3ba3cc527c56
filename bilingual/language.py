"""Which of its two languages the line speaks to a caller, why, and from when on: one function for the whole line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from bilingual.errors import UnknownLanguageError
from bilingual.tags import Language, parse_language
from bilingual.web_locale import language_of_browser

ENGLISH_KEY = "9"
"""The one key that asks for English; the prompt names it."""

UNKNOWN_LANGUAGE = "und"
"""Neither Chinese nor English; the tag of BCP 47 for what is undetermined."""

SPOKEN_FROM = 0.8
"""Probability of English from which the sound decides, unless the transcript speaks against it."""

WORDS_FROM = 0.3
"""Probability of English from which English words decide; below it the words are likely invented from noise."""

_CHINESE_COUNTRY_CODES = frozenset({86, 852, 853, 886})
"""Mainland, Hong Kong, Macao, Taiwan: callers from there hear Chinese first."""

_LATIN_ONLY = re.compile(r"[A-Za-z0-9\s.,!?;:'’\-…\"“”()]*[A-Za-z][A-Za-z0-9\s.,!?;:'’\-…\"“”()]*")
_WORD = re.compile(r"[A-Za-z]+(?:['’\-][A-Za-z]+)*")
_ASKS_FOR_ENGLISH = re.compile(r"\benglish\b", re.IGNORECASE)
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_ENOUGH_WORDS = 4
"""English words that make English. Whisper base takes short Chinese for short English, and is sure of it: "喂" becomes
"Way" or "Wait a minute", a syllable of dialect "Thank you"; spoken English of two seconds has five words and more."""


class LanguageReason(StrEnum):
    """What decided the language, the strongest first."""

    KEY = "key"  # the caller pressed nine, now or earlier on this call
    OTHER = "other"  # sounds like neither Chinese nor English
    SPEECH = "speech"  # the sound of what was said
    WORDS = "words"  # the words of what was said
    SETTLED = "settled"  # what was settled earlier on this call, and nothing new speaks against it
    CUSTOMER = "customer"  # what the books say
    LOCALE = "locale"  # what the browser asks for
    NUMBER = "number"  # a number from abroad: English comes first, and nothing is decided
    DEFAULT = "default"  # nothing spoke for either


class When(StrEnum):
    """From when on the language is spoken."""

    FROM_THE_START = "from_the_start"  # known before our first word
    AT_ONCE = "at_once"  # a key or a voice ends the sentence that is being said; in the queue we end it ourselves


@dataclass(frozen=True)
class LanguageEvidence:
    """Everything known about the language of one caller; all of it may be missing."""

    key: str | None = None
    """The key that was pressed just now, or None."""
    english_probability: float | None = None
    """The recognizer's probability that the utterance is English, 0 to 1; None when nothing was recognized."""
    transcript: str | None = None
    """What was understood, in any script; empty when nothing was, None when nothing was written down."""
    customer_language: str | None = None
    """The language in the customer's record: `zh`, `en` or a BCP 47 tag."""
    settled: str | None = None
    """The language settled earlier on this call; None before anything was."""
    chosen_by_key: bool = False
    """Whether it was settled by the key: then nothing that is heard changes it."""
    asked_for_english: bool = False
    """Whether English was asked for in so many words: one Chinese word later does not undo it."""
    sounds_like: str | None = None
    """The third language the recognizer takes it for (`other_language`), or None."""
    is_final: bool = True
    """Whether all of the utterance was heard; a third language is not concluded from a part of one."""
    number: str | None = None
    """The caller's number, E.164 or national (then taken as mainland Chinese)."""
    web_locale: str | None = None
    """The browser's `Accept-Language`."""


@dataclass(frozen=True)
class LanguageChoice:
    """The language to speak, and how sure that is."""

    language: Language
    reason: LanguageReason
    when: When
    order: tuple[Language, Language]
    """Of what is said in both: which comes first."""
    sounds_like: str | None = None
    """With `OTHER` the third language it sounds like."""

    @property
    def spoken(self) -> tuple[Language, ...]:
        """The languages to say things in: both where a number from abroad is all there is, or neither is understood."""
        both = self.reason in (LanguageReason.NUMBER, LanguageReason.OTHER)
        return self.order if both else (self.language,)


def choose_language(evidence: LanguageEvidence) -> LanguageChoice:
    """The language to speak, what decided it, and from when on.

    The nearer to the caller's own will, the stronger: the key, then what is spoken now, then what was settled before
    on this call, then the books, which may belong to somebody else in the family, then the browser. A number from
    abroad decides nothing and puts English first. With no evidence the line speaks Chinese.
    """
    language, reason = _decided(evidence)
    first = prompt_order(evidence.number) if reason in _NUMBER_ORDERS else (language, language.other)
    like = evidence.sounds_like if reason is LanguageReason.OTHER else None
    when = When.FROM_THE_START if reason in _FROM_THE_START else When.AT_ONCE
    return LanguageChoice(language, reason, when, first, like)


_NUMBER_ORDERS = frozenset({LanguageReason.NUMBER, LanguageReason.OTHER, LanguageReason.DEFAULT})
_FROM_THE_START = frozenset(
    {LanguageReason.CUSTOMER, LanguageReason.LOCALE, LanguageReason.NUMBER, LanguageReason.DEFAULT}
)


def prompt_order(number: str | None) -> tuple[Language, Language]:
    """The order of the two languages in the first prompt, by the country of the caller's number.

    `number` is E.164 or national (then taken as mainland Chinese). A number from abroad only puts English first; the
    prompt still has both. Withheld and malformed numbers, and those of +86, +852, +853, +886, hear Chinese first.
    """
    try:
        parsed = phonenumbers.parse(number or "", "CN")
    except phonenumbers.NumberParseException:
        return Language.ZH, Language.EN
    if parsed.country_code in _CHINESE_COUNTRY_CODES or not phonenumbers.is_possible_number(parsed):
        return Language.ZH, Language.EN
    return Language.EN, Language.ZH


def _decided(evidence: LanguageEvidence) -> tuple[Language, LanguageReason]:
    if evidence.key == ENGLISH_KEY:
        return Language.EN, LanguageReason.KEY
    settled = _known(evidence.settled)
    if evidence.chosen_by_key and settled:
        return settled, LanguageReason.KEY
    if evidence.sounds_like:  # before the words: what it takes for Japanese, Whisper writes in characters too
        if evidence.is_final and not evidence.asked_for_english:
            return Language.ZH, LanguageReason.OTHER
    elif (heard := _language_heard(evidence)) and not (evidence.asked_for_english and heard[0] is Language.ZH):
        return heard
    return _without_a_word(evidence, settled)


def _without_a_word(evidence: LanguageEvidence, settled: Language | None) -> tuple[Language, LanguageReason]:
    if settled:
        return settled, LanguageReason.SETTLED
    if recorded := _known(evidence.customer_language):
        return recorded, LanguageReason.CUSTOMER
    if asked := language_of_browser(evidence.web_locale):
        return asked, LanguageReason.LOCALE
    if prompt_order(evidence.number)[0] is Language.EN:
        return Language.ZH, LanguageReason.NUMBER
    return Language.ZH, LanguageReason.DEFAULT


def _language_heard(evidence: LanguageEvidence) -> tuple[Language, LanguageReason] | None:
    words, probability = evidence.transcript, evidence.english_probability
    if words is not None and _HAN.search(words):
        # Characters are written for Chinese only; the probability alone calls quiet dialect speech English.
        return Language.ZH, LanguageReason.WORDS
    reads_as_english = words is None or _reads_as_english(words)
    if reads_as_english and probability is not None and probability >= SPOKEN_FROM:
        return Language.EN, LanguageReason.SPEECH
    if words is not None and reads_as_english and (probability is None or probability >= WORDS_FROM):
        return Language.EN, LanguageReason.WORDS
    return None


def _reads_as_english(words: str) -> bool:
    if not _LATIN_ONLY.fullmatch(words):
        return False
    return bool(_ASKS_FOR_ENGLISH.search(words)) or len(_WORD.findall(words)) >= _ENOUGH_WORDS


def _known(language: str | None) -> Language | None:
    try:
        return parse_language(language) if language else None
    except UnknownLanguageError:
        return None  # who speaks a third language is asked in both, like a stranger
