"""English for names that services give in Chinese: dialects and their groups, needs, provinces, and recorded reasons.

A name is put into English only where it is the whole of what is said, alone or in a list: nothing within the words of
people is touched. What is not known here stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from dialects.catalogue import load_catalogue
from dialects.needs import load_needs

_PROVINCES = {
    "内蒙古": "Inner Mongolia",
    "黑龙江": "Heilongjiang",
    "北京": "Beijing",
    "天津": "Tianjin",
    "河北": "Hebei",
    "山西": "Shanxi",
    "辽宁": "Liaoning",
    "吉林": "Jilin",
    "上海": "Shanghai",
    "江苏": "Jiangsu",
    "浙江": "Zhejiang",
    "安徽": "Anhui",
    "福建": "Fujian",
    "江西": "Jiangxi",
    "山东": "Shandong",
    "河南": "Henan",
    "湖北": "Hubei",
    "湖南": "Hunan",
    "广东": "Guangdong",
    "广西": "Guangxi",
    "海南": "Hainan",
    "重庆": "Chongqing",
    "四川": "Sichuan",
    "贵州": "Guizhou",
    "云南": "Yunnan",
    "西藏": "Tibet",
    "陕西": "Shaanxi",
    "甘肃": "Gansu",
    "青海": "Qinghai",
    "宁夏": "Ningxia",
    "新疆": "Xinjiang",
}
_OTHERS = {"英语": "English", "匿名": "withheld", "香港": "Hong Kong", "澳门": "Macau", "台湾": "Taiwan"}
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_QUOTED = re.compile(r"「(.*?)」")
_SIGNS = {"、": ", ", "；": "; ", "：": ": ", "，": ", "}
_FIGURE = re.compile(r"(\S+?)(\s[\d.]+%?)")
"""A name with its level or share: `福州话 5`, `福州话 95%`."""
_CLOCK = re.compile(r"周([一二三四五六日])")
_DAYS = dict(zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))

_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), english)
    for pattern, english in (
        (r"区号 (\d+)\((.+?)\)", r"area code \1 (\2)"),
        (r"手机归属地 (.+?)\(虚拟运营商，不可靠\)", r"mobile number of \1 (virtual operator, not reliable)"),
        (r"手机归属地 (\S+)", r"mobile number of \1"),
        (r"客户资料：说(.+)", r"customer's file: speaks \1"),
        (r"客户资料：籍贯 ", "customer's file: from "),
        (r"来电人自选：(.+)", r"chosen by the caller: \1"),
        (r"听口音，分辨不出", "by the accent: cannot tell"),
        (r"听口音", "by the accent"),
        (r"用词 ", "words used: "),
        (r"像(?=\x00)", "like "),
        (r"听到(?=\x00)", "heard "),
        (r",听写为(?=\x00)", ", written down as "),
        (r"听来是汉语", "sounds Chinese"),
        (r"听来多半是汉语", "sounds mostly Chinese"),
        (r"听来不像普通话，近缅、藏语音", "does not sound like Putonghua, closer to Burmese and Tibetan sounds"),
        (r"听来不像普通话，近越、泰语音", "does not sound like Putonghua, closer to Vietnamese and Thai sounds"),
        (r"听来不像普通话", "does not sound like Putonghua"),
        (r"，不偏哪一种方言", ", towards no dialect in particular"),
        (r"→ 偏", "→ towards "),
        (r"说的是英语，口音不作方言依据", "speaks English: the accent says nothing of a dialect"),
        (r"\(家属号码\)", " (a family number)"),
        (r"\(在册之一\)", " (one of those in the books)"),
        (r"\(先前听到\)", " (heard before)"),
        (r",可信度约 (\d+%)", r", about \1 sure"),
        (r"\((?=heard|like)", " ("),
    )
)


def in_english(words: str) -> str:
    """The English of a name, or of a list of names joined by `、`; other words as they are."""
    if not _CHINESE.search(words):
        return words
    if words in _names():
        return _names()[words]
    return ", ".join(_name(each) for each in words.split("、")) if _is_of_names(words) else words


def reason_in_english(words: str) -> str:
    """A recorded reason, such as `手机归属地 福建 → 福州话 95%`, as far as its pattern is known."""
    quoted: list[str] = _QUOTED.findall(words)  # what was heard stays as it was heard
    words = _QUOTED.sub("\0", words)
    for pattern, english in _REASONS:
        words = pattern.sub(english, words)
    for name in sorted(_names(), key=len, reverse=True):
        words = words.replace(name, _names()[name])
    for sign, plain in _SIGNS.items():
        words = words.replace(sign, plain)
    for each in quoted:
        words = words.replace("\0", f"“{each}”", 1)
    return words


def shifts_in_english(lines: str) -> str:
    """Shifts as `ui.shift_lines` writes them: `周一-周五 08:00-17:00` as `Mon-Fri 08:00-17:00`."""
    return _CLOCK.sub(lambda day: _DAYS[day[1]], lines.replace("每天", "daily").replace("；", "; "))


def _is_of_names(words: str) -> bool:
    """Whether at least one of them is a name that is known here; a list of people's names stays a list too."""
    return "、" in words or _name(words) != words


def _name(each: str) -> str:
    found = _FIGURE.fullmatch(each)
    name, figure = (found[1], found[2]) if found else (each, "")
    return _names().get(name, name) + figure


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    catalogue = load_catalogue()
    return {
        **_PROVINCES,
        **{group.zh: group.en for group in catalogue.groups.values()},
        **{catalogue.name(id_): id_.replace("_", " ").replace("-", " ").title() for id_ in catalogue.classes},
        **{need.zh: need.en for need in load_needs().values()},
        **_OTHERS,
    }
