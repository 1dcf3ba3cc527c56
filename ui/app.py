"""The console's frame: who is there decides which pages exist. Started by `ui.launch`."""

from __future__ import annotations

import streamlit as st
import structlog
from streamlit.navigation.page import StreamlitPage

from elder_channel.services.accounts import Account
from ui.components.frame import open_page, page_title
from ui.components.notices import trouble_html
from ui.faults import where_raised
from ui.session import PAGES, services, signed_in
from ui.views import desk, live, login
from ui.words import say

RETRY_SECONDS = 2

log = structlog.get_logger(__name__)


def main() -> None:
    """Draw the login for strangers and the live page for staff; other addresses lead to the same."""
    open_page()
    try:
        services()
        account = signed_in()
    except Exception as error:  # noqa: BLE001 - the way in: a line that is still starting is told in words
        log.error("console.services_unavailable", error=type(error).__name__, where=where_raised(error))
        page_title(say("page.live"))
        st.html(trouble_html(None))
        _try_again()
        return
    if account is None:
        st.navigation(
            [st.Page(login.show, title=str(say("page.login")), url_path="home", default=True)], position="hidden"
        ).run()
        return
    pages = _pages(account)
    st.session_state[PAGES] = pages
    st.navigation(list(pages.values()), position="hidden").run()


def _pages(account: Account) -> dict[str, StreamlitPage]:
    """The pages of this account, by name: who answers calls begins at the desk, everybody else with the calls."""
    at_desk = account.agent_id is not None
    views = {"live": live.show, **({"desk": desk.show} if at_desk else {})}
    first = "desk" if at_desk else "live"
    return {
        name: st.Page(view, title=str(say(f"page.{name}")), url_path=name, default=name == first)
        for name, view in views.items()
    }


@st.fragment(run_every=RETRY_SECONDS)
def _try_again() -> None:
    """Runs the whole page again after a while; its first run, which comes at once, only starts the waiting."""
    if st.session_state.pop("retry_waited", False):
        st.rerun()
    st.session_state["retry_waited"] = True


main()
