"""The settings written out: the packaged default files and the table of `docs/configuration.md`, both from the schema.

A test compares the committed files with what is rendered here, so that help text and defaults have one home.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from config.environment import section_model, variable_name
from config.files import SCHEMA_VERSION, is_list_field, item_type
from config.schema import Settings
from config.second_person import concern
from config.taking_over import Taking, taking

TABLE_BEGIN = "<!-- settings: begin (written by `elder-channel config reference`) -->"
TABLE_END = "<!-- settings: end -->"

_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def default_file(field: str) -> str:
    """Return the packaged YAML of one section: every key with its default and its help text as comment."""
    model = section_model(field)
    lines = [f"# {_first_sentence(model)}", f"schema: {SCHEMA_VERSION}"]
    for key, info in model.model_fields.items():
        lines += ["", *textwrap.wrap(info.description or "", 110, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"{key}: {_written(info.default)}")
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """Return the reference of every setting as Markdown, one table per file, between the two markers."""
    sections = [_section(field) for field in Settings.model_fields]
    return "\n".join([TABLE_BEGIN, *sections, "", TABLE_END])


def replace_table(document: str) -> str:
    """Return a Markdown document with its settings table renewed; ValueError when it has no place for one."""
    before, begin, rest = document.partition(TABLE_BEGIN)
    _, end, after = rest.partition(TABLE_END)
    if not (begin and end):
        raise ValueError(f"the document has no lines {TABLE_BEGIN} and {TABLE_END}")
    return before + settings_table() + after


def _section(field: str) -> str:
    model = item_type(field) or section_model(field)
    lines = ["", f"### {field}.yaml", "", _first_sentence(model), ""]
    lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
    lines += [_row(field, key, info) for key, info in model.model_fields.items()]
    if not is_list_field(field):
        first = next(iter(model.model_fields))
        lines += ["", f"In the environment: `{variable_name(field, first)}` and so on."]
    return "\n".join(lines)


def _row(field: str, key: str, info: FieldInfo) -> str:
    name = f"{field}[].{key}" if is_list_field(field) else f"{field}.{key}"
    default = "required" if info.is_required() else f"`{_written(_default(info))}`"
    return f"| `{name}` | {_kind(info)} | {default} | {info.description}{_marks(field, key)} |"


def _marks(field: str, key: str) -> str:
    """Say whether a change on the console needs a second person, and whether it waits for a start."""
    marks = {
        "two people": concern(field, key) is not None,
        "from the next start": not is_list_field(field) and taking(field, key) is Taking.AT_START,
    }
    told = [mark for mark, holds in marks.items() if holds]
    return f" *({'; '.join(told)})*" if told else ""


def _kind(info: FieldInfo) -> str:
    """Return type and range in words: `whole number, ≥ 40, ≤ 100`."""
    annotation = info.annotation
    if get_origin(annotation) is tuple:
        word = f"list of {_item(get_args(annotation)[0])}"
    elif get_origin(annotation) is dict:
        value = get_args(annotation)[1]
        listed = get_origin(value) is tuple
        word = f"word to list of {_item(get_args(value)[0])}" if listed else f"word to {_WORDS[value]}"
    else:
        word = next((word for plain, word in _WORDS.items() if annotation is plain), "text")
    return ", ".join([word, *_bounds(info)])


def _item(kind: Any) -> str:
    """Return what a list holds, in words: `text`, or the keys of its mappings."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "{" + ", ".join(kind.model_fields) + "}"
    return _WORDS.get(kind, "text")


def _bounds(info: FieldInfo) -> Iterator[str]:
    for constraint in info.metadata:
        for name, sign in _BOUNDS.items():
            if (bound := getattr(constraint, name, None)) is not None:
                yield f"{sign} {bound}"


def _default(info: FieldInfo) -> Any:
    return info.get_default(call_default_factory=True, validated_data={})


def _written(value: Any) -> str:
    """Return a default as YAML on one line; JSON is YAML, and its quotes keep numbers text."""
    return json.dumps(to_jsonable_python(value), ensure_ascii=False)


def _first_sentence(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())
