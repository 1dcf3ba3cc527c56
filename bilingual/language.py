"""Which of its two languages the line speaks to a caller."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from bilingual.errors import UnknownLanguageError
from bilingual.messages import Language, parse_language

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
    """What decided the language."""

    KEY = "key"  # the caller pressed nine
    SPEECH = "speech"  # the sound of what was said
    WORDS = "words"  # the words of what was said
    CUSTOMER = "customer"  # what the books say
    DEFAULT = "default"  # nothing spoke for either


@dataclass(frozen=True)
class LanguageEvidence:
    """Everything known about the language of one caller; all of it may be missing."""

    key: str | None = None
    """The key that was pressed, or None."""
    english_probability: float | None = None
    """The recognizer's probability that the utterance is English, 0 to 1; None when nothing was recognized."""
    transcript: str | None = None
    """What was understood, in any script; empty when nothing was, None when nothing was written down."""
    customer_language: str | None = None
    """The language in the customer's record: `zh`, `en` or a BCP 47 tag."""


def choose_language(evidence: LanguageEvidence) -> tuple[Language, LanguageReason]:
    """The language to speak, and what decided it.

    The nearer to the caller's own will, the stronger: the key, then what is spoken now, then the books, which may
    belong to somebody else in the family. With no evidence the line speaks Chinese.
    """
    if evidence.key == ENGLISH_KEY:
        return Language.EN, LanguageReason.KEY
    heard = _language_heard(evidence)
    if heard is not None:
        return heard
    recorded = _language_recorded(evidence.customer_language)
    if recorded is not None:
        return recorded, LanguageReason.CUSTOMER
    return Language.ZH, LanguageReason.DEFAULT


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


def _language_recorded(customer_language: str | None) -> Language | None:
    try:
        return parse_language(customer_language) if customer_language else None
    except UnknownLanguageError:
        return None  # a customer who speaks a third language is asked in both, like a stranger
