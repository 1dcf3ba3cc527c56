"""The messages: everything the line says or writes by itself, each in Chinese and English, and some in a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from bilingual.tags import Language
from bilingual.variables import Channel, Variable, check_placeholders, check_variables
from dialects.catalogue import load_catalogue

MAX_PHRASE_CHARACTERS = 400
"""A phrase is a sentence; whatever is longer was pasted by mistake."""
_MARKUP = frozenset("<>&")
_EMOJI_FROM = "\U0001f000"
"""The plane of emoji; the characters of rare dialect words lie beyond, from U+20000."""
_RARE_HAN_FROM = "\U00020000"


@dataclass(frozen=True)
class Spoken:
    """One phrase to speak, and the quiet after it."""

    text: str
    language: str
    """BCP 47: `zh-CN`, `en-US`, or a dialect's tag of the catalogue."""
    pause_after_ms: int


class Review(StrEnum):
    """Who stands for a dialect's wording."""

    DRAFT = "draft"  # the project's own; shown to staff and to who records it, never said to a caller
    NATIVE_CHECKED = "native-checked"  # a native speaker has read it and would say it so


class DialectWording(BaseModel):
    """A message as it is spoken in a dialect: in its own words, not Mandarin with an accent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: tuple[str, ...] = Field(min_length=1, description="As spoken.")
    reading: tuple[str, ...] = Field((), description="How each phrase is pronounced, one for each.")
    reading_in: Literal["jyutping", "tailo", "ipa", "pinyin", "wugniu"] | None = Field(
        None, description="What the reading is written in."
    )
    review: Review = Field(description="Whether a native speaker stands for it.")
    source: str = Field(min_length=1, description="Where wording and reading come from.")

    @model_validator(mode="after")
    def _reading_fits(self) -> Self:
        if self.reading and (len(self.reading) != len(self.phrases) or self.reading_in is None):
            raise ValueError("a reading needs one line a phrase, and `reading_in`")
        return self


class Message(BaseModel):
    """One message, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_]*$", description="The name the code says it by; it never changes.")
    purpose: str = Field(min_length=1, description="When it is said, for whoever edits it.")
    purpose_zh: str = Field("", description="The same in Chinese, for who records and approves it.")
    channel: Channel = Field(description="How it reaches the caller.")
    both_languages: bool = Field(False, description="Said in both languages, because the caller's is not known yet.")
    pause_after_ms: int = Field(0, ge=0, le=5000, description="Quiet after each phrase, in milliseconds.")
    variables: Mapping[str, Variable] = Field({}, description="What the phrases leave open, by its name in braces.")
    zh: tuple[str, ...] = Field(min_length=1, description="The phrases in Putonghua, in simplified characters.")
    en: tuple[str, ...] = Field(min_length=1, description="The phrases in English.")
    dialects: Mapping[str, DialectWording] = Field(
        {}, description="Wordings by the id of a dialect, or of a group for all its dialects without one of their own."
    )
    _source: str = PrivateAttr("")

    @property
    def source(self) -> str:
        """The file it is from; empty for one that is from none."""
        return self._source

    def from_file(self, source: str) -> Self:
        """The same message, which now knows its file, for errors that name it."""
        copied = self.model_copy()
        copied._source = source
        return copied

    @field_validator("zh", "en")
    @classmethod
    def _phrases_can_be_used(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            _check_phrase(phrase)
        return phrases

    @model_validator(mode="after")
    def _variables_fit(self) -> Self:
        check_variables(self.variables, channel=self.channel)
        for language in Language:
            check_placeholders(self.texts(language), self.variables, where=language.value)
        return self

    @model_validator(mode="after")
    def _dialects_fit(self) -> Self:
        catalogue = load_catalogue()
        for id_, wording in self.dialects.items():
            if id_ not in catalogue.dialects and id_ not in catalogue.groups:
                raise ValueError(f"`{id_}` is neither a dialect nor a group of the catalogue")
            for phrase in wording.phrases:
                _check_phrase(phrase)
            check_placeholders(wording.phrases, self.variables, where=id_)
        return self

    def texts(self, language: Language) -> tuple[str, ...]:
        """The phrases in one language, with the variables' names in braces."""
        return self.zh if language is Language.ZH else self.en

    def phrases(self, language: Language) -> tuple[Spoken, ...]:
        """The phrases in one language, in the order they are spoken; variables stand in them by their names."""
        return tuple(Spoken(text, language.tag, self.pause_after_ms) for text in self.texts(language))


def _check_phrase(phrase: str) -> None:
    if not phrase.strip():
        raise ValueError("a phrase is empty")
    if len(phrase) > MAX_PHRASE_CHARACTERS:
        raise ValueError(f"a phrase of {len(phrase)} characters, at most {MAX_PHRASE_CHARACTERS} are allowed")
    if markup := next((sign for sign in phrase if sign in _MARKUP), None):
        raise ValueError(f"markup in a phrase: {markup!r}; phrases are plain text")
    if emoji := next((sign for sign in phrase if _is_emoji(sign)), None):
        raise ValueError(f"nobody can say {emoji!r}")


def _is_emoji(sign: str) -> bool:
    return _EMOJI_FROM <= sign < _RARE_HAN_FROM or "\u2600" <= sign <= "\u27bf" or sign == "\ufe0f"
