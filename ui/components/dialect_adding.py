"""Adding a word to a dialect: written, tried on the stored sentences at once, kept; and taking one back."""

from __future__ import annotations

import streamlit as st

from dialects.additions import NOTE_CHARACTERS, WEIGHTS, Addition, Kind
from dialects.needs import load_needs
from elder_channel.services.accounts import Account
from elder_channel.services.dialect_words import MAY_ADD, Trial, Wish
from elder_channel.services.errors import DialectRefusedError
from ui.components.dialect_sheet import lines_html, own_html, trial_html
from ui.components.drafts import DraftForm, draft_line, restore, settle, watched
from ui.components.markup import both, said
from ui.components.notices import notice_html
from ui.components.outcomes import carry_out, draw_outcome, forget_outcome
from ui.dialect_cards import OwnCard, OwnLine, present_trial
from ui.session import services
from ui.words import Text, say

PLACE = "dialects"
DIALECT = "dialects_dialect"
"""The key of the page's choice of a dialect."""
_KIND, _TEXT, _WEIGHT, _NEED, _NOTE, _EVEN, _REASON = (
    f"dialect_{name}" for name in ("kind", "text", "weight", "need", "note", "even", "reason")
)
_SEEN = "dialect_seen"
"""(dialect, etag) this tab has seen: what is kept is kept on top of it."""
_TRIED = "dialect_tried"
"""(what was tried, the trial): the page is drawn often, the sentences are tried once."""


def open_dialect(dialect_id: str, etag: str) -> None:
    """Remember what this tab has seen of a dialect; what was seen of it before stays, so that a change is noticed."""
    seen = st.session_state.get(_SEEN)
    if not seen or seen[0] != dialect_id:
        st.session_state[_SEEN] = (dialect_id, etag)


def draw_own(own: OwnCard, dialect_id: str, account: Account) -> None:
    """What the site has added, each with its way back."""
    st.html(f'<h2 class="ec-wrap">{both(say("dialects.own.title"))}</h2>')
    if own.problem:
        body = f'<p class="ec-command"><code>{said(own.problem)}</code></p>'
        told = notice_html(say("dialects.file"), say("dialects.file.explain"), body)
        st.html(f'<div role="alert">{told}</div>')
    elif not own.lines:
        st.html(f'<p class="ec-missing">{both(say("dialects.own.none"))}</p>')
    may = account.role in MAY_ADD
    for number, line in enumerate(own.lines):
        with st.container(key=f"own-{number}", gap="small"):
            st.html(own_html(line))
            if may:
                label = str(say("dialects.own.take_back", text=line.addition.text))
                st.button(label, key=f"own-back-{number}", on_click=_take_back, args=(dialect_id, line))
    if own.lines and may:
        st.text_input(str(say("dialects.own.reason")), key=_REASON, max_chars=NOTE_CHARACTERS)
    if own.history:
        st.html(f'<h3 class="ec-form-title">{both(say("dialects.history"))}</h3>{lines_html(own.history)}')


def draw_adding(own: OwnCard, dialect_id: str, name: Text, names: dict[str, Text], account: Account) -> None:
    """The form, and what would change."""
    st.html(f'<h2 class="ec-wrap">{both(say("dialects.add.title"))}</h2>')
    with st.container():
        draw_outcome(PLACE)
    if account.role not in MAY_ADD:
        st.html(f'<p class="ec-hint">{both(say("dialects.add.only"))}</p>')
        return
    if own.problem:
        return
    _meanwhile(own, dialect_id)
    st.html(f'<p class="ec-hint">{both(say("dialects.add.rule"))}</p>')
    form = _draft(dialect_id, own.etag)
    draft_line(form, restore(form))
    wish = _form(dialect_id, name, form)
    worse = 0
    if wish.text.strip():
        worse = _try(wish, own.etag, names)
    if worse:
        st.checkbox(str(say("dialects.add.even")), key=_EVEN)
    st.button(str(say("dialects.add.save")), key="dialect_save", type="primary", on_click=_add, args=(dialect_id,))


def _draft(dialect_id: str, etag: str) -> DraftForm:
    """What is being written for this dialect, on top of this."""
    keys = {"kind": _KIND, "text": _TEXT, "weight": _WEIGHT, "need": _NEED, "note": _NOTE}
    return DraftForm(f"dialect:{dialect_id}", keys, {"text": "", "note": ""}, base=etag)


