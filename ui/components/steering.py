"""For team leads, on a live call: take it over, or pass it on, with what that means said first."""

from __future__ import annotations

import streamlit as st
import structlog

from elder_channel.drafts.model import About
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.steering import MAY_STEER, Steerable
from elder_channel.services.transfers import MAX_NOTE_CHARACTERS
from ui.components.drafts import DraftForm, discard, draft_line, restore, watched
from ui.components.markup import both
from ui.components.outcomes import carry_out, draw_outcome, forget_outcome
from ui.faults import where_raised
from ui.presenters import CallCard
from ui.session import services
from ui.words import Text, say

_OPEN = "steering_call"
"""The one call of the live page that is being steered."""
_STATES = ("talking", "waiting")

log = structlog.get_logger(__name__)


def steering(card: CallCard, account: Account) -> None:
    """A button that opens what may be done with the call, or that; nothing where nothing may be."""
    place = _place(card.call_sid)
    with st.container():
        draw_outcome(place)
    if account.role not in MAY_STEER or card.state_id not in _STATES:
        return
    if st.session_state.get(_OPEN) != card.call_sid:
        label = str(say("steer.open"))
        st.button(label, key=f"steer-open-{card.call_sid}", on_click=open_steering, args=(card.call_sid,))
        return
    try:
        choices = services().steering.choices(card.call_sid, by=account)
    except ServiceError as error:
        st.html(f'<p class="ec-refusal" role="alert">{both(say(f"refused.{error.code}"))}</p>')
    except Exception as error:  # noqa: BLE001 - the way in: the calls below must still be there
        log.error("console.steering_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<p class="ec-refusal" role="alert">{both(say("desk.failed"))}</p>')
    else:
        _draw(card, choices)
    st.button(str(say("steer.close")), key=f"steer-close-{card.call_sid}", on_click=open_steering, args=(None,))


def _draw(card: CallCard, choices: Steerable) -> None:
    sid = card.call_sid
    st.html(f'<h3 class="ec-form-title">{both(say("steer.title"))}</h3>')
    means = say(f"steer.means.{card.state_id}", agent=card.agent or "–")
    st.html(f'<div class="ec-switch-box"><p>{both(means)}</p></div>')
    if choices.may_take:
        label = str(say("steer.take"))
        st.button(label, key=f"steer-take-{sid}", type="primary", on_click=_take, args=(sid,))
    else:
        st.html(f'<p class="ec-hint">{both(say("steer.take.why_not"))}</p>')
    if choices.targets:
        _passing(sid, choices)


def _passing(sid: str, choices: Steerable) -> None:
    form = _form(sid)
    draft = restore(form)
    targets = {each.to: each for each in choices.targets}
    draft_line(form, draft)
    st.selectbox(
        str(say("pass.to")),
        list(targets),
        index=None,
        format_func=lambda to: str(_named(targets[to].zh, targets[to].en, targets[to].free)) if to in targets else to,
        placeholder=str(say("pass.choose")),
        **watched(form, "to"),
    )
    st.text_area(str(say("pass.note")), max_chars=MAX_NOTE_CHARACTERS, height=80, **watched(form, "note"))
    st.button(str(say("steer.pass")), key=f"steer-pass-{sid}", on_click=_pass_on, args=(sid,))


def _form(sid: str) -> DraftForm:
    keys = {"to": f"steer-to-{sid}", "note": f"steer-note-{sid}"}
    return DraftForm(f"call:{sid}:steer", keys, {"to": None, "note": ""}, about=About(call_sid=sid))


def _named(zh: str, en: str, free: int) -> Text:
    return Text(say("pass.free", name=zh, free=free).zh, say("pass.free", name=en, free=free).en)


def open_steering(sid: str | None) -> None:
    """Open what may be done with this call and close the other one; None closes it."""
    for each in (sid, st.session_state.get(_OPEN)):
        forget_outcome(_place(each or ""))
    st.session_state[_OPEN] = sid


def _take(sid: str) -> None:
    if carry_out(lambda by: services().steering.take_over(sid, by=by), say("steer.taken"), place=_place(sid)):
        st.session_state[_OPEN] = None


def _pass_on(sid: str) -> None:
    form = _form(sid)
    to, note = (str(st.session_state.get(form.keys[each]) or "") for each in ("to", "note"))
    done = say("steer.passed")
    if carry_out(lambda by: services().steering.pass_on(sid, to=to, note=note, by=by), done, place=_place(sid)):
        discard(form)
        st.session_state[_OPEN] = None


def _place(sid: str) -> str:
    """Where what came of it is told: with the call."""
    return f"steer-{sid}"
