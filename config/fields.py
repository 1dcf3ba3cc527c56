"""What a form has to know of each setting, read from the schema: its kind, bounds, choices, unit, help and default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from config.environment import section_model
from config.files import item_type


class Kind(StrEnum):
    """How a value is filled in."""

    SWITCH = "switch"  # true or false
    WHOLE = "whole"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    LINES = "lines"  # a list, one thing a line
    PAIRS = "pairs"  # word to number, `+852: 0.5` a line
    NESTED = "nested"  # mappings within lists or mappings: as YAML


class Unit(StrEnum):
    """What a number counts, by the end of its name."""

    MILLISECONDS = "ms"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    YEARS = "years"
    PERCENT = "percent"
    MEGABYTES = "mb"
    HOUR_OF_DAY = "hour"


@dataclass(frozen=True)
class FieldSpec:
    """One key of a section, or of an item of a list."""

    key: str
    kind: Kind
    help: str
    default: Any
    """As JSON has it; None where the key must be given."""
    is_required: bool
    least: float | None = None
    most: float | None = None
    least_is_out: bool = False
    """Whether the value must be more than `least`, not just as much."""
    most_is_out: bool = False
    choices: tuple[str, ...] = ()
    unit: Unit | None = None
    holds: Kind | None = None
    """What the lines of a list are: text, whole numbers or numbers."""
    longest: int | None = None
    """Characters of a text at most."""


def fields_of(section: str) -> tuple[FieldSpec, ...]:
    """Return the keys of a section, or of the items of a list, in their order."""
    model = item_type(section) or section_model(section)
    return tuple(_spec(key, info) for key, info in model.model_fields.items())


def section_help(section: str) -> str:
    """Return the sentence that says what a section is about."""
    model = item_type(section) or section_model(section)
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _spec(key: str, info: FieldInfo) -> FieldSpec:
    kind = _kind(info.annotation)
    bounds = _bounds(info)
    return FieldSpec(
        key=key,
        kind=kind,
        help=info.description or "",
        default=None if info.is_required() else _default(info),
        is_required=info.is_required(),
        least=bounds.get("ge", bounds.get("gt")),
        most=bounds.get("le", bounds.get("lt")),
        least_is_out="gt" in bounds,
        most_is_out="lt" in bounds,
        choices=_choices(info.annotation),
        unit=_unit(key) if kind in (Kind.WHOLE, Kind.NUMBER) or _holds(info.annotation) is Kind.WHOLE else None,
        holds=_holds(info.annotation) if kind is Kind.LINES else None,
        longest=int(bounds["max_length"]) if kind is Kind.TEXT and "max_length" in bounds else None,
    )


def _kind(annotation: Any) -> Kind:
    if annotation is bool:
        return Kind.SWITCH
    if annotation in (int, float):
        return Kind.WHOLE if annotation is int else Kind.NUMBER
    if _choices(annotation):
        return Kind.CHOICE
    if get_origin(annotation) is tuple:
        return Kind.NESTED if _is_model(get_args(annotation)[0]) else Kind.LINES
    if get_origin(annotation) is dict:
        return Kind.PAIRS if get_args(annotation)[1] in (int, float) else Kind.NESTED
    return Kind.TEXT


def _holds(annotation: Any) -> Kind | None:
    if get_origin(annotation) is not tuple:
        return None
    return {int: Kind.WHOLE, float: Kind.NUMBER}.get(get_args(annotation)[0], Kind.TEXT)


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(each) for each in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(str(each) for each in annotation)
    return ()


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _bounds(info: FieldInfo) -> Mapping[str, float]:
    names: Sequence[str] = ("ge", "gt", "le", "lt", "max_length")
    found = ((name, getattr(each, name, None)) for each in info.metadata for name in names)
    return {name: bound for name, bound in found if bound is not None}


def _default(info: FieldInfo) -> Any:
    return to_jsonable_python(info.get_default(call_default_factory=True, validated_data={}))


def _unit(key: str) -> Unit | None:
    return next((unit for unit in Unit if key == unit or key.endswith(f"_{unit}")), None)
