"""Training on the page of review: what there is, a run with its progress, old beside new, and the decision."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from elder_channel.learning.runs import UNDER_WAY, RunState, TrainingRun
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError, TrainingRefusedError
from elder_channel.services.training import MAY_TRAIN, REASON_CHARACTERS, HeadsInUse, Overview
from ui.components.dialect_sheet import lines_html
from ui.components.markup import both
from ui.components.outcomes import carry_out, draw_outcome, forget_outcome
from ui.components.training_sheet import compare_html, material_html, needed_html
from ui.session import services, signed_in
from ui.training_cards import (
    compare_card,
    failure_lines,
    history_lines,
    in_use_lines,
    material_lines,
    needed_lines,
    progress_card,
    version_lines,
)
from ui.words import Text, say

PLACE = "training"
LOOK_EVERY_SECONDS = 2
_TOKEN = "training_token"  # noqa: S105 - the key of the button's token in the session
_REASON, _BACK_REASON, _ALTHOUGH = "training_reason", "training_back_reason", "training_although"
_DRAWN = "training_drawn"
"""(run, state) as the page shows it; once it is another, the whole page is drawn anew."""


def draw_training(account: Account, names: Mapping[str, Text]) -> None:
    """The whole part; raises what the service raises."""
    seen = services().training.overview(by=account)
    st.html(f'<h2 class="ec-wrap">{both(say("training"))}</h2><p class="ec-hint">{both(say("training.rule"))}</p>')
    with st.container():
        draw_outcome(PLACE)
    may = account.role in MAY_TRAIN
    _material(seen, names)
    if seen.under_way:
        _under_way(seen.under_way, may)
    else:
        _newest_failure(seen)
    if seen.to_decide:
        _decision(seen.to_decide, names, account)
    elif not seen.under_way:
        _to_begin(seen, may)
    _heads(seen.heads, may)
    past = [run for run in seen.runs if run.state not in UNDER_WAY and run.state is not RunState.FINISHED]
    if past:
        st.html(f'<h3 class="ec-form-title">{both(say("training.history"))}</h3>{lines_html(history_lines(past))}')


def _material(seen: Overview, names: Mapping[str, Text]) -> None:
    material = seen.material
    st.html(f'<h3 class="ec-form-title">{both(say("training.material"))}</h3>')
    if not material.dialects:
        st.html(f'<p class="ec-missing">{both(say("training.material.none"))}</p>')
    else:
        told = say("training.material.figure", recordings=material.recordings, speakers=material.speakers)
        st.html(f"<p>{both(told)}</p>{material_html(material_lines(material, names))}")
    if seen.more_manifests:
        st.html(f"<p>{both(say('training.material.more', count=seen.more_manifests))}</p>")
    if lines := needed_lines(material):
        st.html(needed_html(lines))


def _to_begin(seen: Overview, may: bool) -> None:
    if not may:
        st.html(f'<p class="ec-hint">{both(say("training.start.only"))}</p>')
        return
    st.session_state.setdefault(_TOKEN, uuid.uuid4().hex)
    st.button(
        str(say("training.start")),
        key="training-start",
        type="primary",
        disabled=not seen.material.enough,
        on_click=_start,
    )


def _start() -> None:
    token = str(st.session_state.get(_TOKEN, ""))
    carry_out(lambda by: services().training.start(token=token, by=by), say("training.start.done"), place=PLACE)
    st.session_state[_TOKEN] = uuid.uuid4().hex


def _under_way(run: TrainingRun, may: bool) -> None:
    st.session_state[_DRAWN] = (run.id, run.state)
    _progress(run.id)
    if may:
        label = str(say("training.cancel"))
        st.button(label, key=f"training-cancel-{run.id}", on_click=_cancel, args=(run.id, run.state))


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _progress(run_id: str) -> None:
    account = signed_in()
    if account is None:
        st.rerun()
    try:
        run, progress = services().training.watch(run_id, by=account)
    except (ServiceError, OSError):
        st.rerun()  # the whole page says what is wrong
    if run is None or (run.id, run.state) != st.session_state.get(_DRAWN):
        forget_outcome(PLACE)  # "asked for" is no news of a run that has begun
        st.rerun()
    card = progress_card(run, progress, now=datetime.now(UTC))
    st.html(f'<h3 class="ec-form-title">{both(card.title)}</h3><p class="ec-hint">{both(card.asked)}</p>')
    if card.slow:
        st.html(f'<p class="ec-refusal" role="status">{both(card.slow)}</p>')
    if card.phase and card.told:
        st.progress(card.share, text=f"{card.phase}")
        st.html(f'<p role="status">{both(card.told)}</p>')


def _cancel(run_id: str, state: RunState) -> None:
    done = say("training.cancel.done" if state is RunState.QUEUED else "training.cancel.asked")
    carry_out(lambda by: services().training.cancel(run_id, by=by), done, place=PLACE)


def _newest_failure(seen: Overview) -> None:
    """Why the newest run was not done, as long as no other was begun."""
    if seen.runs and (lines := failure_lines(seen.runs[0])):
        title = f'<h3 class="ec-form-title">{both(say("training.state.failed"))}</h3>'
        st.html(
            f'<div class="ec-refusal" role="alert">{title}{"".join(f"<p>{both(line)}</p>" for line in lines)}</div>'
        )


def _decision(run: TrainingRun, names: Mapping[str, Text], account: Account) -> None:
    st.html(f'<h3 class="ec-form-title">{both(say("training.compare"))}</h3>')
    try:
        compared = services().training.comparison(run, by=account)
    except TrainingRefusedError as error:
        st.html(f'<p class="ec-refusal" role="status">{both(say(f"refused.{error.code}"))}</p>')
        compared = {}
    cards = [compare_card(kind, one, names) for kind, one in compared.items()]
    for card in cards:
        st.html(compare_html(card))
    if account.role not in MAY_TRAIN:
        st.html(f'<p class="ec-hint">{both(say("training.start.only"))}</p>')
        return
    st.html(f'<h3 class="ec-form-title">{both(say("training.decide"))}</h3>')
    st.text_input(str(say("training.decide.reason")), key=_REASON, max_chars=REASON_CHARACTERS[1])
    if any(card.worse for card in cards):
        st.checkbox(str(say("training.decide.although")), key=_ALTHOUGH)
    with st.container(horizontal=True):
        if cards:
            label = str(say("training.promote"))
            st.button(label, key="training-promote", type="primary", on_click=_promote, args=(run.id,))
        st.button(str(say("training.discard")), key="training-discard", on_click=_discard, args=(run.id,))


def _promote(run_id: str) -> None:
    reason, although = str(st.session_state.get(_REASON) or ""), bool(st.session_state.get(_ALTHOUGH))
    versions: list[str] = []

    def write(by: Account) -> None:
        versions.append(services().training.promote(run_id, reason=reason, although_worse=although, by=by))

    if carry_out(write, say("training.promote.done", version=""), place=PLACE):
        _said_instead(say("training.promote.done", version=versions[0]))


def _discard(run_id: str) -> None:
    reason = str(st.session_state.get(_REASON) or "")
    done = say("training.discard.done")
    if carry_out(lambda by: services().training.discard(run_id, reason=reason, by=by), done, place=PLACE):
        _said_instead(done)


def _said_instead(done: Text) -> None:
    """Say what was done, and empty the form."""
    st.session_state[f"{PLACE}_answer"] = ("ec-kept", done)
    st.session_state.update({_REASON: "", _ALTHOUGH: False, _BACK_REASON: ""})


def _heads(heads: HeadsInUse, may: bool) -> None:
    st.html(f'<h3 class="ec-form-title">{both(say("training.in_use"))}</h3>{lines_html(in_use_lines(heads))}')
    if heads.versions:
        title = f'<h3 class="ec-form-title">{both(say("training.versions"))}</h3>'
        st.html(f"{title}{lines_html(version_lines(heads))}")
    if heads.current and may:
        st.text_input(str(say("training.decide.reason")), key=_BACK_REASON, max_chars=REASON_CHARACTERS[1])
        st.button(str(say("training.back")), key="training-back", on_click=_roll_back, args=(heads.current,))


def _roll_back(current: str) -> None:
    reason = str(st.session_state.get(_BACK_REASON) or "")
    before: list[str | None] = []

    def write(by: Account) -> None:
        before.append(services().training.roll_back(current, reason=reason, by=by))

    if carry_out(write, say("training.back.done", version=""), place=PLACE):
        shipped = say("training.back.shipped")
        zh, en = (before[0] or each for each in shipped)
        _said_instead(Text(say("training.back.done", version=zh).zh, say("training.back.done", version=en).en))
