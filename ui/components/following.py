"""The sound of an opened call, and its words that follow it."""

from __future__ import annotations

from html import escape

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.call_sound import HeardCall, TimedWords, may_hear
from ui.components.markup import both, said
from ui.components.outcomes import carry_out, draw_outcome, forget_outcome
from ui.following_script import PLACE
from ui.presenters import CallCard, minutes_and_seconds
from ui.session import services
from ui.words import say

_OPEN = "following_open"
"""The one call that is being heard, and its sound."""


def following(card: CallCard, account: Account) -> None:
    """The button that fetches the sound, or the player with the words; why there is none, where there is none."""
    sound = card.sound
    if not sound.clips and sound.why_none is None:
        return
    opened = _opened(card.call_sid)
    if sound.why_none is not None:  # withdrawn while it was being heard, too
        if opened:
            _close(card.call_sid)
        st.html(f'{_title()}<p class="ec-missing">{both(say(f"follow.why.{sound.why_none}"))}</p>')
        return
    if not may_hear(account, card.agent_id):
        st.html(f'{_title()}<p class="ec-missing">{both(say("follow.not_yours"))}</p>')
        return
    st.html(f'{_title()}<p class="ec-hint">{both(say("follow.rule"))}</p>')
    with st.container(key=f"{PLACE}{card.call_sid}"):
        with st.container():
            draw_outcome(_place(card.call_sid))
        with st.container():
            _fetching(card, opened)
        if opened:
            _player(card.call_sid, opened)


def forget_following() -> None:
    """Let go of the sound that was heard last."""
    st.session_state.pop(_OPEN, None)


def words_html(words: tuple[TimedWords, ...]) -> str:
    """The words as buttons in their order; the page's script marks those being said and moves the sound."""
    rows = "".join(f"<li>{_button(each)}</li>" for each in words)
    return f'<p class="ec-hint">{both(say("follow.how"))}</p><ol class="ec-following">{rows}</ol>'


def _button(words: TimedWords) -> str:
    text = said(words.text) if words.text else both(say("follow.no_words"))
    at = escape(minutes_and_seconds(words.start_seconds))
    times = f'data-ec-from="{words.start_seconds:.2f}" data-ec-to="{words.end_seconds:.2f}"'
    return f'<button type="button" {times}><span class="ec-at">{at}</span> {text}</button>'


def _fetching(card: CallCard, opened: HeardCall | None) -> None:
    """One place for the button, so that the player below stays where it is when there is more to hear."""
    clips = card.sound.clips
    if opened is None or opened.clips != clips:
        key, label = f"follow-{card.call_sid}", say("follow.more" if opened else "follow.listen", count=len(clips))
        st.button(str(label), key=key, on_click=_listen, args=(card.call_sid,))


def _player(sid: str, opened: HeardCall) -> None:
    st.audio(opened.wav, format="audio/wav", alt=str(say("follow.player")))
    st.html(words_html(opened.words))
    st.button(str(say("follow.close")), key=f"follow-close-{sid}", on_click=_close, args=(sid,))


def _listen(sid: str) -> None:
    forget_following()

    def fetch(by: Account) -> None:
        st.session_state[_OPEN] = (sid, services().call_sound.listen(sid, by=by))

    carry_out(fetch, say("follow.ready"), place=_place(sid))


def _close(sid: str) -> None:
    forget_following()
    forget_outcome(_place(sid))


def _opened(sid: str) -> HeardCall | None:
    kept = st.session_state.get(_OPEN)
    return kept[1] if kept is not None and kept[0] == sid else None


def _title() -> str:
    return f'<div class="ec-details"><h3>{both(say("follow.title"))}</h3></div>'


def _place(sid: str) -> str:
    return f"following-{sid}"
