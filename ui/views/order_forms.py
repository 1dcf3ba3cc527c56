"""What may be done to an opened order. Each form carries the version that was on screen when it was drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from elder_channel.drafts.model import About, Value
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.order_rights import Deed, may
from elder_channel.workorders.model import AttemptResult, CloseOutcome, OrderState, WorkOrder
from ui.components.drafts import DraftForm, discard, draft_line, restore, watched
from ui.components.markup import both
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


def tell_outcome(text: Text, *, good: bool) -> None:
    """Keep what is to be told when the page is drawn again."""
    st.session_state[_OUTCOME] = FormOutcome(text, good)


def draw_forms(order: WorkOrder, account: Account, *, with_take: bool = True) -> None:
    """The forms for what this person may do to the order now; a card that has its own button to take it needs none."""
    if not order.is_open:
        if may(account, Deed.REOPEN, order):
            _in_words(order, "reopen", services().orders.reopen)
        return
    has_it = order.owner == account.username and order.state is not OrderState.OPEN
    if with_take and may(account, Deed.TAKE, order) and not has_it:
        st.button(
            str(say("order.take")),
            key="order_take",
            type="primary",
            width="stretch",
            on_click=send,
            args=(None, lambda by: services().orders.take(order.id, etag=order.etag, by=by)),
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
        on_click=send,
        args=(None, lambda by: callbacks.place(order.id, etag=order.etag, by=by)),
    )


def _attempt(order: WorkOrder) -> None:
    form = _form(order, "attempt", {"result": None, "words": ""})

    def write(by: Account) -> WorkOrder:
        result = AttemptResult(_value(form, "result"))
        return services().orders.attempt(order.id, etag=order.etag, by=by, result=result, why=_value(form, "words"))

    with _drawn(form, "order.attempt.title"):
        st.radio(
            str(say("order.attempt.result")),
            [str(each) for each in AttemptResult],
            index=None,
            format_func=lambda each: str(say(f"order.result.{each}")),
            **watched(form, "result"),
        )
        _words(form)
        _submit("order.attempt.submit", form, write, needed=("result",))


def _close(order: WorkOrder, *, gives_up: bool) -> None:
    form = _form(order, "close", {"outcome": None, "told": False, "words": ""})

    def write(by: Account) -> WorkOrder:
        return services().orders.close(
            order.id,
            etag=order.etag,
            by=by,
            outcome=CloseOutcome(_value(form, "outcome")),
            told=bool(st.session_state.get(form.keys["told"])),
            why=_value(form, "words"),
        )

    choices = [str(each) for each in CloseOutcome if gives_up or each is not CloseOutcome.UNREACHABLE]
    with _drawn(form, "order.close.title"):
        st.radio(
            str(say("order.close.outcome")),
            choices,
            index=None,
            format_func=lambda each: str(say(f"order.outcome.{each}")),
            **watched(form, "outcome"),
        )
        st.checkbox(str(say("order.close.told")), **watched(form, "told"))
        _words(form)
        _submit("order.close.submit", form, write, needed=("outcome",))


def _reassign(order: WorkOrder) -> None:
    form = _form(order, "reassign", {"to": None, "words": ""})

    def write(by: Account) -> WorkOrder:
        to, why = _value(form, "to"), _value(form, "words")
        return services().orders.reassign(order.id, etag=order.etag, by=by, to=to, why=why)

    with _drawn(form, "order.reassign.title"):
        choose = str(say("order.reassign.choose"))
        people = [name for name in services().orders.names().owners if name != order.owner]
        st.selectbox(
            str(say("order.reassign.to")),
            people,
            index=None,
            accept_new_options=True,
            placeholder=choose,
            **watched(form, "to"),
        )
        _words(form)
        _submit("order.reassign.submit", form, write)


def _in_words(order: WorkOrder, deed: str, write: Callable[..., WorkOrder]) -> None:
    """A form of nothing but words: a note, or why the order is raised or opened again."""
    form = _form(order, deed, {"words": ""})
    with _drawn(form, f"order.{deed}.title"):
        _words(form)
        _submit(
            f"order.{deed}.submit",
            form,
            lambda by: write(order.id, etag=order.etag, by=by, why=_value(form, "words")),
        )


def _form(order: WorkOrder, deed: str, blank: Mapping[str, Value]) -> DraftForm:
    """One of the order's forms; what was begun on an older version of the order says so."""
    return DraftForm(
        f"order:{order.id}:{deed}",
        {field: f"{deed}_{field}_{order.id}" for field in blank},
        blank,
        base=order.etag,
        about=About(order.customer_id, order.call_sid, order.id),
    )


@contextmanager
def _drawn(form: DraftForm, title: str) -> Iterator[None]:
    """The form's frame, with what was left of it put back. No `st.form`: that sends nothing before its button."""
    draft = restore(form)
    with st.container(border=True, key=form.name.replace(":", "_")):
        st.html(f'<h2 class="ec-form-title">{both(say(title))}</h2>')
        draft_line(form, draft)
        yield


def _words(form: DraftForm) -> None:
    st.text_area(str(say("order.words")), max_chars=2000, **watched(form, "words"))


def _submit(label: str, form: DraftForm, write: _Send, *, needed: Sequence[str] = ()) -> None:
    # The arguments of the callback are those of the page as it was drawn: the version the person has seen.
    key = f"{form.name.replace(':', '_')}_submit"
    st.button(str(say(label)), key=key, width="stretch", on_click=send, args=(form, write, needed))


def send(form: DraftForm | None, write: _Send, needed: Sequence[str] = ()) -> None:
    """Do it, and keep what is to be told; what was written stays in its fields unless it was saved."""
    account = signed_in()
    if account is None:
        return
    try:
        if form and any(not st.session_state.get(form.keys[field]) for field in needed):
            tell_outcome(say("refused.choice_missing"), good=False)
            return
        write(account)
    except ServiceError as error:
        tell_outcome(say(f"refused.{error.code}"), good=False)
        return
    if form:
        discard(form)  # taking the fields out would empty them here and leave the browser's as they are
    tell_outcome(say("order.done"), good=True)


def _value(form: DraftForm, field: str) -> str:
    return str(st.session_state.get(form.keys[field]) or "")
