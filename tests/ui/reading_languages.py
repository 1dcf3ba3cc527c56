"""Finds on a page what stands in another language than the chosen one.

A rule instead of a list: whatever stands in the other language carries a `lang` mark of it (WCAG 3.1.2), as the words
of callers, prompts and dialects do. What Streamlit draws as plain text (labels, options, plots) can carry none: there
the words of `ALLOWED` may stand, and the names a test gives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from streamlit.testing.v1 import AppTest

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]+")
ENGLISH = re.compile(r"\b[A-Za-z][a-z']+(?:[ ,]+[A-Za-z][a-z']+){2,}")
"""Three English words in a row are a sentence; one or two are names and abbreviations."""
ALLOWED = ("中文", "English", "中文 + English")
"""The switch names each language in itself."""
QUOTED = (
    "手机号",  # the column of a file that is read under either name
    "侬好，我要报案",  # an example of how a dialect is written
    "听不清",  # what a caller says
    "国办发〔2020〕45号",  # numbers of documents
    "银保监办发〔2021〕40号",
    "elder-channel customers import",  # a command
)
"""What a sentence in one language quotes from the other."""
NOTE = "ec-note"
"""The handover note: written once, in Chinese with English remarks, as it goes to the agents' telephones."""
_UNREAD = {"style", "script", "code", "pre"}
_VOID = {"br", "hr", "img", "input"}
_SPOKEN = {"label", "placeholder", "help", "options", "title", "caption", "text"}


class _Marked(HTMLParser):
    """(language tag, words) of everything that is read; the empty tag where none is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        language = told.get("lang") or (self._open[-1][1] if self._open else "")
        if told.get("aria-label"):
            self.found.append((language, told["aria-label"] or ""))
        if tag not in _VOID:
            self._open.append((NOTE if told.get("class") == NOTE else tag, language))

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(tag in {*_UNREAD, NOTE} for tag, _ in self._open):
            self.found.append((self._open[-1][1] if self._open else "", data.strip()))


def read(page: AppTest) -> Iterator[tuple[str, str, str]]:
    """(where, language tag, words) of everything on the page."""
    assert not page.exception, page.exception
    for block in page.html:
        parser = _Marked()
        parser.feed(block.value or "")
        yield from (("html", language, unescape(words)) for language, words in parser.found)
    for node in _nodes(page._tree):
        kind = type(node).__name__
        yield from ((f"{kind} {getattr(node, 'key', '')}", "", words) for words in _words_of(node))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _words_of(node: Any) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    if proto is None or type(node).__name__ == "Html":
        return
    inner = [getattr(proto, name) for name in ("expandable", "tab", "vega_lite_chart") if _has(proto, name)]
    for owner in (proto, *inner):
        for field, value in owner.ListFields():
            if field.name in _SPOKEN | {"alt", "format"} and isinstance(value, str):
                yield value
            elif field.name == "options":
                yield from map(str, value)
            elif field.name == "spec":
                yield from _strings(json.loads(value))


def _has(proto: Any, name: str) -> bool:
    return name in proto.DESCRIPTOR.fields_by_name and proto.HasField(name)


def _strings(spec: Any) -> Iterator[str]:
    """The words of a plot: data, titles, legends."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, dict):
        for value in spec.values():
            yield from _strings(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _strings(value)


def foreign(page: AppTest, tag: str, names: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """(where, words) of what stands in another language than `tag` without a mark of it and without being a name."""
    other = CHINESE if tag == "en" else ENGLISH
    return [
        (where, words)
        for where, language, words in read(page)
        if language in ("", tag) and words not in ALLOWED and other.search(_without(words, names))
    ]


def _without(words: str, names: frozenset[str]) -> str:
    words = re.sub("“[^”]*”", "", words)  # what somebody said, in a sentence about it
    for name in sorted({*names, *QUOTED}, key=len, reverse=True):
        words = words.replace(name, "")
    return words
