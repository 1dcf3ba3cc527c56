"""One recording: its card, the player with its channels named, and the deletion a caller wishes."""

from __future__ import annotations

from html import escape

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.recorded_sound import AGENT, CALLER, facts_of, one_side
from ui.components.markup import both, said
from ui.components.outcomes import carry_out, draw_outcome
from ui.recording_cards import RecordingCard
from ui.session import services
from ui.words import Text, say

_OPEN = "recording_open"
"""The one recording that is being heard, and its sound."""
_DELETING = "recording_deleting"
_SIDES = {"both": None, "caller": CALLER, "agent": AGENT}


def forget_sound() -> None:
    """Let go of the sound that was heard last."""
    for key in (_OPEN, _DELETING):
        st.session_state.pop(key, None)


def recording_html(card: RecordingCard) -> str:
    """When, who, on what ground, until when, and who has listened."""
    elder = f'<span class="ec-elder">{both(say("elder"))}</span>' if card.elder else ""
    agent = f"<span>{both(say('agent'))} <b>{said(card.agent)}</b></span>" if card.agent else ""
    dialect = f"<span>{both(say('dialect'))} <b>{both(Text(card.dialect, ''))}</b></span>" if card.dialect else ""
    heard = "".join(f"<li>{both(line)}</li>" for line in card.heard_by)
    listeners = f'<ul class="ec-reasons">{heard}</ul>' if heard else f"<p>{both(say('recording.heard_by.none'))}</p>"
    why_not = f'<p class="ec-trust">{both(card.why_not)}</p>' if card.why_not else ""
    return (
        f'<article class="ec-order"><div class="ec-head"><h2>{both(card.title)}</h2>'
        f'<p class="ec-order-time">{both(card.length)}</p></div>'
        f'<p class="ec-who"><b class="ec-caller">{both(card.caller)}</b>{elder}{agent}{dialect}</p>'
        f'<div class="ec-parts"><section class="ec-part"><p>{both(card.ground)}</p><p>{both(card.until)}</p>{why_not}'
        f'<p class="ec-hint">{both(say("details.call"))} <span class="ec-id">{escape(card.call_sid)}</span></p>'
        f'</section><section class="ec-part"><h3>{both(say("recording.heard_by"))}</h3>{listeners}</section></div>'
        "</article>"
    )


def hearing(card: RecordingCard) -> None:
    """The button that fetches the sound, or the player once it is there; nothing for what nobody may hear."""
    with st.container():
        draw_outcome(_place(card.sid))
    opened = st.session_state.get(_OPEN)
    if opened is not None and opened[0] == card.sid:
        _player(card, opened[1])
    elif card.may_listen:
        st.button(str(say("recording.listen")), key=f"listen-{card.sid}", on_click=_listen, args=(card.sid,))
    if card.may_delete:
        _deleting(card)


def _listen(sid: str) -> None:
    forget_sound()

    def fetch(by: Account) -> None:
        st.session_state[_OPEN] = (sid, services().recordings.listen(sid, by=by))

    carry_out(fetch, say("recording.ready"), place=_place(sid))


def _place(sid: str) -> str:
    """Where what came of it is told: with the recording."""
    return f"recording-{sid}"


def _player(card: RecordingCard, sound: bytes) -> None:
    facts = facts_of(sound)
    side = None
    if facts is not None and facts.channels > 1:
        label = str(say("recording.side"))
        chosen = st.radio(
            label, list(_SIDES), format_func=lambda each: str(say(f"recording.side.{each}")), key=f"side-{card.sid}"
        )
        side = _SIDES[chosen]
    else:
        st.html(f'<p class="ec-hint">{both(say("recording.side.mixed"))}</p>')
    told = str(say("recording.player", duration=card.duration))
    st.audio(sound if side is None else one_side(sound, side), alt=told)
    st.button(str(say("recording.close")), key=f"close-{card.sid}", on_click=forget_sound)


def _deleting(card: RecordingCard) -> None:
    if st.session_state.get(_DELETING) != card.sid:
        st.button(str(say("recording.delete")), key=f"delete-{card.sid}", on_click=_ask, args=(card.sid,))
        return
    st.html(f'<p class="ec-caution"><span aria-hidden="true">⚠</span> {both(say("recording.delete.sure"))}</p>')
    yes, no = st.columns(2)
    with yes:
        key, label = f"delete-yes-{card.sid}", str(say("recording.delete.yes"))
        st.button(label, key=key, type="primary", width="stretch", on_click=_delete, args=(card,))
    with no:
        key, label = f"delete-no-{card.sid}", str(say("recording.delete.no"))
        st.button(label, key=key, width="stretch", on_click=forget_sound)


def _ask(sid: str) -> None:
    forget_sound()
    st.session_state[_DELETING] = sid


def _delete(card: RecordingCard) -> None:
    forget_sound()
    done = say("recording.delete.done")
    carry_out(lambda by: services().recordings.delete(card.call_sid, by=by), done, place=_place(card.sid))
