"""The editor of a campaign: a form or the YAML, checked as it is typed, with real people's texts; saved as a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.campaign_drafts import OpenDraft
from elder_channel.services.campaign_yaml import Path, value_at, values_of, with_values
from elder_channel.services.errors import CampaignRefusedError
from ui.campaign_cards import CheckLines, difference, present_check
from ui.components.campaign import checks_html
from ui.components.campaign_fields import draw_fields
from ui.components.drafts import DraftForm, draft_line, find, keep_fields, settle
from ui.components.greeting import heading_html
from ui.components.greeting_acts import Act, do, offer
from ui.components.markup import both, said
from ui.components.outcomes import forget_outcome
from ui.components.trying import try_day
from ui.session import services
from ui.words import Text, say

PLACE = "greetings"
_BASE = "editor_base"
"""The draft as this tab has seen it last: what is saved is saved on top of it."""
_TEXT = "editor_text"
_SERIAL = "editor_serial"
_HOW = "editor_how"


def is_editing() -> bool:
    """Whether a campaign is open in the editor."""
    return isinstance(st.session_state.get(_BASE), OpenDraft)


def begin(campaign_id: str) -> None:
    """Open a campaign's draft, or begin one; a button's callback."""
    forget_outcome(PLACE)
    do(lambda by: _begin(services().greetings.drafts.open(campaign_id, by=by)), say("editor.title", id=campaign_id))
    if is_editing():
        forget_outcome(PLACE)


def open_editor(campaign_id: str) -> None:
    """Open a campaign's draft unless it is open already: what is written in it stays as it is."""
    if not is_editing() or st.session_state[_BASE].campaign_id != campaign_id:
        begin(campaign_id)


def draw_editor(account: Account) -> None:
    """The open campaign."""
    base: OpenDraft = st.session_state[_BASE]
    drafts = services().greetings.drafts
    st.button(str(say("editor.back")), key="editor_back", on_click=_leave)
    st.html(heading_html(say("editor.title", id=base.campaign_id)))
    current = drafts.open(base.campaign_id, by=account)
    shown = _form(current)
    draft_line(shown, find(shown), forget=_forget_draft)
    if current.etag != base.etag:
        _conflict(current)
    text = str(st.session_state[_TEXT])
    checked = drafts.check(text, by=account)
    lines = present_check(checked)
    st.html(f'<p class="ec-hint" role="status">{both(_standing(base, text))}</p>')
    _write(text, lines)
    st.html(heading_html(say("editor.checks")))
    st.html(checks_html(lines))
    _buttons(base, text, lines)
    if checked.campaign is not None:
        try_day(checked.campaign, account, key=f"editor-{base.campaign_id}")


def _write(text: str, lines: CheckLines) -> None:
    how = st.radio(
        str(say("editor.how")),
        ("fields", "yaml"),
        format_func=lambda each: str(say(f"editor.how.{each}")),
        horizontal=True,
        key=_HOW,
        persist_state="session",
        on_change=_draw_afresh,
    )
    serial = int(st.session_state.get(_SERIAL, 0))
    if how == "yaml":
        key = f"yaml-{serial}"
        st.session_state.setdefault(key, text)
        st.text_area("YAML", key=key, height=520, on_change=_typed, args=(key,))
        return
    st.html(f'<p class="ec-hint">{both(say("editor.how.rule"))}</p>')
    try:
        values = values_of(text)
    except CampaignRefusedError as error:
        st.html(f'<p class="ec-refusal" role="status">{both(say(f"refused.{error.code}"))}</p>')
        return
    draw_fields(values, lines, serial=serial, changed=_changed)


def _buttons(base: OpenDraft, text: str, lines: CheckLines) -> None:
    save, propose = st.columns(2)
    with save:
        st.button(str(say("editor.save")), key="editor_save", type="primary", width="stretch", on_click=_save)
    with propose:
        may = lines.may_be_proposed and bool(base.etag) and text == base.text
        label = str(say("editor.propose"))
        st.button(label, key="editor_propose", width="stretch", disabled=not may, on_click=_propose)
    st.html(f'<p class="ec-hint">{both(say("editor.propose.rule"))}</p>')
    if base.etag:
        offer(
            Act(
                f"discard-{base.campaign_id}",
                say("editor.discard"),
                say("editor.discard.means"),
                say("editor.discard.confirm"),
                say("editor.discard.done"),
                _discard,
                asks_why=False,
            )
        )


