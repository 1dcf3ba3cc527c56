"""Whom a call of a province would reach at an hour, in sentences; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from elder_channel.services.route_preview import RouteThen, SiteThen
from ui.words import Text, say


@dataclass(frozen=True)
class RouteCard:
    """The answer and its reasons."""

    head: Text
    lines: tuple[Text, ...]


def present_route(route: RouteThen) -> RouteCard:
    """The card; the moment is told in the hotline's zone."""
    way, time = say(f"way.{route.way}"), route.at.strftime("%m-%d %H:%M")
    chinese = say("route.head", province=route.province, time=time, way=way.zh).zh
    head = Text(chinese, say("route.head", province=route.province, time=time, way=way.en).en)
    if not route.people:
        return RouteCard(head, (say("route.nobody", names="、".join(route.hunt_group)),))
    return RouteCard(head, (*(_site(site) for site in route.sites), *_dialects(route)))


def _site(site: SiteThen) -> Text:
    key = "route.site.last" if site.turn is None else "route.site"
    turn, standing = (site.turn or 0) + 1, say(f"route.standing.{site.standing}")
    facts = {"name": site.name, "people": site.people}
    chinese = say(key, turn=f"第 {turn} ", standing=standing.zh, **facts).zh
    return Text(chinese, say(key, turn=f"{turn}.", standing=standing.en, **facts).en)


def _dialects(route: RouteThen) -> list[Text]:
    return [
        say(
            "route.dialect",
            dialect=each.name,
            names="、".join(f"{name}（{site}）" if site else name for name, site in each.speakers),
        )
        if each.speakers
        else say("route.dialect.none", dialect=each.name)
        for each in route.dialects
    ]
