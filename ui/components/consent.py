"""Whether this conversation is recorded, and one tap for what the caller says to that."""

from __future__ import annotations

import streamlit as st

from ui.components.markup import both
from ui.components.outcomes import carry_out, draw_outcome
from ui.consent_cards import ConsentCard
from ui.session import services
from ui.words import Text, say


def recording_consent(sid: str, card: ConsentCard) -> None:
    """The line and its buttons; what came of a tap is told beside them."""
    ask = f'<p class="ec-hint">{both(card.ask)}</p>' if card.ask else ""
    kind = "ec-mark ec-running" if card.is_running else "ec-mark"
    st.html(f'<h2 class="ec-wrap">{both(say("consent_call.title"))}</h2><p class="{kind}">{both(card.now)}</p>{ask}')
    with st.container():
        draw_outcome(_place(sid))
    with st.container(key=f"consent-{sid}"):
        left, right = st.columns(2)
        with left, st.container():
            if card.yes:
                _button(sid, card.yes, agreed=True)
        with right, st.container():
            if card.no:
                _button(sid, card.no, agreed=False)


def _button(sid: str, label: Text, *, agreed: bool) -> None:
    key = f"recording-{'yes' if agreed else 'no'}-{sid}"
    st.button(str(label), key=key, width="stretch", on_click=_take_down, args=(sid, agreed))


def _take_down(sid: str, agreed: bool) -> None:
    consent = services().recording_consent
    write = consent.agreed if agreed else consent.refused
    done = say(f"consent_call.done.{'yes' if agreed else 'no'}")
    carry_out(lambda by: write(sid, by=by), done, place=_place(sid))


def _place(sid: str) -> str:
    return f"consent-{sid}"
