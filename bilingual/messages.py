"""The messages of the line: one file of sentences, each in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bilingual.errors import MessagesFileError, UnknownLanguageError, UnknownMessageError

LanguageTag = Literal["zh-CN", "en-US"]
"""BCP 47, as a carrier's `<Say>` wants it."""

_FILE = "messages.yaml"


class Language(StrEnum):
    """The languages the line itself speaks; a dialect is spoken by a person, not by the line."""

    ZH = "zh"  # Putonghua
    EN = "en"

    @property
    def tag(self) -> LanguageTag:
        """The BCP 47 tag of the voice that speaks it."""
        return "zh-CN" if self is Language.ZH else "en-US"

    @property
    def other(self) -> Language:
        """The language that is not this one."""
        return Language.EN if self is Language.ZH else Language.ZH


class Channel(StrEnum):
    """How a message reaches somebody."""

    VOICE = "voice"  # spoken on the line


@dataclass(frozen=True)
class Spoken:
    """One phrase to speak, and the quiet after it."""

    text: str
    language: LanguageTag
    pause_after_ms: int


class Message(BaseModel):
    """One message, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_]*$", description="The name the code says it by; it never changes.")
    purpose: str = Field(min_length=1, description="When it is said, for whoever edits it.")
    channel: Channel = Field(description="How it reaches the caller.")
    both_languages: bool = Field(False, description="Said in both languages, because the caller's is not known yet.")
    pause_after_ms: int = Field(ge=0, le=5000, description="Quiet after each phrase, in milliseconds.")
    zh: tuple[str, ...] = Field(min_length=1, description="The phrases in Putonghua, in simplified characters.")
    en: tuple[str, ...] = Field(min_length=1, description="The phrases in English.")

    @field_validator("zh", "en")
    @classmethod
    def _no_empty_phrase(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        if any(not phrase.strip() for phrase in phrases):
            raise ValueError("a phrase is empty")
        return phrases

    def phrases(self, language: Language) -> tuple[Spoken, ...]:
        """The phrases in one language, in the order they are spoken."""
        texts = self.zh if language is Language.ZH else self.en
        return tuple(Spoken(text, language.tag, self.pause_after_ms) for text in texts)


class _MessagesFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[Message, ...]


def parse_messages(text: str, *, source: str) -> Mapping[str, Message]:
    """Message id to message, in the order of the file.

    `text` is YAML; `source` names it in errors. Raises `MessagesFileError` when it is not YAML, when a message lacks a
    language or has a key nobody knows, and when two messages share an id.
    """
    try:
        parsed = _MessagesFile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise MessagesFileError(source, " ".join(str(error).split())) from error
    except ValidationError as error:
        raise MessagesFileError(source, _first_fault(error)) from error
    by_id: dict[str, Message] = {}
    for message in parsed.messages:
        if message.id in by_id:
            raise MessagesFileError(source, f"the id `{message.id}` is given twice")
        by_id[message.id] = message
    return MappingProxyType(by_id)


def _first_fault(error: ValidationError) -> str:
    fault: Any = error.errors()[0]
    where = ".".join(str(step) for step in fault["loc"]) or "the whole file"
    return f"{where}: {fault['msg']}"


@cache
def load_messages() -> Mapping[str, Message]:
    """The messages that ship with the line, read and checked once.

    Raises `MessagesFileError` when the shipped file is damaged.
    """
    path = resources.files("bilingual") / "data" / _FILE
    return parse_messages(path.read_text(encoding="utf-8"), source=f"bilingual/data/{_FILE}")


def say(message_id: str, language: str, *, first: str | None = None) -> tuple[Spoken, ...]:
    """What to speak for a message, phrase by phrase.

    A message for callers whose language is not known (`greeting_choice` is one) comes in both languages, beginning
    with `first`, or with `language` when `first` is not given; any other message comes in `language` alone.
    Raises `UnknownMessageError` and `UnknownLanguageError`.
    """
    message = load_messages().get(message_id)
    if message is None:
        raise UnknownMessageError(message_id)
    if not message.both_languages:
        return message.phrases(parse_language(language))
    leading = parse_language(first or language)
    return message.phrases(leading) + message.phrases(leading.other)


def parse_language(value: str) -> Language:
    """The line's language for `zh`, `en` or a longer BCP 47 tag (`zh-CN`, `en-GB`, `yue-Hant-HK`).

    All Chinese tags mean `zh`: the line answers in Putonghua. Raises `UnknownLanguageError` for any other language.
    """
    primary = value.replace("_", "-").partition("-")[0].lower()
    if primary in _CHINESE_SUBTAGS:
        return Language.ZH
    if primary == "en":
        return Language.EN
    raise UnknownLanguageError(value)


# The macrolanguage and its members (ISO 639-3). `nan`, Southern Min, is a string here, never a number.
_CHINESE_SUBTAGS = frozenset(
    {
        "zh",
        "cmn",
        "yue",
        "wuu",
        "nan",
        "hak",
        "gan",
        "hsn",
        "cjy",
        "cdo",
        "cpx",
        "mnp",
        "czh",
        "czo",
        "csp",
        "cnp",
        "luh",
        "hnm",
    }
)
