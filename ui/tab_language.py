"""What a browser tab draws: its own choice, else the account's, else the address's (`?lang=en`), else both."""

from __future__ import annotations

import streamlit as st
import structlog
from streamlit.runtime.scriptrunner import get_script_run_ctx

from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from ui.languages import ScreenLanguage, ask
from ui.session import KEPT_AT_SIGN_OUT, services, signed_in

PARAMETER = "lang"
_DRAWN, _CHOSEN, _SETTLED = "screen_language_drawn", "screen_language_chosen", "screen_language_settled"
KEPT_AT_SIGN_OUT.update({_DRAWN, _CHOSEN})  # the login is read in what the person has just read

log = structlog.get_logger(__name__)


def of_this_tab() -> ScreenLanguage:
    """What the tab that is being drawn shows; both outside of a tab."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ScreenLanguage.BOTH
    language = st.session_state.get(_DRAWN)
    return language if isinstance(language, ScreenLanguage) else ScreenLanguage.BOTH


def settle_language(account: Account | None) -> None:
    """Settle once for each person what the tab shows; a choice made in the tab holds, and is kept for the account."""
    state = st.session_state
    whose = account.username if account else ""
    if state.get(_SETTLED) == whose:
        return
    state[_SETTLED] = whose
    if _CHOSEN in state:
        _remember(account, state[_CHOSEN])
        return
    state[_DRAWN] = (account.screen_language if account else None) or _asked_for()


def choose_language(language: ScreenLanguage) -> None:
    """Show the tab in `language` from now on, and remember it for whoever is signed in."""
    st.session_state[_DRAWN] = st.session_state[_CHOSEN] = language
    account = signed_in()
    if account is None:
        st.query_params[PARAMETER] = language  # so that loading the login again keeps it
    else:
        _remember(account, language)


def _asked_for() -> ScreenLanguage:
    try:
        return ScreenLanguage(st.query_params.get(PARAMETER, ""))
    except ValueError:  # anything may stand in an address
        return ScreenLanguage.BOTH


def _remember(account: Account | None, language: ScreenLanguage) -> None:
    if account is None or account.screen_language is language:
        return
    try:
        services().accounts.choose_screen_language(language, by=account)
    except ServiceError as error:  # the tab shows it all the same; only the next sign-in will not
        log.warning("console.language_not_kept", code=error.code)


ask(of_this_tab)
