"""Reads scenario files; whatever is wrong is told with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from elder_channel.simulator.scenarios.errors import InvalidScenarioError, Problem
from elder_channel.simulator.scenarios.format import Common, Scenario

COMMON = "_common.yaml"
MOST_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario and where it is written."""

    path: Path
    scenario: Scenario

    @property
    def id(self) -> str:
        """The file's name without its ending."""
        return self.path.stem


def read_scenarios(paths: Iterable[Path]) -> list[ScenarioFile]:
    """The scenarios of files and folders, in order of their names. Raises InvalidScenarioError with every problem."""
    found: list[ScenarioFile] = []
    problems: list[Problem] = []
    for path in paths:
        files = list(_files(path))
        if not files:
            problems.append(Problem(path, None, "", "no scenario is there: a file or a folder of .yaml files"))
        for file in files:
            try:
                found.append(read_scenario(file))
            except InvalidScenarioError as error:
                problems += error.problems
    if problems:
        raise InvalidScenarioError(problems)
    return list({file.path.resolve(): file for file in found}.values())


def read_scenario(path: Path) -> ScenarioFile:
    """One scenario, with what its folder has in common. Raises InvalidScenarioError."""
    return ScenarioFile(path, _over(_common(path.parent / COMMON), _read(path, Scenario)))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.glob("**/*.yaml") if not file.name.startswith("_"))
    elif path.is_file():
        yield path


@cache
def _common(path: Path) -> Common:
    return _read(path, Common) if path.is_file() else Common()


def _over(common: Common, scenario: Scenario) -> Scenario:
    return scenario.model_copy(
        update={
            "settings": {**common.settings, **scenario.settings},
            "agents": {**common.agents, **scenario.agents},
            "expect": common.expect.joined_with(scenario.expect),
        }
    )


def _read(path: Path, model: type[Model]) -> Model:
    node = _compose(path)
    if not isinstance(node, yaml.MappingNode):
        raise InvalidScenarioError([Problem(path, 1, "", "the file must be a list of `key: value` lines")])
    if twice := list(_keys_twice(path, node)):
        raise InvalidScenarioError(twice)
    values = yaml.SafeLoader("").construct_document(node)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidScenarioError(_problems(path, node, error)) from error


def _compose(path: Path) -> yaml.Node | None:
    try:
        content = path.read_bytes()
        if len(content) > MOST_BYTES:
            raise InvalidScenarioError([Problem(path, None, "", "the file is too large for a scenario")])
        return yaml.compose(content.decode("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise InvalidScenarioError([Problem(path, None, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise InvalidScenarioError([Problem(path, None, "", "is not UTF-8 text")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InvalidScenarioError([Problem(path, line, "", error.problem or "is not YAML")]) from error


def _keys_twice(path: Path, node: yaml.Node) -> Iterator[Problem]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_twice(path, item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield Problem(path, key.start_mark.line + 1, str(key.value), "is written twice")
            seen.add(str(key.value))
            yield from _keys_twice(path, value)


def _problems(path: Path, node: yaml.MappingNode, error: ValidationError) -> Iterator[Problem]:
    for each in error.errors():
        place, line = _locate(node, each["loc"])
        reason = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            reason = "there is no such key here"
        elif each["type"] == "string_type" and not isinstance(each["input"], dict | list):
            reason = f"{each['input']!r} is no text; put it in quotes"
        yield Problem(path, line, place, reason)


def _locate(node: yaml.Node, loc: Sequence[Any]) -> tuple[str, int]:
    """The key as people write it and the line it stands on, as deep as the file goes."""
    key, line = "", node.start_mark.line + 1
    for part in loc:
        below = _child(node, part)
        if below is None:
            continue  # a part of the model that is not written: the kind of a union, a default
        node, line = below
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else str(part)
    if loc and isinstance(loc[-1], str) and not key.endswith(str(loc[-1])) and str(loc[-1]).isidentifier():
        key = f"{key}.{loc[-1]}" if key else str(loc[-1])
    return key, line


def _child(node: yaml.Node, part: Any) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(part):
                return value, key.start_mark.line + 1
    return None
