"""A message with its values put in: each once, so that what stands in a value is never taken for a variable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from bilingual.errors import MessageVariableError
from bilingual.formatting import Value, in_words
from bilingual.message import DialectWording, Message, Spoken
from bilingual.tags import Language
from bilingual.variables import placeholders


def spoken(message: Message, language: Language, values: Mapping[str, Value]) -> tuple[Spoken, ...]:
    """The phrases of a message in one language, ready to be said. Raises `MessageVariableError`."""
    said = words_for(message, language, values)
    return tuple(Spoken(_filled(text, said), language.tag, message.pause_after_ms) for text in message.texts(language))


def spoken_in_dialect(
    message: Message, wording: DialectWording, tag: str, values: Mapping[str, Value]
) -> tuple[Spoken, ...]:
    """The phrases of a dialect's wording; values are said as in Putonghua. Raises `MessageVariableError`."""
    said = words_for(message, Language.ZH, values)
    return tuple(Spoken(_filled(text, said), tag, message.pause_after_ms) for text in wording.phrases)


def written(message: Message, language: Language, values: Mapping[str, Value]) -> str:
    """The message as one plain text. Raises `MessageVariableError`."""
    said = words_for(message, language, values)
    between = "" if language is Language.ZH else " "
    return between.join(_filled(text, said) for text in message.texts(language))


def what_can_be_said(message: Message, language: Language, values: Mapping[str, Value]) -> tuple[Spoken, ...]:
    """The phrases whose values are there and good; the others are left out. For a call that must go on."""
    said = {}
    for name in message.variables:
        try:
            said[name] = _word(message, name, language, values)
        except MessageVariableError:
            continue
    whole = [text for text in message.texts(language) if set(placeholders(text)) <= set(said)]
    return tuple(Spoken(_filled(text, said), language.tag, message.pause_after_ms) for text in whole)


def words_for(message: Message, language: Language, values: Mapping[str, Value]) -> dict[str, str]:
    """Every variable of the message in words. Raises `MessageVariableError` for the first that cannot be said."""
    if strange := next((name for name in values if name not in message.variables), None):
        raise MessageVariableError(message.id, strange, "the message has no such variable", source=message.source)
    return {name: _word(message, name, language, values) for name in message.variables}


def _word(message: Message, name: str, language: Language, values: Mapping[str, Value]) -> str:
    if name not in values:
        raise MessageVariableError(message.id, name, "no value was given", source=message.source)
    try:
        return in_words(values[name], message.variables[name], language, message.channel)
    except (ValueError, ArithmeticError) as error:
        raise MessageVariableError(message.id, name, str(error), source=message.source) from error


def _filled(text: str, said: Mapping[str, str]) -> str:
    return "".join(_pieces(text, said)) if "{" in text else text


def _pieces(text: str, said: Mapping[str, str]) -> Iterable[str]:
    for literal, name, _, _ in Formatter().parse(text):
        yield literal
        if name is not None:
            yield said[name]
