"""All settings of the site taken away as one file, and such a file looked at and taken; where the secrets come from."""

from __future__ import annotations

from html import escape

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError, SettingsRefusedError
from elder_channel.services.settings_editing import MAX_NOTE_CHARACTERS, MAY_EDIT
from elder_channel.services.settings_exchange import Import
from elder_channel.services.settings_model import SettingsOverview
from ui.components.greeting import heading_html, remarks_html
from ui.components.markup import both
from ui.components.outcomes import carry_out
from ui.components.roster import problems_html
from ui.components.settings import edits_html
from ui.components.stacked import stacked_html
from ui.session import services
from ui.settings_cards import concern_text, problem_text, taken_over
from ui.views.settings_form import PLACE
from ui.words import ZH, say

_FILE = "settings_file"
_NOTE = "settings_import_note"


def draw_exchange(account: Account, overview: SettingsOverview) -> None:
    """Export and import, for who may change settings."""
    if account.role not in MAY_EDIT:
        st.html(f'<p class="ec-hint">{both(say("settings.only_editors"))}</p>')
        return
    st.html(heading_html(say("settings.export")))
    st.html(f'<p class="ec-hint">{both(say("settings.export.what"))}</p>')
    exchange = services().settings.exchange
    with st.container(horizontal=True):
        for kind, data, mime in (  # made, and logged, when the button is pressed
            ("zip", lambda: exchange.as_zip(by=account), "application/zip"),
            ("yaml", lambda: exchange.as_yaml(by=account), "application/yaml"),
        ):
            label = str(say(f"settings.export.{kind}"))
            st.download_button(label, data, f"settings.{kind}", mime, key=f"settings-{kind}", on_click="ignore")
    st.html(heading_html(say("settings.import")))
    st.html(f'<p class="ec-hint">{both(say("settings.import.what"))}</p>')
    sent = st.file_uploader(str(say("settings.import.file")), type=["zip", "yaml", "yml"], key=_FILE)
    if sent is not None:
        _looked_at(sent.getvalue(), account, can_be_written=overview.can_be_written)


def _looked_at(content: bytes, account: Account, *, can_be_written: bool) -> None:
    try:
        found = services().settings.exchange.look(content, by=account)
    except ServiceError as error:
        problems = error.problems if isinstance(error, SettingsRefusedError) else ()
        key = f"refused.{error.code}"
        st.html(problems_html(say(key if key in ZH else "desk.failed"), [problem_text(each) for each in problems]))
        return
    if found.passed_over:
        st.html(f'<p class="ec-caution">{both(say("settings.import.passed", names="、".join(found.passed_over)))}</p>')
    checked = found.checked
    if checked.problems:
        st.html(problems_html(say("refused.settings_wrong"), [problem_text(each) for each in checked.problems]))
    elif not checked.edits:
        st.html(f'<p class="ec-hint">{both(say("settings.import.same"))}</p>')
    else:
        st.html(edits_html(checked.edits))
        st.html(remarks_html(taken_over(checked.edits)))
        for concern in checked.concerns:
            st.html(f'<p class="ec-caution">{both(concern_text(concern))}</p>')
        if can_be_written:
            _taking(found)


def _taking(found: Import) -> None:
    st.text_input(str(say("settings.note")), key=_NOTE, max_chars=MAX_NOTE_CHARACTERS)
    label = str(say("settings.propose" if found.checked.concerns else "settings.import.take"))
    st.button(label, key="settings-import", type="primary", on_click=_take, args=(found,))


def _take(found: Import) -> None:
    note = str(st.session_state.get(_NOTE) or "")
    done = say("settings.proposed" if found.checked.concerns else "settings.imported")
    exchange = services().settings.exchange
    carry_out(lambda by: exchange.take(found, note=note, by=by), done, place=PLACE, overtaken="settings_meanwhile")


def draw_secrets(overview: SettingsOverview) -> None:
    """Names and where they come from; never what they are."""
    st.html(f'<p class="ec-hint">{both(say("settings.secrets.what"))}</p>')
    rows = [
        (
            f"<code>{escape(line.name)}</code>",
            both(say("settings.secrets.environment" if line.from_environment else "settings.secrets.file")),
        )
        for line in overview.secrets
    ]
    columns = [say("settings.secrets.name"), say("settings.secrets.from")]
    st.html(stacked_html(say("settings.view.secrets"), columns, rows))
