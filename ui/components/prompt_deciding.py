"""One version of a prompt: listening to it, approving or rejecting it, going back to it, and deleting it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.prompt_takes import MAX_REASON_CHARACTERS
from ui.components.drafts import DraftForm, discard, draft_line, restore, watched
from ui.components.markup import both
from ui.components.outcomes import carry_out
from ui.components.prompt import findings_html, take_html
from ui.components.prompt_recording import PLACE
from ui.prompt_cards import TakeCard
from ui.session import services
from ui.words import Text, say

_REASON = "prompt_reason"
_OPEN_FORM = "prompt_reason_form"
_WITHDRAWING = "prompt_withdrawing"
"""The one version whose deletion is asked about."""


def draw_take(take: TakeCard, account: Account, *, name: Text) -> None:
    """The version with its player and what may be done with it."""
    st.html(take_html(take))
    if take.may_listen:
        _player(take, account, name)
    if take.may_decide:
        _deciding(take)
    elif take.why_not_decide is not None:
        st.html(f'<p class="ec-hint">{both(take.why_not_decide)}</p>')
    _moving(take)


def reason_field(message_id: str, takes: tuple[TakeCard, ...]) -> None:
    """Where the reason is written that rejecting, going back and taking out ask for."""
    asks = any(take.may_decide or take.may_put_back or take.may_take_out or take.may_withdraw for take in takes)
    if asks:
        form = _form(message_id)
        st.session_state[_OPEN_FORM] = form
        draft_line(form, restore(form))
        st.text_input(str(say("prompt.decide.reason")), max_chars=MAX_REASON_CHARACTERS, **watched(form, "reason"))


def _form(message_id: str) -> DraftForm:
    return DraftForm(f"prompt:{message_id}:reason", {"reason": _REASON}, {"reason": ""})


def _player(take: TakeCard, account: Account, name: Text) -> None:
    label = say("prompt.listen.take", name=name, version=take.version)
    try:
        sound = services().prompt_takes.sound(take.id, by=account)
    except Exception:  # noqa: BLE001 - the way in: a missing sound costs the player, not the page
        st.html(f'<p class="ec-refusal" role="status">{both(say("refused.prompt_no_sound"))}</p>')
        return
    st.audio(sound, format="audio/wav", alt=str(label))


def _deciding(take: TakeCard) -> None:
    told = say("prompt.decide", version=take.version)
    st.html(f'<h4 class="ec-part-title">{both(told)}</h4><p>{both(say("prompt.decide.listen"))}</p>')
    st.html(findings_html(take.findings))
    yes, no = st.columns(2)
    with yes:
        _button(
            "approve",
            take,
            lambda by: services().prompt_takes.approve(take.id, by=by, seen=take.etag),
            say("prompt.done.approved"),
            is_primary=True,
        )
    with no:
        _button(
            "reject",
            take,
            lambda by: services().prompt_takes.reject(take.id, reason=_reason(), by=by, seen=take.etag),
            say("prompt.done.rejected"),
        )


def _moving(take: TakeCard) -> None:
    takes = services().prompt_takes
    acts: tuple[tuple[bool, str, Callable[[Account], object]], ...] = (
        (take.may_put_back, "put_back", lambda by: takes.put_back(take.id, reason=_reason(), by=by)),
        (take.may_take_out, "take_out", lambda by: takes.take_out(take.id, reason=_reason(), by=by)),
        (take.may_withdraw, "withdraw", lambda by: takes.withdraw(take.id, reason=_reason(), by=by)),
    )
    for may, act, write in acts:
        if may and act == "withdraw":
            _withdrawing(take, write)
        elif may:
            _button(act, take, write, say(f"prompt.done.{act}"))


def _withdrawing(take: TakeCard, write: Callable[[Account], object]) -> None:
    """Deletion for good: asked about once more, with what it leads to."""
    if st.session_state.get(_WITHDRAWING) != take.id:
        label, key = str(say("prompt.withdraw.ask", version=take.version)), f"prompt-withdraw-ask-{take.id}"
        st.button(label, key=key, width="stretch", on_click=_ask, args=(take.id,))
        return
    st.html(f'<div class="ec-switch-box"><p>{both(say("prompt.withdraw.means"))}</p></div>')
    _button("withdraw", take, write, say("prompt.done.withdraw"))
    label = str(say("sending.dismiss"))
    st.button(label, key=f"prompt-withdraw-no-{take.id}", width="stretch", on_click=_ask, args=(None,))


def _ask(take_id: int | None) -> None:
    st.session_state[_WITHDRAWING] = take_id


def _button(
    act: str, take: TakeCard, write: Callable[[Account], object], done: Text, *, is_primary: bool = False
) -> None:
    st.button(
        str(say(f"prompt.{act}", version=take.version)),
        key=f"prompt-{act}-{take.id}",
        type="primary" if is_primary else "secondary",
        width="stretch",
        on_click=_carry_out,
        args=(write, done),
    )


def _carry_out(write: Callable[[Account], object], done: Text) -> None:
    if carry_out(write, done, place=PLACE, overtaken="prompt_meanwhile"):
        discard(st.session_state[_OPEN_FORM])


def _reason() -> str:
    return st.session_state.get(_REASON) or ""
