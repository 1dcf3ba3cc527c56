"""A campaign's YAML with single values put in or taken out; comments and order of the rest stay as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from elder_channel.services.errors import CampaignRefusedError

Path = tuple[str | int, ...]
_WIDTH = 10_000
"""Nothing is folded: a text of a template stays on its line."""


def values_of(text: str) -> dict[str, Any]:
    """The mapping a draft says; raises CampaignRefusedError (`draft_no_yaml`) where it is none."""
    return dict(_load(text))


def value_at(values: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does."""
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return None
    return values


def with_values(text: str, changed: Mapping[Path, Any]) -> str:
    """The text with these values; None takes a key out. Raises as `values_of`."""
    document = _load(text)
    for path, value in changed.items():
        _put(document, path, value)
    written = StringIO()
    _yaml().dump(document, written)
    return written.getvalue()


def _put(document: CommentedMap, path: Path, value: Any) -> None:
    at: Any = document
    for part, following in pairwise(path):
        inside = at.get(part) if isinstance(at, dict) else at[part]
        if not isinstance(inside, (dict, list)):
            if value is None:
                return
            inside = at[part] = CommentedSeq() if isinstance(following, int) else CommentedMap()
        at = inside
    if value is None:
        if isinstance(at, dict):
            at.pop(path[-1], None)
            if not at and len(path) > 1:  # an empty section says nothing
                _put(document, path[:-1], None)
    else:
        at[path[-1]] = _written(value)


def _written(value: Any) -> Any:
    """As the strict reader of campaigns takes it: text in quotes, because 09:00 alone would be a number."""
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, Mapping):
        return CommentedMap((key, _written(each)) for key, each in value.items())
    if isinstance(value, Sequence):
        several = CommentedSeq(_written(each) for each in value)
        if not any(isinstance(each, Mapping) for each in value):
            several.fa.set_flow_style()
        return several
    return value


def _load(text: str) -> CommentedMap:
    try:
        document = _yaml().load(text)
    except (YAMLError, ValueError) as error:
        raise CampaignRefusedError("draft_no_yaml", "The draft is no YAML.") from error
    if not isinstance(document, CommentedMap):
        raise CampaignRefusedError("draft_no_yaml", "The draft is no YAML of a campaign.")
    return document


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_duplicate_keys = False
    return yaml
