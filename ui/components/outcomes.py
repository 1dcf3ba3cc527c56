"""Carries out what a button asks for, and keeps what to say of it until the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from ui.components.markup import both
from ui.faults import where_raised
from ui.session import signed_in
from ui.words import ZH, Text, say

DESK = "desk"

log = structlog.get_logger(__name__)


def carry_out(
    write: Callable[[Account], object], done: Text, *, place: str = DESK, overtaken: str = "desk_meanwhile"
) -> bool:
    """Write for whoever is signed in; True when it was done.

    What came of it is told at `place`; `overtaken` names the sentence for when somebody else was first.
    """
    account = signed_in()
    if account is None:
        return False
    try:
        write(account)
    except ServiceError as error:
        code = overtaken if error.code == "changed_meanwhile" else error.code
        key = f"refused.{code}" if f"refused.{code}" in ZH else "desk.failed"
        st.session_state[_answer_at(place)] = ("ec-refusal", say(key, length=0))
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.desk_failed", error=type(error).__name__, where=where_raised(error))
        st.session_state[_answer_at(place)] = ("ec-refusal", say("desk.failed"))
    else:
        st.session_state[_answer_at(place)] = ("ec-kept", done)
        return True
    return False


def forget_outcome(place: str = DESK) -> None:
    """Say no more of the last button."""
    st.session_state.pop(_answer_at(place), None)


def draw_outcome(place: str = DESK) -> None:
    """What came of the last button; it stays until the next one."""
    if _answer_at(place) in st.session_state:
        kind, text = st.session_state[_answer_at(place)]
        st.html(f'<p class="{kind}" role="status">{both(text)}</p>')


def _answer_at(place: str) -> str:
    return f"{place}_answer"
