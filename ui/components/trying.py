"""Trying a day: some real people with what they would read, and a dry run of everybody at a button."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from greeting_sms.campaign import Campaign
from ui.campaign_cards import present_examples, present_trial
from ui.components.campaign import example_html, trial_html
from ui.components.greeting import counts_html, heading_html
from ui.components.markup import both
from ui.greeting_cards import count_lines
from ui.session import services
from ui.words import ZH, say


def try_day(campaign: Campaign, account: Account, *, key: str) -> None:
    """The day, what real people would read of `campaign` as it is written, and the dry run with it."""
    tomorrow = services().greetings.calendar.today() + timedelta(days=1)
    st.date_input(str(say("editor.preview.day")), value=tomorrow, key=f"day-{key}", persist_state="session")
    day: date = st.session_state.get(f"day-{key}") or tomorrow
    try:
        _examples(campaign, day, account)
        st.html(f'<p class="ec-hint">{both(say("editor.dry.rule"))}</p>')
        kept = f"tried-{key}"
        if st.button(str(say("editor.dry")), key=f"try-{key}"):
            with st.spinner(str(say("trying.running"))):
                found = services().greetings.trials.dry_run(campaign, day, by=account)
            st.session_state[kept] = (campaign, day, trial_html(present_trial(found)))
        tried = st.session_state.get(kept)
        if tried and tried[:2] == (campaign, day):  # of these words and this day: it stays until either changes
            st.html(tried[2])
    except ServiceError as error:
        code = error.code if f"refused.{error.code}" in ZH else "greetings_meanwhile"
        st.html(f'<p class="ec-refusal" role="status">{both(say(f"refused.{code}"))}</p>')


def _examples(campaign: Campaign, day: date, account: Account) -> None:
    st.html(heading_html(say("editor.preview")))
    examples = services().greetings.trials.examples(campaign, day, by=account)
    shown = present_examples(examples)
    told = "editor.preview.looked" if shown else "editor.preview.none"
    st.html(f'<p class="ec-hint">{both(say(told, count=examples.looked_at))}</p>')
    for facts, body, language in shown:
        st.html(example_html(facts, body, language))
    if not shown and examples.left_out:
        lines = count_lines(examples.left_out, "left_out")
        st.html(counts_html(say("editor.dry.left_out"), say("editor.dry.reason"), lines))
