"""Trying a day: some real people with what they would read, and a dry run of everybody at a button, which stays."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.campaign_trials import TRIAL_TEXT, figures_of
from elder_channel.services.errors import ServiceError
from elder_channel.services.results import Progress, Result, ResultState
from greeting_sms.campaign import Campaign
from ui.campaign_cards import present_examples, present_trial
from ui.components.campaign import example_html, trial_html
from ui.components.greeting import counts_html, heading_html
from ui.components.markup import both
from ui.components.results import people_seen, result_line
from ui.greeting_cards import count_lines
from ui.session import services
from ui.words import ZH, Text, say


def try_day(campaign: Campaign, account: Account, *, key: str) -> None:
    """The day, what real people would read of `campaign` as it is written, and the dry run with it."""
    kept = services().results.find(_name(key), by=account)
    tomorrow = services().greetings.calendar.today() + timedelta(days=1)
    day_key = f"day-{key}"
    asked_for = date.fromisoformat(kept.asked["day"]) if kept else tomorrow
    st.session_state.setdefault(day_key, max(asked_for, tomorrow - timedelta(days=1)))
    st.date_input(str(say("editor.preview.day")), key=day_key, persist_state="session")
    day: date = st.session_state.get(day_key) or tomorrow
    try:
        _examples(campaign, day, account)
    except ServiceError as error:
        st.html(f'<p class="ec-refusal" role="status">{both(_refusal(error))}</p>')
    st.html(f'<p class="ec-hint">{both(say("editor.dry.rule"))}</p>')
    runs = kept is not None and kept.state is ResultState.RUNNING
    if st.button(str(say("editor.dry")), key=f"try-{key}", disabled=runs):
        _begin(campaign, day, key, account)  # no callback: it would not know the words written right before the press
        st.rerun()
    with st.container():
        if trouble := st.session_state.get(_trouble(key)):
            st.html(f'<p class="ec-refusal" role="status">{both(trouble)}</p>')
    if kept is not None:
        _tried(kept, _asked(campaign, day), key)


def _tried(kept: Result, now: dict[str, str], key: str) -> None:
    """What came of the last dry run, also when words or day have changed since: then it says so."""
    result_line(_name(key), kept, stale=kept.asked != now, told=people_seen)
    if kept.state is ResultState.DONE:
        st.html(heading_html(say("result.day", day=kept.asked["day"])))
        st.html(trial_html(present_trial(TRIAL_TEXT.validate_json(kept.told))))


def _begin(campaign: Campaign, day: date, key: str, account: Account) -> None:
    """Have everybody counted aside."""
    st.session_state.pop(_trouble(key), None)
    trials = services().greetings.trials

    def work(progress: Progress) -> str:
        found = trials.dry_run(campaign, day, by=account, progress=progress)
        return TRIAL_TEXT.dump_json(figures_of(found)).decode()

    try:
        services().results.begin(_name(key), _asked(campaign, day), work, by=account)
    except ServiceError as error:
        st.session_state[_trouble(key)] = _refusal(error)


def _asked(campaign: Campaign, day: date) -> dict[str, str]:
    """By what a dry run is known again; the words themselves are kept where they are written."""
    return {"day": day.isoformat(), "words": hashlib.sha256(campaign.model_dump_json().encode()).hexdigest()}


def _name(key: str) -> str:
    return f"dry-run:{key}"


def _trouble(key: str) -> str:
    return f"dry-run-trouble-{key}"


def _refusal(error: ServiceError) -> Text:
    code = error.code if f"refused.{error.code}" in ZH else "greetings_meanwhile"
    return say(f"refused.{code}")


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
