"""A customer's no to keeping sound: asked about once more, with what it deletes, before it is done."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from elder_channel.services.consents import MAY_RECORD
from ui.components.markup import both
from ui.session import services, signed_in
from ui.words import Text, say

_ASKED = "consent_withdrawal_asked"
"""The customer whose withdrawal is being asked about, at one place of one page."""


def withdrawal(customer_id: int, label: Text, *, key: str, withdraw: Callable[[], object]) -> None:
    """The button, or, once it was pressed, what it deletes and the button that does it.

    `withdraw` does it and tells what came of it; `key` names the place.
    """
    if st.session_state.get(_ASKED) != (key, customer_id):
        st.button(str(label), key=key, width="stretch", on_click=_ask, args=(key, customer_id, withdraw))
        return
    st.html(f'<div class="ec-switch-box" role="status"><p>{both(_means(customer_id))}</p></div>')
    do, leave = str(say("consent.withdraw.do")), str(say("consent.withdraw.leave"))
    st.button(do, key=f"{key}_do", type="primary", width="stretch", on_click=_do, args=(withdraw,))
    st.button(leave, key=f"{key}_leave", width="stretch", on_click=forget_withdrawal)


def forget_withdrawal() -> None:
    """Ask no more."""
    st.session_state.pop(_ASKED, None)


def _means(customer_id: int) -> Text:
    account = signed_in()
    kept = services().consents.kept_of(customer_id, by=account) if account else 0
    return say("consent.withdraw.means", count=kept) if kept else say("consent.withdraw.means_none")


def _ask(key: str, customer_id: int, withdraw: Callable[[], object]) -> None:
    """Ask, unless the person may not withdraw it anyway: then the act itself says so."""
    account = signed_in()
    if account is None:
        return
    if account.role in MAY_RECORD:
        st.session_state[_ASKED] = (key, customer_id)
    else:
        withdraw()


def _do(withdraw: Callable[[], object]) -> None:
    forget_withdrawal()
    withdraw()
