"""What if: a call that might come is described, and below it stands what the line would do."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.what_if import KEYS, MAX_WORDS_CHARACTERS, MAY_ASK, Dialled
from elder_channel.services.what_if_model import Question
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.what_if import answer_html, heard_html, people_html, reasons_html, steps_html
from ui.session import services
from ui.what_if_cards import DecisionCard, present_decision
from ui.words import ZH, Text, say

ANSWER = "whatif_answer"
"""The decision that was drawn last, or the sentence that says why there is none."""
DOES = ("says", "plays", "keys", "silent")
WHEN = ("then", "now")
EXAMPLE_NUMBER = "+8659100000102"
EXAMPLE_WORDS = "我毛病了，要问一下住院的钱怎么报"
_FILES = ["wav", "flac", "mp3", "m4a", "aac", "ogg", "opus", "webm", "amr", "aiff", "mp4"]
_RATE_HZ = 16_000
_STEP = timedelta(minutes=30)


def draw_what_if(account: Account) -> None:
    """The question, and the answer to the last one."""
    if account.role not in MAY_ASK:
        st.html(f'<p class="ec-hint">{both(say("routing.only_writers"))}</p>')
        return
    st.html(f'<p class="ec-hint">{both(say("whatif.rule"))}</p>')
    with st.container(border=True):
        _question()
        with st.container(horizontal=True):
            asked = st.button(str(say("whatif.ask")), key="whatif-ask", type="primary")
            st.button(str(say("whatif.example")), key="whatif-example", on_click=_fill_in)
    if asked:
        st.session_state[ANSWER] = _answer(account)
    with st.container():
        _draw(st.session_state.get(ANSWER))


def _question() -> None:
    left, right = st.columns(2)
    with left:
        help_ = str(say("whatif.number.help"))
        st.text_input(str(say("whatif.number")), key="whatif_number", max_chars=32, help=help_, persist_state="session")
    with right:
        dialled = {each.number: each for each in services().what_if.dialled()}
        names = {number: _dialled(each) for number, each in dialled.items()}
        st.selectbox(
            str(say("whatif.called")),
            list(names),
            format_func=lambda number: str(names[number]),
            key="whatif_called",
            persist_state="session",
        )
    does = _radio("whatif.does", DOES, key="whatif_does")
    if does == "says":
        help_ = str(say("whatif.words.help"))
        st.text_area(
            str(say("whatif.words")),
            key="whatif_words",
            max_chars=MAX_WORDS_CHARACTERS,
            help=help_,
            height=90,
            persist_state="session",
        )
    elif does == "plays":
        st.audio_input(str(say("whatif.microphone")), sample_rate=_RATE_HZ, key="whatif_microphone")
        st.file_uploader(str(say("whatif.file")), type=_FILES, key="whatif_file")
    elif does == "keys":
        _radio("whatif.key", KEYS, key="whatif_key")
    if _radio("whatif.when", WHEN, key="whatif_when") == "then":
        _moment()


def _moment() -> None:
    left, right = st.columns(2)
    now = datetime.now(HOTLINE_ZONE)
    with left:
        st.date_input(str(say("whatif.day")), value=now.date(), key="whatif_day", persist_state="session")
    with right:
        hour = now.replace(minute=0, second=0, microsecond=0).time()
        st.time_input(str(say("whatif.time")), value=hour, key="whatif_time", step=_STEP, persist_state="session")


def _radio(key_of_words: str, options: tuple[str, ...], *, key: str) -> str:
    chosen = st.radio(
        str(say(key_of_words)),
        options,
        format_func=lambda each: str(say(f"{key_of_words}.{each}")),
        horizontal=True,
        key=key,
        persist_state="session",
    )
    return chosen or options[0]


def _dialled(each: Dialled) -> Text:
    return say(f"whatif.called.{each.kind}", number=each.number, name=each.name)


def _fill_in() -> None:
    """An invented number of Fuzhou, and a sentence as it is said there."""
    st.session_state["whatif_number"] = EXAMPLE_NUMBER
    st.session_state["whatif_does"] = "says"
    st.session_state["whatif_words"] = EXAMPLE_WORDS


def _answer(account: Account) -> DecisionCard | str:
    """The decision, or the key of the sentence that says why there is none."""
    filled = st.session_state
    does = filled.get("whatif_does") or DOES[0]
    recording = None
    if does == "plays":
        given = filled.get("whatif_file") or filled.get("whatif_microphone")
        if given is None:
            return "refused.what_if_nothing"
        recording = given.getvalue()
    question = Question(
        number=(filled.get("whatif_number") or "").strip(),
        called=filled.get("whatif_called") or "",
        at=_at() if filled.get("whatif_when", WHEN[0]) == "then" else None,
        words=(filled.get("whatif_words") or "").strip() if does == "says" else "",
        key=filled.get("whatif_key") or KEYS[0] if does == "keys" else "",
    )
    try:
        return present_decision(services().what_if.decide(question, by=account, recording=recording))
    except RecognitionUnavailableError:
        return "whatif.unheard"
    except ServiceError as error:
        key = f"refused.{error.code}"
        return key if key in ZH else "desk.failed"


def _at() -> datetime:
    return datetime.combine(st.session_state["whatif_day"], st.session_state["whatif_time"], HOTLINE_ZONE)


def _draw(answer: DecisionCard | str | None) -> None:
    if answer is None:
        st.html(notice_html(say("whatif.empty"), say("whatif.empty.explain")))
    elif answer == "whatif.unheard":
        st.html(f'<div role="alert">{notice_html(say(answer), say(f"{answer}.explain"))}</div>')
    elif isinstance(answer, str):
        st.html(f'<p class="ec-refusal" role="alert">{both(say(answer))}</p>')
    else:
        for part in (answer_html, reasons_html, steps_html, people_html, heard_html):
            st.html(part(answer))
