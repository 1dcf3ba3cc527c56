"""Turning a switch: choose, see who is affected, say why, confirm; taking one back goes the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dialects.area import PROVINCES
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ServiceError
from elder_channel.services.sites import MAX_REASON_CHARACTERS
from ui.components.markup import both
from ui.components.outcomes import carry_out, forget_outcome
from ui.components.site import preview_html, switch_html
from ui.session import services
from ui.site_cards import (
    BoardCard,
    SiteCard,
    SwitchLine,
    divert_warning,
    drain_warning,
    named,
    present_divert,
    present_drain,
)
from ui.words import ZH, Text, say

PLACE = "sites"
_PLAN = "sites_plan"
_KIND, _PROVINCE, _TARGETS, _SITE, _REASON = (
    f"plan_{name}" for name in ("kind", "province", "targets", "site", "reason")
)
_DIVERT, _DRAIN, _DRAIN_LINE = _TURNS_ON = ("divert", "drain", "drain_line")


@dataclass(frozen=True)
class Plan:
    """What somebody is about to do; nothing has happened yet."""

    kind: str
    """`divert`, `drain` or `drain_line`, or what takes them back: `restore`, `resume`, `resume_line`."""
    subject_id: str
    subject: str
    targets: tuple[str, ...]
    etag: str
    """The switches as they were when the plan was made."""


def switches_on(board: BoardCard, *, may_switch: bool) -> None:
    """The switches that are on, each with its way back."""
    st.html(f'<h2 class="ec-wrap">{both(say("switches.title"))}</h2>')
    if not board.on:
        st.html(f'<p class="ec-missing">{both(say("switches.none"))}</p>')
    for line in board.on:
        with st.container(key=f"switch-{line.key}", gap="small"):
            st.html(switch_html(line))
            if may_switch:
                st.button(str(say("switches.off")), key=f"off-{line.key}", on_click=_plan_back, args=(line, board.etag))


def turning(board: BoardCard) -> None:
    """The form for a new switch, or what is about to be done."""
    plan = st.session_state.get(_PLAN)
    if isinstance(plan, Plan):
        _confirm(plan, board)
        return
    st.html(f'<h2 class="ec-wrap">{both(say("plan.title"))}</h2>')
    kinds = [_DIVERT, _DRAIN, _DRAIN_LINE] if board.sites else [_DRAIN_LINE]
    kind = st.radio(str(say("plan.kind")), kinds, format_func=lambda each: str(say(f"plan.kind.{each}")), key=_KIND)
    if kind == _DIVERT:
        _choose_diversion(board.sites)
    elif kind == _DRAIN:
        _select(_SITE, "plan.site", {site.id: site.name for site in board.sites})
    st.button(str(say("plan.preview")), key="plan_preview", on_click=_plan, args=(kind, board))


def _choose_diversion(sites: Sequence[SiteCard]) -> None:
    _select(_PROVINCE, "plan.province", {province: province for province in PROVINCES})
    names = {site.id: site.name for site in sites}
    st.multiselect(
        str(say("plan.sites")),
        list(names),
        format_func=lambda id_: str(Text(names.get(str(id_), str(id_)), "")),
        placeholder=str(say("plan.choose")),
        key=_TARGETS,
    )


def _select(key: str, label: str, names: dict[str, str]) -> None:
    st.selectbox(
        str(say(label)),
        list(names),
        index=None,
        format_func=lambda id_: str(Text(names.get(str(id_), str(id_)), "")),
        placeholder=str(say("plan.choose")),
        key=key,
    )


def _plan(kind: str, board: BoardCard) -> None:
    """What the preview button does: keep what was chosen, if it can be."""
    forget_outcome(PLACE)
    filled = st.session_state
    names = {site.id: site.name for site in board.sites}
    subject_id = {_DIVERT: filled.get(_PROVINCE), _DRAIN: filled.get(_SITE)}.get(kind) or ""
    plan = Plan(kind, subject_id, names.get(subject_id, subject_id), tuple(filled.get(_TARGETS) or ()), board.etag)
    if carry_out(lambda _: _preview(plan), say("plan.preview"), place=PLACE):
        forget_outcome(PLACE)
        filled[_PLAN] = plan


def _plan_back(line: SwitchLine, etag: str) -> None:
    forget_outcome(PLACE)
    kind = {_DIVERT: "restore", _DRAIN: "resume", _DRAIN_LINE: "resume_line"}[line.kind]
    st.session_state[_PLAN] = Plan(kind, line.subject_id, line.subject, (), etag)


def _preview(plan: Plan) -> tuple[tuple[Text, ...], Text | None]:
    """Who is affected by what is turned on, and what to think of."""
    sites = services().sites
    if plan.kind == _DIVERT:
        diverted = sites.preview_divert(plan.subject_id, plan.targets)
        return present_divert(diverted), divert_warning(diverted)
    drained = sites.preview_drain(plan.subject_id if plan.kind == _DRAIN else None)
    return present_drain(drained), drain_warning(drained)


def _confirm(plan: Plan, board: BoardCard) -> None:
    to = named(plan.targets, {site.id: site.name for site in board.sites})
    label = say(f"plan.confirm.{plan.kind}", subject=plan.subject, sites=to)
    st.html(f'<h2 class="ec-wrap">{both(label)}</h2>')
    if plan.kind in _TURNS_ON:
        _show_preview(plan)
    st.text_input(str(say("plan.reason")), key=_REASON, max_chars=MAX_REASON_CHARACTERS)
    yes, no = st.columns([2, 1])
    with yes:
        st.button(str(label), key="plan_confirm", type="primary", width="stretch", on_click=_carry_out, args=(plan,))
    with no:
        st.button(str(say("plan.cancel")), key="plan_cancel", width="stretch", on_click=_cancel)


def _show_preview(plan: Plan) -> None:
    try:
        lines, warning = _preview(plan)
    except ServiceError as error:  # a site was taken out of the settings since
        key = f"refused.{error.code}"
        st.html(f'<p class="ec-refusal" role="alert">{both(say(key if key in ZH else "desk.failed"))}</p>')
    else:
        st.html(preview_html(lines, warning))


def _cancel() -> None:
    forget_outcome(PLACE)
    st.session_state.pop(_PLAN, None)


def _carry_out(plan: Plan) -> None:
    """What the button does: the switch is turned, unless somebody has turned one since the plan was made."""
    reason = st.session_state.get(_REASON) or ""
    write = _writers(plan, reason)[plan.kind]
    done = say("plan.done" if plan.kind in _TURNS_ON else "plan.undone")
    if carry_out(write, done, place=PLACE, overtaken="switches_meanwhile"):
        st.session_state.pop(_PLAN, None)
        st.session_state[_REASON] = ""
    elif not _still_possible(plan):
        st.session_state.pop(_PLAN, None)


def _still_possible(plan: Plan) -> bool:
    """Whether nobody has turned a switch since: else the person looks at the board and plans anew."""
    return services().sites.board().etag == plan.etag


def _writers(plan: Plan, reason: str) -> dict[str, Callable[[Account], object]]:
    switches, seen = services().switches, plan.etag
    site = plan.subject_id
    return {
        _DIVERT: lambda by: switches.divert(plan.subject_id, plan.targets, reason=reason, by=by, seen=seen),
        _DRAIN: lambda by: switches.drain(site, reason=reason, by=by, seen=seen),
        _DRAIN_LINE: lambda by: switches.drain(None, reason=reason, by=by, seen=seen),
        "restore": lambda by: switches.restore(plan.subject_id, reason=reason, by=by, seen=seen),
        "resume": lambda by: switches.resume(site, reason=reason, by=by, seen=seen),
        "resume_line": lambda by: switches.resume(None, reason=reason, by=by, seen=seen),
    }
