"""The staffing calculator: a forecast, what each hour needs, and the peak played; the last of each stays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from elder_channel.agents.staffing.plan import Target
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError, StaffingRefusedError
from elder_channel.services.results import Progress, Result, ResultState
from elder_channel.services.staffing import MAY_CALCULATE, NEEDS_TEXT, PEAK_TEXT, Needs, PeakFigures, Wish
from ui.components.greeting import heading_html
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.results import result_line
from ui.components.roster import problems_html
from ui.components.stacked import stacked_html
from ui.session import services, signed_in
from ui.staffing_cards import hour_rows, hours_plot, played_rows, speaker_rows, speakers_plot, verdict
from ui.words import ZH, Text, say

NEEDS, PEAK = "staffing:needs", "staffing:peak"
"""Names of the kept results."""
_TROUBLE, _FILE = "staffing_trouble", "staffing_file"
_FIELDS = {"times": "staffing_times", "percent": "staffing_answered", "within": "staffing_within"}


def draw_staffing(account: Account) -> None:
    """The question, and below it what was worked out last, whenever and in whatever tab."""
    if account.role not in MAY_CALCULATE:
        st.html(f'<p class="ec-hint">{both(say("staffing.only_leads"))}</p>')
        return
    st.html(f'<p class="ec-hint">{both(say("staffing.rule"))}</p>')
    results = services().results
    kept = results.find(NEEDS, by=account)
    with st.container(border=True):
        _fields(kept)
        st.button(str(say("staffing.calculate")), key="staffing-go", type="primary", on_click=_work_out)
    with st.container():
        _trouble()
    if kept is None or not kept.told:
        st.html(notice_html(say("staffing.empty"), say("staffing.empty.explain")))
        return
    result_line(NEEDS, kept)
    st.button(str(say("result.again")), key="staffing-again", on_click=_work_out, args=(kept.asked,))
    needs = NEEDS_TEXT.validate_json(kept.told)
    _needs(needs)
    st.html(heading_html(say("staffing.played")))
    peak = results.find(PEAK, by=account)
    _play(needs, kept, peak if peak and peak.asked["of"] == _known_by(kept) else None)


def _fields(kept: Result | None) -> None:
    """The question; where nothing is filled in yet, as it was the last time."""
    if kept is not None:
        for name, key in _FIELDS.items():
            st.session_state.setdefault(key, kept.asked[name])
    st.file_uploader(str(say("staffing.file")), type=["yaml", "yml"], key=_FILE)
    left, middle, right = st.columns(3)
    with left:
        help_ = str(say("staffing.times.help"))
        _number("times", "staffing.times", (0.1, 10.0), 1.0, step=0.1, help=help_)
    with middle:
        _number("percent", "staffing.answered", (50, 99), 92)
    with right:
        _number("within", "staffing.within", (0, 120), 15)


def _number(name: str, label: str, span: tuple[float, float], usual: float, **more: Any) -> None:
    st.session_state.setdefault(_FIELDS[name], usual)
    st.number_input(str(say(label)), *span, key=_FIELDS[name], persist_state="session", **more)


def _filled_in() -> dict[str, Any]:
    """What stands in the fields now, the last key included; the file as text."""
    file = st.session_state.get(_FILE)
    forecast = file.getvalue().decode("utf-8", "replace") if file else None
    return {"forecast": forecast, **{name: st.session_state[key] for name, key in _FIELDS.items()}}


def _work_out(as_before: Mapping[str, Any] | None = None) -> None:
    """Work out what is filled in, or the same as before; at once. A button's callback."""
    asked = as_before or _filled_in()

    def work(by: Account) -> None:
        forecast = asked["forecast"]
        target = Target(asked["percent"] / 100, asked["within"])
        wish = Wish(None if forecast is None else forecast.encode(), asked["times"], target)
        needs = services().staffing.needs(wish, by=by)
        services().results.keep(NEEDS, asked, NEEDS_TEXT.dump_json(needs).decode(), by=by)

    _told(work)


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


def _play(needs: Needs, kept: Result, peak: Result | None) -> None:
    runs = peak is not None and peak.state is ResultState.RUNNING
    label = str(say("staffing.play"))
    st.button(label, key="staffing-play", disabled=runs, on_click=_begin, args=(needs, _known_by(kept)))
    if peak is None:
        return
    result_line(PEAK, peak)
    if peak.state is ResultState.DONE:
        _played(needs, PEAK_TEXT.validate_json(peak.told))


def _known_by(needs: Result) -> str:
    """Which needs a peak was played of."""
    return hashlib.sha256(needs.told.encode()).hexdigest()


def _begin(needs: Needs, of: str) -> None:
    """Have the peak played aside; the button's callback."""

    def begin(by: Account) -> None:
        staffing = services().staffing

        def work(progress: Progress) -> str:
            return PEAK_TEXT.dump_json(staffing.play(needs, by=by, progress=progress).figures).decode()

        services().results.begin(PEAK, {"of": of}, work, by=by)

    _told(begin)


def _played(needs: Needs, played: PeakFigures) -> None:
    st.html(f'<p class="ec-done" role="status">{both(verdict(needs, played))}</p>')
    columns = [say(f"staffing.{name}") for name in ("who", "in_time", "abandoned", "matched", "busy")]
    rows = [(both(who), *cells) for who, *cells in played_rows(played)]
    st.html(stacked_html(say("staffing.played"), columns, rows))


def _told(work: Callable[[Account], object]) -> None:
    """Do it for whoever is signed in, and remember what is wrong."""
    st.session_state.pop(_TROUBLE, None)
    account = signed_in()
    if account is None:
        return
    try:
        work(account)
    except ServiceError as error:
        known = f"refused.{error.code}"
        told = (str(error),) if isinstance(error, StaffingRefusedError) and error.code == "staffing_forecast" else ()
        st.session_state[_TROUBLE] = (say(known if known in ZH else "desk.failed"), told)


def _trouble() -> None:
    if _TROUBLE in st.session_state:
        text, told = st.session_state[_TROUBLE]
        st.html(problems_html(text, told))
