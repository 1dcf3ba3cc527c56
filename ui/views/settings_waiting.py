"""Proposed settings: what waits for a second person, with its difference; and what became of earlier ones."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.settings_approval import MAY_APPROVE
from elder_channel.services.settings_editing import MAX_NOTE_CHARACTERS
from elder_channel.services.settings_model import Edit, Proposal, Standing
from ui.components.greeting import heading_html, remarks_html
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.outcomes import carry_out, forget_outcome
from ui.components.settings import edits_html
from ui.session import services
from ui.settings_cards import concern_text, decided_text, field_name, proposal_title, taken_over, value_text
from ui.views.settings_form import PLACE
from ui.words import Text, say

_ASKED = "settings_asked"
"""Which act on which proposal is being asked about."""
_SHOWN_DECIDED = 30


def draw_waiting(account: Account) -> None:
    """The proposals, the waiting ones first."""
    proposals = services().settings.board.proposals(by=account)
    waiting = [each for each in proposals if each.standing is Standing.WAITING]
    if not waiting:
        st.html(notice_html(say("settings.waiting.none"), say("settings.waiting.none.explain")))
    for proposal in waiting:
        with st.container(border=True):
            _proposal(proposal, account)
    decided = [each for each in proposals if each.standing is not Standing.WAITING][:_SHOWN_DECIDED]
    if decided:
        st.html(heading_html(say("settings.decided")))
        for proposal in decided:
            title, became = proposal_title(proposal, zone=HOTLINE_ZONE), decided_text(proposal, zone=HOTLINE_ZONE)
            note = say("settings.history.note", note=proposal.note)
            st.html(f"<p><b>{both(title)}</b> {both(became)}</p><p>{both(note)}</p>")


def _proposal(proposal: Proposal, account: Account) -> None:
    st.html(heading_html(proposal_title(proposal, zone=HOTLINE_ZONE)))
    st.html(f"<p>{both(say('settings.history.note', note=proposal.note))}</p>")
    st.html(remarks_html([concern_text(each) for each in proposal.concerns]))
    st.html(edits_html(proposal.edits))
    st.html(remarks_html(taken_over(proposal.edits)))
    since = [text for edit in proposal.edits for text in _since(edit, account)]
    if since:
        st.html(f'<div class="ec-switch-box"><p>{both(say("settings.since"))}</p>{remarks_html(since)}</div>')
    if proposal.by == account.username:
        _offer(proposal, "withdraw")
    elif account.role in MAY_APPROVE:
        _offer(proposal, "approve")
        _offer(proposal, "refuse")
    else:
        st.html(f'<p class="ec-hint">{both(say("settings.only_approvers"))}</p>')


def _since(edit: Edit, account: Account) -> list[Text]:
    """What has become of the same fields since it was proposed."""
    try:
        now = services().settings.board.section(edit.section, by=account).values
    except ServiceError:
        return []
    found = []
    for each in edit.fields:
        if now.get(each.key) not in (each.before, each.after):
            name, value = field_name(edit.section, each.key), value_text(now.get(each.key))
            told = {"before": value_text(each.before).zh, "now": value.zh}
            zh = say("settings.since.field", name=name.zh, **told).zh
            found.append(Text(zh, say("settings.since.field", name=name.en, **told).en))
    return found


def _offer(proposal: Proposal, act: str) -> None:
    """The act's button; once pressed, what it means, why, and the button that does it."""
    asked, reason = (proposal.id, act), f"settings-why-{act}-{proposal.id}"
    if st.session_state.get(_ASKED) != asked:
        st.button(str(say(f"settings.{act}")), key=f"settings-{act}-{proposal.id}", on_click=_ask, args=(asked,))
        return
    st.html(f'<div class="ec-switch-box"><p>{both(say(f"settings.{act}.means"))}</p></div>')
    if act != "approve":
        st.text_input(str(say("settings.why")), key=reason, max_chars=MAX_NOTE_CHARACTERS)
    with st.container(horizontal=True):
        label = str(say(f"settings.{act}.confirm", number=proposal.id))
        st.button(label, key=f"settings-{act}-yes", type="primary", on_click=_do, args=(proposal.id, act, reason))
        st.button(str(say("sending.dismiss")), key=f"settings-{act}-no", on_click=_ask, args=(None,))


def _ask(asked: tuple[int, str] | None) -> None:
    forget_outcome(PLACE)
    st.session_state[_ASKED] = asked


def _do(id_: int, act: str, reason: str) -> None:
    approval, why = services().settings.approval, str(st.session_state.get(reason) or "")

    def write(by: Account) -> None:
        if act == "approve":
            approval.approve(id_, by=by)
        elif act == "refuse":
            approval.refuse(id_, why, by=by)
        else:
            approval.withdraw(id_, why, by=by)

    if carry_out(write, say(f"settings.{act}.done"), place=PLACE, overtaken="settings_meanwhile"):
        st.session_state.pop(_ASKED, None)
