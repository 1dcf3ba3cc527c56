"""The inbox of replies: each with what it is taken for, confirmed or corrected by one button."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.reply_inbox import Tray
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.replies import UNSURE
from ui.components.greeting_acts import do
from ui.components.markup import both
from ui.components.notices import command_html, notice_html
from ui.components.reply import reply_html
from ui.reply_cards import ReplyCard, label_words, present_replies
from ui.session import pages, services
from ui.views.orders import OPENED
from ui.words import Text, say

_TRAY = "replies_tray"
CLASSIFY_COMMAND = '.venv/bin/elder-channel inbound classify "别再发了"'


def draw_replies(account: Account) -> None:
    """The chosen tray."""
    inbox = services().greetings.inbox
    tray = st.selectbox(
        str(say("replies.tray")),
        list(Tray),
        format_func=lambda each: str(say(f"replies.tray.{each}")),
        key=_TRAY,
        persist_state="session",
    )
    cards = present_replies(inbox.look(tray or Tray.TO_CONFIRM, by=account), zone=HOTLINE_ZONE)
    unsure = inbox.counts(by=account).get(UNSURE, 0)
    st.html(f'<p class="ec-hint" role="status">{both(say("replies.count", shown=len(cards), unsure=unsure))}</p>')
    if not cards:
        command = command_html(CLASSIFY_COMMAND, say("replies.empty.command"))
        st.html(notice_html(say("replies.empty"), say("replies.empty.explain"), command))
        return
    st.html(f'<p class="ec-hint">{both(say("replies.rule"))}</p>')
    for card in cards:
        with st.container(key=f"reply-{card.sid}", gap="small"):
            _reply(card)


def _reply(card: ReplyCard) -> None:
    st.html(reply_html(card))
    with st.container(horizontal=True, key=f"says-{card.sid}"):
        for place, (label, words) in enumerate(card.choices):
            st.button(
                str(words),
                key=f"say-{label}-{card.sid}",
                type="primary" if place == 0 and card.is_taken else "secondary",
                on_click=_settle,
                args=(card, label),
            )
    if card.order_id is not None and "orders" in pages():
        label_ = str(say("reply.order", id=card.order_id))
        if st.button(label_, key=f"order-{card.sid}"):
            st.session_state[OPENED] = card.order_id
            st.switch_page(pages()["orders"])


def _settle(card: ReplyCard, label: Label) -> None:
    words = label_words(label)
    done = Text(say("reply.done", label=words.zh).zh, say("reply.done", label=words.en).en)
    inbox = services().greetings.inbox
    do(lambda by: inbox.settle(card.sid, label, seen=card.etag, by=by), done)
