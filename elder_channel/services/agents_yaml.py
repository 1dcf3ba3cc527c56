"""The list of agents as YAML: one agent put in, changed or taken out; everything else of the file stays as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from elder_channel.agents.model import AgentDefinition
from elder_channel.services.errors import RosterRefusedError

_WIDTH = 10_000
"""Nothing is folded."""


def with_agent(text: str, agent: AgentDefinition) -> str:
    """The text with this agent as given; one whose id is not there yet is added at the end.

    Raises `RosterRefusedError` (`roster_no_yaml`) for a text that is no list of agents.
    """
    document = _load(text)
    rows = document["agents"]
    row = next((each for each in rows if each.get("id") == agent.id), None)
    if row is None:
        row = CommentedMap()
        rows.append(row)
    before = _read(row)
    for field, value in agent.model_dump(mode="json").items():
        same = getattr(before, field, None) == getattr(agent, field)
        needless = field not in row and getattr(agent, field) == AgentDefinition.model_fields[field].get_default(
            call_default_factory=True
        )
        if not same and not needless:
            row[field] = _written(value)
    return _dumped(document)


def without_agent(text: str, agent_id: str) -> str:
    """The text without this agent; raises as `with_agent`."""
    document = _load(text)
    rows = document["agents"]
    for place in [place for place, row in enumerate(rows) if row.get("id") == agent_id]:
        del rows[place]
    return _dumped(document)


def _read(row: CommentedMap) -> AgentDefinition | None:
    """What a row of the file says; None for one that is new or wrong."""
    try:
        return AgentDefinition.model_validate(dict(row))
    except ValidationError:
        return None


def _written(value: Any) -> Any:
    """Text in quotes: `no` and 09:00 would be read as something else."""
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, Mapping):
        mapping = CommentedMap((key, _written(each)) for key, each in value.items())
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, Sequence):
        several = CommentedSeq(_written(each) for each in value)
        several.fa.set_flow_style()
        return several
    return value


def _load(text: str) -> CommentedMap:
    try:
        document: Any = _yaml().load(text)
    except (YAMLError, ValueError) as error:
        raise RosterRefusedError("roster_no_yaml", "agents.yaml is no YAML; mend it by hand first.") from error
    rows = document.get("agents") if isinstance(document, CommentedMap) else None
    if (
        not isinstance(document, CommentedMap)
        or not isinstance(rows, CommentedSeq)
        or not all(isinstance(row, CommentedMap) for row in rows)
    ):
        raise RosterRefusedError("roster_no_yaml", "agents.yaml holds no list of agents; mend it by hand first.")
    return document


def _dumped(document: CommentedMap) -> str:
    written = StringIO()
    _yaml().dump(document, written)
    return written.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_duplicate_keys = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
