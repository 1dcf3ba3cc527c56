"""The rules, whose they are, and the figures each standard holds them to: all data, in `bilingual/data/lint/`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bilingual.errors import LintFileError, UnknownProfileError

OURS = "ours"
"""The profile taken where none is named: every rule."""
ALL = "all"

_Model = TypeVar("_Model", bound=BaseModel)


class Severity(StrEnum):
    """How much a finding weighs; each member weighs more than those above it."""

    NOTE = "note"  # something is still to be done
    WARNING = "warning"  # a caller may stumble
    ERROR = "error"  # a standard, or a promise of ours, is broken


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Data):
    """Whose a rule is."""

    title: str
    kind: Literal["read", "secondary", "ours"]
    """`read`: the text itself was read. `secondary`: a copy, an abstract or the press."""
    where: str


class Rule(_Data):
    """One thing a prompt is held to."""

    id: str = Field(pattern=r"^[a-z_]+$")
    about: Literal["message", "parity", "flow", "dialect"]
    severity: Severity
    source: tuple[str, ...] = Field(min_length=1)
    asks: str
    """What it asks for; names figures of a profile in braces."""
    advice: str
    """What to do about it."""
    advice_zh: str


class Figures(_Data):
    """What the rules measure against."""

    max_characters_per_minute: float = Field(gt=0)
    max_seconds: float = Field(gt=0)
    min_pause_ms: int = Field(ge=0)
    max_rare_percent: float = Field(ge=0, le=100)
    max_sentence_characters: int = Field(gt=0)
    max_sentence_words: int = Field(gt=0)
    max_english_grade: float
    max_length_ratio: float = Field(ge=1)
    max_levels: int = Field(ge=0)
    max_elder_levels: int = Field(ge=0)
    max_seconds_to_first_choice: float = Field(gt=0)
    min_timeout_seconds: float = Field(ge=0)


class Profile(_Data):
    """The rules of one standard, with its figures."""

    id: str
    title: str
    source: str
    rules: frozenset[str]
    figures: Figures


class _RulesFile(_Data):
    sources: dict[str, Source]
    rules: tuple[Rule, ...]


@cache
def load_rules() -> Mapping[str, Rule]:
    """Rule id to rule, in the order of the file. Raises `LintFileError`."""
    return MappingProxyType({rule.id: rule for rule in _rules_file().rules})


@cache
def load_sources() -> Mapping[str, Source]:
    """Source id to source. Raises `LintFileError`."""
    return MappingProxyType(_rules_file().sources)


@cache
def load_profiles() -> Mapping[str, Profile]:
    """Profile id to profile; figures a profile does not give are those of `ours`. Raises `LintFileError`."""
    listed = read_lint_file("profiles.yaml")["profiles"]
    ours = next(each["figures"] for each in listed if each["id"] == OURS)
    return MappingProxyType({each["id"]: _profile(each, ours) for each in listed})


def load_profile(profile_id: str = OURS) -> Profile:
    """The profile of this name. Raises `UnknownProfileError`, which names those there are."""
    profiles = load_profiles()
    if profile_id not in profiles:
        raise UnknownProfileError(profile_id, tuple(profiles))
    return profiles[profile_id]


def read_lint_file(name: str) -> Any:
    """A YAML file of `bilingual/data/lint/`. Raises `LintFileError` when it is no YAML."""
    text = (resources.files("bilingual") / "data" / "lint" / name).read_text(encoding="utf-8")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LintFileError(name, " ".join(str(error).split())) from error


def _rules_file() -> _RulesFile:
    parsed = _validated(_RulesFile, read_lint_file("rules.yaml"), "rules.yaml")
    for rule in parsed.rules:
        for source in rule.source:
            if source not in parsed.sources:
                raise LintFileError("rules.yaml", f"`{rule.id}` names the source `{source}`, which is not listed")
    return parsed


def _profile(given: Mapping[str, Any], ours: Mapping[str, Any]) -> Profile:
    known = load_rules()
    rules = set(known) if given["rules"] == [ALL] else set(given["rules"])
    for rule in rules - set(known):
        raise LintFileError("profiles.yaml", f"`{given['id']}` names the rule `{rule}`, which is not in rules.yaml")
    return _validated(
        Profile, {**given, "rules": rules, "figures": {**ours, **given["figures"]}}, f"profiles.yaml, {given['id']}"
    )


def _validated(kind: type[_Model], data: Any, name: str) -> _Model:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        fault = error.errors()[0]
        raise LintFileError(name, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
