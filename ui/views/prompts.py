"""The prompts: every message read and played, recorded in a dialect, approved by a second person; what is missing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.prompts.voices import CHINESE, ENGLISH
from elder_channel.services.accounts import Account
from ui.components.drafts import open_asked
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import notice_html
from ui.components.outcomes import draw_outcome, forget_outcome
from ui.components.prompt import coverage_html, history_html, prompt_html
from ui.components.prompt_deciding import draw_take, reason_field
from ui.components.prompt_recording import PLACE, open_form, recording_form
from ui.faults import where_raised
from ui.prompt_cards import NextLine, PromptCard, present_coverage, present_prompt, voice_name
from ui.session import services, signed_in
from ui.words import say

VIEW, VOICE = "prompts_view", "prompts_voice"
_OPENED = "prompts_opened"
"""The one message that is open."""
_VIEWS = ("messages", "waiting", "coverage")

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page; it does not refresh itself, so that neither a player nor a recording is interrupted."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    open_asked("prompts", _open_from_link)
    page_head("prompts", account)
    st.html(f'<p class="ec-hint">{both(say("prompts.rule"))}</p>')
    view = st.radio(
        str(say("prompts.view")),
        _VIEWS,
        format_func=lambda each: str(say(f"prompts.view.{each}")),
        horizontal=True,
        key=VIEW,
        persist_state="session",
    )
    draws: dict[str, Callable[[Account], None]] = {"messages": _messages, "waiting": _waiting, "coverage": _coverage}
    try:
        draws[view or "messages"](account)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.prompts_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("prompts.trouble"), say("prompts.trouble.explain"))}</div>')


def _messages(account: Account) -> None:
    board = services().prompt_board
    names = {tag: voice_name(voice) for tag, voice in board.voices.items()}
    tag = st.selectbox(
        str(say("prompts.voice")),
        list(names),
        format_func=lambda each: f"{names[each]} ({each})",
        key=VOICE,
        persist_state="session",
    )
    voice = board.voices[tag or CHINESE]
    opened = st.session_state.get(_OPENED)
    cards = [present_prompt(row, voice, viewer=account, zone=HOTLINE_ZONE) for row in board.of_voice(voice.tag)]
    for card in [card for card in cards if card.id == opened] or cards:
        with st.container(key=f"prompt-{card.id}", gap="small"):
            st.html(prompt_html(card))
            if card.id == opened:
                _opened(card, voice.tag, account)
            else:
                label = str(say("prompt.open", id=card.id))
                st.button(label, key=f"open-{card.id}", on_click=_open, args=(card.id,))


def _waiting(account: Account) -> None:
    board = services().prompt_board
    takes = board.waiting()
    if not takes:
        st.html(notice_html(say("prompts.waiting.none"), say("prompts.waiting.none.explain")))
    for tag, message_id in dict.fromkeys((take.voice_tag, take.message_id) for take in takes):
        voice = board.voices[tag]
        row = next(row for row in board.of_voice(tag) if row.message.id == message_id)
        card = present_prompt(row, voice, viewer=account, zone=HOTLINE_ZONE)
        with st.container(key=f"waiting-{tag}-{message_id}", gap="small"):
            st.html(f'<h2 class="ec-wrap">{both(voice_name(voice))}</h2>{prompt_html(card)}')
            label = f"{say('prompt.open', id=card.id)} {tag}"
            st.button(label, key=f"go-{tag}-{card.id}", on_click=_go, args=(tag, card.id))


def _coverage(_: Account) -> None:
    board = services().prompt_board
    card = present_coverage(board.coverage(), board.voices)
    st.html(f'<h2 class="ec-wrap">{both(say("coverage.next"))}</h2>')
    for line in card.best:
        _next(line)
    st.html(coverage_html(card))


def _next(line: NextLine) -> None:
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        key = f"next-{line.voice_tag}-{line.message_id}"
        st.button(str(line.button), key=key, width="stretch", on_click=_go, args=(line.voice_tag, line.message_id))
    with right:
        st.html(f"<p>{both(line.gain)}</p>")


def _opened(card: PromptCard, tag: str, account: Account) -> None:
    st.button(str(say("prompt.close")), key="prompt-close", on_click=_close)
    name = voice_name(services().prompt_board.voices[tag])
    with st.container():
        draw_outcome(PLACE)
    st.html(f'<h3 class="ec-form-title">{both(say("prompt.listen"))}</h3>')
    for language in (CHINESE, ENGLISH):
        _built(card.id, language)
    for take in card.takes:
        with st.container(key=f"take-{take.id}", gap="small"):
            draw_take(take, account, name=name)
    reason_field(card.id, card.takes)
    if card.may_record:
        recording_form(card, tag, account)
    elif card.why_not_record is not None:
        st.html(f'<p class="ec-hint">{both(card.why_not_record)}</p>')
    if card.acts:
        st.html(history_html(card.acts))


def _built(message_id: str, language: str) -> None:
    sound = services().prompt_board.built_sound(message_id, language)
    if sound is None:
        st.html(f'<p class="ec-hint">{both(say(f"prompt.listen.none.{language}"))}</p>')
        return
    label = say(f"prompt.listen.{language}")
    st.html(f"<p>{both(label)}</p>")
    st.audio(sound, format="audio/wav", alt=str(label))


def _open(message_id: str) -> None:
    """The one message that is shown, with its players and forms."""
    forget_outcome(PLACE)
    open_form()
    st.session_state[_OPENED] = message_id


def _open_from_link(message_id: str, _: Account) -> None:
    st.session_state[VIEW] = "messages"
    if st.session_state.get(_OPENED) != message_id:
        _open(message_id)


def _go(tag: str, message_id: str) -> None:
    """To a message in a voice, open."""
    _open(message_id)
    st.session_state.update({VIEW: "messages", VOICE: tag})


def _close() -> None:
    forget_outcome(PLACE)
    st.session_state.pop(_OPENED, None)
