"""The form of one section, made from the schema: what is filled in, and what it says."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from elder_channel.services.errors import SettingProblem
from elder_channel.services.setting_shapes import ShapeError, read_shape, shaped
from elder_channel.services.settings_model import FieldSpec, Kind, Section, Setting
from ui.components.markup import both
from ui.components.settings import field_html, specs_html, wrong_html
from ui.settings_cards import choice_text, field_name, label_of, present_field, problem_text
from ui.words import say

OPENED = "settings_opened"
_BEGUN = "settings_begun"
"""The forms of this tab by section: what is typed in one waits while another is looked at."""
_NEW = "+"
"""The key of an item that is being added."""
_SHAPED = frozenset({Kind.LINES, Kind.PAIRS, Kind.NESTED})
_ITEM_LINES = 9


@dataclass(frozen=True)
class Opened:
    """The section that is being changed, as this tab saw it; what is saved is saved on top of that."""

    section: str
    etag: str
    seen: Mapping[str, Any]
    serial: str
    """Part of every field's key: another opening is another form."""

    def key(self, name: str) -> str:
        """Of a field's widget."""
        return f"settings-{name}-{self.serial}"


@dataclass(frozen=True)
class Filled:
    """What stands in the fields."""

    wanted: Mapping[str, Any]
    """What differs from what was seen."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Fields that cannot be understood, each with why."""


def opened_on(section: Section) -> Opened:
    """The form that was begun on the section, or a new one on the section as it is now."""
    begun: dict[str, Opened] = st.session_state.setdefault(_BEGUN, {})
    if section.name not in begun:
        begun[section.name] = Opened(section.name, section.etag, section.values, uuid.uuid4().hex[:8])
    st.session_state[OPENED] = begun[section.name]
    return begun[section.name]


def go_on_from(opened: Opened) -> None:
    """Take the place of the form that was begun on the same section."""
    st.session_state.setdefault(_BEGUN, {})[opened.section] = opened


def close_section(section: str) -> None:
    """Forget what was begun."""
    st.session_state.get(_BEGUN, {}).pop(section, None)


def draw_fields(section: Section, opened: Opened, problems: Sequence[SettingProblem]) -> Filled:
    """Every field with its help; what is wrong with it stands right below."""
    if section.is_list:
        return _items(section, opened, problems)
    wanted: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for setting in section.settings:
        if setting.spec is None or setting.key not in opened.seen:
            continue
        with st.container(border=True):
            left, right = st.columns([2, 3], gap="large")
            with right:
                st.html(field_html(present_field(section.name, setting)))
            with left:
                _one(setting, setting.spec, opened, wanted, unread, section.name)
            _wrong(setting.key, problems, unread)
    return Filled(wanted, unread)


def _one(
    setting: Setting,
    spec: FieldSpec,
    opened: Opened,
    wanted: dict[str, Any],
    unread: dict[str, str],
    section: str,
) -> None:
    seen, key = opened.seen[setting.key], opened.key(setting.key)
    st.session_state.setdefault(key, _drawn(spec, seen))
    _widget(label_of(section, spec), spec, key, disabled=bool(setting.held_by))
    if setting.held_by:
        return
    try:
        value = _read(spec, st.session_state[key], seen)
    except ShapeError as error:
        unread[setting.key] = str(say("settings.unread", line=error.line, reason=str(error)))
        return
    if value != seen:
        wanted[setting.key] = value
    if value != spec.default and not spec.is_required:
        label = str(say("settings.back", name=field_name(section, spec.key)))
        st.button(label, key=opened.key(f"back-{spec.key}"), on_click=_back, args=(key, spec))


def _back(key: str, spec: FieldSpec) -> None:
    st.session_state[key] = _drawn(spec, spec.default)


def _drawn(spec: FieldSpec, value: Any) -> Any:
    """The value as its widget takes it."""
    if spec.kind in _SHAPED:
        return shaped(spec, value)
    if spec.kind is Kind.NUMBER:
        return float(value)
    return value


