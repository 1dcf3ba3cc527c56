"""Which words a caller hears of a message: the dialect's own, its group's, Chinese or English, and which it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bilingual.errors import BilingualError, UnknownLanguageError
from bilingual.formatting import Value
from bilingual.message import DialectWording, Message, Review, Spoken
from bilingual.messages import find_message, language_for, load_messages
from bilingual.rendering import spoken, spoken_in_dialect, what_can_be_said
from bilingual.tags import Language, parse_language
from dialects.catalogue import load_catalogue


@dataclass(frozen=True)
class Resolved:
    """What is said, and why these words."""

    message_id: str
    phrases: tuple[Spoken, ...]
    took: str
    """Whose words they are: a dialect's or a group's id, `zh` or `en`; empty when nothing could be said."""
    review: Review | None = None
    """Of a dialect's wording; None for Chinese and English."""
    faults: tuple[BilingualError, ...] = ()
    """What stood in the way, in the order it was met; empty when everything was in order."""


def anybody(_tag: str) -> bool:
    """Every language tag can be spoken."""
    return True


def resolve(
    message_id: str,
    language: str,
    dialect: str | None = None,
    *,
    values: Mapping[str, Value] | None = None,
    drafts: bool = False,
    can_speak: Callable[[str], bool] = anybody,
) -> Resolved:
    """The phrases in the dialect, else those of its group, else in Chinese; for `en` in English.

    `dialect` is an id of the catalogue and counts for Chinese only. A draft is taken with `drafts` alone; a wording
    whose tag (`yue-x-guan1279`) `can_speak` refuses is passed over, since no voice but a recording could say it.
    Raises `UnknownMessageError`, `UnknownLanguageError` and `MessageVariableError`.
    """
    message, given = find_message(message_id), values or {}
    wished = language_for(message, language)
    if wished is Language.ZH and dialect:
        for id_, tag, wording in _wordings(message, dialect):
            if (drafts or wording.review is Review.NATIVE_CHECKED) and can_speak(tag):
                phrases = spoken_in_dialect(message, wording, tag, given)
                return Resolved(message_id, phrases, id_, wording.review)
    return Resolved(message_id, spoken(message, wished, given), wished.value)


def resolve_anyhow(
    message_id: str,
    language: str,
    dialect: str | None = None,
    *,
    values: Mapping[str, Value] | None = None,
    can_speak: Callable[[str], bool] = anybody,
) -> Resolved:
    """As `resolve`, for a call that must go on (law 1): nothing is raised, `faults` tells what was wrong.

    What cannot be said as wished is said in Chinese, then in English; where a value is missing or bad, the phrases
    without it are said. Nothing at all comes of a message that nobody wrote.
    """
    faults: list[BilingualError] = []
    for tried, in_dialect in ((language, dialect), (Language.ZH, None), (Language.EN, None)):
        try:
            found = resolve(message_id, tried, in_dialect, values=values, can_speak=can_speak)
            return Resolved(message_id, found.phrases, found.took, found.review, tuple(faults))
        except BilingualError as error:
            faults.append(error)
    try:
        message = find_message(message_id)
    except BilingualError:
        return Resolved(message_id, (), "", None, tuple(faults))
    wished = _language_or_chinese(language)
    return Resolved(message_id, what_can_be_said(message, wished, values or {}), wished.value, None, tuple(faults))


def _wordings(message: Message, dialect: str) -> Iterator[tuple[str, str, DialectWording]]:
    """(id, language tag, wording) of the dialect's own and of its group's; none for a dialect nobody knows."""
    catalogue = load_catalogue()
    if dialect not in catalogue.classes:
        return
    for id_ in (dialect, catalogue.group_of(dialect)):
        if id_ in message.dialects:
            yield id_, catalogue.bcp47(dialect), message.dialects[id_]


def _language_or_chinese(language: str) -> Language:
    try:
        return parse_language(language)
    except UnknownLanguageError:
        return Language.ZH


def say_anyhow(
    message_id: str,
    language: str,
    dialect: str | None = None,
    *,
    values: Mapping[str, Value] | None = None,
    can_speak: Callable[[str], bool] = anybody,
) -> tuple[Resolved, ...]:
    """What a call hears of a message, as `resolve_anyhow`: once, or twice where a message is said in both languages."""
    found = resolve_anyhow(message_id, language, dialect, values=values, can_speak=can_speak)
    message = load_messages(None).get(message_id)
    if message is None or not message.both_languages:
        return (found,)
    other = _language_or_chinese(language).other
    return found, resolve_anyhow(message_id, other, values=values, can_speak=can_speak)
