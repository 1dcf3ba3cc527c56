"""Why an agent was chosen, and which switches are on, in words; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from elder_channel.services.live import ChoiceView
from elder_channel.services.sites import SwitchView
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class Banner:
    """A switch that is on, for the top of the live page."""

    kind: str
    """`divert`, `drain` or `drain_line`."""
    title: Text
    detail: Text


def present_choice(choice: ChoiceView | None) -> tuple[Text, ...]:
    """The reasons, the most important first; nothing for a call the router has given to nobody."""
    if choice is None:
        return ()
    reasons = [say_value("choice.match", choice.match)]
    if choice.bond:
        reasons.append(say_value("choice.bond", choice.bond))
    if choice.site:
        place = "choice.site.first" if choice.tier == 0 else "choice.site.later"
        reasons.append(say(place, site=choice.site))
    step = say_value("choice.step", choice.step)
    waited = round(choice.waited_seconds)
    reasons.append(
        Text(say("choice.asked", seconds=waited, step=step.zh).zh, say("choice.asked", seconds=waited, step=step.en).en)
    )
    if choice.others:
        reasons.append(say("choice.others", count=choice.free - 1, names="、".join(choice.others)))
    else:
        reasons.append(say("choice.alone"))
    return tuple(reasons)


def present_switches(switches: Sequence[SwitchView], *, zone: tzinfo) -> list[Banner]:
    """One banner per switch that is on, in the order they were turned on; times of day are given in `zone`."""
    banners = []
    for switch in switches:
        since = switch.on_at.astimezone(zone).strftime("%m-%d %H:%M")
        kind = "drain_line" if switch.whole_line else switch.kind
        title = say(f"switch.{kind}", subject=switch.subject, sites="、".join(switch.sites))
        banners.append(Banner(kind, title, say("switch.detail", time=since, who=switch.on_by, reason=switch.reason)))
    return banners
