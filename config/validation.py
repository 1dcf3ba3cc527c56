"""From a merged tree of values to settings, with every problem at its place and in plain words."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from config.environment import section_model
from config.errors import Problem
from config.files import item_type, suggestion
from config.layers import KeyPath, Layer, Origin, dotted, locate

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text; put it in quotes",
    "tuple_type": "a list",
    "dict_type": "a list of `key: value` lines",
    "model_type": "a list of `key: value` lines",
    "model_attributes_type": "a list of `key: value` lines",
}
_RANGES = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def validate_field(field: str, layer: Layer) -> tuple[Any, list[Problem]]:
    """Return the valid value of one field of the settings, and what is wrong with the rest.

    A section is valid as a whole or None. Of a list field the valid items are returned as (index, item), so that the
    checks between items still see them when one of them is wrong.
    """
    item = item_type(field)
    tree = layer.values.get(field)
    if item is None:
        return _validate(section_model(field), {} if tree is None else tree, path=(field,), layer=layer)
    if not isinstance(tree, list | None):
        problem = _problem((field,), "must be a list", layer)
        return [], [] if _reported((field,), layer) else [problem]
    valid, problems = [], []
    for index, entry in enumerate(tree or []):
        value, wrong = _validate(item, entry, path=(field, index), layer=layer)
        problems += wrong
        if value is not None:
            valid.append((index, value))
    return valid, problems


def problem_at(path: KeyPath, reason: str, layer: Layer) -> Problem | None:
    """Return the problem at its place, or None when that place has been reported already."""
    return None if _reported(path, layer) else _problem(path, reason, layer)


def _validate(model: type[Any], tree: Any, *, path: KeyPath, layer: Layer) -> tuple[Any, list[Problem]]:
    try:
        # Strict keeps '60' from passing as 60 and true as 1; the JSON way alone lets a strict tuple be a list.
        return TypeAdapter(model).validate_json(json.dumps(tree), strict=True), []
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        problems = [problem for details in wrong if (problem := _explain(details, path=path, layer=layer))]
    if not all(details["type"] == "extra_forbidden" and len(details["loc"]) == 1 for details in wrong):
        return None, problems
    # Nothing but keys too many: the rest is sound, and the checks between sections shall still see it.
    extra = {details["loc"][0] for details in wrong}
    return _validate(model, {k: v for k, v in tree.items() if k not in extra}, path=path, layer=layer)[0], problems


def _explain(details: ErrorDetails, *, path: KeyPath, layer: Layer) -> Problem | None:
    here = (*path, *details["loc"])
    if _reported(here, layer):
        return None
    if details["type"] == "value_error" and not details["loc"]:
        here = _key_meant(here, details["msg"], layer)
    return _problem(here, reason_of(details, known_keys=_known_keys(here)), layer)


def reason_of(details: ErrorDetails, *, known_keys: list[str]) -> str:
    """Return what is wrong with a value in plain words; `known_keys` are those that may stand where it stands."""
    kind, context = details["type"], details.get("ctx", {})
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}"
    if kind in _RANGES:
        name, words = _RANGES[kind]
        return f"must be {words} {context[name]}, not {details['input']}"
    match kind:
        case "extra_forbidden":
            return "no such key" + suggestion(str(details["loc"][-1]), known_keys)
        case "missing":
            return "is missing"
        case "string_too_short":
            return f"must have at least {context['min_length']} characters"
        case "string_too_long":
            return f"must have at most {context['max_length']} characters"
        case "string_pattern_mismatch":
            return f"must match {context['pattern']}"
        case "value_error":
            return str(context["error"])
        case _:
            return details["msg"][0].lower() + details["msg"][1:]


def _known_keys(path: KeyPath) -> list[str]:
    field = str(path[0])
    model = item_type(field) or section_model(field)
    return list(model.model_fields) if len(path) == (2 if item_type(field) is None else 3) else []


def _key_meant(section: KeyPath, message: str, layer: Layer) -> KeyPath:
    """Return the key a rule of a whole section speaks about: of those it names, the one set last.

    The packaged defaults keep every rule, so a broken one was broken by a site file or the environment.
    """
    named = [path for path in layer.origins if path[:-1] == section and str(path[-1]) in message]
    return max(named, key=lambda path: list(layer.sources).index(layer.origins[path].source), default=section)


def _problem(path: KeyPath, reason: str, layer: Layer) -> Problem:
    origin = locate(layer.origins, path) or Origin("settings")
    return Problem(origin.source, origin.line, dotted(path), reason)


def _reported(path: KeyPath, layer: Layer) -> bool:
    """Tell whether the value itself, or something around it, was refused while reading."""
    return any(path[:length] in layer.refused for length in range(1, len(path) + 1))
