"""What the page of sites shows, worked out from the board and the previews; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.agents.hours import WEEK, Hours
from elder_channel.agents.standing import Standing, Way
from elder_channel.services.site_board import (
    DivertPreview,
    DrainPreview,
    ProvinceWay,
    Receiving,
    SitesBoard,
    SiteStanding,
)
from elder_channel.services.sites import SwitchView
from ui.routing_words import Banner, present_switches
from ui.words import Text, say

HOLIDAYS_SHOWN = 3
_UNUSUAL = frozenset({Way.DIVERTED, Way.SHARED, Way.NIGHT})


@dataclass(frozen=True)
class SiteCard:
    """One site."""

    id: str
    name: str
    standing: str
    is_open: bool
    state: Text
    until: Text
    people: Text
    load_percent: int
    load: Text
    remarks: tuple[Text, ...]
    provinces: Text
    hours: tuple[Text, ...]
    holidays: tuple[str, ...]


@dataclass(frozen=True)
class WayLine:
    """Provinces whose calls go the same way."""

    provinces: str
    way: Text
    to: Text
    unusual: bool
    """Whether it is not as on any other day."""


@dataclass(frozen=True)
class SwitchLine:
    """A switch that is on, and what takes it back."""

    key: str
    kind: str
    """`divert`, `drain` or `drain_line`."""
    subject_id: str
    subject: str
    banner: Banner


@dataclass(frozen=True)
class SwitchRecord:
    """One turning in the history."""

    title: Text
    on: Text
    off: Text


@dataclass(frozen=True)
class BoardCard:
    """The whole page."""

    etag: str
    sites: tuple[SiteCard, ...]
    ways: tuple[WayLine, ...]
    on: tuple[SwitchLine, ...]
    history: tuple[SwitchRecord, ...]


def present_board(board: SitesBoard, *, zone: tzinfo) -> BoardCard:
    """The page; times of day are given in `zone`."""
    return BoardCard(
        etag=board.etag,
        sites=tuple(_site(each, now=board.at) for each in board.sites),
        ways=tuple(_way_line(each) for each in board.ways),
        on=tuple(_switch(each, zone) for each in board.on),
        history=tuple(_record(each, zone) for each in board.history),
    )


def present_divert(preview: DivertPreview) -> tuple[Text, ...]:
    """Who is affected by a diversion, the most pressing first."""
    waiting = preview.waiting
    lines = [
        say("preview.waiting", count=waiting, elders=preview.waiting_elders) if waiting else say("preview.waiting.none")
    ]
    if preview.talking:
        lines.append(say("preview.talking", count=preview.talking))
    if preview.lately:
        lines.append(say("preview.lately", count=preview.lately, elders=preview.lately_elders))
    else:
        lines.append(say("preview.lately.none"))
    if preview.dialects:
        lines.append(say("preview.dialects", names="、".join(preview.dialects)))
    lines += [_receiving(each) for each in preview.to]
    return (*lines, _filled("preview.now", way=_told(preview.now)))


def divert_warning(preview: DivertPreview) -> Text | None:
    """What should make the person think again; None where there is nothing."""
    there = [each for each in preview.to if each.at_work and not each.draining]
    if not there:
        return say("preview.nobody")
    return None if any(each.speakers for each in there) else say("preview.nobody_speaks")


def present_drain(preview: DrainPreview) -> tuple[Text, ...]:
    """Who is affected when a site, or the line, is emptied."""
    if not preview.name:
        number = preview.elsewhere
        then = say("preview.line.number", number=number) if number else say("preview.line.hunt")
        return say("preview.line", busy=preview.busy, at_work=preview.at_work), then
    lines = [say("preview.drain", name=preview.name, busy=preview.busy, at_work=preview.at_work)]
    if preview.others_at_work:
        lines.append(say("preview.drain.others", count=preview.others_at_work))
    ways = [
        _filled("preview.drain.way", provinces=Text("、".join(way.provinces), ""), way=_told(way))
        for way in preview.ways
    ]
    return (*lines, *ways)


def drain_warning(preview: DrainPreview) -> Text | None:
    """What should make the person think again; None where there is nothing."""
    return say("preview.drain.nobody") if preview.name and not preview.others_at_work else None


def _site(each: SiteStanding, *, now: datetime) -> SiteCard:
    site, view = each.view.site, each.view
    percent = round(100 * each.load)
    remarks = []
    if each.is_full and view.at_work:
        remarks.append(say("site.full"))
    else:
        remarks.append(say("site.full_from", percent=round(100 * site.overflow_at)))
    if site.night:
        remarks.append(say("site.night"))
    people = say("site.people", at_work=view.at_work, busy=view.busy) if view.at_work else say("site.nobody")
    provinces = Text("、".join(site.provinces), "") if site.provinces else say("site.provinces.none")
    return SiteCard(
        id=site.id,
        name=site.name,
        standing=each.standing,
        is_open=each.standing is Standing.OPEN,
        state=say(f"site.standing.{each.standing}"),
        until=_until(each, now),
        people=people,
        load_percent=percent,
        load=say("site.load", percent=percent),
        remarks=tuple(remarks),
        provinces=provinces,
        hours=tuple(_hours(hours) for hours in site.hours),
        holidays=tuple(day.isoformat() for day in sorted(site.holidays) if day >= now.date())[:HOLIDAYS_SHOWN],
    )


def _until(each: SiteStanding, now: datetime) -> Text:
    if each.changes_at is None:
        return say("site.always") if each.standing is Standing.OPEN else Text("", "")
    clock = "%H:%M" if each.changes_at.date() == now.date() else "%m-%d %H:%M"
    key = "site.until" if each.view.site.is_open(now) else "site.opens"
    return say(key, time=each.changes_at.strftime(clock))


def _hours(hours: Hours) -> Text:
    days = [say(f"site.day.{day}") for day in WEEK if day in hours.days]
    every = say("site.days.all") if len(days) == len(WEEK) else None
    names = every or Text("、".join(day.zh for day in days), ", ".join(day.en for day in days))
    clock = f"{hours.opens}–{hours.closes}"
    return Text(f"{names.zh} {clock}", f"{names.en} {clock}")


def _way_line(way: ProvinceWay) -> WayLine:
    return WayLine("、".join(way.provinces), say(f"way.{way.way}"), _to(way), way.way in _UNUSUAL)


def _told(way: ProvinceWay) -> Text:
    name, to = say(f"way.{way.way}"), _to(way)
    return Text(f"{name.zh} {to.zh}", f"{name.en} {to.en}")


def _to(way: ProvinceWay) -> Text:
    return say("way.to", sites="、".join(way.sites)) if way.sites else say("way.to_anybody")


def _filled(key: str, **texts: Text) -> Text:
    """A sentence whose fields are said in both languages themselves."""
    chinese = say(key, **{name: text.zh for name, text in texts.items()}).zh
    return Text(chinese, say(key, **{name: text.en or text.zh for name, text in texts.items()}).en)


def _receiving(each: Receiving) -> Text:
    if each.draining:
        return say("preview.to.draining", name=each.name)
    if not each.at_work:
        return say("preview.to.nobody", name=each.name)
    return say("preview.to", name=each.name, at_work=each.at_work, busy=each.busy, speakers=each.speakers)


def _switch(switch: SwitchView, zone: tzinfo) -> SwitchLine:
    (banner,) = present_switches([switch], zone=zone)
    return SwitchLine(f"{banner.kind}-{switch.id}", banner.kind, switch.id, switch.subject, banner)


def _record(switch: SwitchView, zone: tzinfo) -> SwitchRecord:
    (banner,) = present_switches([switch], zone=zone)
    on = say("switches.record.on", time=_moment(switch.on_at, zone), who=switch.on_by, reason=switch.reason)
    off = say("switches.still_on")
    if switch.off_at is not None:
        time = _moment(switch.off_at, zone)
        off = say("switches.record.off", time=time, who=switch.off_by, reason=switch.off_reason)
    return SwitchRecord(banner.title, on, off)


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%m-%d %H:%M")


def named(ids: Sequence[str], names: dict[str, str]) -> str:
    """Names of sites in a row."""
    return "、".join(names.get(id_, id_) for id_ in ids)
