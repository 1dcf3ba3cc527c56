"""The form that passes a call on: to a colleague, a sister company or a queue, with a note."""

from __future__ import annotations

import streamlit as st

from elder_channel.drafts.model import About
from elder_channel.services.desk import MAX_NOTE_CHARACTERS
from elder_channel.services.transfers import TransferTarget
from ui.components.drafts import DraftForm, discard, draft_line, is_asked_for, restore, watched
from ui.components.outcomes import carry_out
from ui.desk_cards import DeskCard
from ui.session import services
from ui.words import Text, say


def passing_on(card: DeskCard) -> None:
    """The form behind a heading; nothing where calls cannot be passed on."""
    targets = {each.to: each for each in services().desk.targets(card.sid)}
    if not targets:
        return
    form = _form(card.sid)
    draft = restore(form)
    with st.expander(str(say("pass.title")), is_asked_for(form), key=f"pass-{card.sid}"):
        draft_line(form, draft)
        st.selectbox(
            str(say("pass.to")),
            list(targets),
            index=None,
            format_func=lambda to: str(_named(targets[to])),
            placeholder=str(say("pass.choose")),
            **watched(form, "to"),
        )
        st.text_area(str(say("pass.note")), max_chars=MAX_NOTE_CHARACTERS, height=80, **watched(form, "note"))
        st.button(str(say("pass.button")), key=f"pass-go-{card.sid}", on_click=_pass_on, args=(card.sid,))


def _form(sid: str) -> DraftForm:
    keys = {"to": f"pass-to-{sid}", "note": f"pass-note-{sid}"}
    return DraftForm(f"call:{sid}:pass", keys, {"to": None, "note": ""}, about=About(call_sid=sid))


def _named(target: TransferTarget) -> Text:
    return say("pass.free", name=Text(target.zh, target.en), free=target.free)


def _pass_on(sid: str) -> None:
    to = st.session_state.get(f"pass-to-{sid}") or ""
    note = st.session_state.get(f"pass-note-{sid}") or ""
    if carry_out(lambda by: services().desk.pass_on(sid, to=to, note=note, by=by), say("pass.done")):
        discard(_form(sid))
