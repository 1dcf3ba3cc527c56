"""Settings from the environment: `ELDER_CHANNEL_<FIELD>__<KEY>`, as in `ELDER_CHANNEL_LINE__ELDER_AGE=65`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pydantic import BaseModel

from config.files import is_list_field, suggestion
from config.layers import Layer, Origin
from config.schema import Settings

PREFIX = "ELDER_CHANNEL_"
SEPARATOR = "__"


def read_environment(env: Mapping[str, str]) -> Layer:
    """Return what the environment sets, as a layer.

    A text is taken as it stands; numbers, true/false and lists are written as in JSON. Variables without the double
    underscore (`ELDER_CHANNEL_STATE`, `ELDER_CHANNEL_SITE`) are not settings and are passed over. Wrong values are
    taken along as text: validation says what they should have been.
    """
    layer = Layer()
    known = variables()
    for name in sorted(env):
        if not name.startswith(PREFIX) or SEPARATOR not in name.removeprefix(PREFIX):
            continue
        origin = Origin(name, in_file=False)
        layer.sources.append(name)
        if name not in known:
            layer.refuse((), origin, f"no setting has this name{suggestion(name, list(known))}")
            continue
        field, key = known[name]
        layer.values.setdefault(field, {})[key] = _value(env[name], field=field, key=key)
        layer.origins[(field, key)] = origin
    return layer


def variables() -> dict[str, tuple[str, str]]:
    """Return every variable that sets something: its name to the field and key it sets.

    Lists of people have no variables; agents come from agents.yaml.
    """
    return {
        variable_name(field, key): (field, key)
        for field in Settings.model_fields
        if not is_list_field(field)
        for key in section_model(field).model_fields
    }


def variable_name(field: str, key: str) -> str:
    """Return the variable that sets one key."""
    return f"{PREFIX}{field.upper()}{SEPARATOR}{key.upper()}"


def without_password(url: str) -> str:
    """Return a URL as it may be shown; settings hold no other secret, and this one only from the environment."""
    try:
        password = urlsplit(url).password if url else None
    except ValueError:
        return "***"
    return url.replace(f":{password}@", ":***@") if password else url


def section_model(field: str) -> type[BaseModel]:
    """Return the model of a field that is one section."""
    model = Settings.model_fields[field].annotation
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise TypeError(f"{field} is not a section of settings")
    return model


def _value(text: str, *, field: str, key: str) -> Any:
    if section_model(field).model_fields[key].annotation is str:
        return text
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        return text


def _finite(text: str) -> float:
    """Return the number, refusing one too large to be anything but infinite."""
    number = float(text)
    return number if math.isfinite(number) else _refuse_constant(text)


def _refuse_constant(name: str) -> NoReturn:
    """Keep JSON's NaN and Infinity, which Python would take, out of the settings."""
    raise ValueError(f"{name} is not a number")
