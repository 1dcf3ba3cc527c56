"""The customers: searched with a reason, one file opened, changed, exported or deleted; every look is on record."""

from __future__ import annotations

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.customer_files import MAX_REASON_CHARACTERS, CustomerFile, Search
from elder_channel.services.errors import CustomerFileError, ServiceError
from ui.components.customer import file_html, record_html
from ui.components.drafts import open_asked
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import carry_out, draw_outcome
from ui.customer_cards import found_text, present_file
from ui.faults import where_raised
from ui.session import services, signed_in
from ui.views.customer_forms import (
    PLACE,
    begin_form,
    dialect_names,
    draw_consent,
    draw_details,
    draw_erasing,
    draw_export,
    forget_form,
    put_back,
)
from ui.words import ZH, say

_ASKED, _REASON = "customers_asked", "customers_reason"
_FOUND, _WHY, _OPEN = "customers_found", "customers_why", "customers_open"
_DRAFT = "customers_draft"
"""The customer to whom the link of a draft led, until their file is open."""

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the search, and what was found or the file that is open."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("customers", _open_from_link)
    page_head("customers", account)
    st.html(f'<p class="ec-hint">{both(say("customers.rule"))}</p>')
    try:
        with st.container(key="customers-outcome"):
            draw_outcome(PLACE)
        if _OPEN in st.session_state:
            _file(st.session_state[_OPEN], account)
        else:
            _searching()
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.customers_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("customers.trouble"), say("customers.trouble.explain"))}</div>')


def _searching() -> None:
    st.text_input(str(say("customers.asked")), key=_ASKED, max_chars=80, autocomplete="off", persist_state="session")
    st.text_input(str(say("customers.reason")), key=_REASON, max_chars=MAX_REASON_CHARACTERS, persist_state="session")
    st.button(str(say("customers.search")), key="customers_search", type="primary", on_click=_search)
    if _DRAFT in st.session_state:
        number = st.session_state[_DRAFT]
        st.html(notice_html(say("customers.draft", id=number), say("customers.draft.explain")))
        label = str(say("customers.open", id=number))
        st.button(label, key="customer-draft-open", on_click=_open_with_reason, args=(number,))
    search = st.session_state.get(_FOUND)
    if not isinstance(search, Search):
        st.html(notice_html(say("customers.start"), say("customers.start.explain")))
        return
    if not search.found:
        st.html(notice_html(say("customers.none"), say("customers.none.explain")))
    for found in search.found:
        with st.container(key=f"customer-{found.id}", gap="small"):
            st.html(f'<p class="ec-caller">{both(found_text(found))}</p>')
            label = str(say("customers.open", id=found.id))
            st.button(label, key=f"customer-open-{found.id}", on_click=_open, args=(found.id,))
    if search.more:
        st.html(f'<p class="ec-hint">{both(say("customers.more"))}</p>')


def _search() -> None:
    asked, why = (str(st.session_state.get(each) or "") for each in (_ASKED, _REASON))
    st.session_state.pop(_FOUND, None)

    def write(by: Account) -> None:
        st.session_state[_FOUND] = services().customers.search(asked, reason=why, by=by)
        st.session_state[_WHY] = why

    if carry_out(write, say("customers.opened"), place=PLACE):
        st.session_state.pop(f"{PLACE}_answer", None)  # the list tells it better


def _open(customer_id: int) -> None:
    def write(by: Account) -> None:
        file = services().customers.open(customer_id, reason=str(st.session_state.get(_WHY, "")), by=by)
        begin_form(file.details)
        put_back(customer_id)
        st.session_state[_OPEN] = customer_id
        st.session_state.pop(_DRAFT, None)

    carry_out(write, say("customers.opened"), place=PLACE)


def _open_from_link(number: str, account: Account) -> None:
    """The file where it was opened a moment ago; else a button that opens it, and still wants a reason (law 7)."""
    customer_id = int(number)
    if st.session_state.get(_OPEN) == customer_id:
        return
    _close()
    try:
        file = services().customers.read(customer_id, by=account)
    except CustomerFileError:
        st.session_state[_DRAFT] = customer_id
        return
    begin_form(file.details)
    put_back(customer_id)
    st.session_state[_OPEN] = customer_id


def _open_with_reason(customer_id: int) -> None:
    st.session_state[_WHY] = str(st.session_state.get(_REASON) or "")
    _open(customer_id)


def _close() -> None:
    """Forget the person: the list of what was found too, so that nothing stays on a screen that is left."""
    for each in (_OPEN, _FOUND, _DRAFT, f"{PLACE}_answer"):
        st.session_state.pop(each, None)
    forget_form()


def _file(customer_id: int, account: Account) -> None:
    st.button(str(say("customers.close")), key="customers_close", on_click=_close)
    try:
        file = services().customers.read(customer_id, by=account)
    except ServiceError as error:
        key = f"refused.{error.code}"
        told = say(key if key in ZH else "desk.failed", length=0)
        st.html(f'<p class="ec-refusal" role="alert">{both(told)}</p>')
        if isinstance(error, CustomerFileError):
            st.session_state.pop(_OPEN, None)
            forget_form()
        return
    _draw(file, account)


def _draw(file: CustomerFile, account: Account) -> None:
    card = present_file(file, zone=HOTLINE_ZONE, names=dialect_names())
    st.html(file_html(card))
    draw_details(file)
    draw_consent(file.id, card.consent)
    st.html(record_html(say("customers.calls"), card.calls, say("customers.calls.none")))
    st.html(record_html(say("customers.orders"), card.orders, say("customers.orders.none")))
    st.html(record_html(say("customers.changes"), card.changes, say("customers.changes.none")))
    st.html(record_html(say("customers.accesses"), card.accesses))
    draw_export(file.id, account)
    draw_erasing(file.id, card, account, done=_close)
