"""A work order that a person fills in: faults beside their fields, and one order however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import streamlit as st

from elder_channel.drafts.model import About
from elder_channel.services.accounts import Account
from elder_channel.services.errors import OrderUnfitError, ServiceError
from elder_channel.services.order_by_hand import MAX_WORDS, HandWritten
from elder_channel.services.order_names import OrderNames
from elder_channel.workorders.model import Priority
from ui.components.drafts import DraftForm, discard, draft_line, restore, watched
from ui.components.markup import both
from ui.session import services, signed_in
from ui.views.order_forms import tell_outcome
from ui.words import ZH, Text, say

ACT = "order:new"
"""Names the act whose token is kept until it is done."""
_FIELDS = ("type_id", "number", "customer_id", "need", "note", "priority", "owner")
_MOMENTS: dict[str, type[date] | type[time]] = {"due_on": date, "due_time": time}
_KEYS = {field: f"new_order_{field}" for field in (*_FIELDS, *_MOMENTS)}
_TYPED = {"number", "customer_id", "note"}
_BLANK = {field: "" if field in _TYPED else None for field in _KEYS}
_PROBLEMS = "new_order_problems"


def draw_new_order(*, done: Callable[[int], None]) -> None:
    """Draw the form; `done` is called with the number of the order that came of it."""
    form, names = _form(), services().orders.names()
    draft = restore(form)
    with st.container(border=True, key="new_order"):
        st.html(f'<h2 class="ec-form-title">{both(say("new_order.title"))}</h2>')
        draft_line(form, draft, forget=_forget)
        _what(form, names)
        _whom(form)
        _when(form, names)
        st.button(
            str(say("new_order.submit")),
            key="new_order_submit",
            type="primary",
            width="stretch",
            on_click=_open,
            args=(form, done),
        )
        if st.session_state.get(_PROBLEMS):
            st.html(f'<p class="ec-refusal" role="alert">{both(say("new_order.look"))}</p>')


def _what(form: DraftForm, names: OrderNames) -> None:
    _choice(form, "type_id", [each.id for each in names.rules.types], lambda id_: Text(*names.type(id_)))
    _choice(form, "need", [id_ for id_, _ in services().choices.needs], lambda id_: Text(*names.need(id_)))
    st.text_area(str(say("new_order.note")), max_chars=MAX_WORDS, **watched(form, "note"))
    _problem("note")


def _whom(form: DraftForm) -> None:
    left, right = st.columns(2)
    with left:
        st.text_input(str(say("new_order.number")), max_chars=40, autocomplete="off", **watched(form, "number"))
        _problem("number")
    with right:
        label = str(say("new_order.customer_id"))
        st.text_input(label, max_chars=12, autocomplete="off", **watched(form, "customer_id"))
        _problem("customer_id")
    _choice(form, "priority", [str(each) for each in Priority], lambda each: say(f"order.priority.{each}"))


def _when(form: DraftForm, names: OrderNames) -> None:
    st.html(f'<p class="ec-hint">{both(say("new_order.due.hint"))}</p>')
    left, right = st.columns(2)
    with left:
        st.date_input(str(say("new_order.due_on")), value=None, **watched(form, "due_on"))
    with right:
        st.time_input(str(say("new_order.due_time")), value=None, **watched(form, "due_time"))
    _problem("due_on")
    _choice(form, "owner", list(names.owners), lambda name: Text(name, ""), accept_new_options=True)


def _choice(form: DraftForm, field: str, options: list[str], name: Callable[[str], Text], **more: Any) -> None:
    """A list of which nothing need be chosen; what is then done stands in it."""
    st.selectbox(
        str(say(f"new_order.{field}")),
        options,
        index=None,
        format_func=lambda each: str(name(each)),
        placeholder=str(say(f"new_order.{field}.none")),
        **watched(form, field),
        **more,
    )
    _problem(field)


def _problem(field: str) -> None:
    """What is wrong with a field, below it."""
    code = st.session_state.get(_PROBLEMS, {}).get(field)
    if code:
        words = say(f"refused.{code}") if f"refused.{code}" in ZH else say("new_order.look")
        with st.container(key=f"new_order_problem_{field}"):
            st.html(f'<p class="ec-refusal" role="alert">{both(words)}</p>')


def _form() -> DraftForm:
    typed = _typed("customer_id").strip()
    customer = int(typed) if typed.isascii() and typed.isdigit() else None
    return DraftForm("new_order:new", _KEYS, _BLANK, about=About(customer_id=customer), moments=_MOMENTS)


def _open(form: DraftForm, done: Callable[[int], None]) -> None:
    account = signed_in()
    if account is None:
        return
    st.session_state.pop(_PROBLEMS, None)
    try:
        id_ = _send(account)
    except OrderUnfitError as error:
        st.session_state[_PROBLEMS] = error.problems
        return
    except ServiceError as error:
        tell_outcome(say(f"refused.{error.code}"), good=False)
        return
    _forget(form)
    tell_outcome(say("new_order.done", id=id_), good=True)
    done(id_)


def _send(by: Account) -> int:
    """Open the order under the act's token, and let the next one have another."""
    token = services().drafts.token(ACT, by=by)
    written = HandWritten(
        **{field: _typed(field) for field in _FIELDS},
        due_on=st.session_state.get(_KEYS["due_on"]),
        due_time=st.session_state.get(_KEYS["due_time"]),
    )
    order = services().orders.open_by_hand(written, token=token, by=by)
    services().drafts.done(ACT, token, by=by)
    return order.id


def _forget(form: DraftForm) -> None:
    discard(form)
    st.session_state.pop(_PROBLEMS, None)


def _typed(field: str) -> str:
    return str(st.session_state.get(_KEYS[field]) or "")
