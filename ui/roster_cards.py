"""Agents, their skills, what was changed and how calls are given out, in words; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from elder_channel.agents.hours import Hours
from elder_channel.agents.model import AgentDefinition
from elder_channel.services.roster import Roster, RosterRow
from elder_channel.services.site_file import FileChange
from ui.shift_lines import write_shifts
from ui.terms import shifts_in_english
from ui.words import Text, say, say_value

MOST_SHOWN = 60


@dataclass(frozen=True)
class AgentLine:
    """One agent on the list."""

    id: str
    name: str
    dialects: Text
    languages: Text
    site: Text
    shifts: Text
    traits: tuple[Text, ...]
    presence: Text


@dataclass(frozen=True)
class ChangeLine:
    """One change of the list."""

    number: int
    title: Text
    fields: tuple[Text, ...]
    etag: str
    time: str
    holds: bool
    """Whether the list is as this change left it."""


@dataclass(frozen=True)
class Names:
    """Ids to the names staff know."""

    dialects: Mapping[str, str]
    sites: Mapping[str, str]
    companies: Mapping[str, str]


def names_of(roster: Roster) -> Names:
    """The names of everything an agent row speaks of."""
    return Names(dict(roster.dialects), {site.id: site.name for site in roster.sites}, dict(roster.companies))


def chosen(roster: Roster, *, dialect: str | None, site: str | None, words: str) -> list[RosterRow]:
    """Who meets all conditions; None and empty ones ask nothing."""
    found = words.strip().lower()
    return [
        row
        for row in roster.rows
        if (dialect is None or dialect in row.agent.dialects)
        and (site is None or row.agent.site == site)
        and (not found or found in row.agent.name.lower() or found in row.agent.id)
    ]


def present_agents(rows: Sequence[RosterRow], names: Names) -> list[AgentLine]:
    """The lines of the list."""
    return [_line(row, names) for row in rows[:MOST_SHOWN]]


def _line(row: RosterRow, names: Names) -> AgentLine:
    agent = row.agent
    return AgentLine(
        id=agent.id,
        name=agent.name,
        dialects=_levels(agent.dialects, names.dialects),
        languages=_levels(agent.languages, _languages()),
        site=Text(names.sites.get(agent.site, agent.site), "") if agent.site else say("roster.site.none"),
        shifts=_in_a_row(shift_words(agent.shifts)) if agent.shifts else say("roster.shifts.always"),
        traits=_traits(agent, names),
        presence=say(f"roster.presence.{row.presence or 'unknown'}"),
    )


def _traits(agent: AgentDefinition, names: Names) -> tuple[Text, ...]:
    served = "、".join(names.companies.get(id_, id_) for id_ in agent.companies)
    traits = [
        (agent.elder_trained, say("roster.trained")),
        (agent.interpreter, say("roster.interpreter")),
        (agent.hunt_group, say("roster.hunt_group")),
        (bool(agent.companies), say("roster.serves", names=served)),
        (agent.wrap_up_seconds > 0, say("roster.wrap_up", seconds=agent.wrap_up_seconds)),
    ]
    return (say(f"roster.answer.{agent.answer}"), *(text for holds, text in traits if holds))


def _languages() -> dict[str, str]:
    return {id_: say(f"roster.form.{id_}").zh for id_ in ("zh", "en")}


def _levels(levels: Mapping[str, int], names: Mapping[str, str]) -> Text:
    best = sorted(levels.items(), key=lambda item: -item[1])
    return Text("、".join(f"{names.get(id_, id_)} {level}" for id_, level in best), "")


def shift_words(shifts: Sequence[Hours]) -> Text:
    """Shifts a line each, as the form takes them."""
    lines = write_shifts(shifts)
    return Text(lines, shifts_in_english(lines))


def _in_a_row(lines: Text) -> Text:
    return Text(lines.zh.replace("\n", "；"), lines.en.replace("\n", "; "))


def value_text(field: str, value: Any, names: Names) -> Text:
    """A field's value in words; as the service has it, or as it stands in the history."""
    if isinstance(value, bool):
        return say(f"roster.value.{str(value).lower()}")
    if value in ("", None, (), [], {}):
        return say("roster.value.none")
    if isinstance(value, Mapping):
        return _levels(value, names.dialects if field == "dialects" else _languages())
    if field == "shifts":
        return _in_a_row(shift_words([Hours.model_validate(each) for each in value]))
    if field == "companies":
        return Text("、".join(names.companies.get(id_, id_) for id_ in value), "")
    if field == "site":
        return Text(names.sites.get(value, value), "")
    return say_value("roster.answer", value) if field == "answer" else Text(str(value), "")


def present_changes(changes: Sequence[FileChange], roster: Roster, *, zone: tzinfo) -> list[ChangeLine]:
    """The history, newest first."""
    names = names_of(roster)
    known = {row.agent.id: row.agent.name for row in roster.rows}
    lines = []
    for change in changes:
        time = change.at.astimezone(zone).strftime("%m-%d %H:%M:%S")
        agent = known.get(change.subject, change.before.get("name") or change.subject)
        title = say(f"roster.history.{change.what}", time=time, who=change.by, agent=agent)
        fields = tuple(_field(name, change, names) for name in change.after if name in change.before)
        lines.append(ChangeLine(change.number, title, fields, change.etag, time, change.etag == roster.etag))
    return lines


def _field(name: str, change: FileChange, names: Names) -> Text:
    field = say(f"roster.field.{name}")
    before, after = (value_text(name, side[name], names) for side in (change.before, change.after))
    return say("roster.history.field", field=field, before=before, after=after)


def present_rules(roster: Roster) -> tuple[Text, ...]:
    """How calls are given out, in sentences."""
    routing = roster.routing
    lines = [
        say("rules.least", least=routing.min_proficiency),
        say("rules.hold", percent=round(100 * routing.hold_below), seconds=f"{routing.identify_hold_seconds:g}"),
    ]
    begin = 0.0
    for step in routing.steps:
        told = say(f"choice.step.{step.match}")
        seconds = {"begin": f"{begin:g}", "end": f"{begin + step.seconds:g}"}
        lines.append(say("rules.step", step=told, **seconds))
        begin += step.seconds
    head = {
        "seconds": f"{routing.elder_head_start_seconds:g}",
        "urgent": f"{routing.urgent_head_start_seconds:g}",
    }
    lines += [say("rules.last", begin=f"{begin:g}"), say("rules.skip"), say("rules.elder", **head)]
    return (*lines, *_rules_of_sites(roster))


def _rules_of_sites(roster: Roster) -> list[Text]:
    hunted = "、".join(row.agent.name for row in roster.rows if row.agent.hunt_group)
    last = [say("rules.empty", names=hunted or say("roster.value.none"))]
    if not roster.sites:
        return [say("rules.no_sites"), *last]
    nights = "、".join(site.name for site in roster.sites if site.night)
    night = say("rules.night", names=nights) if nights else say("rules.night.none")
    shares = [say("rules.overflow", name=site.name, percent=round(100 * site.overflow_at)) for site in roster.sites]
    return [night, *shares, *last]