def _conflict(current: OpenDraft) -> None:
    at = current.saved_at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M") if current.saved_at else "–"
    told = say("editor.conflict.explain", who=current.saved_by or "–", time=at)
    differs = difference(current.text, str(st.session_state[_TEXT]))
    shown = f'<pre class="ec-diff">{said(differs)}</pre>' if differs else f"<p>{both(say('editor.conflict.same'))}</p>"
    title = f"<h3>{both(say('editor.conflict'))}</h3><p>{both(told)}</p>"
    st.html(f'<div role="alert"><div class="ec-notice">{title}{shown}</div></div>')
    mine, theirs = st.columns(2)
    with mine:
        label = str(say("editor.conflict.mine"))
        st.button(label, key="conflict_mine", width="stretch", on_click=_save, args=(current.etag,))
    with theirs:
        label = str(say("editor.conflict.theirs"))
        st.button(label, key="conflict_theirs", width="stretch", on_click=_take, args=(current,))


def _standing(base: OpenDraft, text: str) -> Text:
    if base.saved_at is not None:
        moment = base.saved_at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")
        since = say("editor.based.draft", who=base.saved_by, time=moment)
    elif base.based_on:
        since = say("editor.based.version", version=base.based_on)
    else:
        since = say("editor.based.example")
    now = say("editor.unsaved" if text != base.text else "editor.saved_all" if base.etag else "editor.untouched")
    return Text(f"{since.zh} {now.zh}", f"{since.en} {now.en}")


def _begin(opened: OpenDraft) -> None:
    """Open a campaign; what this person had not saved of it is put back, on top of what it was begun on."""
    left = find(_form(opened))
    if left is None:
        _load(opened)
        return
    etag, _, version = left.base.partition("@")
    began_with, text = (str(left.fields.get(name, opened.text)) for name in ("began_with", "text"))
    begun = replace(opened, text=began_with, etag=etag, saved_by="", saved_at=None, based_on=int(version or 0))
    _load(opened if left.base == _stands_on(opened) else begun)
    st.session_state[_TEXT] = text


def _form(draft: OpenDraft) -> DraftForm:
    """What is typed and not saved yet, on top of this."""
    return DraftForm(f"campaign:{draft.campaign_id}", {"text": _TEXT}, {}, base=_stands_on(draft))


def _stands_on(draft: OpenDraft) -> str:
    return f"{draft.etag}@{draft.based_on}"


def _keep_draft() -> None:
    """Keep what is not saved yet; nothing where all is."""
    base, text = st.session_state[_BASE], str(st.session_state[_TEXT])
    if text == base.text:
        settle(_form(base))
    else:
        keep_fields(_form(base), {"text": text, "began_with": base.text})


def _forget_draft(form: DraftForm) -> None:
    """Back to what is saved."""
    campaign_id = st.session_state[_BASE].campaign_id
    settle(form)
    do(lambda by: _load(services().greetings.drafts.open(campaign_id, by=by)), say("editor.draft.forgotten"))


def _load(draft: OpenDraft) -> None:
    st.session_state.update({_BASE: draft, _TEXT: draft.text})
    _draw_afresh()


def _draw_afresh() -> None:
    """The fields show what the YAML says now."""
    st.session_state[_SERIAL] = int(st.session_state.get(_SERIAL, 0)) + 1


def _typed(key: str) -> None:
    if not is_editing() or key not in st.session_state:  # the editor was left in the same click
        return
    st.session_state[_TEXT] = str(st.session_state.get(key) or "")
    _keep_draft()


def _changed(path: Path, value: Any) -> None:
    if not is_editing():  # a field's last word may come after the editor was left
        return
    text = str(st.session_state[_TEXT])
    if value_at(values_of(text), path) != value:  # nothing is rewritten that says so already
        st.session_state[_TEXT] = with_values(text, {path: value})
        _keep_draft()


def _save(seen: str | None = None) -> None:
    base: OpenDraft = st.session_state[_BASE]
    text, on_top_of = str(st.session_state[_TEXT]), base.etag if seen is None else seen

    def write(by: Account) -> None:
        drafts = services().greetings.drafts
        drafts.save(base.campaign_id, text, seen=on_top_of, by=by)
        settle(_form(base))
        st.session_state[_BASE] = drafts.open(base.campaign_id, by=by)

    do(write, say("editor.save.done" if seen is None else "editor.conflict.mine.done"))


def _take(theirs: OpenDraft) -> None:
    settle(_form(theirs))
    do(lambda _: _load(theirs), say("editor.conflict.theirs.done"))


def _propose() -> None:
    base: OpenDraft = st.session_state[_BASE]

    def write(by: Account) -> None:
        services().greetings.drafts.propose(base.campaign_id, seen=base.etag, by=by)
        _leave(keep_outcome=True)

    do(write, say("editor.propose.done"))


def _discard(by: Account, _: str) -> None:
    base: OpenDraft = st.session_state[_BASE]
    services().greetings.drafts.discard(base.campaign_id, seen=base.etag, by=by)
    settle(_form(base))
    _leave(keep_outcome=True)


def _leave(*, keep_outcome: bool = False) -> None:
    if not keep_outcome:
        forget_outcome(PLACE)
    for key in (_BASE, _TEXT):
        st.session_state.pop(key, None)
