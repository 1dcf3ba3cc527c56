"""A bar for each campaign of the day with its pace, and the button that pauses it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.campaigns import MAY_APPROVE, MAY_STOP
from greeting_sms.campaign_books import IN_FORCE, CampaignState
from greeting_sms.status import Status
from ui.components.greeting import heading_html
from ui.components.greeting_acts import Act, offer
from ui.components.markup import both
from ui.progress_cards import present_progress, seen_now, with_newest
from ui.session import services
from ui.words import Text, say

_LOOKS = "sending_looks"
"""(day, what waited at each look): of this tab, for the pace."""


def draw_progress(status: Status, day: date) -> None:
    """The bars; drawn by the part that refreshes."""
    kept = st.session_state.get(_LOOKS)
    before = kept[1] if kept and kept[0] == day else ()
    looks = with_newest(before, seen_now(status, datetime.now(UTC)))
    st.session_state[_LOOKS] = (day, looks)
    lines = present_progress(status, looks)
    if not lines:
        return
    st.html(heading_html(say("progress.title")))
    for line in lines:
        st.progress(line.share, text=str(line.told))
    st.html(f'<p class="ec-hint">{both(say("progress.leave"))}</p>')


def draw_pausing(status: Status, account: Account) -> None:
    """A button for each campaign of the day that runs or is paused; outside the part that refreshes."""
    in_force = {
        each.campaign.id: each.state for each in services().greetings.campaigns.versions() if each.state in IN_FORCE
    }
    acts = [act for id_ in status.campaigns if (act := _act(id_, in_force.get(id_), account))]
    if acts:
        st.html(heading_html(say("progress.pause")))
    for act in acts:
        offer(act)


def _act(campaign_id: str, state: CampaignState | None, account: Account) -> Act | None:
    if state is CampaignState.PAUSED and account.role in MAY_APPROVE:
        return turning("resume", campaign_id, account, say("progress.resume.one", id=campaign_id))
    if state is CampaignState.APPROVED and account.role in MAY_STOP:
        return turning("pause", campaign_id, account, say("progress.pause.one", id=campaign_id))
    return None


def turning(deed: str, campaign_id: str, account: Account, button: Text | None = None) -> Act:
    """`pause`, `resume` or `cancel` a campaign, with how many greetings that concerns."""
    campaigns = services().greetings.campaigns
    write = {"pause": campaigns.pause, "resume": campaigns.resume, "cancel": campaigns.cancel}[deed]
    waiting = f"{services().greetings.calendar.waiting(campaign_id, by=account):,}"
    return Act(
        f"{deed}-{campaign_id}",
        button or say(f"campaign.{deed}"),
        say(f"campaign.{deed}.means", count=waiting),
        say(f"campaign.{deed}.confirm"),
        say(f"campaign.{deed}.done"),
        lambda by, why: write(campaign_id, by=by, reason=why),
    )
