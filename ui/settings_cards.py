"""Settings in words: names, values, what differs, the history; knows nothing of Streamlit or HTML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from difflib import unified_diff
from typing import Any

from elder_channel.services.errors import SettingProblem
from elder_channel.services.settings_model import (
    Edit,
    FieldChange,
    FieldSpec,
    Proposal,
    Setting,
    SettingsChange,
    Taking,
)
from ui.setting_names import CHOICES, HELPS, NAMES, SECTIONS
from ui.words import Text, say

_LONGEST_VALUE = 300


@dataclass(frozen=True)
class FieldLines:
    """What stands beside a field."""

    help: Text
    facts: tuple[Text, ...]


@dataclass(frozen=True)
class ChangeLine:
    """A field before and after."""

    name: Text
    before: Text
    after: Text
    remark: Text | None
    """When it counts, where that is not at once, and why it needs a second person."""


@dataclass(frozen=True)
class HistoryLine:
    """One change in the history."""

    title: Text
    note: str
    changes: tuple[ChangeLine, ...]
    change: SettingsChange
    time: str


def section_name(section: str) -> Text:
    """A section as staff call it; the file's name beside it."""
    return Text(SECTIONS.get(section, section), section)


def field_name(section: str, key: str) -> Text:
    """A field as staff call it; its key beside it."""
    return Text(NAMES.get(f"{section}.{key}", key), key)


def label_of(section: str, spec: FieldSpec) -> str:
    """What stands above a field, with the unit of a number."""
    name = field_name(section, spec.key)
    unit = say(f"settings.unit.{spec.unit}") if spec.unit else None
    return f"{name} ({unit})" if unit else str(name)


def help_of(section: str, spec: FieldSpec) -> Text:
    """What a field means."""
    return Text(HELPS.get(f"{section}.{spec.key}", spec.help), spec.help)


def choice_text(value: str) -> str:
    """One of a closed set, as it is drawn."""
    return str(_choice(value))


def _choice(value: str) -> Text:
    return Text(CHOICES.get(value, value), value)


def value_text(value: Any) -> Text:
    """A value in words, as it is compared and told."""
    if value is None or value in ("", [], {}):
        return say("settings.value.none")
    if isinstance(value, bool):
        return say("settings.value.yes" if value else "settings.value.no")
    if isinstance(value, str):
        return _choice(value)
    if isinstance(value, Sequence) and not any(isinstance(each, (Mapping, list)) for each in value):
        return Text("、".join(map(str, value)), "")
    if isinstance(value, (Mapping, Sequence)):
        told = json.dumps(value, ensure_ascii=False)
        return Text(told if len(told) <= _LONGEST_VALUE else f"{told[:_LONGEST_VALUE]}…", "")
    return Text(f"{value:g}" if isinstance(value, float) else str(value), "")


def present_field(section: str, setting: Setting) -> FieldLines:
    """What stands beside a field of a section."""
    assert setting.spec is not None, "items of lists have no field of their own"
    default = value_text(setting.spec.default)
    facts = [_with_value("settings.default", default)]
    if setting.held_by:
        facts.append(say("settings.held", variable=setting.held_by))
    elif setting.is_own:
        facts.append(say("settings.own", where=setting.where.rpartition("/")[2]))
    if setting.concern:
        facts.append(concern_text(setting.concern))
    if setting.taking is not Taking.AT_ONCE:
        facts.append(say(f"settings.taking.{setting.taking}"))
    return FieldLines(help_of(section, setting.spec), tuple(facts))


def concern_text(concern: str) -> Text:
    """Why a second person is needed."""
    why = say(f"settings.concern.{concern}")
    return Text(say("settings.second", why=why.zh).zh, say("settings.second", why=why.en).en)


def present_change(section: str, change: FieldChange) -> ChangeLine:
    """A field before and after."""
    remarks = [concern_text(change.concern)] if change.concern else []
    if change.taking is not Taking.AT_ONCE:
        remarks.append(say(f"settings.taking.{change.taking}"))
    remark = Text("；".join(each.zh for each in remarks), "; ".join(each.en for each in remarks)) if remarks else None
    return ChangeLine(field_name(section, change.key), value_text(change.before), value_text(change.after), remark)


def taken_over(edits: Sequence[Edit]) -> tuple[Text, ...]:
    """When what was changed counts, in sentences: at once, and what waits for what."""
    sentences = []
    for taking in Taking:
        names = [field_name(edit.section, each.key) for edit in edits for each in edit.fields if each.taking is taking]
        if names:
            zh, en = "、".join(each.zh for each in names), ", ".join(each.en for each in names)
            key = f"settings.counts.{taking}"
            sentences.append(Text(say(key, names=zh).zh, say(key, names=en).en))
    return tuple(sentences)


def diff_text(name: str, before: str, after: str) -> str:
    """The difference of two texts of a file, line by line; empty where there is none."""
    lines = unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=2)
    return "\n".join(lines)


def problem_text(problem: SettingProblem) -> str:
    """What is wrong, with its place."""
    return f"{problem.where.rpartition('/')[2]}: {problem.reason}"


def present_history(changes: Sequence[SettingsChange], *, zone: tzinfo) -> list[HistoryLine]:
    """Who changed what when, newest first."""
    return [_history_line(change, zone) for change in changes]


def _history_line(change: SettingsChange, zone: tzinfo) -> HistoryLine:
    time = change.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    section = section_name(change.section)
    told: dict[str, Any] = {"time": time, "who": change.by}
    key = f"settings.history.{change.what}"
    title = Text(say(key, section=section.zh, **told).zh, say(key, section=section.en, **told).en)
    if change.approved_by:
        second = say("settings.history.approved_by", who=change.approved_by)
        title = Text(title.zh + second.zh, title.en + second.en)
    keys = list(dict.fromkeys((*change.before, *change.after)))
    rows = tuple(
        ChangeLine(
            field_name(change.section, each),
            value_text(change.before.get(each)),
            value_text(change.after.get(each)),
            None,
        )
        for each in keys
    )
    return HistoryLine(title, change.note, rows, change, time)


def proposal_title(proposal: Proposal, *, zone: tzinfo) -> Text:
    """Who proposed what, when."""
    time = proposal.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    names = [section_name(edit.section) for edit in proposal.edits]
    told: dict[str, Any] = {"number": proposal.id, "time": time, "who": proposal.by}
    key = "settings.proposal.title"
    zh, en = "、".join(each.zh for each in names), ", ".join(each.en for each in names)
    return Text(say(key, sections=zh, **told).zh, say(key, sections=en, **told).en)


def decided_text(proposal: Proposal, *, zone: tzinfo) -> Text:
    """What became of a proposal."""
    time = proposal.decided_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if proposal.decided_at else ""
    told = {"time": time, "who": proposal.decided_by, "reason": proposal.reason}
    return say(f"settings.proposal.{proposal.standing}", **told)


def _with_value(key: str, value: Text) -> Text:
    return Text(say(key, value=value.zh).zh, say(key, value=value.en or value.zh).en)
