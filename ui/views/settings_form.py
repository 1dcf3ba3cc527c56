"""Settings, one section at a time: the form, the difference before saving, and what two people changed at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.errors import SettingConflict
from elder_channel.services.settings_editing import MAX_NOTE_CHARACTERS, MAY_EDIT, ON_ANOTHER_PAGE
from elder_channel.services.settings_model import Checked, Section, SettingsOverview
from ui.components.greeting import heading_html, remarks_html
from ui.components.markup import both
from ui.components.outcomes import carry_out, forget_outcome
from ui.components.roster import problems_html
from ui.components.settings import edits_html
from ui.components.settings_form import (
    Filled,
    Opened,
    close_section,
    draw_fields,
    go_on_from,
    meanwhile,
    opened_on,
)
from ui.session import services
from ui.setting_names import ABOUT
from ui.settings_cards import concern_text, field_name, problem_text, section_name, taken_over, value_text
from ui.words import Text, say

PLACE = "settings"
SECTION = "settings_section"
_LOOKED = "settings_looked"
_NOTE = "settings_note"


@dataclass(frozen=True)
class Looked:
    """What was looked at before saving; another letter typed, and it has to be looked at again."""

    serial: str
    wanted: Mapping[str, Any]
    checked: Checked


def draw_form(account: Account, overview: SettingsOverview) -> None:
    """Choose a section, and fill it in."""
    own = {line.name: line.own for line in overview.sections}
    name = st.selectbox(
        str(say("settings.section")),
        list(own),
        format_func=lambda each: _section_label(each, own[each]),
        key=SECTION,
        on_change=forget_outcome,
        args=(PLACE,),
        persist_state="session",
    )
    section = services().settings.board.section(name or "line", by=account)
    st.html(heading_html(section_name(section.name)))
    st.html(f'<p class="ec-setting-help">{both(Text(ABOUT[section.name], section.help))}</p>')
    if section.problems:
        st.html(
            problems_html(say("settings.file_wrong", file=section.file), [problem_text(p) for p in section.problems])
        )
    elif section.name in ON_ANOTHER_PAGE:
        st.html(f'<p class="ec-caution">{both(say("settings.on_another_page"))}</p>')
    else:
        _fields(section, account, overview)


def _section_label(name: str, own: int) -> str:
    text = section_name(name)
    return str(text) + (f" · {say('settings.section.own', count=own)}" if own else "")


def _fields(section: Section, account: Account, overview: SettingsOverview) -> None:
    opened = opened_on(section)
    if overview.by_taskrouter:
        st.html(f'<p class="ec-hint">{both(say("settings.push"))}</p>')
    meanwhile(section, opened)
    looked = st.session_state.get(_LOOKED)
    problems = looked.checked.problems if isinstance(looked, Looked) and looked.serial == opened.serial else ()
    filled = draw_fields(section, opened, problems)
    if section.etag != opened.etag and not filled.wanted and not filled.unread:
        close_section(section.name)  # nothing is typed that could be lost: show it as it is now
        st.rerun()
    if account.role not in MAY_EDIT:
        st.html(f'<p class="ec-hint">{both(say("settings.only_editors"))}</p>')
        return
    if not overview.can_be_written:
        return
    with st.container(horizontal=True):
        ready = bool(filled.wanted) and not filled.unread
        label = str(say("settings.look"))
        st.button(
            label,
            key="settings-look",
            type="primary",
            disabled=not ready,
            on_click=_look,
            args=(opened, filled),
        )
        st.button(str(say("settings.leave")), key="settings-leave", on_click=_forget, args=(section.name,))
    if not filled.wanted and not filled.unread:
        st.html(f'<p class="ec-hint">{both(say("settings.nothing"))}</p>')
    if isinstance(looked, Looked) and looked.serial == opened.serial:
        if looked.wanted == filled.wanted:
            _saving(looked, opened)
        else:
            st.html(f'<p class="ec-hint">{both(say("settings.look_again"))}</p>')


def _look(opened: Opened, filled: Filled) -> None:
    forget_outcome(PLACE)

    def check(by: Account) -> None:
        checked = services().settings.editing.check(opened.section, filled.wanted, seen=opened.seen, by=by)
        st.session_state[_LOOKED] = Looked(opened.serial, filled.wanted, checked)

    if carry_out(check, Text("", ""), place=PLACE, overtaken="settings_meanwhile"):
        forget_outcome(PLACE)


def _saving(looked: Looked, opened: Opened) -> None:
    checked = looked.checked
    if checked.problems:
        elsewhere = [problem_text(each) for each in checked.problems]
        st.html(problems_html(say("refused.settings_wrong"), elsewhere))
        return
    if checked.conflicts:
        _conflicts(looked, opened)
        return
    st.html(heading_html(say("settings.diff")))
    st.html(edits_html(checked.edits))
    st.html(remarks_html(taken_over(checked.edits)))
    for concern in checked.concerns:
        st.html(f'<p class="ec-caution">{both(concern_text(concern))}</p>')
    st.text_input(str(say("settings.note")), key=_NOTE, max_chars=MAX_NOTE_CHARACTERS, persist_state="session")
    label = str(say("settings.propose" if checked.concerns else "settings.save"))
    st.button(label, key="settings-save", type="primary", on_click=_save, args=(looked, opened))


def _save(looked: Looked, opened: Opened) -> None:
    note = str(st.session_state.get(_NOTE) or "")
    done = say("settings.proposed" if looked.checked.concerns else "settings.saved")

    def write(by: Account) -> None:
        services().settings.editing.save(opened.section, looked.wanted, seen=opened.seen, note=note, by=by)

    if carry_out(write, done, place=PLACE, overtaken="settings_meanwhile"):
        _forget(opened.section, keep_outcome=True)


def _conflicts(looked: Looked, opened: Opened) -> None:
    """What two people changed: both values stand there, and it is told field by field whose it shall be."""
    explain = f"<p>{both(say('settings.conflict.explain'))}</p>"
    st.html(f'<div class="ec-refusal" role="alert"><h3>{both(say("settings.conflict"))}</h3>{explain}</div>')
    for conflict in looked.checked.conflicts:
        told = {whose: str(_whose(whose, conflict)) for whose in ("theirs", "mine")}
        name = field_name(conflict.section, conflict.key)
        st.radio(str(name), list(told), format_func=told.__getitem__, key=_decision(opened, conflict))
    label = str(say("settings.conflict.decide"))
    st.button(label, key="settings-decide", type="primary", on_click=_decide, args=(looked, opened))


def _whose(whose: str, conflict: SettingConflict) -> Text:
    value = value_text(conflict.theirs if whose == "theirs" else conflict.mine)
    key = f"settings.conflict.{whose}"
    return Text(say(key, value=value.zh).zh, say(key, value=value.en or value.zh).en)


def _decision(opened: Opened, conflict: SettingConflict) -> str:
    return opened.key(f"whose-{conflict.key}")


def _decide(looked: Looked, opened: Opened) -> None:
    """Go on from what the other one saved, with what was decided; everything else that was typed stays."""
    forget_outcome(PLACE)
    seen, wanted = dict(opened.seen), dict(looked.wanted)
    for conflict in looked.checked.conflicts:
        if conflict.theirs is None:
            seen.pop(conflict.key, None)
        else:
            seen[conflict.key] = conflict.theirs
        if st.session_state.get(_decision(opened, conflict), "theirs") == "theirs":
            wanted.pop(conflict.key, None)
            for name in (conflict.key, f"item-{conflict.key}", f"gone-{conflict.key}"):
                st.session_state.pop(opened.key(name), None)
    go_on_from(replace(opened, seen=seen))
    st.session_state.pop(_LOOKED, None)


def _forget(section: str, *, keep_outcome: bool = False) -> None:
    """Begin anew on what the file says."""
    if not keep_outcome:
        forget_outcome(PLACE)
    close_section(section)
    for key in (_LOOKED, _NOTE):
        st.session_state.pop(key, None)
