"""The end of a shift at the desk: what is still open of mine, and giving it on with one note."""

from __future__ import annotations

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.order_by_hand import MAX_WORDS
from elder_channel.services.shift_handover import BEGINS_WITH, HandedOver
from elder_channel.workorders.model import WorkOrder
from ui.components.drafts import DraftForm, discard, draft_line, is_asked_for, restore, watched
from ui.components.markup import both
from ui.components.outcomes import carry_out, draw_outcome
from ui.faults import where_raised
from ui.session import services
from ui.words import say

PLACE = "shift"

log = structlog.get_logger(__name__)


def handing_over(account: Account) -> None:
    """Behind a heading, for who has anything open; nothing where it cannot be told."""
    try:
        left = services().handover.left(by=account)
    except Exception as error:  # noqa: BLE001 - the way in: the rest of the desk must still be there
        log.error("console.handover_unreadable", error=type(error).__name__, where=where_raised(error))
        return
    with st.container():
        draw_outcome(PLACE)
    with st.container():
        if left:
            _form(left, account)


def _form(left: list[WorkOrder], account: Account) -> None:
    title = str(say("shift.title", count=len(left)))
    form = _draft(account)
    draft = restore(form)
    with st.expander(title, is_asked_for(form), key="shift-handover"):
        numbers = "、".join(str(order.id) for order in left)
        st.html(f'<div class="ec-switch-box"><p>{both(say("shift.means", numbers=numbers))}</p></div>')
        draft_line(form, draft)
        owners = [name for name in services().orders.names().owners if name != account.username]
        st.selectbox(
            str(say("shift.to")),
            owners,
            index=None,
            accept_new_options=True,
            placeholder=str(say("order.reassign.choose")),
            **watched(form, "to"),
        )
        st.text_area(str(say("shift.note")), max_chars=MAX_WORDS - len(BEGINS_WITH), **watched(form, "note"))
        st.button(str(say("shift.give", count=len(left))), key="shift-give", on_click=_give, args=(form,))


def _draft(account: Account) -> DraftForm:
    return DraftForm(f"shift:{account.username}", {"to": "shift-to", "note": "shift-note"}, {"to": None, "note": ""})


def _give(form: DraftForm) -> None:
    to, note = (str(st.session_state.get(form.keys[each]) or "") for each in ("to", "note"))
    came = list[HandedOver]()
    if carry_out(
        lambda by: came.append(services().handover.hand_over(to=to, note=note, by=by)), say("shift.done"), place=PLACE
    ):
        discard(form)
        if came[0].stayed:
            stayed = "、".join(map(str, came[0].stayed))
            st.session_state[f"{PLACE}_answer"] = ("ec-refusal", say("shift.stayed", numbers=stayed))
