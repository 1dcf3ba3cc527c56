"""The closed sets of a customer's record, in the words that files use for them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from dialects.catalogue import Catalogue
from greeting_sms.occasions import Calendar


class Status(StrEnum):
    """What a company says of a customer; only the first is greeted."""

    ACTIVE = "active"
    LAPSED = "lapsed"  # a customer no more
    COMPLAINT = "complaint"  # wants to be left alone until it is settled
    DECEASED = "deceased"


STATUSES: Final[Mapping[str, Status]] = {
    **dict.fromkeys(("active", "正常", "有效", "在保", "生效"), Status.ACTIVE),
    **dict.fromkeys(("lapsed", "失效", "退保", "终止", "脱保", "inactive"), Status.LAPSED),
    **dict.fromkeys(("complaint", "投诉", "投诉中"), Status.COMPLAINT),
    **dict.fromkeys(("deceased", "dead", "身故", "死亡", "已故", "去世"), Status.DECEASED),
}
GENDERS: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("male", "m", "男", "男性", "先生", "mr"), "male"),
    **dict.fromkeys(("female", "f", "女", "女性", "女士", "ms", "mrs"), "female"),
    **dict.fromkeys(("unknown", "未知", "其他", "other")),
}
CALENDARS: Final[Mapping[str, Calendar]] = {
    **dict.fromkeys(("solar", "gregorian", "公历", "阳历", "西历", "新历", "s", "g"), Calendar.SOLAR),
    **dict.fromkeys(("lunar", "chinese", "农历", "阴历", "旧历", "l"), Calendar.LUNAR),
}
YES_OR_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "是", "同意", "闰", "闰月"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0", "否", "不同意", "拒绝", "非闰月"), False),
}
_LANGUAGES: Final[dict[str, str]] = {
    **dict.fromkeys(("zh", "chinese", "mandarin", "中文", "汉语"), "zh"),
    **dict.fromkeys(("en", "english", "英文", "英语"), "en"),
}
_MANDARIN: Final = "cmn"
"""Said of Putonghua too, so it names no dialect."""


@cache
def zones() -> frozenset[str]:
    """Every IANA zone this system knows."""
    return frozenset(available_timezones())


def dialect_names(catalogue: Catalogue) -> dict[str, str]:
    """Every name of a dialect, folded, to its id: ids, Chinese and English names, BCP 47 tags and ISO 639-3 codes.

    A code that several share (`nan` is Hokkien and Teochew) means the first of them in the catalogue; `cmn` means none.
    """
    names: dict[str, str] = {}
    for dialect in catalogue.dialects.values():
        codes = (dialect.iso639_3,) if dialect.iso639_3 != _MANDARIN else ()
        for name in (dialect.id, dialect.zh, dialect.en, dialect.bcp47, *codes):
            names.setdefault(name.casefold(), dialect.id)
    return names


def language_names(catalogue: Catalogue) -> dict[str, str]:
    """Every word for a language the group writes in; the code of a Chinese dialect (`nan`) counts as Chinese."""
    codes = {dialect.iso639_3 for dialect in catalogue.dialects.values()}
    return dict.fromkeys((*codes, *dialect_names(catalogue)), "zh") | _LANGUAGES
