"""The form that closes a call: dialect and need right or corrected, a note, what came of it."""

from __future__ import annotations

import uuid

import streamlit as st

from elder_channel.calls.desk import CallResult
from elder_channel.drafts.model import About, Value
from elder_channel.services.desk import MAX_NOTE_CHARACTERS, WrapUp
from ui.components.drafts import DraftForm, draft_line, restore, settle, watched
from ui.components.markup import both
from ui.components.outcomes import carry_out
from ui.desk_cards import DeskCard
from ui.presenters import readable
from ui.session import services
from ui.words import Text, say

_FORM = "wrap_form"
"""The form's call, its token and the newest verdict it was opened on."""
_KEYS = {CallResult.SETTLED: "Ctrl+Enter", CallResult.FOLLOW_UP: "Alt+2", CallResult.NOTHING_WANTED: "Alt+3"}


def wrapping_up(card: DeskCard) -> None:
    """The form, open from the pick-up on; what was filled in stays while the note above it changes."""
    if st.session_state.get(_FORM, {}).get("sid") != card.sid:
        st.session_state[_FORM] = {"sid": card.sid, "token": uuid.uuid4().hex, "seen": card.verdicts}
    st.html(f'<h2 class="ec-wrap">{both(say("wrap.title"))}</h2><p class="ec-hint">{both(say("wrap.hint"))}</p>')
    form = _form(card.sid)
    draft = restore(form)
    draft_line(form, draft)
    # No `st.form`: that sends nothing before its button, and a note being written would be lost with the page.
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            _dialect(card, form)
        with right:
            _need(card, form)
        st.checkbox(str(say("judge.somebody_else")), **watched(form, "else"))
        st.text_area(str(say("wrap.note")), max_chars=MAX_NOTE_CHARACTERS, height=80, **watched(form, "note"))
        for place, result in zip(st.columns(3), _KEYS, strict=True):
            with place:
                _button(card, result)


def _form(sid: str) -> DraftForm:
    """What an agent fills in; the ticks for what the line heard are not kept: it may have heard better since."""
    keys = {field: f"wrap-{field}-{sid}" for field in ("dialect", "need", "else", "note")}
    blank: dict[str, Value] = {"dialect": None, "need": None, "else": False, "note": ""}
    return DraftForm(f"call:{sid}:wrap", keys, blank, about=About(call_sid=sid))


def _dialect(card: DeskCard, form: DraftForm) -> None:
    dialects = dict(services().choices.dialects)
    with st.container():  # always there, so that what stands below keeps its place when a dialect becomes known
        if card.top is not None:
            _right(card)
    st.selectbox(
        str(say("wrap.dialect")),
        list(dialects),
        index=None,
        format_func=lambda id_: str(Text(dialects[id_], readable(id_))),
        placeholder=str(say("judge.unchanged")),
        **watched(form, "dialect"),
    )


def _right(card: DeskCard) -> None:
    label = say("wrap.dialect.right", name=card.top_name)
    # The dialect is part of the key: when a late result changes it, a tick for the old one is gone.
    _tick(label, say("wrap.right.key"), key=f"wrap-right-{card.sid}-{card.top}", shortcut="Alt+4")


def _tick(label: Text, told: Text, *, key: str, shortcut: str) -> None:
    """A tick, and a button that turns it by one keystroke: Streamlit gives ticks no keys."""
    st.checkbox(str(label), key=key)  # as wide as there is room, so that it breaks on a phone
    st.button(str(told), key=f"{key}-turn", shortcut=shortcut, on_click=_turn, args=(key,))


def _turn(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key)


def _need(card: DeskCard, form: DraftForm) -> None:
    needs = dict(services().choices.needs)
    with st.container():
        if card.need_id is not None:
            label = say("wrap.need.right", need=needs.get(card.need_id, card.need_id))
            key = f"wrap-need-right-{card.sid}-{card.need_id}"
            _tick(label, say("wrap.need_right.key"), key=key, shortcut="Alt+5")
    st.selectbox(
        str(say("wrap.need")),
        list(needs),
        index=None,
        format_func=lambda id_: str(Text(needs[id_], "")),
        placeholder=str(say("judge.unchanged")),
        **watched(form, "need"),
    )


def _button(card: DeskCard, result: CallResult) -> None:
    st.button(
        str(say(f"wrap.{result}")),
        key=f"wrap-{result}-{card.sid}",
        type="primary" if result is CallResult.SETTLED else "secondary",
        shortcut=_KEYS[result],
        width="stretch",
        on_click=_save,
        args=(card, result),
    )


def _save(card: DeskCard, result: CallResult) -> None:
    """What the buttons do, before the page is drawn again."""
    sid, form, filled = card.sid, st.session_state.get(_FORM, {}), st.session_state
    right = card.top if filled.get(f"wrap-right-{sid}-{card.top}") else None
    need_right = card.need_id if filled.get(f"wrap-need-right-{sid}-{card.need_id}") else None
    wrap_up = WrapUp(
        call_sid=sid,
        result=result,
        token=form.get("token", ""),
        dialect=filled.get(f"wrap-dialect-{sid}") or right,
        need=filled.get(f"wrap-need-{sid}") or need_right,
        somebody_else=bool(filled.get(f"wrap-else-{sid}")),
        on_top_of=form.get("seen", 0),
        note=filled.get(f"wrap-note-{sid}") or "",
    )
    if carry_out(lambda by: services().desk.wrap_up(wrap_up, by=by), say("wrap.kept")):
        settle(_form(sid))
    st.session_state.pop(_FORM, None)  # also when overtaken: the next try is a new form, on top of what is shown then
