"""The staffing calculator: a forecast, what each hour needs, and the peak played."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from elder_channel.agents.staffing.plan import Target
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError, StaffingRefusedError
from elder_channel.services.staffing import MAY_CALCULATE, Needs, PeakPlayed, Wish
from ui.components.greeting import heading_html
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.roster import problems_html
from ui.components.stacked import stacked_html
from ui.session import services
from ui.staffing_cards import hour_rows, hours_plot, played_rows, speaker_rows, speakers_plot, verdict
from ui.words import ZH, Text, say

_NEEDS, _PLAYED, _TROUBLE = "staffing_needs", "staffing_played", "staffing_trouble"


def draw_staffing(account: Account) -> None:
    """The question, and below it what was worked out last."""
    if account.role not in MAY_CALCULATE:
        st.html(f'<p class="ec-hint">{both(say("staffing.only_leads"))}</p>')
        return
    st.html(f'<p class="ec-hint">{both(say("staffing.rule"))}</p>')
    with st.container(border=True):
        wish = _wish()
        if st.button(str(say("staffing.calculate")), key="staffing-go", type="primary"):
            for key in (_NEEDS, _PLAYED):
                st.session_state.pop(key, None)
            _kept(_NEEDS, lambda: services().staffing.needs(wish, by=account))
    with st.container():
        _trouble()
    needs = st.session_state.get(_NEEDS)
    if not isinstance(needs, Needs):
        st.html(notice_html(say("staffing.empty"), say("staffing.empty.explain")))
        return
    _needs(needs)
    _play(needs, account)
    played = st.session_state.get(_PLAYED)
    if isinstance(played, PeakPlayed):
        _played(needs, played)


def _wish() -> Wish:
    file = st.file_uploader(str(say("staffing.file")), type=["yaml", "yml"], key="staffing_file")
    left, middle, right = st.columns(3)
    with left:
        help_ = str(say("staffing.times.help"))
        times = st.number_input(
            str(say("staffing.times")), 0.1, 10.0, 1.0, 0.1, key="staffing_times", help=help_, persist_state="session"
        )
    with middle:
        percent = st.number_input(
            str(say("staffing.answered")), 50, 99, 92, key="staffing_answered", persist_state="session"
        )
    with right:
        within = st.number_input(
            str(say("staffing.within")), 0, 120, 15, key="staffing_within", persist_state="session"
        )
    return Wish(file.getvalue() if file else None, times, Target(percent / 100, within))


def _needs(needs: Needs) -> None:
    title = say("staffing.hours", name=needs.day.name)
    columns = [say(f"staffing.{name}") for name in ("hour", "calls", "load", "agents", "in_time", "abandoned")]
    _beside(title, hours_plot(needs), stacked_html(title, columns, hour_rows(needs)))
    st.html(f'<p class="ec-hint">{both(say("staffing.plot.rule"))}</p>')
    title = say("staffing.speakers", hour=needs.peak.hour)
    columns = [say(f"staffing.{name}") for name in ("speaker", "speakers.count", "speakers.load")]
    rows = [(both(name), *cells) for name, *cells in speaker_rows(needs)]
    if rows:
        _beside(title, speakers_plot(needs), stacked_html(title, columns, rows))


def _beside(title: Text, plot: Any, table: str) -> None:
    """A plot, and the same in a table beside it."""
    st.html(heading_html(title))
    left, right = st.columns([3, 2])
    with left:
        st.altair_chart(plot, width="stretch", alt=str(title))
    with right:
        st.html(f'<div class="ec-tall">{table}</div>')


def _play(needs: Needs, account: Account) -> None:
    st.html(heading_html(say("staffing.played")))
    if not st.button(str(say("staffing.play")), key="staffing-play"):
        return
    st.session_state.pop(_PLAYED, None)
    bar = st.progress(0.0, str(say("staffing.playing", percent=0)))

    def told(done: float) -> None:
        bar.progress(min(1.0, done), str(say("staffing.playing", percent=round(100 * done))))

    _kept(_PLAYED, lambda: services().staffing.play(needs, by=account, progress=told))
    bar.empty()
    if _PLAYED not in st.session_state:
        st.rerun()  # what is wrong is told above


def _played(needs: Needs, played: PeakPlayed) -> None:
    st.html(f'<p class="ec-done" role="status">{both(verdict(needs, played))}</p>')
    columns = [say(f"staffing.{name}") for name in ("who", "in_time", "abandoned", "matched", "busy")]
    rows = [(both(who), *cells) for who, *cells in played_rows(played)]
    st.html(stacked_html(say("staffing.played"), columns, rows))


def _kept(key: str, work: Callable[[], object]) -> None:
    """Keep what was worked out under `key`, or what is wrong."""
    st.session_state.pop(_TROUBLE, None)
    try:
        st.session_state[key] = work()
    except ServiceError as error:
        known = f"refused.{error.code}"
        told = (str(error),) if isinstance(error, StaffingRefusedError) and error.code == "staffing_forecast" else ()
        st.session_state[_TROUBLE] = (say(known if known in ZH else "desk.failed"), told)


def _trouble() -> None:
    if _TROUBLE in st.session_state:
        text, told = st.session_state[_TROUBLE]
        st.html(problems_html(text, told))