def _form(dialect_id: str, name: Text, form: DraftForm) -> Wish:
    kind = st.radio(
        str(say("dialects.add.kind")),
        [each.value for each in Kind],
        format_func=lambda each: _kind_name(each, name),
        **watched(form, "kind"),
        persist_state="session",
    )
    is_cue = kind == Kind.CUE
    told = str(say(f"dialects.add.text.{kind}"))
    text = st.text_input(told, persist_state="session", **watched(form, "text"))
    weight = need = None
    if is_cue:
        weight = st.radio(
            str(say("dialects.add.weight")),
            WEIGHTS,
            index=1,
            format_func=lambda each: f"{each:g} · {say(f'dialects.add.weight.{each:g}')}",
            **watched(form, "weight"),
            persist_state="session",
        )
    else:
        needs = load_needs()
        need = st.selectbox(
            str(say("dialects.add.need")),
            list(needs),
            format_func=lambda id_: str(Text(needs[id_].zh, needs[id_].en)),
            **watched(form, "need"),
            persist_state="session",
        )
    told = str(say("dialects.add.note"))
    note = st.text_input(told, max_chars=NOTE_CHARACTERS, persist_state="session", **watched(form, "note"))
    return Wish(dialect_id, Kind(kind or Kind.CUE), text or "", weight, need, note or "")


def _as_it_stands(dialect_id: str) -> Wish:
    """The form as the browser has it now.

    What was chosen or typed just before the press has arrived with it, but the page was not drawn with it yet: what
    the button was drawn with may be older.
    """
    value = st.session_state.get
    kind = Kind(value(_KIND) or Kind.CUE)
    weight = value(_WEIGHT) if kind is Kind.CUE else None
    need = value(_NEED) if kind is Kind.PHRASE else None
    return Wish(dialect_id, kind, str(value(_TEXT) or ""), weight, need, str(value(_NOTE) or ""))


def _kind_name(kind: str, name: Text) -> str:
    return str(say(f"dialects.add.kind.{kind}", name=name))


def _try(wish: Wish, etag: str, names: dict[str, Text]) -> int:
    """Show what would change; how many sentences get worse."""
    wrong = services().dialect_words.wrong_with(wish)
    if wrong:
        st.html(f'<p class="ec-refusal" role="status">{both(say(f"refused.{wrong}"))}</p>')
        return 0
    trial = present_trial(_trial(wish, etag), names)
    st.html(trial_html(trial))
    return trial.worse


def _trial(wish: Wish, etag: str) -> Trial:
    asked = (wish.dialect, wish.kind, wish.text.strip(), wish.weight, wish.need, etag)
    kept = st.session_state.get(_TRIED)
    if kept is None or kept[0] != asked:
        kept = st.session_state[_TRIED] = (asked, services().dialect_words.trial(wish))
    trial: Trial = kept[1]
    return trial


def _meanwhile(own: OwnCard, dialect_id: str) -> None:
    """Say that a colleague was here since; what was written stays."""
    if st.session_state[_SEEN][1] == own.etag:
        return
    told = notice_html(say("dialects.meanwhile"), say("dialects.meanwhile.explain"))
    st.html(f'<div role="alert">{told}</div>')
    label = str(say("dialects.meanwhile.seen"))
    st.button(label, key="dialect_seen_button", on_click=_see, args=(dialect_id, own.etag))


def _see(dialect_id: str, etag: str) -> None:
    forget_outcome(PLACE)
    st.session_state[_SEEN] = (dialect_id, etag)


def _add(dialect_id: str) -> None:
    wish, even = _as_it_stands(dialect_id), bool(st.session_state.get(_EVEN))
    seen = st.session_state[_SEEN][1]

    def write(by: Account) -> None:
        if st.session_state.get(DIALECT, dialect_id) != dialect_id:  # another was chosen just before the press
            raise DialectRefusedError("dialect_other", "Another dialect was chosen meanwhile.")
        kept = services().dialect_words.add(wish, seen=seen, by=by, even_if_worse=even)
        st.session_state[_SEEN] = (wish.dialect, kept.etag)

    if carry_out(write, say("dialects.add.done"), place=PLACE, overtaken="dialect_meanwhile"):
        settle(_draft(wish.dialect, ""))
        st.session_state.update({_TEXT: "", _NOTE: "", _EVEN: False})


def _take_back(dialect_id: str, line: OwnLine) -> None:
    reason, gone, seen = str(st.session_state.get(_REASON) or ""), line.addition, st.session_state[_SEEN][1]

    def write(by: Account) -> None:
        st.session_state[_SEEN] = (dialect_id, _without(dialect_id, gone, reason, seen, by))

    if carry_out(write, say("dialects.own.taken_back"), place=PLACE, overtaken="dialect_meanwhile"):
        st.session_state[_REASON] = ""


def _without(dialect_id: str, gone: Addition, reason: str, seen: str, by: Account) -> str:
    return services().dialect_words.take_back(dialect_id, gone, reason=reason, seen=seen, by=by).etag
