"""How something stands that was worked out, or is being worked out, and is found again on every page and tab."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.errors import ServiceError
from elder_channel.services.results import Result, ResultState
from ui.components.markup import both
from ui.draft_cards import moment
from ui.session import services, signed_in
from ui.words import ZH, Text, say

LOOK_EVERY_SECONDS = 1
Told = Callable[[float], tuple[float | None, Text]]
"""Progress to the share that is done, where it is known, and to words."""


def share_done(progress: float) -> tuple[float | None, Text]:
    """Of work that knows its end: 0 to 1."""
    return min(1.0, progress), say("result.share", percent=round(100 * min(1.0, progress)))


def people_seen(progress: float) -> tuple[float | None, Text]:
    """Of work that does not: so many people so far."""
    return None, say("result.people", count=f"{round(progress):,}")


def result_line(name: str, result: Result, *, stale: bool = False, told: Told = share_done) -> None:
    """When it was worked out, why there is nothing, or how far it is; always a place of its own."""
    with st.container():
        if result.state is ResultState.RUNNING:
            _watch(name, told)
            return
        at = moment(result.at, now=datetime.now(UTC), zone=HOTLINE_ZONE)
        if result.state is ResultState.DONE:
            changed = f" <b>{both(say('result.stale'))}</b>" if stale else ""
            st.html(f'<p class="ec-hint" role="status">{both(say("result.at", time=at))}{changed}</p>')
            return
        st.html(f'<p class="ec-refusal" role="status">{both(_why(result, at))}</p>')


def _why(result: Result, at: str) -> Text:
    if result.state is ResultState.FAILED and f"refused.{result.code}" in ZH:
        return say(f"refused.{result.code}")
    return say(f"result.{result.state}", time=at)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _watch(name: str, told: Told) -> None:
    """The work as it goes on; the whole page is drawn again when it is over."""
    account = signed_in()
    if account is None:
        st.rerun()
    try:
        result = services().results.find(name, by=account)
    except ServiceError:
        st.rerun()  # the whole page says what is wrong
    if result is None or result.state is not ResultState.RUNNING:
        st.rerun()
    share, words = told(result.progress) if result.progress else (None, say("result.waits"))
    if share is None:
        st.html(f'<p class="ec-hint" role="status">{both(words)}</p>')
    else:
        st.progress(share, str(words))
    st.html(f'<p class="ec-hint">{both(say("result.leave"))}</p>')
