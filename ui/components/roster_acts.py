"""Writes to the list of agents, and keeps what to say of it until the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.errors import RosterConflictError, RosterRefusedError, ServiceError
from ui.components.markup import both
from ui.components.roster import problems_html
from ui.faults import where_raised
from ui.session import signed_in
from ui.words import ZH, Text, say

CONFLICT = "roster_conflict"
"""What two people changed at once, while it is not decided."""
_ANSWER = "roster_answer"

log = structlog.get_logger(__name__)


def act(write: Callable[[Account], object], done: Text) -> bool:
    """Write for whoever is signed in; True when it was done."""
    account = signed_in()
    if account is None:
        return False
    forget_answer()
    try:
        write(account)
    except RosterConflictError as error:
        st.session_state[CONFLICT] = error
    except ServiceError as error:
        code = "roster_meanwhile" if error.code == "changed_meanwhile" else error.code
        problems = error.problems if isinstance(error, RosterRefusedError) else ()
        refuse(say(f"refused.{code}" if f"refused.{code}" in ZH else "desk.failed"), problems)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.roster_failed", error=type(error).__name__, where=where_raised(error))
        refuse(say("desk.failed"))
    else:
        st.session_state[_ANSWER] = ("kept", done, ())
        return True
    return False


def refuse(text: Text, problems: tuple[str, ...] = ()) -> None:
    """Say at the next drawing why nothing was done."""
    st.session_state[_ANSWER] = ("refused", text, problems)


def forget_answer() -> None:
    """Say no more of the last button."""
    st.session_state.pop(_ANSWER, None)
    st.session_state.pop(CONFLICT, None)


def draw_answer() -> None:
    """What came of the last button; it stays until the next one."""
    if _ANSWER not in st.session_state:
        return
    kind, text, problems = st.session_state[_ANSWER]
    if kind == "kept":
        st.html(f'<p class="ec-kept" role="status">{both(text)}</p>')
    else:
        st.html(problems_html(text, problems))
