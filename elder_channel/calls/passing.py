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
        names: dict[str, NameOf] = {"agent": agent_name, "company": company_name}
        name = names[kind](target) if kind in names else _QUEUES.get(target) or site_name(target)
        note = f":「{each.note}」" if each.note else ""
        who = agent_name(each.from_agent) if each.from_agent else "同事"
        told.append(f"{who}已接听,转给{name}{note}。")
    return "".join(told)
