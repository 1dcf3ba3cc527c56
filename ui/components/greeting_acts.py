"""Doing something about the greetings: carried out, or asked for once more with what it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from elder_channel.services.accounts import Account
from ui.components.markup import both
from ui.components.outcomes import carry_out, forget_outcome
from ui.words import Text, say

PLACE = "greetings"
MAX_REASON_CHARACTERS = 200
_ASKED = "greetings_asked"
"""Name of the one act that is being asked about."""


@dataclass(frozen=True)
class Act:
    """Something that is asked about once more before it is done."""

    name: str
    """Unique on the page, such as `pause-birthday`."""
    button: Text
    means: Text | Callable[[], Text]
    """What it leads to; read before the second button. A function is asked once the act was."""
    confirm: Text
    done: Text
    write: Callable[[Account, str], object]
    """Gets the reason too."""
    asks_why: bool = True


def offer(act: Act) -> None:
    """The act's button, or, once it was pressed, what it means and the button that does it."""
    if st.session_state.get(_ASKED) != act.name:
        st.button(str(act.button), key=f"ask-{act.name}", width="stretch", on_click=_ask, args=(act.name,))
        return
    means = act.means() if callable(act.means) else act.means
    st.html(f'<div class="ec-switch-box"><p>{both(means)}</p></div>')
    reason = f"why-{act.name}"
    if act.asks_why:
        st.text_input(str(say("sending.hold.reason")), key=reason, max_chars=MAX_REASON_CHARACTERS)
    yes, no = st.columns([2, 1])
    with yes:
        key, told = f"do-{act.name}", str(act.confirm)
        st.button(told, key=key, type="primary", width="stretch", on_click=_do, args=(act, reason))
    with no:
        st.button(str(say("sending.dismiss")), key=f"leave-{act.name}", width="stretch", on_click=_leave)


def is_asked(name: str) -> bool:
    """Whether this act is being asked about."""
    return st.session_state.get(_ASKED) == name


def do(write: Callable[[Account], object], done: Text) -> bool:
    """Do it for whoever is signed in; what came of it is told below the part."""
    return carry_out(write, done, place=PLACE, overtaken="greetings_meanwhile")


def _ask(name: str) -> None:
    forget_outcome(PLACE)
    st.session_state[_ASKED] = name


def _do(act: Act, reason: str) -> None:
    why = str(st.session_state.get(reason) or "")
    if do(lambda by: act.write(by, why), act.done):
        _leave(keep_outcome=True)


def _leave(*, keep_outcome: bool = False) -> None:
    st.session_state.pop(_ASKED, None)
    if not keep_outcome:
        forget_outcome(PLACE)
