"""What a reply says for certain: the rules of `data/inbound/rules.yaml`, from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from greeting_sms.errors import InboundRulesError
from greeting_sms.inbound.folding import Folded
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.syllables import spelled

FILE = "data/inbound/rules.yaml"
_PART = re.compile(r"\{([a-z_]+)\}")
_KEYS = frozenset({"id", "label", "form", "match", "unless", "sure", "asks", "news"})


class Form(StrEnum):
    """Which form of a reply a rule looks at."""

    WORDS = "words"
    COMPACT = "compact"
    WHOLE = "whole"  # the compact one from end to end
    SOUND = "sound"  # syllables of toneless pinyin, a space around each (`syllables.py`)


@dataclass(frozen=True)
class Rule:
    """One rule."""

    id: str
    label: Label
    form: Form
    match: re.Pattern[str]
    unless: re.Pattern[str] | None
    sure: bool = True
    """Whether it decides alone; the model must think the label possible of what another says."""
    asks: bool = False
    """Whether a person says what is meant; the label is then a guess."""
    news: bool = False
    """Whether it decides nothing, but nothing is sent to the number until a person has read the reply."""

    def fits(self, text: Folded) -> bool:
        """Whether the reply says this."""
        read = self._read(text)
        found = self.match.fullmatch(read) if self.form is Form.WHOLE else self.match.search(read)
        return bool(read and found) and not (self.unless and self.unless.search(read))

    def _read(self, text: Folded) -> str:
        if self.form is Form.SOUND:
            return spelled(text.words) if text.compact else ""
        return text.words if self.form is Form.WORDS else text.compact


def fitting_rules(text: Folded) -> Iterator[Rule]:
    """The rules that fit, from top to bottom."""
    return (rule for rule in rules() if rule.fits(text))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules that come with the program. Raises `InboundRulesError`."""
    return read_rules(files("greeting_sms").joinpath(FILE).read_text(encoding="utf-8"), source=FILE)


def read_rules(text: str, *, source: str) -> tuple[Rule, ...]:
    """Rules from YAML. Raises `InboundRulesError` naming the rule and what is wrong in it."""
    try:
        told = yaml.safe_load(text)
        parts = {str(name): _one_line(str(part)) for name, part in told["parts"].items()}
        entries = list(told["rules"])
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise InboundRulesError(f"{source}: needs `parts` and `rules`: {error}") from error
    read = tuple(_rule(entry, parts, source) for entry in entries)
    if len({rule.id for rule in read}) != len(read):
        raise InboundRulesError(f"{source}: two rules have the same id")
    return read


def _rule(entry: Mapping[str, Any], parts: Mapping[str, str], source: str) -> Rule:
    name = entry.get("id", "?")
    if unknown := set(entry) - _KEYS:
        raise InboundRulesError(f"{source}: rule {name}: unknown key {sorted(unknown)[0]!r}")
    try:
        unless = entry.get("unless")
        return Rule(
            id=str(entry["id"]),
            label=Label(entry["label"]),
            form=Form(entry["form"]),
            match=_pattern(entry["match"], parts),
            unless=_pattern(unless, parts) if unless else None,
            sure=bool(entry.get("sure", True)),
            asks=bool(entry.get("asks", False)),
            news=bool(entry.get("news", False)),
        )
    except (KeyError, ValueError, re.error) as error:
        raise InboundRulesError(f"{source}: rule {name}: {error}") from error


def _pattern(text: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    """The pattern with its parts put in; a part may name others."""
    filled = _one_line(text)
    while found := _PART.search(filled):
        if found[1] not in parts:
            raise ValueError(f"no part is named {found[1]!r}")
        filled = filled.replace(found[0], f"(?:{parts[found[1]]})")
    return re.compile(filled)


def _one_line(text: str) -> str:
    """A pattern folded over several lines: YAML has put a space where a line ended after `|`."""
    return re.sub(r"\|\s+", "|", text.strip())
