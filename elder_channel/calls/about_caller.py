"""What the handover note says of the caller: who it may be, how to speak to them, in what language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bilingual.language import UNKNOWN_LANGUAGE
from bilingual.other_language import language_name
from elder_channel.calls.model import Call
from elder_channel.customers.model import AtNumber, Customer, Listed, Relation

IsElder = Callable[[Customer], bool]


def about_caller(call: Call, at_number: AtNumber, *, is_elder: IsElder) -> str:
    """Sentences for whoever answers; empty where there is nothing out of the ordinary."""
    parts = [
        _people(at_number.people, is_elder),
        "话务员已注明:家人代长者来电 (a relative calls for an elder)。" if call.relative else "",
        "来电人听不清:请说大声、说慢,要紧的话请对方重复一遍 (hard of hearing: speak up, slowly, and have it repeated)。"
        if call.hearing
        else "",
        _language(call),
    ]
    return "".join(parts)


def shown_name(name: str) -> str:
    """A name with all but its first character hidden: the note is read before anybody has been asked who they are."""
    return name[:1] + "*" * max(1, len(name) - 1)


def _people(people: Sequence[Listed], is_elder: IsElder) -> str:
    if not people or (len(people) == 1 and people[0].relation is Relation.OWN):
        return ""
    if len(people) == 1:
        who = shown_name(people[0].customer.name)
        return f"此号码是客户{who}的家属号码,可能是家属代为来电 (a relative may be calling)。"
    named = "、".join(_listed(listed, is_elder) for listed in people)
    return f"此号码在册 {len(people)} 人:{named};不知是哪一位,请先问清 (ask who is calling)。"


def _listed(listed: Listed, is_elder: IsElder) -> str:
    said = ["长者"] if is_elder(listed.customer) else []
    said += ["家属号码,可能是家属代为来电"] if listed.relation is Relation.FAMILY else []
    return shown_name(listed.customer.name) + (f"({','.join(said)})" if said else "")


def _language(call: Call) -> str:
    if call.language != UNKNOWN_LANGUAGE:
        return ""
    like = language_name(call.sounds_like) if call.sounds_like else None
    zh, en = (f",听来像{like.zh}", f", sounds like {like.en}") if like else ("", "")
    return f"语言不明{zh},不确定 (language unknown{en}, not sure)。先试汉语和英语,必要时请口译。"
