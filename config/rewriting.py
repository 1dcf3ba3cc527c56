"""Writing other values into a settings file without touching anything else of it.

A round trip through a YAML library sets indentation, quotes and blank lines its own way. Here the text is cut at the
marks of the parser instead: what says the same as before stays byte for byte, comments and blank lines among it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from config.errors import ConfigError, Problem
from config.reading import read_yaml

_PLAIN_KEY = re.compile(r"[a-z_][a-z0-9_-]*")
_READ_OTHERWISE = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n", "schema"})
_INDENT = "  "


@dataclass(frozen=True)
class _Cut:
    """These characters of the text are to be replaced."""

    begin: int
    end: int
    words: str


def rewritten(text: str, values: Mapping[str, Any]) -> str:
    """Return the text of a settings file, saying these values; `schema` is a key of them like any other.

    `values` are as JSON has them. Raises `ConfigError` for a text the settings would not be read from, and where the
    result would not say what was asked for.
    """
    layer = read_yaml(text.encode(), source="file")
    if layer.problems:
        raise ConfigError(layer.problems)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert node is not None, "read above"
    cuts = sorted(_cuts(text, node, layer.values, values), key=lambda cut: (cut.begin, cut.end))
    for cut in reversed(cuts):
        text = text[: cut.begin] + cut.words + text[cut.end :]
    told = read_yaml(text.encode(), source="file")
    if told.problems or told.values != values:
        raise ConfigError(told.problems or [Problem("file", None, "", "the file would not say what was asked for")])
    return text


def _cuts(text: str, node: yaml.Node, old: Any, new: Any, *, after: int = 0) -> Iterator[_Cut]:
    """What makes `node` say `new`; `after` is where its value may begin, behind the colon or the dash."""
    if old == new and type(old) is type(new):
        return
    if isinstance(node, yaml.MappingNode) and isinstance(new, Mapping) and new and not node.flow_style:
        yield from _in_mapping(text, node, old, new)
    elif isinstance(node, yaml.MappingNode) and isinstance(new, Mapping) and set(old) == set(new):
        for key, value in node.value:
            yield from _cuts(text, value, old[key.value], new[key.value])
    elif isinstance(node, yaml.SequenceNode) and isinstance(new, Sequence) and new and not node.flow_style:
        yield from _in_list(text, node, old, list(new))
    elif isinstance(node, yaml.ScalarNode) or (isinstance(node, yaml.CollectionNode) and node.flow_style):
        yield _Cut(node.start_mark.index, _end(text, node), _on_one_line(new))
    else:  # lines that become something short
        yield _Cut(after, _end(text, node), f" {_on_one_line(new)}")


def _in_mapping(text: str, node: yaml.MappingNode, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[_Cut]:
    """Keys of lines of their own: changed in place, taken out with their lines, put in below the last one."""
    first = node.value[0][0]
    if first.value not in new and text[_begin_of_line(text, first.start_mark.index) : first.start_mark.index].strip():
        yield _Cut(node.start_mark.index, _end(text, node), _on_one_line(new))  # the item's dash stands on that line
        return
    for key, value in node.value:
        if key.value not in new:
            yield _without_lines(text, key.start_mark.index, _end(text, value))
        else:
            after = text.index(":", key.end_mark.index) + 1
            yield from _cuts(text, value, old[key.value], new[key.value], after=after)
    added = {key: value for key, value in new.items() if key not in old}
    if added:
        indent = " " * node.start_mark.column
        lines = "".join(f"\n{indent}{line}" for key, value in added.items() for line in _lines_of(key, value))
        end = _end_of_line(text, _end(text, node))
        yield _Cut(end, end, lines)


def _in_list(text: str, node: yaml.SequenceNode, old: Sequence[Any], new: list[Any]) -> Iterator[_Cut]:
    """Items of lines of their own, compared so that those that stay are not touched."""
    indent = " " * node.start_mark.column
    before, after = ([_name(each) for each in side] for side in (old, new))
    matched = SequenceMatcher(a=before, b=after, autojunk=False)
    for what, begin, end, new_begin, new_end in matched.get_opcodes():
        items, wanted = node.value[begin:end], new[new_begin:new_end]
        named = any(isinstance(each, Mapping) and "id" in each for each in (*old[begin:end], *wanted))
        if what == "equal" or (what == "replace" and len(items) == len(wanted) and not named):
            for item, was, becomes in zip(items, old[begin:end], wanted, strict=True):
                dash = text.rfind("-", 0, item.start_mark.index) + 1
                yield from _cuts(text, item, was, becomes, after=dash)
            continue
        for item in items:
            yield _without_lines(text, item.start_mark.index, _end(text, item))
        if wanted:
            lines = "".join(f"{indent}- {_on_one_line(each)}\n" for each in wanted)
            at, ends = _line_for(text, node, begin)
            yield _Cut(at, at, lines if ends else f"\n{lines.rstrip()}")


def _line_for(text: str, node: yaml.SequenceNode, place: int) -> tuple[int, bool]:
    """Where a new item begins that shall stand at this place; False where the text has no line end there."""
    if place < len(node.value):
        return _begin_of_line(text, node.value[place].start_mark.index), True
    end = _end_of_line(text, _end(text, node))
    return (end + 1, True) if end < len(text) else (end, False)


def _name(item: Any) -> str:
    """What tells an item from the others: its id, else all of it."""
    if isinstance(item, Mapping) and "id" in item:
        return f"id {item['id']}"
    return json.dumps(item, ensure_ascii=False, sort_keys=True)


def _without_lines(text: str, begin: int, end: int) -> _Cut:
    """Whole lines, with what is said about them at their end."""
    return _Cut(_begin_of_line(text, begin), min(_end_of_line(text, end) + 1, len(text)), "")


def _end(text: str, node: yaml.Node) -> int:
    """Where a value ends. The parser ends blocks where the next thing begins, behind all comments."""
    inside: yaml.Node | None = None
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        inside = node.value[-1][1]
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        inside = node.value[-1]
    if inside is not None:
        return _end(text, inside)
    return len(text[: node.end_mark.index].rstrip("\r\n ")) if node.end_mark.column == 0 else node.end_mark.index


def _begin_of_line(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _lines_of(key: str, value: Any) -> list[str]:
    """A key that was not there: on one line, or, where it holds mappings, one line for each thing in it."""
    name = key if _PLAIN_KEY.fullmatch(key) and key not in _READ_OTHERWISE else json.dumps(key, ensure_ascii=False)
    if isinstance(value, Mapping) and value:
        return [f"{name}:", *(_INDENT + line for inner, each in value.items() for line in _lines_of(inner, each))]
    if isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(each, Mapping) for each in value):
        return [f"{name}:", *(f"{_INDENT}- {_on_one_line(each)}" for each in value)]
    return [f"{name}: {_on_one_line(value)}"]


def _on_one_line(value: Any) -> str:
    """JSON is YAML, and its quotes keep numbers and clock times text."""
    return json.dumps(value, ensure_ascii=False)
