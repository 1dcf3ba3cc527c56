"""The form of one agent: what is filled in, saved, and decided where two people changed the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from elder_channel.agents.model import AgentDefinition, Answer, Presence
from elder_channel.services.errors import RosterConflictError
from elder_channel.services.roster import Roster, RosterRow
from ui.components.drafts import draft_line, find, settle
from ui.components.markup import both, said
from ui.components.roster_acts import CONFLICT, act, forget_answer, refuse
from ui.components.roster_filled import (
    LANGUAGES,
    OPENED,
    TICKS,
    Opened,
    begin,
    changed,
    draft_of,
    filled_in,
    keep_draft,
    put_back,
)
from ui.roster_cards import Names, names_of, shift_words, value_text
from ui.session import services
from ui.shift_lines import ShiftLineError
from ui.words import Text, say

_REMOVING = "roster_removing"
_LEVELS = (1, 2, 3, 4, 5)
_LONGEST_REST = 600


def open_agent(agent: AgentDefinition | None) -> None:
    """Open the form; a button's callback."""
    forget_answer()
    _show(agent)
    put_back(agent)


def _show(agent: AgentDefinition | None) -> None:
    st.session_state.pop(_REMOVING, None)
    begin(agent)


def _close() -> None:
    forget_answer()
    settle(draft_of(st.session_state[OPENED].seen))
    st.session_state.pop(OPENED, None)


def _start_over(opened: Opened, now: AgentDefinition | None) -> None:
    """Forget the draft: the form as the list has the agent."""
    settle(draft_of(opened.seen))
    _show(now)


def draw_form(roster: Roster, opened: Opened) -> None:
    """The fields and what can be done with them."""
    names = names_of(roster)
    who = f" · {said(opened.seen.name)}" if opened.seen else ""
    st.html(f'<h2 class="ec-wrap">{both(say("roster.edit" if opened.seen else "roster.new"))}{who}</h2>')
    row = next((row for row in roster.rows if opened.seen and row.agent.id == opened.seen.id), None)
    shown = draft_of(row.agent if row else opened.seen)
    draft_line(shown, find(shown), forget=lambda _: _start_over(opened, row.agent if row else None))
    with st.container(border=True):
        _who(opened)
        _skills(opened, names)
        _work(opened, roster, names)
        if isinstance(conflict := st.session_state.get(CONFLICT), RosterConflictError):
            _conflict(conflict, opened, names)
        else:
            label = "roster.form.save" if opened.seen else "roster.form.add"
            with st.container(horizontal=True):
                st.button(str(say(label)), key="roster-save", type="primary", on_click=_save, args=(opened, names))
                st.button(str(say("roster.form.leave")), key="roster-leave", on_click=_close)
    if row is not None:
        _besides(row, opened)


def _who(opened: Opened) -> None:
    base, left, right = opened.base, *st.columns(2)
    with left:
        if opened.seen is None:
            st.text_input(
                str(say("roster.form.id")),
                key=opened.key("id"),
                max_chars=32,
                persist_state="session",
                on_change=keep_draft,
                args=(opened,),
            )
        name = "" if opened.seen is None else base.name
        st.text_input(
            str(say("roster.form.name")),
            name,
            key=opened.key("name"),
            max_chars=40,
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )
    with right:
        contact = "" if opened.seen is None else base.contact
        st.text_input(
            str(say("roster.form.contact")),
            contact,
            key=opened.key("contact"),
            max_chars=80,
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )


def _skills(opened: Opened, names: Names) -> None:
    spoken = st.multiselect(
        str(say("roster.form.dialects")),
        list(names.dialects),
        default=list(opened.base.dialects),
        format_func=lambda id_: str(Text(names.dialects.get(id_, id_), "")),
        placeholder=str(say("roster.edit.choose")),
        key=opened.key("dialects"),
        persist_state="session",
        on_change=keep_draft,
        args=(opened,),
    )
    columns = st.columns(3)
    for place, id_ in enumerate(spoken):
        with columns[place % 3]:
            label = say("roster.form.level", name=names.dialects.get(id_, id_))
            level = opened.base.dialects.get(id_, 3)
            _level(opened, str(label), _LEVELS, level, key=opened.key(f"level-{id_}"))
    columns = st.columns(3)
    for place, id_ in enumerate(LANGUAGES):
        with columns[place]:
            key, level = opened.key(f"language-{id_}"), opened.base.languages.get(id_, 0)
            _level(opened, str(say(f"roster.form.{id_}")), (0, *_LEVELS), level, key=key)


def _level(opened: Opened, label: str, levels: tuple[int, ...], level: int, *, key: str) -> None:
    st.selectbox(
        label,
        levels,
        index=levels.index(level),
        format_func=lambda each: str(say(f"roster.level.{each}")),
        key=key,
        persist_state="session",
        on_change=keep_draft,
        args=(opened,),
    )


