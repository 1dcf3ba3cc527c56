"""Ties a form's fields to a draft: kept while they are filled in, put back when the form is opened again anywhere.

Streamlit forgets a field with the page it stands on, and all of them with the tab and the server; a draft does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.drafts.model import About, FormDraft, Value
from elder_channel.services.accounts import Account
from elder_channel.services.drafts import NOBODY, Drafts
from ui.components.markup import both
from ui.draft_cards import moment, page_of, present_drafts, thing_of
from ui.faults import where_raised
from ui.session import pages, services, signed_in
from ui.words import say

MOST_SHOWN = 6
ASKED = "draft"
"""In the address: the draft whose thing is to be opened."""
_LINKED = "draft_linked"
_Found = TypeVar("_Found")
_NOT_KEPT = "draft_not_kept"
"""The form whose last words could not be kept."""
_SENT = "draft_sent"
"""Names of the forms that were sent and have not been drawn since: the last word of a field may come after its button,
in the same turn, and is no draft any more."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DraftForm:
    """A form that is kept while it is filled in."""

    name: str
    """`order:12:note`: kind, thing, form."""
    keys: Mapping[str, str]
    """Name of a field to the key of its widget."""
    blank: Mapping[str, Value]
    """What the fields hold while nothing is written."""
    base: str = ""
    """What the form stands on now; a draft that was begun on something else says so."""
    about: About = NOBODY
    moments: Mapping[str, type[date] | type[time]] | None = None
    """The fields that hold a day or a time of day; a draft has them as ISO 8601 says."""


def find(form: DraftForm) -> FormDraft | None:
    """What was left of the form; None where nothing was, or where it cannot be read."""
    return _with_books(lambda books, by: books.find(form.name, by=by))


def restore(form: DraftForm) -> FormDraft | None:
    """Put back what was left of the form; call it before its fields are drawn.

    A field with something in it keeps that. An empty one gets what another tab has written meanwhile: the next word
    here would write over it otherwise. Drafts that cannot be read cost the draft, not the page.
    """
    draft = find(form)
    for field, key in form.keys.items():
        blank = form.blank.get(field)
        if draft is not None and field in draft.fields and st.session_state.get(key, blank) in (blank, None, ""):
            st.session_state[key] = _as_typed(form, field, draft.fields[field])
        elif field in form.blank:
            st.session_state.setdefault(key, blank)
    return draft


def watched(form: DraftForm, field: str) -> dict[str, Any]:
    """What a widget of the form is drawn with: its key, and that what is put into it is kept."""
    return {"key": form.keys[field], "on_change": keep, "args": (form, field)}


def keep(form: DraftForm, field: str) -> None:
    """Keep one field as it stands; a form with nothing in it is no draft. A widget's callback."""
    value = st.session_state.get(form.keys[field])
    if all(st.session_state.get(form.keys[name]) in (blank, None, "") for name, blank in form.blank.items()):
        settle(form)
    else:
        keep_fields(form, {field: value.isoformat() if isinstance(value, date | time) else value})


def _as_typed(form: DraftForm, field: str, kept: Value) -> Any:
    """What the widget had; its blank where a day or time was kept that is none."""
    kind = (form.moments or {}).get(field)
    if kind is None or not isinstance(kept, str):
        return kept
    try:
        return kind.fromisoformat(kept)
    except ValueError:
        return form.blank.get(field)


def keep_fields(form: DraftForm, fields: Mapping[str, Value]) -> None:
    """Keep these fields of the form, unless it has just been sent."""
    if form.name in st.session_state.get(_SENT, ()):
        return

    def write(books: Drafts, by: Account) -> None:
        books.keep(form.name, fields, by=by, base=form.base, about=form.about)

    st.session_state.pop(_NOT_KEPT, None)
    _with_books(write, failed=form.name)


def settle(form: DraftForm) -> None:
    """What was written has been sent, or is not wanted: there is no draft any more."""
    st.session_state.setdefault(_SENT, set()).add(form.name)
    _with_books(lambda books, by: books.discard(form.name, by=by))


def discard(form: DraftForm) -> None:
    """Forget the draft and empty the fields; a button's callback."""
    settle(form)
    for field, key in form.keys.items():
        if field in form.blank:
            st.session_state[key] = form.blank[field]


def draft_line(form: DraftForm, draft: FormDraft | None, *, forget: Callable[[DraftForm], None] = discard) -> None:
    """Since when the draft is kept, whether what it stands on has changed, and the way to be rid of it.

    Always a place of its own: what stands below does not move when a draft comes or goes.
    """
    st.session_state.setdefault(_SENT, set()).discard(form.name)
    with st.container(key=f"draft-line-{_css(form.name)}", horizontal=True, vertical_alignment="center"):
        if st.session_state.get(_NOT_KEPT) == form.name:
            st.html(f'<p class="ec-caution" role="alert">{both(say("draft.not_kept"))}</p>')
        if draft is None:
            return
        at = moment(draft.saved_at, now=datetime.now(UTC), zone=HOTLINE_ZONE)
        stale = f" <b>{both(say('draft.stale'))}</b>" if draft.base != form.base else ""
        st.html(f'<p class="ec-hint" role="status">{both(say("draft.of", time=at))}{stale}</p>')
        key = f"draft-off-{_css(form.name)}"
        st.button(str(say("draft.discard")), key=key, on_click=forget, args=(form,))


def _css(name: str) -> str:
    return name.replace(":", "-")


def _with_books(work: Callable[[Drafts, Account], _Found], *, failed: str = "") -> _Found | None:
    account = signed_in()
    if account is None:
        return None
    try:
        return work(services().drafts, account)
    except Exception as error:  # noqa: BLE001 - a draft is a help: without it the form still works
        log.error("console.draft_failed", error=type(error).__name__, where=where_raised(error))
        if failed:
            st.session_state[_NOT_KEPT] = failed
        return None


def unfinished() -> None:
    """What this person has begun anywhere and not sent, each with the way to where it is gone on with.

    Always a place of its own: were it to come with the first draft, all below would move and be drawn anew, and the
    field that is being written in with it.
    """
    with st.container():
        drafts = _with_books(lambda books, by: books.mine(by=by)) or []
        lines = present_drafts(drafts, now=datetime.now(UTC), zone=HOTLINE_ZONE)
        offered = [(pages()[line.page], line) for line in lines[:MOST_SHOWN] if line.page in pages()]
        if not offered:
            return
        with st.container(horizontal=True, key="unfinished", vertical_alignment="center"):
            st.html(f'<p class="ec-hint">{both(say("draft.mine"))}</p>', width="content")
            for page, line in offered:
                st.page_link(page, label=str(line.words), width="content", query_params={ASKED: line.form})


def open_asked(page: str, open_thing: Callable[[str, Account], None] | None = None) -> None:
    """Open what the link of a draft leads to on this page, once; a view calls it before its widgets are drawn.

    `open_thing` is told `12` of `order:12:note`; without one its forms only stand open. Nothing is opened that this
    person has no draft of, and a thing that cannot be opened costs nothing but that.
    """
    name = st.query_params.get(ASKED, "")
    if page_of(name) != page:
        return
    del st.query_params[ASKED]

    def open_it(books: Drafts, by: Account) -> None:
        if books.find(name, by=by) is not None:
            st.session_state[_LINKED] = name
            if open_thing is not None:
                open_thing(thing_of(name), by)

    _with_books(open_it)


def is_asked_for(form: DraftForm) -> bool:
    """Whether a link led to this form last: then it stands open where it would be folded up."""
    return bool(st.session_state.get(_LINKED) == form.name)
