"""`elder-channel sites`: who is open, disaster mode, and emptying a site for maintenance."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from elder_channel.agents.standing import Way
from elder_channel.agents.switches import WHOLE_LINE, Switch, SwitchKind
from elder_channel.cli.books import open_books, operator
from elder_channel.clock import HOTLINE_ZONE, utc_now
from elder_channel.services.route_preview import route_at
from elder_channel.services.sites import SiteSwitches, SiteView

app = typer.Typer(help="Sites: who is open, disaster mode, emptying one for maintenance.", no_args_is_help=True)

Reason = Annotated[str, typer.Option(help="Why, for the next shift; required.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@app.command("list")
def list_sites(as_json: AsJson = False) -> None:
    """Every site with its provinces and people, and the switches that are on."""
    service = SiteSwitches(open_books(os.environ))
    sites, on = service.sites(), service.on()
    if as_json:
        print(
            json.dumps(
                {"sites": [_site(view) for view in sites], "on": [_switch(each) for each in on]},
                indent=1,
                ensure_ascii=False,
            )
        )
        return
    table = Table("id", "name", "state", "at work", "busy", "night", "provinces")
    for view in sites:
        site = view.site
        night = "yes" if site.night else ""
        provinces = "、".join(site.provinces)
        table.add_row(site.id, site.name, _state(view), str(view.at_work), str(view.busy), night, provinces)
    Console().print(table)
    for each in on:
        print(f"on since {_clock(each.on_at)}: {_told(each)}, by {each.on_by}: {each.reason}")


@app.command()
def way(
    province: Annotated[str, typer.Argument(metavar="PROVINCE", help="Whose call, such as 福建.")],
    at: Annotated[str, typer.Option(help="02:00 (the next time it is), or 2026-12-24T02:00; now, when left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Whom a call of a province reaches at a moment, and why: sites, shifts, dialects and the switches that are on."""
    moment = _moment(at, now=utc_now().astimezone(HOTLINE_ZONE))
    route = route_at(open_books(os.environ), province, moment)
    if as_json:
        print(json.dumps({**asdict(route), "at": route.at.isoformat()}, indent=1, ensure_ascii=False))
        return
    sites = "、".join(route.first) or "no site is open"
    print(f"{province} at {_clock(route.at)}: {_WAYS[route.way]}: {sites}")
    table = Table("asked", "site", "then", "people by shift")
    for site in route.sites:
        turn = "not while others work" if site.turn is None else f"{site.turn + 1}."
        table.add_row(turn, site.name, site.standing.replace("_", " "), str(site.people))
    Console().print(table)
    for dialect in route.dialects:
        speakers = ", ".join(f"{name} ({site})" if site else name for name, site in dialect.speakers)
        print(f"{dialect.name}: {speakers or 'nobody speaks it then: its relatives, then anybody'}")
    if not route.people:
        print(f"nobody is at work then: the hunt group rings ({', '.join(route.hunt_group) or 'nobody is in it'})")


_WAYS = {
    Way.OWN: "its own site is asked first",
    Way.SHARED: "its own site is full, every open one is asked",
    Way.NIGHT: "its own site is closed, the night sites are asked first",
    Way.NONE_OWN: "no site names it, the night sites are asked first",
    Way.DIVERTED: "diverted, by a switch that is on now",
}


def _moment(text: str, *, now: datetime) -> datetime:
    """The moment meant, in the hotline's zone; a time of day is the next one."""
    if not text:
        return now
    try:
        if "T" in text:
            return datetime.fromisoformat(text).replace(tzinfo=HOTLINE_ZONE)
        today = datetime.combine(now.date(), time.fromisoformat(text), HOTLINE_ZONE)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no time: give 02:00 or 2026-12-24T02:00", param_hint="--at") from error
    return today if today >= now else today + timedelta(days=1)


@app.command()
def divert(
    province: Annotated[str, typer.Argument(metavar="PROVINCE", help="Whose calls, such as 福建.")],
    sites: Annotated[list[str], typer.Argument(metavar="SITE...", help="Where they go, all alike.")],
    reason: Reason,
) -> None:
    """Disaster mode: a province's calls go to these sites alone, from the router's next look on."""
    SiteSwitches(open_books(os.environ)).divert(province, sites, reason=reason, by=operator())
    print(f"calls of {province} go to {', '.join(sites)}")
    print(f"elder-channel sites restore {province} --reason … takes it back")


@app.command()
def restore(province: Annotated[str, typer.Argument(metavar="PROVINCE")], reason: Reason) -> None:
    """Take disaster mode back for a province."""
    SiteSwitches(open_books(os.environ)).restore(province, reason=reason, by=operator())
    print(f"calls of {province} go their usual way again")


@app.command()
def drain(
    reason: Reason,
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="The site's id.")] = None,
    whole_line: Annotated[bool, typer.Option("--whole-line", help="Not a site: this line as a whole.")] = False,
) -> None:
    """Finish the calls at a site and give it no new one; or, with --whole-line, send new calls elsewhere."""
    SiteSwitches(open_books(os.environ)).drain(_subject(site, whole_line=whole_line), reason=reason, by=operator())
    print(f"{site or 'the whole line'} accepts no new calls; those it has are finished")


@app.command()
def resume(
    reason: Reason,
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="The site's id.")] = None,
    whole_line: Annotated[bool, typer.Option("--whole-line", help="Not a site: this line as a whole.")] = False,
) -> None:
    """Accept calls again."""
    SiteSwitches(open_books(os.environ)).resume(_subject(site, whole_line=whole_line), reason=reason, by=operator())
    print(f"{site or 'the whole line'} accepts calls again")


@app.command()
def history(
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest.")] = 20, as_json: AsJson = False
) -> None:
    """What was switched, by whom and why, newest first."""
    switches = SiteSwitches(open_books(os.environ)).history(most=most)
    if as_json:
        print(json.dumps([_switch(each) for each in switches], indent=1, ensure_ascii=False))
        return
    for each in switches:
        print(f"{_clock(each.on_at)}  {_told(each)}, by {each.on_by}: {each.reason}")
        if each.off_at:
            print(f"  until {_clock(each.off_at)}, by {each.off_by}: {each.off_reason}")
        else:
            print("  still on")


def _subject(site: str | None, *, whole_line: bool) -> str | None:
    """The site, or None for the whole line; exactly one of them must be asked for."""
    if (site is None) != whole_line:
        raise typer.BadParameter("give either the id of a site or --whole-line")
    return site


def _state(view: SiteView) -> str:
    return ("draining, " if view.draining else "") + ("open" if view.is_open else "closed")


def _told(switch: Switch) -> str:
    if switch.kind is SwitchKind.DIVERT:
        return f"{switch.subject} -> {', '.join(switch.sites)}"
    return "drain of the whole line" if switch.subject == WHOLE_LINE else f"drain of {switch.subject}"


def _clock(moment: datetime) -> str:
    return moment.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")


def _site(view: SiteView) -> dict[str, Any]:
    return {
        "id": view.site.id,
        "name": view.site.name,
        "open": view.is_open,
        "draining": view.draining,
        "at_work": view.at_work,
        "busy": view.busy,
        "night": view.site.night,
        "provinces": list(view.site.provinces),
    }


def _switch(switch: Switch) -> dict[str, Any]:
    off = switch.off_at.isoformat() if switch.off_at else None
    return {**vars(switch), "sites": list(switch.sites), "on_at": switch.on_at.isoformat(), "off_at": off}
