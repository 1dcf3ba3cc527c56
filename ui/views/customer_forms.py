"""The forms of one customer's file: changing it, consent, export and deletion."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import streamlit as st

from bilingual.tags import Language
from elder_channel.customers.files import FIELDS, Details, as_text
from elder_channel.drafts.model import About
from elder_channel.services.accounts import Account
from elder_channel.services.customer_files import MAX_REASON_CHARACTERS, MAY_DELETE, MAY_EXPORT, CustomerFile
from elder_channel.services.errors import CustomerFileError
from ui.components.customer import clash_html, notes_html, record_html
from ui.components.drafts import DraftForm, draft_line, find, keep_fields, settle
from ui.components.markup import both
from ui.components.outcomes import carry_out, draw_outcome, forget_outcome
from ui.components.withdrawing import forget_withdrawal, withdrawal
from ui.customer_cards import FileCard, present_clash, value_text
from ui.session import services
from ui.words import Text, say

PLACE = "customers"
_BASE, _FORM, _CLASH = "customers_base", "customers_form", "customers_clash"
"""The details as they were seen, how often a form was begun, and the fields on which a colleague was first."""
_WRITTEN, _ERASING = "customers_written", "customers_erasing"
_TRUTHS = {"": None, "yes": True, "no": False}
"""A list that has None among its values says "Choose an option", in English only."""


def dialect_names() -> dict[str, str]:
    """Chinese names of all dialects."""
    return dict(services().choices.dialects)


def begin_form(details: Details) -> None:
    """A new form over the details as they are seen now; what an older one had is forgotten."""
    forget_form()
    st.session_state[_BASE] = details
    st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1
    for name in FIELDS:
        _fill(name, details)


def put_back(customer_id: int) -> None:
    """What this person had not saved, on top of what they saw then: a colleague's change since is compared as ever."""
    left = find(_draft(customer_id))
    if left is None:
        return
    seen = json.loads(left.base)
    st.session_state[_BASE] = Details(**{**seen, "family_numbers": tuple(seen["family_numbers"])})
    for field, value in left.fields.items():
        st.session_state[_key(field)] = value


def _draft(customer_id: int, base: Details | None = None) -> DraftForm:
    """What is filled in and not saved, on top of this; erased with the customer."""
    stands_on = json.dumps(asdict(base)) if base else ""
    return DraftForm(f"customer:{customer_id}", {}, {}, base=stands_on, about=About(customer_id=customer_id))


def _keep_draft(customer_id: int) -> None:
    """Keep the form as it stands; one in which nothing was changed is no draft."""
    base: Details = st.session_state[_BASE]
    if _mine() == base and not _typed("why"):
        settle(_draft(customer_id))
    else:
        keep_fields(_draft(customer_id, base), {each: _typed(each) for each in (*FIELDS, "why")})


def _start_over(customer_id: int, details: Details) -> None:
    settle(_draft(customer_id))
    begin_form(details)


def forget_form() -> None:
    """Nothing of a person stays in the session."""
    for each in [key for key in st.session_state if str(key).startswith("customer-form-")]:
        del st.session_state[each]
    for name in (_BASE, _CLASH, _WRITTEN, _ERASING):
        st.session_state.pop(name, None)
    forget_withdrawal()
    for part in ("details", "consent", "export", "erase"):
        forget_outcome(f"{PLACE}-{part}")


