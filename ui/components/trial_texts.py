"""Test texts of a campaign to the site's own list: sent after a second look, and what came of each."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account
from elder_channel.services.greeting_trials import MAY_TEST
from greeting_sms.trial_texts import TrialText
from ui.components.greeting import heading_html, table_html
from ui.components.greeting_acts import Act, is_asked, offer
from ui.components.markup import both
from ui.session import services
from ui.words import say, say_value

NEWEST_SHOWN = 10


def try_texts(campaign_id: str, version: int, account: Account) -> None:
    """The button, and the newest test texts; a sentence where nobody is on the list."""
    if account.role not in MAY_TEST:
        return
    tests = services().greetings.tests
    st.html(heading_html(say("trial.title")))
    numbers = tests.numbers()
    if not numbers:
        st.html(f'<p class="ec-hint">{both(say("trial.nobody"))}</p>')
        return
    name = f"test-{campaign_id}-{version}"
    # Made when it is asked about, and kept in the books: pressed twice, or again after a reload, it is one sending.
    token = services().drafts.token(name, by=account) if is_asked(name) else ""
    offer(
        Act(
            name,
            say("trial.send", version=version),
            say("trial.send.means", count=len(numbers), numbers="、".join(map(mask_number, numbers))),
            say("trial.send.confirm"),
            say("trial.send.done"),
            lambda by, _: _send(campaign_id, version, token, by),
            asks_why=False,
        )
    )
    if newest := tests.newest(campaign_id, most=NEWEST_SHOWN):
        columns = [say(f"trial.{each}") for each in ("when", "number", "template", "outcome")]
        st.html(table_html(say("trial.title"), columns, [_row(each) for each in newest]))


def _send(campaign_id: str, version: int, token: str, by: Account) -> None:
    """Send under the token of this question; what was sent under it already is only told."""
    services().greetings.tests.send(campaign_id, by=by, token=token, version=version)
    services().drafts.done(f"test-{campaign_id}-{version}", token, by=by)


def _row(text: TrialText) -> tuple[str, ...]:
    at = text.asked_at.astimezone(HOTLINE_ZONE).strftime("%m-%d %H:%M")
    state = both(say_value("greeting.state", text.stands_at))
    return at, mask_number(text.number), f"v{text.campaign_version} {text.template}", state
