"""One agent's form as it stands: what it was opened on, what is filled in, and what of that is kept as a draft."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pydantic import ValidationError

from elder_channel.agents.hours import WEEK
from elder_channel.agents.model import AgentDefinition, Answer
from ui.components.drafts import DraftForm, find, keep_fields, settle
from ui.roster_cards import shift_words
from ui.shift_lines import ShiftLineError, read_shifts

OPENED = "roster_opened"
LANGUAGES = ("zh", "en")
TICKS = ("elder_trained", "interpreter", "hunt_group")
EMPTY = AgentDefinition(id="new", name="-", contact="client:new")
"""What an empty form begins with."""
NEW = "-"
"""Stands for the id of somebody who is not on the list yet, in the name of a draft; no agent is called so."""
_DECIDING = "whose-"
"""Begins the fields that decide a conflict; they are none of the agent's."""


@dataclass(frozen=True)
class Opened:
    """The agent who is being changed, as this tab saw them; what is saved is saved on top of it."""

    seen: AgentDefinition | None
    """None for somebody new."""
    serial: str
    """Part of every field's key: another opening is another form."""

    @property
    def base(self) -> AgentDefinition:
        """What the fields begin with."""
        return self.seen or EMPTY

    def key(self, field: str) -> str:
        """Of a field's widget."""
        return f"roster-{field}-{self.serial}"


def begin(agent: AgentDefinition | None) -> Opened:
    """A form over the agent as they are now."""
    opened = Opened(agent, uuid.uuid4().hex[:8])
    st.session_state[OPENED] = opened
    return opened


def put_back(agent: AgentDefinition | None) -> None:
    """What this person had not saved, on top of the agent as they saw them then: what others changed since merges."""
    left = find(draft_of(agent))
    if left is None:
        return
    try:
        seen = AgentDefinition.model_validate_json(left.base) if left.base else None
    except ValidationError:  # of an older version of this program
        settle(draft_of(agent))
        return
    opened = begin(seen)
    st.session_state.update({opened.key(field): value for field, value in left.fields.items()})


def draft_of(agent: AgentDefinition | None) -> DraftForm:
    """What is filled in and not saved, on top of this."""
    base = agent.model_dump_json() if agent else ""
    return DraftForm(f"agent:{agent.id if agent else NEW}", {}, {}, base=base)


def keep_draft(opened: Opened) -> None:
    """Keep the form as it stands; one in which nothing was changed is no draft. A widget's callback."""
    try:
        untouched = opened.seen is not None and not changed(opened)
    except ShiftLineError:
        untouched = False
    if untouched:
        settle(draft_of(opened.seen))
    else:
        keep_fields(draft_of(opened.seen), _fields(opened))


def _fields(opened: Opened) -> dict[str, Any]:
    """Name of each field on the screen to what stands in it."""
    prefix, suffix = opened.key("|").split("|")
    mine = [str(key) for key in st.session_state if str(key).startswith(prefix) and str(key).endswith(suffix)]
    found = {key.removeprefix(prefix).removesuffix(suffix): st.session_state[key] for key in mine}
    return {field: value for field, value in found.items() if not field.startswith(_DECIDING)}


def filled_in(opened: Opened) -> dict[str, Any]:
    """What stands in the fields; raises `ShiftLineError`."""
    state, base = st.session_state, opened.base

    def value(field: str, otherwise: Any) -> Any:
        return state.get(opened.key(field), otherwise)

    spoken = value("dialects", list(base.dialects))
    levels = {id_: value(f"level-{id_}", base.dialects.get(id_, 3)) for id_ in spoken}
    told = {id_: value(f"language-{id_}", base.languages.get(id_, 0)) for id_ in LANGUAGES}
    others = {id_: level for id_, level in base.languages.items() if id_ not in LANGUAGES}
    shifts = read_shifts(value("shifts", str(shift_words(base.shifts))))
    return {
        "name": value("name", base.name).strip(),
        "contact": value("contact", base.contact).strip(),
        "dialects": levels,
        "languages": {**{id_: level for id_, level in told.items() if level}, **others},
        "site": value("site", base.site),
        "answer": Answer(value("answer", base.answer)),
        "wrap_up_seconds": int(value("wrap_up_seconds", base.wrap_up_seconds)),
        "companies": tuple(value("companies", base.companies)),
        "shifts": base.shifts if _same(shifts, base.shifts) else shifts,
        **{tick: value(tick, getattr(base, tick)) for tick in TICKS},
    }


def _same(one: Any, other: Any) -> bool:
    """Whether two lists of shifts mean the same; days may be written in another order."""
    return [(sorted(map(WEEK.index, each.days)), each.opens, each.closes) for each in one] == [
        (sorted(map(WEEK.index, each.days)), each.opens, each.closes) for each in other
    ]


def changed(opened: Opened) -> dict[str, Any]:
    """The fields that were changed here; a field that was not keeps what others make of it."""
    return {field: value for field, value in filled_in(opened).items() if value != getattr(opened.base, field)}
