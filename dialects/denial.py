"""Whether what was said takes a need back: 不退保 asks for nothing, 能不能退保 asks all the more."""

from __future__ import annotations

import re

from dialects.needs import Kind

_LIGHT = "(?:再|来|去|要|想|给|帮|我|你|你们|我们|我哋|伲|阮|𠊎|办|说|讲|问|打|叫|找|喊|做|用|是|的|嘅|到|人|个){0,5}"
"""What may stand between the word for no and what is refused."""
# No of wanting, with the words of the dialects: 唔 (Cantonese, Hakka), 毋 (Min, Hakka), 勿 弗 覅 (Wu),
# 莫 (Xiang, southwest), 甭 (north).
_REFUSING = (
    "不是|不要|不想|不用|不必|不需要|不打算|无需|无须|用不着|甭|别|莫|没想|没要|没有想|没有要|没说要|没打算|"
    "唔系|唔想|唔要|唔使|唔洗|唔爱|毋是|毋爱|毋想|毋免|毋使|毋通|无爱|无欲|勿是|勿要|勿想|勿用|弗是|弗要|弗想|弗用|覅|嫑"
)
_WISH_TAKEN_BACK = re.compile(rf"(?:(?P<word>{_REFUSING}){_LIGHT}|(?P<bare>[不唔毋勿弗]))$")
_EVENT_TAKEN_BACK = re.compile(
    r"(?P<word>没|没有|没得|并没有|无|冇|未|不是|不会|唔系|毋是|勿是|弗是|呒没|呒)(?:人|谁|再|被|有|发生|出|什么|啥|在|要|想|去|叫|打|用|是){0,3}$"
)
_IS_NOT = frozenset({"不是", "唔系", "毋是", "勿是", "弗是"})
_ENGLISH = re.compile(
    r"(?:^|\s)(?:don't|do not|didn't|not|no|never|won't)"
    r"(?:\s(?:want|need|wish|like|going|trying|calling|here|to|for|a|an|my|the|any|about|make|speak|be)){0,5}\s?$"
)


def is_taken_back(before: str, kind: Kind, *, asks: bool = False) -> bool:
    """Whether the words before a wording, in the same clause, say that it is not wanted or has not happened.

    不 between the same character twice asks (能不能, 是不是, 要不要) and 要不 proposes; neither takes anything back.
    `asks` says that the clause ends as a question: 这不是骗人吗 means that it is.
    """
    if kind is Kind.CRY:
        return False
    if _ENGLISH.search(before):
        return True
    patterns = (_EVENT_TAKEN_BACK, _WISH_TAKEN_BACK) if kind is Kind.EVENT else (_WISH_TAKEN_BACK,)
    found = [match for pattern in patterns if (match := pattern.search(before))]
    return any(not _asks(before, match) and not (asks and match["word"] in _IS_NOT) for match in found)


def _asks(before: str, match: re.Match[str]) -> bool:
    """Whether the no that was found is part of a question or a proposal."""
    start = match.start()
    if start == 0:
        return False
    previous, following = before[start - 1], before[start + 1 : start + 2]
    return (
        previous == following or (previous == "要" and before[start] == "不" and following != "是") or previous == "有"
    )
