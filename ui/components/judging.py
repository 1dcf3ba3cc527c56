"""The form on a call: is the dialect right, what was the need, may the sound be kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.corrections import Verdict
from elder_channel.services.errors import ServiceError
from ui.components.markup import both
from ui.components.withdrawing import forget_withdrawal, withdrawal
from ui.faults import where_raised
from ui.presenters import CallCard, readable
from ui.session import services, signed_in
from ui.words import Text, say

OPEN = "judging_call"
"""The one call whose form is open."""
_TOKEN = "judging_token"  # noqa: S105 - the key of the form's token in the session
_SEEN = "judging_seen"
_ANSWER = "judging_answer"

log = structlog.get_logger(__name__)


def judging(card: CallCard) -> None:
    """A button that opens the form, or the open form; nothing while nobody has spoken with the caller."""
    if not card.may_be_judged:
        return
    if st.session_state.get(OPEN) != card.call_sid:
        st.button(str(say("judge.open")), key=f"judge-{card.call_sid}", on_click=_open, args=(card,))
        return
    _answer()
    _form(card)
    if card.customer_id is not None:
        _consent(card, card.customer_id)
    st.space("small")
    st.button(str(say("judge.close")), key=f"judge-close-{card.call_sid}", on_click=_close)


def _open(card: CallCard) -> None:
    _close()
    st.session_state.update({OPEN: card.call_sid, _SEEN: card.verdicts, _TOKEN: uuid.uuid4().hex})


def _close() -> None:
    forget_withdrawal()
    for key in (OPEN, _SEEN, _TOKEN, _ANSWER):
        st.session_state.pop(key, None)


def _form(card: CallCard) -> None:
    sid, choices = card.call_sid, services().choices
    dialects, needs = dict(choices.dialects), dict(choices.needs)
    with st.form(f"judge-form-{sid}", enter_to_submit=False):
        st.selectbox(
            str(say("judge.dialect")),
            list(dialects),
            index=None,
            format_func=lambda id_: str(Text(dialects[id_], readable(id_))),
            placeholder=str(say("judge.unchanged")),
            key=f"judge-dialect-{sid}",
        )
        st.selectbox(
            str(say("judge.need")),
            list(needs),
            index=None,
            format_func=lambda id_: str(Text(needs[id_], "")),
            placeholder=str(say("judge.unchanged")),
            key=f"judge-need-{sid}",
        )
        st.checkbox(str(say("judge.somebody_else")), key=f"judge-else-{sid}")
        right, wrong = st.columns(2)
        with right:
            if card.first_dialect is not None:
                name = card.first_name
                label = str(say("judge.right", name=name))
                st.form_submit_button(label, key=f"judge-right-{sid}", on_click=_judge, args=(card, True))
        with wrong:
            key, label = f"judge-correct-{sid}", str(say("judge.correct"))
            st.form_submit_button(label, key=key, type="primary", on_click=_judge, args=(card, False))


def _judge(card: CallCard, is_right: bool) -> None:
    """What the buttons do, before the page is drawn again."""
    sid = card.call_sid
    chosen = card.first_dialect if is_right else st.session_state.get(f"judge-dialect-{sid}")
    verdict = Verdict(
        call_sid=sid,
        dialect=chosen,
        need=st.session_state.get(f"judge-need-{sid}"),
        token=st.session_state.get(_TOKEN, ""),
        on_top_of=st.session_state.get(_SEEN, 0),
        somebody_else=bool(st.session_state.get(f"judge-else-{sid}")),
    )
    _carry_out(lambda by: _keep(verdict, by), say("judge.kept"))


def _keep(verdict: Verdict, by: Account) -> None:
    """Keep the verdict; the form that stays open is a new one then, on top of it."""
    kept = services().corrections.judge(verdict, by=by)
    st.session_state.update({_SEEN: kept.number, _TOKEN: uuid.uuid4().hex})


def _consent(card: CallCard, customer_id: int) -> None:
    state = {None: "consent.unasked", True: "consent.given", False: "consent.refused"}[card.consent]
    st.html(f'<p class="ec-hint">{both(say("consent"))} <b>{both(say(state))}</b></p>')
    yes, no = st.columns(2)
    with yes:
        st.button(str(say("consent.give")), key=f"consent-yes-{card.call_sid}", on_click=_record, args=(card, True))
    with no:
        withdrawal(
            customer_id,
            say("consent.withdraw"),
            key=f"consent-no-{card.call_sid}",
            withdraw=partial(_record, card, False),
        )


def _record(card: CallCard, given: bool) -> None:
    customer_id = card.customer_id
    if customer_id is None:
        return
    _carry_out(
        lambda by: services().consents.record(customer_id, given=given, basis="said on a call", by=by),
        say("consent.kept_yes" if given else "consent.kept_no"),
    )


def _carry_out(write: Callable[[Account], object], done: Text) -> None:
    """Write for whoever is signed in, and keep what to say of it: the page is drawn again at once, and every 2 s."""
    account = signed_in()
    if account is None:
        return
    try:
        write(account)
    except ServiceError as error:
        st.session_state[_ANSWER] = ("ec-refusal", say(f"refused.{error.code}", length=0))
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.judging_failed", error=type(error).__name__, where=where_raised(error))
        st.session_state[_ANSWER] = ("ec-refusal", say("judge.failed"))
    else:
        st.session_state[_ANSWER] = ("ec-kept", done)


def _answer() -> None:
    if _ANSWER in st.session_state:
        kind, text = st.session_state[_ANSWER]
        st.html(f'<p class="{kind}" role="status">{both(text)}</p>')