def draw_details(file: CustomerFile) -> None:
    """What may be changed; with a colleague's change beside it where somebody was first."""
    st.html(record_html(say("customers.details"), ()))
    st.html(f'<p class="ec-hint">{both(say("customers.details.hint"))}</p>')
    names = dialect_names()
    shown = _draft(file.id, file.details)
    draft_line(shown, find(shown), forget=lambda _: _start_over(file.id, file.details))
    if clash := st.session_state.get(_CLASH):
        st.html(clash_html(present_clash(clash, _mine(), file.details, names=names)))
        st.button(str(say("customers.clash.keep")), key="customers_keep", on_click=_keep, args=(file.id,))
        st.button(str(say("customers.clash.take")), key="customers_take", on_click=_take, args=(file.id,))
    dialects = ("", *(each for each in names if each != Language.EN))
    left, right = st.columns(2)
    with left:
        _choice(file.id, "elder_flag", say("customers.elder"), tuple(_TRUTHS), names)
        _choice(file.id, "hard_of_hearing", say("customers.hearing"), tuple(_TRUTHS), names)
    with right:
        _choice(file.id, "dialect", say("customers.dialect"), dialects, names)
        _choice(file.id, "language", say("customers.language"), ("", *(str(each) for each in Language)), names)
    kept: dict[str, Any] = {"persist_state": "session", "on_change": _keep_draft, "args": (file.id,)}
    st.text_area(str(say("customers.family")), key=_key("family_numbers"), **kept)
    st.text_input(str(say("customers.why")), key=_key("why"), max_chars=MAX_REASON_CHARACTERS, **kept)
    st.button(str(say("customers.save")), key="customers_save", type="primary", on_click=_save, args=(file.id,))
    _outcome("details")


def draw_consent(customer_id: int, now: Text) -> None:
    """The newest word on keeping sound, and the buttons that record another."""
    st.html(record_html(say("customers.consent"), (now,)))
    st.text_input(str(say("customers.consent.basis")), key=_key("basis"), max_chars=MAX_REASON_CHARACTERS)
    yes, no = st.columns(2)
    with yes:
        label = str(say("customers.consent.give"))
        st.button(label, key="customers_consent_yes", on_click=_consent, args=(customer_id, True))
    with no:
        withdrawal(
            customer_id,
            say("customers.consent.withdraw"),
            key="customers_consent_no",
            withdraw=partial(_consent, customer_id, False),
        )
    _outcome("consent")


def draw_export(customer_id: int, account: Account) -> None:
    """The whole data of the person as a file, for who may."""
    if account.role not in MAY_EXPORT:
        return
    st.html(record_html(say("customers.export"), ()))
    st.html(f'<p class="ec-hint">{both(say("customers.export.hint"))}</p>')
    st.text_input(str(say("customers.export.reason")), key=_key("export"), max_chars=MAX_REASON_CHARACTERS)
    st.button(str(say("customers.export.prepare")), key="customers_export", on_click=_export, args=(customer_id,))
    _outcome("export")
    written = st.session_state.pop(_WRITTEN, None)  # once: a person's data does not stay in the session
    if isinstance(written, str):
        label, name = str(say("customers.export.download")), f"customer-{customer_id}.json"
        st.download_button(label, written, file_name=name, mime="application/json", key="customers_download")


def draw_erasing(customer_id: int, card: FileCard, account: Account, *, done: Callable[[], None]) -> None:
    """Deletion, for who may: what it leads to, the id typed by hand, a reason."""
    if account.role not in MAY_DELETE:
        return
    st.html(record_html(say("customers.erase"), ()))
    if card.unfinished:
        st.html(f'<p class="ec-hint">{both(card.unfinished)}</p>')
        return
    if not st.session_state.get(_ERASING):
        st.button(str(say("customers.erase.ask")), key="customers_erase_ask", on_click=_ask)
        return
    st.html(notes_html(card.erase_notes))
    st.text_input(str(say("customers.erase.type", id=customer_id)), key=_key("typed"), autocomplete="off")
    st.text_input(str(say("customers.erase.reason")), key=_key("erase"), max_chars=MAX_REASON_CHARACTERS)
    yes, no = st.columns([2, 1])
    with yes:
        label = str(say("customers.erase.do"))
        st.button(label, key="customers_erase", type="primary", on_click=_erase, args=(customer_id, done))
    with no:
        st.button(str(say("customers.erase.leave")), key="customers_erase_leave", on_click=_leave)
    _outcome("erase")


def _outcome(part: str) -> None:
    """What came of the part's last button, beside it: the head of the page may be out of sight."""
    with st.container(key=f"customers-outcome-{part}"):
        draw_outcome(f"{PLACE}-{part}")


