"""Who changed which settings when and why; two versions compared, an earlier one put in force again."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.settings_editing import MAX_NOTE_CHARACTERS, MAY_EDIT, ON_ANOTHER_PAGE
from elder_channel.services.settings_model import SettingsChange, SettingsOverview
from ui.components.greeting import heading_html
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.outcomes import carry_out, forget_outcome
from ui.components.settings import changes_html, diff_html, history_html
from ui.session import services
from ui.settings_cards import HistoryLine, present_change, present_history, section_name
from ui.views.settings_form import PLACE
from ui.words import say

_SECTION = "settings_history_section"
_SHOWN = 50


def draw_history(account: Account, overview: SettingsOverview) -> None:
    """The list; for one section also its versions side by side."""
    names = [line.name for line in overview.sections]
    section = st.selectbox(
        str(say("settings.history.section")),
        names,
        index=None,
        format_func=lambda each: str(section_name(each)),
        placeholder=str(say("settings.history.all")),
        key=_SECTION,
        on_change=forget_outcome,
        args=(PLACE,),
        persist_state="session",
    )
    lines = present_history(services().settings.board.changes(section, by=account), zone=HOTLINE_ZONE)
    if not lines:
        st.html(notice_html(say("settings.history.none"), say("settings.history.none.explain")))
        return
    if section:
        _versions(section, lines, account, can_be_written=overview.can_be_written)
    st.html(heading_html(say("settings.history")))
    for line in lines[:_SHOWN]:
        st.html(history_html(line))


def _versions(section: str, lines: list[HistoryLine], account: Account, *, can_be_written: bool) -> None:
    by_etag = {line.change.etag: line for line in reversed(lines)}
    etags = [etag for etag in dict.fromkeys(line.change.etag for line in lines) if etag]
    labels = {etag: f"{by_etag[etag].time} {by_etag[etag].change.by}" for etag in etags}
    st.html(heading_html(say("settings.compare")))
    left, right = st.columns(2)
    with left:
        earlier = _version("earlier", etags, labels, min(1, len(etags) - 1))
    with right:
        later = _version("later", etags, labels, 0)
    if earlier != later:
        compared = services().settings.board.compare(section, earlier, later, by=account)
        st.html(changes_html([present_change(section, each) for each in compared.fields]))
        st.html(diff_html(section, compared.earlier, compared.later))
    else:
        st.html(f'<p class="ec-hint">{both(say("settings.compare.same"))}</p>')
    newest = lines[0].change
    may = account.role in MAY_EDIT and can_be_written and section not in ON_ANOTHER_PAGE
    if may and newest.holds and earlier != newest.etag:
        _restoring(section, earlier, newest)


def _version(which: str, etags: list[str], labels: dict[str, str], place: int) -> str:
    chosen = st.selectbox(
        str(say(f"settings.compare.{which}")),
        etags,
        index=place,
        format_func=lambda each: labels.get(each, each),
        key=f"settings-version-{which}",
    )
    return chosen or etags[place]


def _restoring(section: str, etag: str, newest: SettingsChange) -> None:
    st.html(f'<p class="ec-hint">{both(say("settings.restore.means"))}</p>')
    why = "settings-why-restore"
    st.text_input(str(say("settings.note")), key=why, max_chars=MAX_NOTE_CHARACTERS)
    label = str(say("settings.restore"))
    st.button(label, key="settings-restore", on_click=_restore, args=(section, etag, newest.etag, why))


def _restore(section: str, etag: str, seen: str, why: str) -> None:
    note = str(st.session_state.get(why) or "")
    editing = services().settings.editing
    waits: list[bool] = []

    def write(by: Account) -> None:
        written = editing.restore(section, etag, seen=seen, note=note, by=by)
        waits.append(written.proposal is not None)

    if carry_out(write, say("settings.restored"), place=PLACE, overtaken="settings_meanwhile") and any(waits):
        carry_out(lambda _: None, say("settings.proposed"), place=PLACE)
