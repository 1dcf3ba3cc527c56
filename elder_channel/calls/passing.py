"""Who had a call before, told for whoever has it next: the caller repeats nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from elder_channel.calls.model import PassedOn

NameOf = Callable[[str], str]
_QUEUES = {"shared": "全体坐席", "interpreters": "翻译坐席"}


def tell_passing(passed: Sequence[PassedOn], *, agent_name: NameOf, company_name: NameOf, site_name: NameOf) -> str:
    """The history in one sentence per agent, the last first; empty when nobody had the call before."""
    told = []
    for each in reversed(passed):
        kind, _, target = each.to.partition(":")
        names = {"agent": agent_name, "company": company_name}.get(kind, lambda id_: _QUEUES.get(id_) or site_name(id_))
        note = f":「{each.note}」" if each.note else ""
        who = agent_name(each.from_agent) if each.from_agent else "同事"
        told.append(f"{who}已接听,转给{names(target)}{note}。")
    return "".join(told)
