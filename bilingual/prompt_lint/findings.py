"""What the linter found, in words and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bilingual.prompt_lint.rules import Profile, Severity, load_rules


@dataclass(frozen=True)
class Broken:
    """A rule that is broken, as a check sees it: without its weight."""

    rule: str
    found: str
    """What broke it: `312 characters a minute`."""
    language: str | None = None
    """`zh`, `en` or a dialect id; None where it is of no language."""
    phrase: str | None = None
    """The words it is about; None where it is about the whole."""


@dataclass(frozen=True)
class Finding:
    """One thing a caller would stumble over."""

    rule: str
    severity: Severity
    where: str
    """Id of the message, or the flow in words."""
    language: str | None
    phrase: str | None
    found: str
    advice: str
    advice_zh: str

    def as_json(self) -> dict[str, Any]:
        """The finding as `--json` prints it."""
        return asdict(self)

    def __str__(self) -> str:
        place = f"{self.where} ({self.language})" if self.language else self.where
        phrase = f"「{self.phrase}」: " if self.phrase else ""
        return f"{self.severity}: {place}: {phrase}{self.found} [{self.rule}]. {self.advice}"


def weigh(broken: Iterable[Broken], where: str, profile: Profile) -> Iterator[Finding]:
    """The findings of a profile among what is broken."""
    rules = load_rules()
    for each in broken:
        if each.rule not in profile.rules:
            continue
        rule = rules[each.rule]
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            where=where,
            language=each.language,
            phrase=each.phrase,
            found=each.found,
            advice=rule.advice,
            advice_zh=rule.advice_zh,
        )
