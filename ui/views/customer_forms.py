"""The forms of one customer's file: changing it, consent, export and deletion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from bilingual.tags import Language
from elder_channel.customers.files import Details
from elder_channel.services.accounts import Account
from elder_channel.services.customer_files import MAX_REASON_CHARACTERS, MAY_DELETE, MAY_EXPORT, CustomerFile
from elder_channel.services.errors import CustomerFileError
from ui.components.customer import clash_html, notes_html, record_html
from ui.components.markup import both
from ui.components.outcomes import carry_out, forget_outcome
from ui.customer_cards import FileCard, present_clash, value_text
from ui.session import services
from ui.words import Text, say

PLACE = "customers"
_BASE, _FORM, _CLASH = "customers_base", "customers_form", "customers_clash"
"""The details as they were seen, how often a form was begun, and the fields on which a colleague was first."""
_WRITTEN, _ERASING = "customers_written", "customers_erasing"
_TRUTHS = (None, True, False)


def dialect_names() -> dict[str, str]:
    """Chinese names of all dialects."""
    return dict(services().choices.dialects)


def begin_form(details: Details) -> None:
    """A new form over the details as they are seen now; what an older one had is forgotten."""
    forget_form()
    st.session_state[_BASE] = details
    st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1
    for name in ("elder_flag", "dialect", "language", "hard_of_hearing"):
        st.session_state[_key(name)] = getattr(details, name)
    st.session_state[_key("family_numbers")] = "\n".join(details.family_numbers)


def forget_form() -> None:
    """Nothing of a person stays in the session."""
    for each in [key for key in st.session_state if str(key).startswith("customer-form-")]:
        del st.session_state[each]
    for name in (_BASE, _CLASH, _WRITTEN, _ERASING):
        st.session_state.pop(name, None)


def draw_details(file: CustomerFile) -> None:
    """What may be changed; with a colleague's change beside it where somebody was first."""
    st.html(record_html(say("customers.details"), ()))
    st.html(f'<p class="ec-hint">{both(say("customers.details.hint"))}</p>')
    names = dialect_names()
    if clash := st.session_state.get(_CLASH):
        st.html(clash_html(present_clash(clash, _mine(), file.details, names=names)))
        st.button(str(say("customers.clash.keep")), key="customers_keep", on_click=_keep, args=(file.id,))
        st.button(str(say("customers.clash.take")), key="customers_take", on_click=_take, args=(file.id,))
    dialects = (None, *(each for each in names if each != Language.EN))
    left, right = st.columns(2)
    with left:
        _choice("elder_flag", say("customers.elder"), _TRUTHS, names)
        _choice("hard_of_hearing", say("customers.hearing"), _TRUTHS, names)
    with right:
        _choice("dialect", say("customers.dialect"), dialects, names)
        _choice("language", say("customers.language"), (None, *Language), names)
    st.text_area(str(say("customers.family")), key=_key("family_numbers"), persist_state="session")
    st.text_input(str(say("customers.why")), key=_key("why"), max_chars=MAX_REASON_CHARACTERS, persist_state="session")
    st.button(str(say("customers.save")), key="customers_save", type="primary", on_click=_save, args=(file.id,))


def draw_consent(customer_id: int, now: Text) -> None:
    """The newest word on keeping sound, and the buttons that record another."""
    st.html(record_html(say("customers.consent"), (now,)))
    st.text_input(str(say("customers.consent.basis")), key=_key("basis"), max_chars=MAX_REASON_CHARACTERS)
    yes, no = st.columns(2)
    with yes:
        label = str(say("customers.consent.give"))
        st.button(label, key="customers_consent_yes", on_click=_consent, args=(customer_id, True))
    with no:
        label = str(say("customers.consent.withdraw"))
        st.button(label, key="customers_consent_no", on_click=_consent, args=(customer_id, False))


def draw_export(customer_id: int, account: Account) -> None:
    """The whole data of the person as a file, for who may."""
    if account.role not in MAY_EXPORT:
        return
    st.html(record_html(say("customers.export"), ()))
    st.html(f'<p class="ec-hint">{both(say("customers.export.hint"))}</p>')
    st.text_input(str(say("customers.export.reason")), key=_key("export"), max_chars=MAX_REASON_CHARACTERS)
    st.button(str(say("customers.export.prepare")), key="customers_export", on_click=_export, args=(customer_id,))
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


def _choice(field: str, label: Text, values: tuple[object, ...], names: dict[str, str]) -> None:
    st.selectbox(
        str(label),
        values,
        key=_key(field),
        format_func=lambda each: str(value_text(field, each, names)),
        persist_state="session",
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
        begin_form(files.read(customer_id, by=by).details)

    carry_out(write, say("customers.saved"), place=PLACE)


def _keep(customer_id: int) -> None:
    """Mine over theirs, which has now been seen."""
    _see(customer_id)
    _save(customer_id)


def _take(customer_id: int) -> None:
    """Theirs instead of mine in the fields both have changed; the rest of what was filled in stays."""
    fields = st.session_state.get(_CLASH, ())
    _see(customer_id)
    for each in fields:
        value = getattr(st.session_state[_BASE], each)
        st.session_state[_key(each)] = "\n".join(value) if each == "family_numbers" else value
    forget_outcome(PLACE)


def _see(customer_id: int) -> None:
    """What the colleague wrote counts as seen, in the fields that were compared."""
    fields = st.session_state.pop(_CLASH, ())

    def look(by: Account) -> None:
        now = services().customers.read(customer_id, by=by).details
        seen = {each: getattr(now, each) for each in fields}
        st.session_state[_BASE] = replace(st.session_state[_BASE], **seen)

    carry_out(look, say("customers.opened"), place=PLACE)


def _consent(customer_id: int, given: bool) -> None:
    basis = _typed("basis")
    done = say(f"customers.consent.{'given' if given else 'withdrawn'}")
    carry_out(lambda by: services().consents.record(customer_id, given=given, basis=basis, by=by), done, place=PLACE)


def _export(customer_id: int) -> None:
    why = _typed("export")

    def write(by: Account) -> None:
        st.session_state[_WRITTEN] = services().customers.export(customer_id, reason=why, by=by)

    carry_out(write, say("customers.export.done"), place=PLACE)


def _ask() -> None:
    forget_outcome(PLACE)
    st.session_state[_ERASING] = True


def _leave() -> None:
    forget_outcome(PLACE)
    st.session_state.pop(_ERASING, None)


def _erase(customer_id: int, done: Callable[[], None]) -> None:
    typed, why = _typed("typed").strip(), _typed("erase")
    told: list[Text] = []

    def write(by: Account) -> None:
        if typed != str(customer_id):
            raise CustomerFileError("file_confirm", "The id that was typed is another.")
        kept = services().customers.erase(customer_id, reason=why, by=by)
        told.append(say("customers.erased", **kept._asdict()))

    if carry_out(write, say("customers.erase"), place=PLACE):
        done()
        carry_out(lambda _by: None, told[0], place=PLACE)


def _mine() -> Details:
    """What stands in the form."""
    chosen = {
        name: st.session_state.get(_key(name)) for name in ("elder_flag", "dialect", "language", "hard_of_hearing")
    }
    lines = _typed("family_numbers").replace(",", "\n").replace("，", "\n").splitlines()
    return Details(**chosen, family_numbers=tuple(line.strip() for line in lines if line.strip()))


def _typed(name: str) -> str:
    return str(st.session_state.get(_key(name)) or "")


def _key(name: str) -> str:
    return f"customer-form-{st.session_state.get(_FORM, 0)}-{name}"
