"""Whether a prompt can be followed by somebody old, on the telephone, at first hearing.

The rules, and whose they are:

- what one gets comes before the key that gives it; no menu; no advertising (W3C Cognitive Accessibility Guidance,
  pattern "Let users avoid navigating voice menus"; GB/T 33358-2016 on government hotlines: no menu, no advertising)
- no more than 270 characters a minute (clause 4.3 of a Chinese standard for financial services, of which only a
  secondary copy was read)
- a prompt that expects something of the caller is over in 12 seconds, and names no key but zero, eight and nine (ours)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bilingual.manner import PLAIN, Manner
from bilingual.messages import Language, Message, Spoken

MAX_CHARACTERS_PER_MINUTE = 270.0
MAX_PROMPT_SECONDS = 12.0

# The modelled voice, brisk on purpose: a message passes because it is short and has pauses, not because a slow voice
# was hoped for. 300 characters or 150 words a minute in running speech, and the pauses that voices make at marks.
_CHARACTERS_PER_SECOND = 300 / 60
_WORDS_PER_SECOND = 150 / 60
_PAUSE_SECONDS = {"，": 0.25, ",": 0.25, "、": 0.2, "。": 0.5, ".": 0.5, "？": 0.5, "?": 0.5, "！": 0.5, "!": 0.5}

_HAN = re.compile(r"[㐀-䶿一-鿿]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_KEY_ZH = re.compile(r"按\s*(?P<key>[零〇一二三四五六七八九十幺两\d#*]|井号|星号)")
_KEY_EN = re.compile(r"\bpress\s+(?:the\s+)?(?P<key>[a-z]+|[\d#*])", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？.!?]+[。！？.!?]?")
_ALLOWED_KEYS = frozenset({"零", "八", "九", "0", "8", "9", "zero", "eight", "nine"})
_DIGIT = re.compile(r"[0-9０-９]")
_MENU = re.compile(
    r"菜单|请选择|以下(?:选项|服务)|重听|返回上|\bmenu\b|\boptions?\b|following|to repeat|go back", re.IGNORECASE
)
_ADVERTISING = re.compile(
    r"优惠|活动|新产品|推荐|下载|公众号|官网|\boffers?\b|discount|download|website|\bapp\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Finding:
    """One thing a caller would stumble over."""

    message_id: str
    language: Language
    rule: str
    """`key_before_option`, `strange_key`, `digit`, `menu`, `advertising`, `too_fast` or `too_long`."""
    text: str
    """What broke the rule."""


def spoken_seconds(phrases: Iterable[Spoken], manner: Manner = PLAIN) -> float:
    """How long the phrases last with the modelled voice in this manner, pauses included, in seconds."""
    return sum(voice_seconds(phrase.text, manner) + phrase.pause_after_ms / 1000 for phrase in phrases)


def characters_per_minute(phrases: Sequence[Spoken], manner: Manner = PLAIN) -> float:
    """Chinese characters a minute with the modelled voice; marks and pauses inside the message slow it down.

    The quiet after the last phrase is not counted: it does not help to understand it. 0 when nothing Chinese is said.
    """
    characters = sum(len(_HAN.findall(phrase.text)) for phrase in phrases)
    if not characters:
        return 0.0
    return 60 * characters / (spoken_seconds(phrases, manner) - phrases[-1].pause_after_ms / 1000)


def key_names(text: str) -> tuple[str, ...]:
    """The keys a text tells its hearer to press, in order, as they are said."""
    found = sorted((*_KEY_ZH.finditer(text), *_KEY_EN.finditer(text)), key=lambda match: match.start())
    return tuple(match["key"].lower() for match in found)


def han_in(text: str) -> int:
    """How many Chinese characters a text has."""
    return len(_HAN.findall(text))


def lint(message: Message) -> tuple[Finding, ...]:
    """Everything in a message that breaks a rule; empty when a caller can follow it."""
    findings = [finding for language in Language for finding in _lint_language(message, language)]
    languages = tuple(Language) if message.both_languages else ()
    seconds = spoken_seconds(phrase for language in languages for phrase in message.phrases(language))
    if seconds > MAX_PROMPT_SECONDS:
        findings.append(Finding(message.id, Language.ZH, "too_long", f"{seconds:.1f} s in both languages"))
    return tuple(findings)


def _lint_language(message: Message, language: Language) -> Iterable[Finding]:
    phrases = message.phrases(language)
    text = (" " if language is Language.EN else "").join(phrase.text for phrase in phrases)
    for rule, offending in _wrong_words(text):
        yield Finding(message.id, language, rule, offending)
    rate = characters_per_minute(phrases)
    if rate > MAX_CHARACTERS_PER_MINUTE:
        yield Finding(message.id, language, "too_fast", f"{rate:.0f} characters a minute")
    if spoken_seconds(phrases) > MAX_PROMPT_SECONDS:
        yield Finding(message.id, language, "too_long", f"{spoken_seconds(phrases):.1f} s")


def _wrong_words(text: str) -> Iterable[tuple[str, str]]:
    for rule, pattern in (("digit", _DIGIT), ("menu", _MENU), ("advertising", _ADVERTISING)):
        if found := pattern.search(text):
            yield rule, found.group()
    for sentence in _SENTENCE.findall(text):
        for found in (*_KEY_ZH.finditer(sentence), *_KEY_EN.finditer(sentence)):
            if found["key"].lower() not in _ALLOWED_KEYS:
                yield "strange_key", found.group()
            if not _names_something(sentence[: found.start()]):
                yield "key_before_option", sentence.strip()


def _names_something(before: str) -> bool:
    # "请按零，找人工" and "Press nine for English" have nothing but courtesy before the key.
    return bool(_HAN.search(before.replace("请", "")) or _WORD.search(re.sub(r"(?i)\bplease\b", "", before)))


def voice_seconds(text: str, manner: Manner = PLAIN) -> float:
    """How long the modelled voice takes for a text in this manner, in seconds."""
    characters, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    pauses = sum(_PAUSE_SECONDS.get(mark, 0.0) for mark in text)
    return (characters / _CHARACTERS_PER_SECOND + words / _WORDS_PER_SECOND + pauses) * 100 / manner.rate_percent
