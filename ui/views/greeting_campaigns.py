"""The campaigns: the list, and one opened with its versions, what may be done to it, and a trial of a day."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.campaigns import MAY_APPROVE, MAY_PROPOSE, MAY_STOP
from elder_channel.services.greeting_plans import MAY_LOOK
from ui.campaign_cards import CampaignCard, VersionCard, present_campaigns, present_history
from ui.components.campaign import campaign_html, versions_html, words_html
from ui.components.greeting import heading_html
from ui.components.greeting_acts import Act, offer
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.outcomes import forget_outcome
from ui.components.sending_progress import turning
from ui.components.trial_texts import try_texts
from ui.components.trying import try_day
from ui.session import services
from ui.views.campaign_editor import begin, draw_editor, is_editing
from ui.words import say

_OPENED = "campaign_opened"
_NEW = "campaign_new_id"
PLACE = "greetings"


def draw_campaigns(account: Account) -> None:
    """The editor, one campaign, or the list."""
    if is_editing() and account.role in MAY_PROPOSE:
        draw_editor(account)
        return
    desk = services().greetings
    drafts = desk.drafts.saved(by=account) if account.role in MAY_PROPOSE else []
    cards = present_campaigns(desk.campaigns.versions(), drafts, zone=HOTLINE_ZONE)
    opened = next((card for card in cards if card.id == st.session_state.get(_OPENED)), None)
    if opened is not None:
        _opened(opened, account)
        return
    if not cards:
        st.html(notice_html(say("campaigns.empty"), say("campaigns.empty.explain")))
    for card in cards:
        with st.container(key=f"campaign-{card.id}", gap=None):
            st.html(campaign_html(card))
            label = str(say("campaigns.open", id=card.id))
            st.button(label, key=f"open-{card.id}", width="stretch", on_click=_open, args=(card.id,))
    if account.role not in MAY_PROPOSE:
        st.html(f'<p class="ec-hint">{both(say("campaigns.new.only"))}</p>')
        return
    known = {card.id for card in cards}
    for draft in (draft for draft in drafts if draft.campaign_id not in known):
        title = str(say("editor.title", id=draft.campaign_id))
        st.button(title, key=f"draft-{draft.campaign_id}", on_click=begin, args=(draft.campaign_id,))
    st.html(heading_html(say("campaigns.new")))
    st.text_input(str(say("campaigns.new.id")), key=_NEW, max_chars=40)
    st.button(str(say("campaigns.new.submit")), key="campaign_new", on_click=_begin_new)


def _begin_new() -> None:
    begin(str(st.session_state.get(_NEW) or "").strip())


def _open(campaign_id: str | None) -> None:
    forget_outcome(PLACE)
    st.session_state[_OPENED] = campaign_id


def _opened(card: CampaignCard, account: Account) -> None:
    st.button(str(say("campaigns.back")), key="campaigns_back", on_click=_open, args=(None,))
    st.html(campaign_html(card))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.html(words_html(card))
        history = services().greetings.campaigns.history(card.id)
        st.html(versions_html(card, present_history(history, zone=HOTLINE_ZONE)))
    with right:
        if account.role in MAY_PROPOSE:
            label = str(say("campaign.edit"))
            st.button(label, key="campaign_edit", width="stretch", on_click=begin, args=(card.id,))
        if card.proposed is not None:
            _deciding(card, card.proposed, account)
        _running(card, account)
    number = (card.proposed or card.versions[0]).version
    try_texts(card.id, number, account)
    if account.role in MAY_LOOK:
        st.html(heading_html(say("campaign.dry")))
        looked_at = next(each for each in services().greetings.campaigns.versions(card.id) if each.version == number)
        try_day(looked_at.campaign, account, key=f"campaign-{card.id}")


def _deciding(card: CampaignCard, proposed: VersionCard, account: Account) -> None:
    if account.role not in MAY_APPROVE:
        return
    st.html(heading_html(say("campaign.decide")))
    if proposed.made_by == account.username:
        st.html(f'<p class="ec-hint">{both(say("campaign.own"))}</p>')
        return
    campaigns, version, seen = services().greetings.campaigns, proposed.version, proposed.etag
    offer(
        Act(
            f"approve-{card.id}-{version}",
            say("campaign.approve", version=version),
            say("campaign.approve.means"),
            say("campaign.approve.confirm", version=version),
            say("campaign.approve.done"),
            lambda by, _: campaigns.approve(card.id, version, etag=seen, by=by),
            asks_why=False,
        )
    )
    offer(
        Act(
            f"reject-{card.id}-{version}",
            say("campaign.reject", version=version),
            say("campaign.reject.means"),
            say("campaign.reject.confirm", version=version),
            say("campaign.reject.done"),
            lambda by, why: campaigns.reject(card.id, version, etag=seen, by=by, reason=why),
        )
    )


def _running(card: CampaignCard, account: Account) -> None:
    if not card.is_in_force:
        return
    paused = card.state_id == "paused"
    if account.role in MAY_STOP and not paused:
        offer(turning("pause", card.id, account))
    if account.role in MAY_APPROVE and paused:
        offer(turning("resume", card.id, account))
    if account.role in MAY_STOP:
        offer(turning("cancel", card.id, account))
