"""The form that passes a call on: to a colleague, a sister company or a queue, with a note."""

from __future__ import annotations

import streamlit as st

from elder_channel.services.desk import MAX_NOTE_CHARACTERS
from ui.components.outcomes import carry_out
from ui.desk_cards import DeskCard
from ui.session import services
from ui.words import Text, say


def passing_on(card: DeskCard) -> None:
    """The form behind a heading; nothing where calls cannot be passed on."""
    targets = {each.to: each for each in services().desk.targets(card.sid)}
    if not targets:
        return
    with (
        st.expander(str(say("pass.title")), key=f"pass-{card.sid}"),
        st.form(f"pass-form-{card.sid}", enter_to_submit=False),
    ):
        st.selectbox(
            str(say("pass.to")),
            list(targets),
            index=None,
            format_func=lambda to: str(_named(targets[to].zh, targets[to].en, targets[to].free)),
            placeholder=str(say("pass.choose")),
            key=f"pass-to-{card.sid}",
        )
        st.text_area(str(say("pass.note")), key=f"pass-note-{card.sid}", max_chars=MAX_NOTE_CHARACTERS, height=80)
        st.form_submit_button(str(say("pass.button")), key=f"pass-go-{card.sid}", on_click=_pass_on, args=(card.sid,))


def _named(zh: str, en: str, free: int) -> Text:
    return Text(say("pass.free", name=zh, free=free).zh, say("pass.free", name=en, free=free).en)


def _pass_on(sid: str) -> None:
    to = st.session_state.get(f"pass-to-{sid}") or ""
    note = st.session_state.get(f"pass-note-{sid}") or ""
    carry_out(lambda by: services().desk.pass_on(sid, to=to, note=note, by=by), say("pass.done"))
