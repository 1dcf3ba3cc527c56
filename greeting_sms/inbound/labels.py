"""What a reply to a greeting may want."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What a reply is, the one whose missing does most harm first."""

    URGENT = "urgent"  # somebody may be in danger now
    OPT_OUT = "opt_out"  # wants these messages no more
    WRONG_NUMBER = "wrong_number"  # is not the customer we mean
    COMPLAINT = "complaint"
    QUESTION = "question"
    THANKS = "thanks"
    OTHER = "other"


class Decider(StrEnum):
    """Who said so."""

    RULE = "rule"
    MODEL = "model"
    PERSON = "person"  # nothing was sure enough: somebody reads it


PERHAPS_URGENT = "perhaps_urgent"
"""Given to a person who reads it at once: not sure enough to ring the number, too likely to wait."""
PERHAPS_OPT_OUT = "perhaps_opt_out"
"""Given to a person, and nothing is sent to the number until it was read: not sure enough to end its greetings."""

TOLD_OF_DEATH = "told_of_death"
"""The rule of news that the customer has died: given to a person, and nothing is sent to the number until then."""


@dataclass(frozen=True)
class Classified:
    """What a reply was taken for."""

    label: Label | None
    """None where a person must say."""
    decider: Decider
    probability: float | None = None
    """Of the label, or of the best guess where a person must say; None for rules, which know no degrees."""
    rule: str = ""
    """The rule that decided, or that spoke for what a person must say; `perhaps_urgent` or `perhaps_opt_out`."""
    guess: Label | None = None
    """The model's best guess where a person must say."""
    holds: bool = False
    """Nothing is sent to the number until a person has read the reply. One that is an opt-out for certain holds
    nothing: it ends the number's greetings."""

    @property
    def stops(self) -> bool:
        """Whether nothing more is sent after it: for good, or until somebody has read it."""
        return self.holds or self.label is Label.OPT_OUT

    @property
    def decided_by(self) -> str:
        """`rule:…`, `model` or `person`, as the books keep it."""
        return f"{self.decider}:{self.rule}" if self.rule else str(self.decider)
