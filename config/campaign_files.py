"""Reading a campaign's YAML file: strict as the settings are, every problem with its line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.errors import ConfigError, Problem
from config.files import SCHEMA_VERSION
from config.layers import KeyPath, Layer, Origin, dotted, locate
from config.reading import read_yaml
from config.validation import reason_of
from greeting_sms.campaign import Campaign


@dataclass(frozen=True)
class CampaignFile:
    """A valid campaign and where each value of it was written."""

    campaign: Campaign
    source: str
    origins: Mapping[KeyPath, Origin]

    def place(self, *path: str | int) -> str:
        """`file:line` of a value, or of the nearest thing around it."""
        return str(locate(self.origins, path) or Origin(self.source))


def read_campaign_file(path: Path) -> CampaignFile:
    """Read a file; raises ConfigError as `read_campaign` does, and when the file cannot be read at all."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}"
        raise ConfigError([Problem(str(path), None, "", reason)]) from error
    return read_campaign(content, source=str(path))


def read_campaign(content: bytes, *, source: str) -> CampaignFile:
    """Read a campaign from YAML; raises ConfigError with everything that is wrong: file, line, key, reason."""
    layer = read_yaml(content, source=source)
    _check_version(layer, source)
    try:
        campaign = Campaign.model_validate_json(json.dumps(layer.values), strict=True)
    except ValidationError as error:
        wrong = [_problem(details, layer, source) for details in _without_echoes(error.errors(include_url=False))]
        raise ConfigError([*layer.problems, *[problem for problem in wrong if problem]]) from None
    if layer.problems:
        raise ConfigError(layer.problems)
    return CampaignFile(campaign, source, layer.origins)


def _check_version(layer: Layer, source: str) -> None:
    version = layer.values.pop("schema", None)
    if (type(version) is not int or version != SCHEMA_VERSION) and not layer.problems:
        origin = layer.origins.get(("schema",), Origin(source, 1))
        layer.refuse(("schema",), origin, f"the file must say schema: {SCHEMA_VERSION}")


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short when it is so only because its items are wrong."""
    inside = {details["loc"][:-2] or details["loc"][:1] for details in errors if len(details["loc"]) > 1}
    return [each for each in errors if not (each["type"] == "too_short" and each["loc"] in inside)]


def _problem(details: ErrorDetails, layer: Layer, source: str) -> Problem | None:
    path: KeyPath = tuple(details["loc"])
    if any(path[:length] in layer.refused for length in range(1, len(path) + 1)):
        return None
    if not layer.values and layer.problems:  # nothing could be read: that has been said
        return None
    reason = reason_of(details, known_keys=_known_keys(path))
    key, colon, rest = reason.partition(": ")
    if details["type"] == "value_error" and colon and (*path, key) in layer.origins:
        path, reason = (*path, key), rest  # a rule of a whole section names the key it speaks about
    origin = locate(layer.origins, path) or Origin(source, 1)
    return Problem(origin.source, origin.line, dotted(path), reason)


def _known_keys(path: KeyPath) -> list[str]:
    """The keys that may stand beside the last one of the path."""
    at: Any = Campaign
    for part in path[:-1]:
        if isinstance(part, str) and _is_model(at):
            field = at.model_fields.get(part)
            at = None if field is None else field.annotation
        at = _model_inside(at)
    return list(at.model_fields) if _is_model(at) else []


def _model_inside(annotation: Any) -> Any:
    """The model an annotation speaks of: itself, one of a union, or that of a tuple's items."""
    if _is_model(annotation) or get_origin(annotation) not in (Union, UnionType, tuple):
        return annotation
    return next((each for each in get_args(annotation) if _is_model(each)), None)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
