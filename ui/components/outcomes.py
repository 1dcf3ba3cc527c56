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

_ANSWER = "desk_answer"

log = structlog.get_logger(__name__)


def carry_out(write: Callable[[Account], object], done: Text) -> bool:
    """Write for whoever is signed in; True when it was done."""
    account = signed_in()
    if account is None:
        return False
    try:
        write(account)
    except ServiceError as error:
        code = "desk_meanwhile" if error.code == "changed_meanwhile" else error.code
        key = f"refused.{code}" if f"refused.{code}" in ZH else "desk.failed"
        st.session_state[_ANSWER] = ("ec-refusal", say(key, length=0))
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.desk_failed", error=type(error).__name__, where=where_raised(error))
        st.session_state[_ANSWER] = ("ec-refusal", say("desk.failed"))
    else:
        st.session_state[_ANSWER] = ("ec-kept", done)
        return True
    return False


def forget_outcome() -> None:
    """Say no more of the last button."""
    st.session_state.pop(_ANSWER, None)


def draw_outcome() -> None:
    """What came of the last button; it stays until the next one."""
    if _ANSWER in st.session_state:
        kind, text = st.session_state[_ANSWER]
        st.html(f'<p class="{kind}" role="status">{both(text)}</p>')
