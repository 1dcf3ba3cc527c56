"""The languages of the line, and the tags by which others name them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from bilingual.errors import UnknownLanguageError

LanguageTag = Literal["zh-CN", "en-US"]
"""BCP 47, as a carrier's `<Say>` wants it."""


class Language(StrEnum):
    """The languages the line itself speaks; a dialect is spoken by a person, or by a recording of one."""

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
    {"zh", "cmn", "yue", "wuu", "nan", "hak", "gan", "hsn", "cjy"}
    | {"cdo", "cpx", "mnp", "czh", "czo", "csp", "cnp", "luh", "hnm"}
)
