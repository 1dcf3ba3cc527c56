"""How sending stands for a day, refreshed by itself: progress, results by state and reason, hold and go on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.greeting_plans import MAY_PLAN
from elder_channel.services.greeting_sending import MAY_GO_ON, MAY_STOP
from ui.components.greeting import counts_html, heading_html, held_html, remarks_html
from ui.components.greeting_acts import Act, offer
from ui.components.markup import both
from ui.components.notices import command_html, notice_html
from ui.components.sending_progress import draw_pausing, draw_progress
from ui.greeting_cards import HeldLine, SendingPage, present_sending, scope_words
from ui.session import services, signed_in
from ui.words import Text, say

REFRESH_SECONDS = 5
_DAY = "sending_day"


def draw_sending(account: Account) -> None:
    """The day to look at, and the part that refreshes."""
    today = services().greetings.calendar.today()
    st.date_input(str(say("sending.day")), value=today, key=_DAY, persist_state="session")
    refreshing_sending()
    _planning(account)
    _holding(account)


@st.fragment(run_every=REFRESH_SECONDS)
def refreshing_sending() -> None:
    """Read and draw the counts every five seconds."""
    if signed_in() is None:
        st.rerun()
    day: date = st.session_state.get(_DAY) or services().greetings.calendar.today()
    status = services().greetings.sending.status(day)
    page = present_sending(status, zone=HOTLINE_ZONE)
    with st.container():
        if page.held or page.shut:
            st.html(held_html(page))
    with st.container():
        draw_progress(status, day)
    with st.container():
        _counts(page, day)
    clock = datetime.now(UTC).astimezone(HOTLINE_ZONE).strftime("%H:%M:%S")
    st.html(f'<p class="ec-updated">{both(say("updated", time=clock))}</p>')


def _counts(page: SendingPage, day: date) -> None:
    st.html(heading_html(say("sending.states")))
    if not page.total:
        command = command_html(
            f".venv/bin/elder-channel greetings plan --day {day.isoformat()}", say("sending.none.command")
        )
        st.html(notice_html(say("sending.none"), say("sending.none.explain"), command))
    else:
        st.progress(page.ended / page.total, text=str(page.progress))
        st.html(counts_html(say("sending.states"), say("sending.state"), page.states))
        st.html(heading_html(say("sending.reasons")))
        if page.reasons:
            st.html(counts_html(say("sending.reasons"), say("sending.reason"), page.reasons))
        else:
            st.html(f'<p class="ec-missing">{both(say("sending.reasons.none"))}</p>')
    st.html(heading_html(say("sending.spent.title")))
    if page.remarks:
        st.html(remarks_html(page.remarks))


def _planning(account: Account) -> None:
    """The button that puts a day into the outbox now; later days are planned by the line the evening before."""
    greetings = services().greetings
    today = greetings.calendar.today()
    day: date = st.session_state.get(_DAY) or today
    if account.role not in MAY_PLAN or not today <= day <= today + timedelta(days=1):
        return
    offer(
        Act(
            f"plan-{day}",
            say("sending.plan", day=day.isoformat()),
            lambda: _would_be_planned(day, account),
            say("sending.plan.confirm", day=day.isoformat()),
            say("sending.plan.done"),
            lambda by, _: greetings.plans.plan(day, by=by),
            asks_why=False,
        )
    )


def _would_be_planned(day: date, account: Account) -> Text:
    told = services().greetings.plans.dry_run(day, by=account)
    if not told.planned:
        return say("sending.plan.nobody", due=f"{told.due:,}")
    return say("sending.plan.means", due=f"{told.due:,}", planned=f"{told.planned:,}", cost=f"{told.cost:,.2f}")


def _holding(account: Account) -> None:
    """The buttons; outside the part that refreshes, so that a reason being written stays."""
    st.html(heading_html(say("sending.hold.title")))
    greetings = services().greetings
    status = greetings.sending.status(st.session_state.get(_DAY))
    held = present_sending(status, zone=HOTLINE_ZONE).held
    draw_pausing(status, account)
    if account.role in MAY_STOP and not any(line.channel is None for line in held):
        offer(
            Act(
                "hold",
                say("sending.hold"),
                say("sending.hold.means"),
                say("sending.hold.confirm"),
                say("sending.held.done"),
                lambda by, why: greetings.stop_sending(reason=why, by=by),
            )
        )
    if account.role in MAY_GO_ON:
        for line in held:
            offer(_going_on(line))
    if account.role not in MAY_STOP:
        st.html(f'<p class="ec-hint">{both(say("sending.only"))}</p>')


def _going_on(line: HeldLine) -> Act:
    scope = scope_words(line.channel)
    return Act(
        f"go-on-{line.channel or 'all'}",
        type(scope)(say("sending.go_on", scope=scope.zh).zh, say("sending.go_on", scope=scope.en).en),
        say("sending.go_on.means"),
        say("sending.go_on.confirm"),
        say("sending.gone_on.done"),
        lambda by, _: services().greetings.go_on_sending(channel=line.channel, by=by),
        asks_why=False,
    )
