"""The group's opt-outs: found, lifted at the customer's wish, taken from a file, written to one."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ReplyRefusedError
from elder_channel.services.opt_outs import MAY_EXPORT, MAY_IMPORT, Imported
from elder_channel.services.replies import MAY_WITHDRAW
from ui.components.greeting import heading_html, remarks_html
from ui.components.greeting_acts import PLACE, Act, do, offer
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.outcomes import forget_outcome
from ui.components.reply import opt_out_html
from ui.reply_cards import OptOutCard, present_opt_outs
from ui.session import services
from ui.words import Text, say

_SEARCHED, _FILE = "opt_outs_searched", "opt_outs_file"
_TAKEN = "opt_outs_taken"
_EXPORT = "opt_outs_written"
FAULTS_SHOWN = 20


def draw_opt_outs(account: Account) -> None:
    """The list, then what may be done with the whole of it."""
    st.html(f'<p class="ec-hint">{both(say("opt_outs.rule"))}</p>')
    searched = st.text_input(str(say("opt_outs.search")), key=_SEARCHED, persist_state="session") or ""
    try:
        listed = services().greetings.opt_outs.look(searched, by=account)
    except ReplyRefusedError as error:
        st.html(f'<p class="ec-refusal" role="status">{both(say(f"refused.{error.code}"))}</p>')
    else:
        told = say("opt_outs.total", total=f"{listed.total:,}", shown=len(listed.shown))
        st.html(f'<p class="ec-hint" role="status">{both(told)}</p>')
        if not listed.shown:
            which = "opt_outs.not_found" if listed.total else "opt_outs.empty"
            st.html(notice_html(say(which), say(f"{which}.explain")))
        for card in present_opt_outs(listed.shown, zone=HOTLINE_ZONE):
            _opt_out(card, account)
    if account.role in MAY_IMPORT:
        _import()
    if account.role in MAY_EXPORT:
        _export()


def _opt_out(card: OptOutCard, account: Account) -> None:
    with st.container(key=f"opt-out-{card.key.lstrip('+')}", gap="small"):
        st.html(opt_out_html(card))
        if account.role in MAY_WITHDRAW:
            board = services().greetings.opt_outs
            offer(
                Act(
                    f"withdraw-{card.key.lstrip('+')}",
                    say("opt_outs.withdraw", number=card.number.replace("*", r"\*")),
                    say("opt_outs.withdraw.means"),
                    say("opt_outs.withdraw.confirm"),
                    say("opt_outs.withdraw.done"),
                    lambda by, why: board.withdraw(card.key, reason=why, by=by),
                )
            )


def _import() -> None:
    st.html(heading_html(say("opt_outs.import")))
    st.file_uploader(str(say("opt_outs.import.file")), type=["csv"], key=_FILE)
    st.button(str(say("opt_outs.import.submit")), key="opt_outs_import", on_click=_take)
    taken = st.session_state.get(_TAKEN)
    if isinstance(taken, Text):
        st.html(f'<p class="ec-refusal" role="status">{both(taken)}</p>')
    elif isinstance(taken, Imported):
        told = say("opt_outs.import.done", new=taken.new, known=taken.known, faults=len(taken.faults))
        st.html(f'<p class="ec-kept" role="status">{both(told)}</p>{remarks_html(_faults(taken))}')


def _faults(taken: Imported) -> list[Text]:
    whole = say("opt_outs.import.whole")
    return [
        Text(
            say("opt_outs.import.fault", row=each.row, column=each.column or whole.zh, reason=each.reason).zh,
            say("opt_outs.import.fault", row=each.row, column=each.column or whole.en, reason=each.reason).en,
        )
        for each in taken.faults[:FAULTS_SHOWN]
    ]


def _take() -> None:
    file = st.session_state.get(_FILE)
    if file is None:
        st.session_state[_TAKEN] = say("opt_outs.import.missing")
        return
    st.session_state.pop(_TAKEN, None)

    def write(by: Account) -> None:
        board = services().greetings.opt_outs
        st.session_state[_TAKEN] = board.import_csv(file.name, file.getvalue(), by=by)

    if do(write, say("opt_outs.import")):
        forget_outcome(PLACE)  # the figures tell it better


def _export() -> None:
    st.html(heading_html(say("opt_outs.export")))
    st.html(f'<p class="ec-hint">{both(say("opt_outs.export.rule"))}</p>')
    st.button(str(say("opt_outs.export.prepare")), key="opt_outs_export", on_click=_prepare)
    written = st.session_state.pop(_EXPORT, None)  # once: a list of numbers does not stay in the session
    if isinstance(written, str):
        label = str(say("opt_outs.export.download"))
        st.download_button(label, written, file_name="opt-outs.csv", mime="text/csv", key="opt_outs_download")


def _prepare() -> None:
    def write(by: Account) -> None:
        st.session_state[_EXPORT] = services().greetings.opt_outs.export_csv(by=by)

    do(write, say("opt_outs.export.done"))
