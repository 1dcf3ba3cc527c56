"""Template lint: what providers refuse and what must not be said to an old person, before anybody approves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from greeting_sms.campaign import Campaign
from greeting_sms.errors import LintRulesError
from greeting_sms.lint_checks import CHECKS

_DATA = "data/lint_rules.yaml"


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"  # the campaign cannot be proposed
    WARNING = "warning"  # a person should look


class Rule(BaseModel):
    """One row of the table of rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    severity: Severity
    check: str
    zh: str
    en: str
    source: str
    """Where it is written, or whose judgement it is."""
    words: tuple[str, ...] = ()
    pattern: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Rule:
        if self.check not in CHECKS:
            raise ValueError(f"rule {self.id}: there is no check {self.check}")
        if (self.check == "pattern") != bool(self.pattern):
            raise ValueError(f"rule {self.id}: a pattern belongs to the check `pattern`, and only there")
        re.compile(self.pattern)
        return self


@dataclass(frozen=True)
class Finding:
    """Something a rule says against a campaign."""

    rule: Rule
    path: tuple[str | int, ...]
    """Key in the campaign: `("templates", 2, "text")`."""
    template: str
    """Id of the template; empty when the campaign as a whole is meant."""
    found: str
    """What of it; for people."""


@lru_cache(maxsize=1)
def load_rules() -> tuple[Rule, ...]:
    """The packaged table. Raises LintRulesError."""
    read: Any = yaml.safe_load(files("greeting_sms").joinpath(_DATA).read_text(encoding="utf-8"))
    try:
        rules = tuple(Rule.model_validate(each) for each in read)
    except (ValidationError, TypeError, re.error) as error:
        raise LintRulesError(f"{_DATA}: {error}") from error
    if len({rule.id for rule in rules}) != len(rules):
        raise LintRulesError(f"{_DATA}: two rules have the same id")
    return rules


def lint(campaign: Campaign) -> list[Finding]:
    """Everything the rules say against a campaign, by template, errors first."""
    found = list(_findings(campaign))
    return sorted(found, key=lambda finding: (finding.path[1:2] or (-1,), finding.rule.severity))


def has_errors(findings: list[Finding]) -> bool:
    """Whether the campaign cannot be proposed."""
    return any(finding.rule.severity is Severity.ERROR for finding in findings)


def _findings(campaign: Campaign) -> Iterator[Finding]:
    for rule in load_rules():
        for hit in CHECKS[rule.check](campaign, rule):
            yield Finding(rule, hit.path, hit.template, hit.found)
