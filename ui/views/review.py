"""Calls listened to again, one after the other, by keyboard; how far people agree; a manifest; training runs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import streamlit as st
import structlog

from dialects.acoustics import ENGLISH
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.errors import RecordingRefusedError
from elder_channel.services.review import EXPORT_FOLDER, MAY_EXPORT, MAY_REVIEW, Agreement, ToReview
from ui.components.dialect_sheet import lines_html
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import command_html, notice_html
from ui.components.outcomes import carry_out, draw_outcome
from ui.components.training import draw_training
from ui.faults import where_raised
from ui.presenters import readable
from ui.session import services, signed_in
from ui.words import Text, say

PLACE = "review"
_SKIPPED = "review_skipped"
_TOKEN = "review_token"  # noqa: S105 - the key of the form's token in the session
_OTHER, _EXPORTED = "review_other", "review_exported"
TRAIN_COMMAND = f".venv/bin/elder-channel dialects train --manifest var/{EXPORT_FOLDER}/manifest.tsv --out trained"

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page; it does not refresh itself, so that a player is not interrupted."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("review", account)
    if account.role in MAY_REVIEW:
        _reviewing(account)
    try:
        draw_training(account, _names())
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.training_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("training.trouble"), say("training.trouble.explain"))}</div>')


def _reviewing(account: Account) -> None:
    """What approvers have no part in: they decide on models, and hear nobody."""
    st.html(f'<p class="ec-hint">{both(say("review.rule"))}</p>')
    try:
        _queue(account)
        _agreement(services().review.agreement(by=account))
        _export(account)
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.review_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("review.trouble"), say("review.trouble.explain"))}</div>')


def _queue(account: Account) -> None:
    skipped = st.session_state.setdefault(_SKIPPED, set())
    left = [item for item in services().review.queue(by=account) if item.sid not in skipped]
    with st.container():
        draw_outcome(PLACE)
    if not left:
        st.html(notice_html(say("review.none"), say("review.none.explain")))
        return
    item = left[0]
    st.session_state.setdefault(_TOKEN, uuid.uuid4().hex)
    time = item.started_at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")
    told = say("review.when", time=time, count=len(item.clips))
    st.html(
        f'<h2 class="ec-wrap">{both(say(f"review.why.{item.why}"))}</h2><p>{both(told)}</p>'
        f'<p class="ec-hint" role="status">{both(say("review.left", count=len(left)))}</p>'
    )
    for number, clip in enumerate(item.clips, start=1):
        _player(clip.id, say("review.listen", number=number, seconds=f"{clip.seconds:.1f}"), account)
    _choosing(item)


def _player(clip_id: str, label: Text, account: Account) -> None:
    st.html(f"<p>{both(label)}</p>")
    try:
        sound = services().review.sound(clip_id, by=account)
    except RecordingRefusedError as error:
        st.html(f'<p class="ec-refusal" role="status">{both(say(f"refused.{error.code}"))}</p>')
        return
    st.audio(sound, format="audio/wav", alt=str(label))


def _choosing(item: ToReview) -> None:
    names = _names()
    st.html(f'<h3 class="ec-form-title">{both(say("review.choose"))}</h3>')
    for number, class_id in enumerate(item.offered, start=1):
        st.button(
            str(names[class_id]),
            key=f"review-{number}",
            shortcut=f"Alt+{number}",
            width="stretch",
            on_click=_judge,
            args=(item, class_id),
        )
    st.selectbox(
        str(say("review.other")),
        [class_id for class_id in names if class_id not in item.offered],
        index=None,
        format_func=lambda id_: str(names[id_]),
        placeholder=str(say("review.pick")),
        key=_OTHER,
    )
    save, skip = st.columns(2)
    with save:
        st.button(
            str(say("review.other.save")), key="review-other", width="stretch", on_click=_judge_other, args=(item,)
        )
    with skip:
        label = str(say("review.skip"))
        st.button(label, key="review-skip", shortcut="Alt+0", width="stretch", on_click=_skip, args=(item,))
    st.html(f'<p class="ec-hint">{both(say("review.keys", count=len(item.offered)))}</p>')


def _names() -> Mapping[str, Text]:
    return {
        id_: Text(name, "English" if id_ == ENGLISH else readable(id_)) for id_, name in services().choices.dialects
    }


def _judge(item: ToReview, class_id: str) -> None:
    token = str(st.session_state.get(_TOKEN, ""))
    name = _names()[class_id]
    done = Text(say("review.kept", name=name.zh).zh, say("review.kept", name=name.en).en)

    def write(by: Account) -> None:
        services().review.judge(item, class_id, token=token, by=by)

    carry_out(write, done, place=PLACE, overtaken="review_meanwhile")
    st.session_state.update({_TOKEN: uuid.uuid4().hex, _OTHER: None})


def _judge_other(item: ToReview) -> None:
    chosen = st.session_state.get(_OTHER)
    if chosen:
        _judge(item, chosen)
        return

    def refuse(_: Account) -> None:
        raise RecordingRefusedError("review_choose", "Nothing was chosen.")

    carry_out(refuse, Text("", ""), place=PLACE)


def _skip(item: ToReview) -> None:
    st.session_state[_SKIPPED] = {*st.session_state.get(_SKIPPED, set()), item.sid}


def _agreement(found: Agreement) -> None:
    st.html(f'<h2 class="ec-wrap">{both(say("review.agreement"))}</h2>')
    if not found.calls:
        st.html(f'<p class="ec-missing">{both(say("review.agreement.none"))}</p>')
        return
    share = f"{found.agreed / found.calls:.0%}"
    figure = say("review.agreement.figure", calls=found.calls, agreed=found.agreed, share=share)
    st.html(f"<p>{both(figure)}</p>")
    names = _names()
    key = "review.agreement.apart"
    lines = tuple(
        Text(
            say(key, one=names[one].zh, other=names[other].zh, count=count).zh,
            say(key, one=names[one].en, other=names[other].en, count=count).en,
        )
        for (one, other), count in found.apart
    )
    if lines:
        st.html(lines_html(lines))


def _export(account: Account) -> None:
    st.html(f'<h2 class="ec-wrap">{both(say("review.export"))}</h2><p>{both(say("review.export.rule"))}</p>')
    if account.role in MAY_EXPORT:
        st.button(str(say("review.export.go")), key="review-export", on_click=_write)
    if _EXPORTED in st.session_state:
        st.html(f'<p class="ec-kept" role="status">{both(st.session_state[_EXPORTED])}</p>')
    st.html(command_html(TRAIN_COMMAND, say("review.export.command")))


def _write() -> None:
    def write(by: Account) -> None:
        done = services().review.export(by=by)
        counts = {"clips": done.clips, "speakers": done.speakers, "minutes": done.minutes}
        st.session_state[_EXPORTED] = say("review.export.done", folder=EXPORT_FOLDER, **counts)

    carry_out(write, say("review.export.written"), place=PLACE)
