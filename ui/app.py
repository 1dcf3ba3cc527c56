"""The console's frame: who is there decides which pages exist. Started by `ui.launch`."""

from __future__ import annotations

import streamlit as st
import structlog
from streamlit.navigation.page import StreamlitPage

from elder_channel.services.accounts import Account
from elder_channel.services.customer_files import MAY_LOOK as MAY_LOOK_AT_CUSTOMERS
from elder_channel.services.line_reports import MAY_READ_REPORTS
from elder_channel.services.settings_board import MAY_LOOK as MAY_LOOK_AT_SETTINGS
from elder_channel.services.today import MAY_SEE_TODAY
from elder_channel.services.training import MAY_SEE_RUNS
from elder_channel.services.waiting_list import MAY_SUPERVISE
from ui.components.following import forget_following
from ui.components.frame import open_page, page_title
from ui.components.notices import trouble_html
from ui.components.recording import forget_sound
from ui.faults import where_raised
from ui.session import cookie_order, offer_pages, services, signed_in
from ui.tab_language import settle_language
from ui.views import (
    accounts,
    customers,
    desk,
    dialect_page,
    greetings,
    live,
    login,
    orders,
    prompts,
    recordings,
    reports,
    review,
    routing,
    settings,
    sites,
    today,
    waiting,
)
from ui.views.account_forms import forget_given
from ui.words import say

RETRY_SECONDS = 2

log = structlog.get_logger(__name__)


def main() -> None:
    """Draw the login for strangers, at whatever address they came to, and the pages for staff."""
    try:
        services()
        account = signed_in(active=True)
    except Exception as error:  # noqa: BLE001 - the way in: a line that is still starting is told in words
        log.error("console.services_unavailable", error=type(error).__name__, where=where_raised(error))
        settle_language(None)
        open_page()
        page_title(say("page.live"))
        st.html(trouble_html(None))
        _try_again()
        return
    settle_language(account)
    open_page(cookie_order())
    offered = _pages(account)
    offer_pages({} if account is not None and account.first_password else offered)
    page = st.navigation(list(offered.values()), position="hidden")
    if page is not offered.get("recordings"):
        forget_sound()  # what was heard stays on its page
    if page is not offered.get("accounts"):
        forget_given()
    if page is not offered.get("live"):
        forget_following()
    page.run()


def _pages(account: Account | None) -> dict[str, StreamlitPage]:
    """The pages by name: who answers calls begins at the desk, others with the day's figures if they may see them.

    Strangers get the login at every address, so that a link they came by still leads there once they are signed in;
    so does who has to choose a password first.
    """
    at_desk = account is not None and account.agent_id is not None
    leads = account is not None and account.role in MAY_SUPERVISE
    sees_today = account is not None and account.role in MAY_SEE_TODAY
    reads = account is not None and account.role in MAY_READ_REPORTS
    first = "desk" if at_desk else "today" if sees_today else "live"
    views = {
        **({"desk": desk.show} if at_desk else {}),
        **({"today": today.show} if sees_today else {}),
        "live": live.show,
        **({"waiting": waiting.show} if leads else {}),
        "orders": orders.show,
        **({"customers": customers.show} if account is not None and account.role in MAY_LOOK_AT_CUSTOMERS else {}),
        "greetings": greetings.show,
        "sites": sites.show,
        "routing": routing.show,
        "prompts": prompts.show,
        "dialects": dialect_page.show,
        **({"recordings": recordings.show} if leads else {}),
        **({"review": review.show} if account is not None and account.role in MAY_SEE_RUNS else {}),
        **({"reports": reports.show} if reads else {}),
        **({"settings": settings.show} if account is not None and account.role in MAY_LOOK_AT_SETTINGS else {}),
        "accounts": accounts.show,
    }
    instead = login.show if account is None else accounts.show if account.first_password else None
    return {
        name: st.Page(
            instead or view,
            title=str(say("page.login" if account is None else f"page.{name}")),
            url_path="home" if name == first else name,
            default=name == first,
        )
        for name, view in views.items()
    }


@st.fragment(run_every=RETRY_SECONDS)
def _try_again() -> None:
    """Runs the whole page again after a while; its first run, which comes at once, only starts the waiting."""
    if st.session_state.pop("retry_waited", False):
        st.rerun()
    st.session_state["retry_waited"] = True


main()
