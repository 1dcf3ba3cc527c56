"""The form of a campaign: the keys that are changed often, each a field; what it writes is the YAML itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st
from pydantic import BaseModel

from bilingual.salutation import Style
from dialects.area import PROVINCES
from dialects.catalogue import load_catalogue
from elder_channel.services.campaign_yaml import Path, value_at
from greeting_sms.campaign import Campaign
from greeting_sms.occasions import Calendar
from ui.campaign_cards import CheckLines
from ui.components.campaign import notes_html
from ui.components.markup import both
from ui.session import services
from ui.words import Text, say, say_value

Changed = Callable[[Path, Any], None]
"""Is told what was written where; None takes the key out."""


@dataclass(frozen=True)
class Field:
    """One key of a campaign on the screen."""

    path: Path
    kind: Literal["words", "whole", "money", "one", "several"]
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`window.opens`, as the YAML and the sentences call it."""
        return ".".join(str(part) for part in self.path)


_LANGUAGES = ("zh", "en")
GROUPS: Mapping[str, tuple[Field, ...]] = {
    "who": (
        Field(("title",), "words"),
        Field(("audience", "companies"), "several"),
        Field(("audience", "regions"), "several", tuple(PROVINCES)),
        Field(("audience", "languages"), "several", _LANGUAGES),
        Field(("audience", "dialect_groups"), "several"),
        Field(("audience", "age", "at_least"), "whole"),
        Field(("audience", "age", "at_most"), "whole"),
        Field(("priority",), "whole"),
    ),
    "when": (
        Field(("calendars",), "several", tuple(Calendar)),
        Field(("window", "opens"), "words"),
        Field(("window", "closes"), "words"),
        Field(("starts_on",), "words"),
        Field(("ends_on",), "words"),
    ),
    "how": (
        *(Field((key, language), "words") for key in ("sender", "opt_out") for language in _LANGUAGES),
        Field(("manner",), "one", tuple(Style)),
        Field(("milestones",), "one", ("never", "nominal", "completed")),
        Field(("most_segments",), "whole"),
    ),
    "much": (
        Field(("limits", "segments_per_second"), "money"),
        Field(("limits", "messages_per_day"), "whole"),
        Field(("limits", "cost_per_day"), "money"),
        Field(("limits", "per_number"), "whole"),
        Field(("limits", "per_number_days"), "whole"),
        Field(("control_percent",), "whole"),
    ),
}


def draw_fields(values: Mapping[str, Any], lines: CheckLines, *, serial: int, changed: Changed) -> None:
    """The form on what the YAML says now; `serial` is new whenever the YAML was changed by other means."""
    left, right = st.columns(2, gap="large")
    for place, groups in ((left, ("who", "when")), (right, ("how", "much"))):
        with place:
            for group in groups:
                with st.expander(str(say(f"field.group.{group}")), expanded=group == "who", key=f"group-{group}"):
                    for field in GROUPS[group]:
                        _draw(field, value_at(values, field.path), serial, changed)
    _templates(values, lines, serial, changed)


def _draw(field: Field, value: Any, serial: int, changed: Changed) -> None:
    key, label = f"field-{field.name}-{serial}", str(say(f"field.{field.name}"))
    st.session_state.setdefault(key, _shown(field, value))
    told = (field, key, changed)
    if field.kind == "several":
        names = _names(field, value or ())
        st.multiselect(
            label,
            list(names),
            format_func=lambda each: str(names.get(each, each)),
            placeholder=str(say("field.everybody")),
            key=key,
            on_change=_tell,
            args=told,
        )
    elif field.kind == "one":
        st.selectbox(
            label,
            field.choices,
            format_func=lambda each: str(say_value("choice", each)),
            key=key,
            on_change=_tell,
            args=told,
        )
    elif field.kind == "words":
        st.text_input(label, placeholder=_default(field.path), key=key, on_change=_tell, args=told)
    else:
        step = 1 if field.kind == "whole" else 0.1
        st.number_input(
            label,
            value=None,
            min_value=type(step)(0),
            step=step,
            placeholder=_default(field.path),
            key=key,
            on_change=_tell,
            args=told,
        )


def _templates(values: Mapping[str, Any], lines: CheckLines, serial: int, changed: Changed) -> None:
    templates = values.get("templates")
    st.html(f'<p class="ec-hint">{both(say("editor.variables"))}</p>')
    for place, text in enumerate(templates if isinstance(templates, Sequence) else ()):
        if not isinstance(text, Mapping):
            continue
        id_, language = str(text.get("id", place + 1)), str(text.get("language", ""))
        label = say("editor.template.plain" if text.get("plain") else "editor.template", id=id_, language=language)
        key = f"template-{place}-{serial}"
        st.session_state.setdefault(key, str(text.get("text", "")))
        field = Field(("templates", place, "text"), "words")
        st.text_area(str(label), key=key, height=90, on_change=_tell, args=(field, key, changed))
        if id_ in lines.sizes:
            st.html(f'<p class="ec-hint">{both(lines.sizes[id_])}</p>')
        if id_ in lines.by_template:
            st.html(notes_html(lines.by_template[id_]))


def _shown(field: Field, value: Any) -> Any:
    match field.kind:
        case "several":
            return [str(each) for each in value] if isinstance(value, Sequence) and not isinstance(value, str) else []
        case "one":
            return value if value in field.choices else field.choices[0]
        case "words":
            return "" if value is None else str(value)
        case "whole":
            return int(value) if isinstance(value, (int, float)) else None
        case _:
            return float(value) if isinstance(value, (int, float)) else None


def _names(field: Field, chosen: Sequence[str]) -> dict[str, Text]:
    """What may be chosen, with its name; what is written already stays choosable."""
    if field.path[-1] == "companies":
        known = {id_: Text(name, "") for id_, name in services().greetings.companies.items()}
    elif field.path[-1] == "dialect_groups":
        known = {id_: Text(group.zh, group.en) for id_, group in load_catalogue().groups.items()}
    else:
        known = {
            each: say_value("choice", each) if field.path[-1] != "regions" else Text(each, "") for each in field.choices
        }
    return {**{each: Text(each, "") for each in chosen}, **known}


def _default(path: Path) -> str:
    """What holds where nothing is written, as a hint in the empty field."""
    at: Any = Campaign
    default: Any = None
    for part in path:
        if not (isinstance(at, type) and issubclass(at, BaseModel)):
            return ""
        default = at.model_fields[str(part)].get_default(call_default_factory=True)
        at = type(default)
    return str(default) if isinstance(default, (str, int, float)) else ""


def _tell(field: Field, key: str, changed: Changed) -> None:
    if key not in st.session_state:  # the editor was left in the same click
        return
    written = st.session_state[key]
    empty = written is None or written in ("", [])
    changed(field.path, None if empty else written)
