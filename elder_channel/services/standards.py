"""What the standards ask, clause by clause, beside what the line does and the figures it reached: for the reports.

The clauses are data (`elder_channel/data/standards.yaml`); `docs/accessibility.md` shows the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from elder_channel.calls.levels import STANDARD_SECONDS, Level

FILE = "standards.yaml"


class Met(StrEnum):
    """Whether a clause is kept."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    STAFFING = "staffing"  # the program can do it; whether it is kept is for the figures to say
    PEOPLE = "people"  # not the program's: what the agent does


class Measure(StrEnum):
    """Which figure decides a clause."""

    WITHIN_15 = "within_15"
    WITHIN_20 = "within_20"
    WITHIN_30 = "within_30"
    ANSWERED = "answered"

    def share(self, level: Level) -> float | None:
        """The figure; None where nobody asked for a person."""
        if self is Measure.ANSWERED:
            return level.share_answered
        seconds = int(self.value.removeprefix("within_"))
        assert seconds in STANDARD_SECONDS
        return level.share_within(seconds)


class Words(BaseModel):
    """A sentence in both languages; English as in the documentation, with its Markdown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Clause(BaseModel):
    """One thing a standard asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: Words
    here: Words
    proof: tuple[str, ...] = Field((), description="Scenarios and tests that prove it.")
    met: Met
    measure: Measure | None = Field(None, description="The figure that decides it.")
    reach: float | None = Field(None, gt=0, le=1, description="The share the standard wants; None where it names none.")


class Standard(BaseModel):
    """A standard, and what of it concerns the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Words
    clauses: tuple[Clause, ...] = Field(min_length=1)


@dataclass(frozen=True)
class JudgedClause:
    """A clause with the figure of a span of days."""

    clause: Clause
    share: float | None
    """The figure that decides the clause; None where none does, or there was no call."""
    kept: bool | None
    """Whether the figure reached what is asked; None where the clause is not decided by a figure."""


@dataclass(frozen=True)
class JudgedStandard:
    """A standard with the figures of a span of days."""

    standard: Standard
    clauses: tuple[JudgedClause, ...]


@cache
def load_standards() -> tuple[Standard, ...]:
    """All of them, in the order of the documentation."""
    text = files("elder_channel").joinpath("data", FILE).read_text(encoding="utf-8")
    return tuple(Standard.model_validate(each) for each in yaml.safe_load(text))


def judge_standards(level: Level) -> tuple[JudgedStandard, ...]:
    """Each standard beside the figures of these calls."""
    return tuple(
        JudgedStandard(standard, tuple(_judge(clause, level) for clause in standard.clauses))
        for standard in load_standards()
    )


def _judge(clause: Clause, level: Level) -> JudgedClause:
    share = clause.measure.share(level) if clause.measure else None
    kept = share >= clause.reach if share is not None and clause.reach is not None else None
    return JudgedClause(clause, share, kept)
