"""One tap each: what an agent, or a team lead, notes of a caller; what was done is said at once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.marks import MAY_MARK_ANY
from ui.components.markup import both
from ui.components.outcomes import carry_out, draw_outcome
from ui.faults import where_raised
from ui.mark_cards import MarkCard, MarkLine, present_marks
from ui.session import services, signed_in
from ui.words import Text, say

OPEN = "marking_call"
"""The one call of the live page whose marks are open."""

log = structlog.get_logger(__name__)


def marking(sid: str) -> None:
    """What is noted of the call's caller, and a button for each; a sentence where it cannot be told."""
    account = signed_in()
    if account is None:
        return
    try:
        card = present_marks(services().marks.look(sid, by=account), zone=HOTLINE_ZONE)
    except ServiceError as error:
        _refused(say(f"refused.{error.code}"))
        return
    except Exception as error:  # noqa: BLE001 - the way in: the rest of the desk must still be there
        log.error("console.marks_unreadable", error=type(error).__name__, where=where_raised(error))
        _refused(say("desk.failed"))
        return
    _draw(sid, card)


def marking_on_request(sid: str, account: Account) -> None:
    """For team leads, who may mark any caller: a button that opens the marks, or the open marks."""
    if account.role not in MAY_MARK_ANY:
        return
    if st.session_state.get(OPEN) != sid:
        st.button(str(say("marks.open")), key=f"marks-open-{sid}", on_click=_open, args=(sid,))
        return
    marking(sid)
    st.button(str(say("marks.close")), key=f"marks-close-{sid}", on_click=_open, args=(None,))


def _open(sid: str | None) -> None:
    st.session_state[OPEN] = sid


def _draw(sid: str, card: MarkCard) -> None:
    last = f"<br>{both(card.last)}" if card.last else ""
    st.html(f'<h2 class="ec-wrap">{both(say("marks.title"))}</h2><p class="ec-hint">{both(card.hint)}{last}</p>')
    with st.container():  # beside the buttons: the head of the page may be out of sight
        draw_outcome(_place(sid))
    with st.container(key=f"marks-{sid}"):
        for place, line in zip(st.columns(len(card.lines), vertical_alignment="bottom"), card.lines, strict=True):
            with place:
                st.html(f'<p class="ec-mark">{both(line.now)}</p>')
                if line.button is not None:
                    _button(sid, line, line.button)


def _button(sid: str, line: MarkLine, label: Text) -> None:
    st.button(
        str(label),
        key=f"mark-{line.mark}-{sid}",
        width="stretch",
        on_click=_note,
        args=(sid, line),
    )


def _note(sid: str, line: MarkLine) -> None:
    carry_out(lambda by: _writers(sid, after=not line.is_on, by=by)[line.mark](), line.done, place=_place(sid))


def _place(sid: str) -> str:
    """Where what came of it is told: with this call's marks."""
    return f"marks-{sid}"


def _writers(sid: str, *, after: bool, by: Account) -> dict[str, Callable[[], object]]:
    marks = services().marks
    return {
        "elder": lambda: marks.set_elder(sid, elder=after, by=by),
        "hearing": lambda: marks.set_hearing(sid, hearing=after, by=by),
        "relative": lambda: marks.set_relative(sid, relative=after, by=by),
        "nuisance": lambda: marks.set_nuisance(sid, nuisance=after, by=by),
    }


def _refused(text: Text) -> None:
    st.html(f'<p class="ec-refusal" role="alert">{both(text)}</p>')