def _read(spec: FieldSpec, drawn: Any, seen: Any) -> Any:
    """What a widget says; raises `ShapeError`."""
    if spec.kind in _SHAPED:
        text = str(drawn or "")
        return seen if text == shaped(spec, seen) else read_shape(spec, text)
    if spec.kind in (Kind.WHOLE, Kind.NUMBER) and drawn is None:  # emptied: as it was
        return seen
    return str(drawn or "") if spec.kind is Kind.TEXT else drawn


def _widget(label: str, spec: FieldSpec, key: str, *, disabled: bool) -> None:
    match spec.kind:
        case Kind.SWITCH:
            st.checkbox(label, key=key, disabled=disabled, persist_state="session")
        case Kind.CHOICE:
            st.selectbox(
                label, spec.choices, format_func=choice_text, key=key, disabled=disabled, persist_state="session"
            )
        case Kind.WHOLE:
            low, high = (None if bound is None else int(bound) for bound in (spec.least, spec.most))
            st.number_input(label, low, high, step=1, key=key, disabled=disabled, persist_state="session")
        case Kind.NUMBER:
            least = None if spec.least is None or spec.least_is_out else float(spec.least)
            most = None if spec.most is None or spec.most_is_out else float(spec.most)
            step = 0.05 if most is not None and most <= 1 else 0.5
            st.number_input(
                label, least, most, step=step, key=key, disabled=disabled, format="%g", persist_state="session"
            )
        case Kind.TEXT:
            st.text_input(label, max_chars=spec.longest, key=key, disabled=disabled, persist_state="session")
        case _:
            shape = str(say(f"settings.shape.{spec.kind}"))
            st.text_area(label, key=key, disabled=disabled, help=shape, height=130, persist_state="session")


def _items(section: Section, opened: Opened, problems: Sequence[SettingProblem]) -> Filled:
    wanted: dict[str, Any] = {}
    unread: dict[str, str] = {}
    with st.expander(str(say("settings.spec")), key=opened.key("specs")):
        st.html(specs_html(section.name, section.specs))
    for id_, item in opened.seen.items():
        with st.container(border=True):
            gone = _item(opened, id_, item, wanted, unread)
            if gone:
                wanted[id_] = None
            _wrong(id_, problems, unread)
    with st.container(border=True):
        _item(opened, _NEW, None, wanted, unread)
        added = {str(each.key) for each in problems} - set(opened.seen)
        for id_ in added & set(wanted):
            _wrong(id_, problems, unread)
        _wrong(_NEW, problems, unread)
    return Filled(wanted, unread)


def _item(opened: Opened, id_: str, item: Any, wanted: dict[str, Any], unread: dict[str, str]) -> bool:
    """One item as YAML; whether it shall be taken out."""
    key = opened.key(f"item-{id_}")
    before = shaped(None, item)
    st.session_state.setdefault(key, before)
    named = str(item.get("name", item.get("zh", ""))) if item else ""
    label = f"{id_} {named}" if item else str(say("settings.item.new"))
    shape = str(say("settings.shape.item"))
    st.text_area(label, key=key, help=shape, height=24 * _ITEM_LINES, persist_state="session")
    text = str(st.session_state[key])
    try:
        value = item if text == before else read_shape(None, text)
    except ShapeError as error:
        unread[id_] = str(say("settings.unread", line=error.line, reason=str(error)))
        return False
    if value and value != item:
        named_now = str(value.get("id", ""))
        if named_now != id_ and item:
            wanted[id_] = None
        if not named_now:
            unread[id_] = str(say("settings.item.no_id"))
            return False
        wanted[named_now] = value
    label = str(say("settings.item.remove", id=id_))
    return bool(item) and st.checkbox(label, key=opened.key(f"gone-{id_}"), persist_state="session")


def _wrong(key: str, problems: Sequence[SettingProblem], unread: Mapping[str, str]) -> None:
    reasons = [problem_text(each) for each in problems if each.key == key]
    if key in unread:
        reasons.insert(0, unread[key])
    if reasons:
        st.html(wrong_html(reasons))


def held_html(text: str) -> str:
    """A remark above the form."""
    return f'<p class="ec-caution">{text}</p>'


def meanwhile(section: Section, opened: Opened) -> None:
    """Say that somebody else has saved since the form was opened."""
    if section.etag != opened.etag:
        st.html(held_html(both(say("settings.meanwhile_hint"))))