def _choice(customer_id: int, field: str, label: Text, values: tuple[str, ...], names: dict[str, str]) -> None:
    st.selectbox(
        str(label),
        values,
        key=_key(field),
        format_func=lambda each: str(value_text(field, each, names)),
        persist_state="session",
        on_change=_keep_draft,
        args=(customer_id,),
    )


def _save(customer_id: int) -> None:
    base, mine, why = st.session_state[_BASE], _mine(), _typed("why")

    def write(by: Account) -> None:
        files = services().customers
        try:
            files.save(customer_id, base, mine, reason=why, by=by)
        except CustomerFileError as error:
            st.session_state[_CLASH] = error.fields
            raise
        settle(_draft(customer_id))
        begin_form(files.read(customer_id, by=by).details)

    carry_out(write, say("customers.saved"), place=f"{PLACE}-details")


def _keep(customer_id: int) -> None:
    """Mine over theirs, which has now been seen."""
    _see(customer_id)
    _save(customer_id)


def _take(customer_id: int) -> None:
    """Theirs instead of mine in the fields both have changed; the rest of what was filled in stays."""
    fields = st.session_state.get(_CLASH, ())
    _see(customer_id)
    for each in fields:
        _fill(each, st.session_state[_BASE])
    forget_outcome(f"{PLACE}-details")


def _see(customer_id: int) -> None:
    """What the colleague wrote counts as seen, in the fields that were compared."""
    fields = st.session_state.pop(_CLASH, ())

    def look(by: Account) -> None:
        now = services().customers.read(customer_id, by=by).details
        seen = {each: getattr(now, each) for each in fields}
        st.session_state[_BASE] = replace(st.session_state[_BASE], **seen)

    carry_out(look, say("customers.opened"), place=f"{PLACE}-details")


def _consent(customer_id: int, given: bool) -> None:
    basis = _typed("basis")
    done = say(f"customers.consent.{'given' if given else 'withdrawn'}")
    carry_out(
        lambda by: services().consents.record(customer_id, given=given, basis=basis, by=by),
        done,
        place=f"{PLACE}-consent",
    )


def _export(customer_id: int) -> None:
    why = _typed("export")

    def write(by: Account) -> None:
        st.session_state[_WRITTEN] = services().customers.export(customer_id, reason=why, by=by)

    carry_out(write, say("customers.export.done"), place=f"{PLACE}-export")


def _ask() -> None:
    forget_outcome(f"{PLACE}-erase")
    st.session_state[_ERASING] = True


def _leave() -> None:
    forget_outcome(f"{PLACE}-erase")
    st.session_state.pop(_ERASING, None)


def _erase(customer_id: int, done: Callable[[], None]) -> None:
    typed, why = _typed("typed").strip(), _typed("erase")
    told: list[Text] = []

    def write(by: Account) -> None:
        if typed != str(customer_id):
            raise CustomerFileError("file_confirm", "The id that was typed is another.")
        kept = services().customers.erase(customer_id, reason=why, by=by)
        told.append(say("customers.erased", **kept._asdict()))

    if carry_out(write, say("customers.erase"), place=f"{PLACE}-erase"):
        done()
        carry_out(lambda _by: None, told[0], place=PLACE)


def _mine() -> Details:
    """What stands in the form."""
    lines = _typed("family_numbers").replace(",", "\n").replace("，", "\n").splitlines()
    return Details(
        elder_flag=_TRUTHS[_typed("elder_flag")],
        dialect=_typed("dialect") or None,
        language=_typed("language") or None,
        hard_of_hearing=_TRUTHS[_typed("hard_of_hearing")],
        family_numbers=tuple(line.strip() for line in lines if line.strip()),
    )


def _fill(field: str, details: Details) -> None:
    """Put a value into the form."""
    value = getattr(details, field)
    st.session_state[_key(field)] = "\n".join(value) if field == "family_numbers" else as_text(value)


def _typed(name: str) -> str:
    return str(st.session_state.get(_key(name)) or "")


def _key(name: str) -> str:
    return f"customer-form-{st.session_state.get(_FORM, 0)}-{name}"
