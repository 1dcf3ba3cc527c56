"""What may be done to an opened order. Each form carries the version that was on screen when it was drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.order_rights import Deed, may
from elder_channel.workorders.model import AttemptResult, CloseOutcome, OrderState, WorkOrder
from ui.session import services, signed_in
from ui.words import Text, say

_OUTCOME = "order_outcome"
_Send = Callable[[Account], WorkOrder]


@dataclass(frozen=True)
class FormOutcome:
    """What came of the form that was sent last."""

    text: Text
    good: bool


def take_outcome() -> FormOutcome | None:
    """What is to be told of the last form, once."""
    outcome = st.session_state.pop(_OUTCOME, None)
    return outcome if isinstance(outcome, FormOutcome) else None


def draw_forms(order: WorkOrder, account: Account) -> None:
    """The forms for what this person may do to the order now."""
    if not order.is_open:
        if may(account, Deed.REOPEN, order):
            _in_words(order, "reopen", services().orders.reopen)
        return
    if may(account, Deed.TAKE, order) and not (order.owner == account.username and order.state is not OrderState.OPEN):
        st.button(
            str(say("order.take")),
            key="order_take",
            type="primary",
            width="stretch",
            on_click=_send,
            args=({}, lambda by: services().orders.take(order.id, etag=order.etag, by=by)),
        )
    if may(account, Deed.ATTEMPT, order):
        _let_the_line_call(order)
        _attempt(order)
    if may(account, Deed.CLOSE, order):
        _close(order, gives_up=may(account, Deed.CLOSE_UNREACHABLE, order))
    if may(account, Deed.NOTE, order):
        _in_words(order, "note", services().orders.note)
    if may(account, Deed.REASSIGN, order):
        _reassign(order)
    if may(account, Deed.ESCALATE, order):
        _in_words(order, "escalate", services().orders.escalate)


def _let_the_line_call(order: WorkOrder) -> None:
    callbacks = services().callbacks
    if callbacks is None or order.callback_key or not order.caller_number:
        return
    st.button(
        str(say("order.call")),
        key="order_call",
        width="stretch",
        on_click=_send,
        args=({}, lambda by: callbacks.place(order.id, etag=order.etag, by=by)),
    )


def _attempt(order: WorkOrder) -> None:
    result, words = f"attempt_result_{order.id}", f"attempt_words_{order.id}"

    def send(by: Account) -> WorkOrder:
        return services().orders.attempt(
            order.id, etag=order.etag, by=by, result=AttemptResult(_value(result)), why=_value(words)
        )

    with st.form(f"attempt_{order.id}", enter_to_submit=False):
        _title("order.attempt.title")
        st.radio(
            str(say("order.attempt.result")),
            [str(each) for each in AttemptResult],
            index=None,
            format_func=lambda each: str(say(f"order.result.{each}")),
            key=result,
        )
        _words(words)
        _submit("order.attempt.submit", {result: None, words: ""}, send, needed=(result,))


def _close(order: WorkOrder, *, gives_up: bool) -> None:
    outcome, told, words = f"close_outcome_{order.id}", f"close_told_{order.id}", f"close_words_{order.id}"

    def send(by: Account) -> WorkOrder:
        return services().orders.close(
            order.id,
            etag=order.etag,
            by=by,
            outcome=CloseOutcome(_value(outcome)),
            told=bool(st.session_state.get(told)),
            why=_value(words),
        )

    choices = [str(each) for each in CloseOutcome if gives_up or each is not CloseOutcome.UNREACHABLE]
    with st.form(f"close_{order.id}", enter_to_submit=False):
        _title("order.close.title")
        st.radio(
            str(say("order.close.outcome")),
            choices,
            index=None,
            format_func=lambda each: str(say(f"order.outcome.{each}")),
            key=outcome,
        )
        st.checkbox(str(say("order.close.told")), key=told)
        _words(words)
        _submit("order.close.submit", {outcome: None, told: False, words: ""}, send, needed=(outcome,))


def _reassign(order: WorkOrder) -> None:
    to, words = f"reassign_to_{order.id}", f"reassign_words_{order.id}"
    with st.form(f"reassign_{order.id}", enter_to_submit=False):
        _title("order.reassign.title")
        choose = str(say("order.reassign.choose"))
        people = [name for name in services().orders.names().owners if name != order.owner]
        st.selectbox(
            str(say("order.reassign.to")), people, index=None, accept_new_options=True, placeholder=choose, key=to
        )
        _words(words)
        _submit(
            "order.reassign.submit",
            {to: None, words: ""},
            lambda by: services().orders.reassign(order.id, etag=order.etag, by=by, to=_value(to), why=_value(words)),
        )


def _in_words(order: WorkOrder, deed: str, write: Callable[..., WorkOrder]) -> None:
    """A form of nothing but words: a note, or why the order is raised or opened again."""
    words = f"{deed}_words_{order.id}"
    with st.form(f"{deed}_{order.id}", enter_to_submit=False):
        _title(f"order.{deed}.title")
        _words(words)
        _submit(
            f"order.{deed}.submit",
            {words: ""},
            lambda by: write(order.id, etag=order.etag, by=by, why=_value(words)),
        )


def _title(key: str) -> None:
    text = say(key)
    st.html(f'<h2 class="ec-form-title">{text.zh} <span class="ec-en" lang="en">{text.en}</span></h2>')


def _words(key: str) -> None:
    st.text_area(str(say("order.words")), key=key, max_chars=2000)


def _submit(key: str, blank: Mapping[str, object], send: _Send, *, needed: tuple[str, ...] = ()) -> None:
    # The arguments of the callback are those of the page as it was drawn: the version the person has seen.
    st.form_submit_button(str(say(key)), width="stretch", on_click=_send, args=(blank, send, needed))


def _send(blank: Mapping[str, object], send: _Send, needed: tuple[str, ...] = ()) -> None:
    """Do it, and keep what is to be told; what was written stays in its fields unless it was saved."""
    account = signed_in()
    if account is None:
        return
    try:
        if any(not st.session_state.get(field) for field in needed):
            st.session_state[_OUTCOME] = FormOutcome(say("refused.choice_missing"), good=False)
            return
        send(account)
    except ServiceError as error:
        st.session_state[_OUTCOME] = FormOutcome(say(f"refused.{error.code}"), good=False)
        return
    st.session_state.update(blank)  # taking the fields out would empty them here and leave the browser's as they are
    st.session_state[_OUTCOME] = FormOutcome(say("order.done"), good=True)


def _value(key: str) -> str:
    return str(st.session_state.get(key) or "")
