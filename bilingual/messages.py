"""The messages that ship: read and checked once, and said phrase by phrase."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bilingual.errors import MessagesFileError, UnknownLanguageError, UnknownMessageError
from bilingual.formatting import Value
from bilingual.message import DialectWording, Message, Review, Spoken
from bilingual.rendering import spoken, written
from bilingual.tags import Language, LanguageTag, parse_language
from bilingual.variables import Channel, Format, Variable

__all__ = [
    "Channel",
    "DialectWording",
    "Format",
    "Language",
    "LanguageTag",
    "Message",
    "Review",
    "Spoken",
    "Variable",
    "find_message",
    "language_for",
    "load_messages",
    "parse_language",
    "parse_messages",
    "say",
    "write",
]

_FOLDER = "messages"
_NO_VALUES: Mapping[str, Value] = MappingProxyType({})


class _MessagesFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[Message, ...]


def parse_messages(text: str, *, source: str) -> Mapping[str, Message]:
    """Message id to message, in the order of the file.

    `text` is YAML; `source` names it in errors. Raises `MessagesFileError` when it is not YAML, when a message lacks a
    language or has a key nobody knows, when its phrases cannot be said or name a variable it does not have, and when
    two messages share an id.
    """
    try:
        written = yaml.safe_load(text)
        parsed = _MessagesFile.model_validate(written)
    except yaml.YAMLError as error:
        raise MessagesFileError(source, " ".join(str(error).split())) from error
    except ValidationError as error:
        raise MessagesFileError(source, _first_fault(error, written)) from error
    return _by_id((message.from_file(source) for message in parsed.messages), {})


def _by_id(messages: Any, known: Mapping[str, Message]) -> Mapping[str, Message]:
    by_id = dict(known)
    for message in messages:
        if message.id in by_id:
            raise MessagesFileError(message.source, f"the id `{message.id}` is given twice")
        by_id[message.id] = message
    return MappingProxyType(by_id)


def _first_fault(error: ValidationError, written: Any) -> str:
    fault: Any = error.errors()[0]
    place = fault["loc"]
    where = ".".join(str(step) for step in place) or "the whole file"
    return f"{where}{_message_at(place, written)}: {fault['msg']}"


def _message_at(place: tuple[Any, ...], written: Any) -> str:
    """Which message stands at a place of the file, where it has an id."""
    try:
        return f" (message `{str(written['messages'][place[1]]['id'])[:60]}`)"
    except (KeyError, IndexError, TypeError):
        return ""


@cache
def load_messages(channel: Channel | None = Channel.VOICE) -> Mapping[str, Message]:
    """The messages of one channel that ship with the line (None: of all), read and checked once.

    Raises `MessagesFileError` when a shipped file is damaged.
    """
    if channel is not None:
        chosen = {id_: message for id_, message in load_messages(None).items() if message.channel is channel}
        return MappingProxyType(chosen)
    found: Mapping[str, Message] = {}
    folder = resources.files("bilingual") / "data" / _FOLDER
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            source = f"bilingual/data/{_FOLDER}/{path.name}"
            found = _by_id(parse_messages(path.read_text(encoding="utf-8"), source=source).values(), found)
    return found


def find_message(message_id: str) -> Message:
    """The message with this id, of any channel. Raises `UnknownMessageError`."""
    message = load_messages(None).get(message_id)
    if message is None:
        raise UnknownMessageError(message_id)
    return message


def language_for(message: Message, tag: str) -> Language:
    """The language of a tag in which a message is asked for. Raises `UnknownLanguageError`, naming message and file."""
    try:
        return parse_language(tag)
    except UnknownLanguageError as error:
        raise UnknownLanguageError(tag, message_id=message.id, source=message.source) from error


def say(
    message_id: str, language: str, *, first: str | None = None, values: Mapping[str, Value] = _NO_VALUES
) -> tuple[Spoken, ...]:
    """What to speak for a message, phrase by phrase, with `values` for its variables.

    A message for callers whose language is not known (`greeting_choice` is one) comes in both languages, beginning
    with `first`, or with `language` when `first` is not given; any other message comes in `language` alone.
    Raises `UnknownMessageError`, `UnknownLanguageError` and `MessageVariableError`.
    """
    message = find_message(message_id)
    if not message.both_languages:
        return spoken(message, language_for(message, language), values)
    leading = language_for(message, first or language)
    return spoken(message, leading, values) + spoken(message, leading.other, values)


def write(message_id: str, language: str, *, values: Mapping[str, Value] = _NO_VALUES) -> str:
    """What to write for a message of a page or a text, as plain text: markup in a value is for the page to escape.

    Raises `UnknownMessageError`, `UnknownLanguageError` and `MessageVariableError`.
    """
    message = find_message(message_id)
    return written(message, language_for(message, language), values)