def _work(opened: Opened, roster: Roster, names: Names) -> None:
    base, left, right = opened.base, *st.columns(2)
    sites = ["", *names.sites]
    with left:
        st.selectbox(
            str(say("roster.form.site")),
            sites,
            index=sites.index(base.site) if base.site in sites else 0,
            format_func=lambda id_: names.sites.get(id_) or str(say("roster.site.none")),
            key=opened.key("site"),
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )
        st.text_area(
            str(say("roster.form.shifts")),
            str(shift_words(base.shifts)),
            key=opened.key("shifts"),
            help=str(say("roster.form.shifts.help")),
            height=110,
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )
    with right:
        answers = list(Answer)
        st.selectbox(
            str(say("roster.form.answer")),
            answers,
            index=answers.index(base.answer),
            format_func=lambda each: str(say(f"roster.answer.{each}")),
            key=opened.key("answer"),
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )
        label = str(say("roster.form.wrap_up_seconds"))
        st.number_input(
            label,
            0,
            _LONGEST_REST,
            base.wrap_up_seconds,
            key=opened.key("wrap_up_seconds"),
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )
        if roster.companies:
            st.multiselect(
                str(say("roster.form.companies")),
                list(names.companies),
                default=[id_ for id_ in base.companies if id_ in names.companies],
                format_func=lambda id_: names.companies.get(id_, id_),
                placeholder=str(say("roster.edit.choose")),
                key=opened.key("companies"),
                persist_state="session",
                on_change=keep_draft,
                args=(opened,),
            )
    for tick in TICKS:
        st.checkbox(
            str(say(f"roster.form.{tick}")),
            getattr(base, tick),
            key=opened.key(tick),
            persist_state="session",
            on_change=keep_draft,
            args=(opened,),
        )


def _save(opened: Opened, names: Names) -> None:  # noqa: ARG001
    """What the button does."""
    try:
        filled = filled_in(opened) if opened.seen is None else changed(opened)
    except ShiftLineError as error:
        forget_answer()
        refuse(say("refused.roster_shifts", line=error.line))
        return
    _write(opened, filled, opened.seen)


def _write(opened: Opened, filled: Mapping[str, Any], seen: AgentDefinition | None) -> None:
    roster, kept = services().roster, list[AgentDefinition]()
    if seen is None:
        new = {**filled, "id": str(st.session_state.get(opened.key("id")) or "").strip()}
        done = act(lambda by: kept.append(roster.add(new, by=by)), say("roster.added"))
    else:
        told = say("roster.saved" if filled else "roster.same")
        done = act(lambda by: kept.append(roster.save(filled, seen=seen, by=by)), told)
    if done:
        settle(draft_of(seen))
        _show(kept[0])


def _conflict(conflict: RosterConflictError, opened: Opened, names: Names) -> None:
    """Field by field whose it shall be."""
    explain = f"<p>{both(say('roster.conflict.explain'))}</p>"
    st.html(f'<div class="ec-refusal" role="alert"><h3>{both(say("roster.conflict"))}</h3>{explain}</div>')
    for each in conflict.fields:
        told = {
            whose: _whose(whose, each.field, value, names)
            for whose, value in (("theirs", each.theirs), ("mine", each.mine))
        }
        label = str(say(f"roster.field.{each.field}"))
        st.radio(
            label,
            list(told),
            format_func=partial(_told, told),
            key=opened.key(f"whose-{each.field}"),
        )
    st.button(
        str(say("roster.conflict.save")), key="roster-decide", type="primary", on_click=_decide, args=(conflict, opened)
    )


def _told(told: Mapping[str, Text], whose: str) -> str:
    return str(told[whose])


def _whose(whose: str, field: str, value: Any, names: Names) -> Text:
    plain = [hours.model_dump() for hours in value] if field == "shifts" else value
    return say(f"roster.conflict.{whose}", value=value_text(field, plain, names))


def _decide(conflict: RosterConflictError, opened: Opened) -> None:
    theirs = {
        each.field
        for each in conflict.fields
        if st.session_state.get(opened.key(f"whose-{each.field}"), "theirs") == "theirs"
    }
    filled = {field: value for field, value in changed(opened).items() if field not in theirs}
    _write(opened, filled, conflict.now)


def _besides(row: RosterRow, opened: Opened) -> None:
    """Presence, and the way off the list."""
    agent = row.agent
    with st.container(horizontal=True):
        if not row.on_call:
            away = row.presence is Presence.ABSENT
            label = say("roster.form.come" if away else "roster.form.go", name=agent.name)
            turned = Presence.IDLE if away else Presence.ABSENT
            st.button(str(label), key="roster-presence", on_click=_presence, args=(agent.id, turned))
        if st.session_state.get(_REMOVING) != opened.serial:
            remove = str(say("roster.form.remove"))
            st.button(remove, key="roster-remove", on_click=_ask_to_remove, args=(opened.serial,))
    if st.session_state.get(_REMOVING) == opened.serial:
        means = say("roster.form.remove.means", name=agent.name)
        st.html(f'<div class="ec-switch-box"><p>{both(means)}</p></div>')
        confirm = str(say("roster.form.remove.confirm", name=agent.name))
        with st.container(horizontal=True):
            st.button(confirm, key="roster-remove-yes", type="primary", on_click=_remove, args=(opened,))
            st.button(str(say("sending.dismiss")), key="roster-remove-no", on_click=_ask_to_remove, args=(None,))


def _ask_to_remove(serial: str | None) -> None:
    forget_answer()
    st.session_state[_REMOVING] = serial


def _remove(opened: Opened) -> None:
    seen = opened.seen
    if seen and act(lambda by: services().roster.remove(seen, by=by), say("roster.removed")):
        settle(draft_of(seen))
        st.session_state.pop(OPENED, None)


def _presence(agent_id: str, presence: Presence) -> None:
    act(lambda by: services().roster.set_presence(agent_id, presence, by=by), say("roster.presence_set"))
