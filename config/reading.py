"""Reading one YAML file strictly, with the line of every value.

YAML says more than people mean by it: `no` is false, `0731` is octal, `12:30` is a number, `.nan` is a value, an alias
can multiply a kilobyte into gigabytes. A settings file needs none of that, so whatever would surprise is refused with
the sentence that says how to write it.
"""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from config.layers import KeyPath, Layer, Origin

MAX_BYTES = 1_000_000
"""A settings file is a few kilobytes; a larger one is a mistake and is not parsed."""

MAX_DEPTH = 12
"""Deepest nesting taken; the settings need four levels."""

_TAG = "tag:yaml.org,2002:"
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}([eE][-+]?[0-9]{1,3})?")
_QUOTE_IT = "put it in quotes if it is text"


class _RefusedYamlError(yaml.MarkedYAMLError):
    """The file uses a part of YAML that settings do not take."""


class _StrictComposer(yaml.SafeLoader):
    """Builds the node tree only, without aliases and without bottomless nesting."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node, refusing aliases and deep nesting where they stand."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave this method out
        if self.check_event(yaml.AliasEvent):
            raise _RefusedYamlError(
                problem="aliases (*name) are not taken here; write the value out", problem_mark=mark
            )
        if self._depth >= MAX_DEPTH:
            raise _RefusedYamlError(problem=f"nested more than {MAX_DEPTH} levels deep", problem_mark=mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def read_yaml(content: bytes, *, source: str) -> Layer:
    """Return the file's mapping as a layer whose paths begin at the file's own top level.

    `source` is the file's name as it shall appear in messages. Nothing is raised: whatever is wrong is in `problems`.
    """
    layer = Layer(sources=[source])
    text = _decode(content, layer, source)
    node = None if text is None else _compose(text, layer, source)
    if node is None:
        return layer
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1
        layer.refuse(
            (), Origin(source, line), "the file must be a list of `key: value` lines, beginning with schema: 1"
        )
        return layer
    layer.values = _Builder(layer, source).mapping(node, path=())
    return layer


def _decode(content: bytes, layer: Layer, source: str) -> str | None:
    """Return the text, or report why there is none."""
    if len(content) > MAX_BYTES:
        layer.refuse((), Origin(source), f"the file is larger than {MAX_BYTES // 1000} kB, too large for settings")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        layer.refuse((), Origin(source, line), "this is not UTF-8 text; save the file as UTF-8")
        return None


def _compose(text: str, layer: Layer, source: str) -> yaml.Node | None:
    """Return the root node, or report the syntax error that prevents one."""
    try:
        # SafeLoader resolves tags but get_single_node never constructs objects from them.
        node: yaml.Node | None = _StrictComposer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "this cannot be read"
        wrong = reason if isinstance(error, _RefusedYamlError) else f"not valid YAML: {reason}"
        layer.refuse((), Origin(source, mark.line + 1 if mark else None), wrong)
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        layer.refuse((), Origin(source, line), "not valid YAML: it holds a control character")
        return None
    if node is None:
        layer.refuse((), Origin(source, 1), "the file is empty; it must at least say schema: 1")
    return node


class _Builder:
    """Turns nodes into plain values, noting lines and refusing surprises."""

    def __init__(self, layer: Layer, source: str) -> None:
        self._layer = layer
        self._source = source

    def mapping(self, node: yaml.MappingNode, *, path: KeyPath) -> dict[str, Any]:
        """Return the mapping; of a key written twice the first counts."""
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            here = (*path, str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?")
            origin = self._origin(key_node)
            reason = _wrong_with_key(key_node)
            if reason is None and here[-1] in values:
                reason = f"is written twice; it already stands on line {self._layer.origins[here].line}"
            if reason is not None:
                self._layer.refuse(here, origin, reason)
                continue
            self._layer.origins[here] = origin
            values[str(here[-1])] = self._value(value_node, path=here)
        return values

    def _value(self, node: yaml.Node, *, path: KeyPath) -> Any:
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self.mapping(node, path=path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self._item(item, path=(*path, index)) for index, item in enumerate(node.value)]
        if not isinstance(node, yaml.ScalarNode):
            self._layer.refuse(path, self._origin(node), f"the tag {_short(node.tag)} is not taken here")
            return None
        value, reason = _scalar(node)
        if reason is not None:
            self._layer.refuse(path, self._origin(node), reason)
        return value

    def _item(self, node: yaml.Node, *, path: KeyPath) -> Any:
        self._layer.origins[path] = self._origin(node)
        return self._value(node, path=path)

    def _origin(self, node: yaml.Node) -> Origin:
        return Origin(self._source, node.start_mark.line + 1)


def _wrong_with_key(node: yaml.Node) -> str | None:
    """Return why a mapping key is not taken, or None."""
    if not isinstance(node, yaml.ScalarNode):
        return "a key must be one word"
    if node.tag == f"{_TAG}merge":
        return "merging with << is not taken here; write the values out"
    if node.tag != f"{_TAG}str":
        return f"YAML does not read this key as a word but as {_short(node.tag)}; put it in quotes"
    return None


def _scalar(node: yaml.ScalarNode) -> tuple[Any, str | None]:
    """Return the value as it looks, and why it is refused when YAML would read something else."""
    text, kind = str(node.value), _short(node.tag)
    match kind:
        case "str":
            return text, None
        case "bool" if text.lower() in ("true", "false"):
            return text.lower() == "true", None
        case "bool":
            return None, f"YAML reads {text} as true or false; write true or false, or {_QUOTE_IT}"
        case "int" if _WHOLE_NUMBER.fullmatch(text):
            return int(text), None
        case "float" if _DECIMAL_NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text), None
        case "int" | "float":
            return None, f"{text[:40]} is not a plain number; write it with digits only, or {_QUOTE_IT}"
        case "null":
            return None, "has no value; give one or leave the line out"
        case "timestamp":
            return None, f"YAML reads {text[:40]} as a date; {_QUOTE_IT}"
        case _:
            return None, f"the tag {kind} is not taken here"


def _short(tag: str | None) -> str:
    """Return a tag without YAML's own prefix."""
    return (tag or "").removeprefix(_TAG)
