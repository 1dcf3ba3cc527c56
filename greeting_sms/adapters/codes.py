"""A carrier's error codes told in our words, from a table beside its adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

from greeting_sms.channel import Action, Outcome


@dataclass(frozen=True)
class TextFault:
    """One error code."""

    code: str
    outcome: Outcome
    action: Action
    zh: str
    en: str
    known: bool = True
    """Whether the code is in the table; False: the careful choice."""


def explain(table: str, code: str) -> TextFault:
    """What a code means. One that is not in the table refuses this text, and nothing is repeated for it."""
    known = codes(table).get(code)
    said = "表中没有这个代码，请看运营商的说明", "This code is not in the table; see the carrier's page."
    return known or TextFault(code, Outcome.REFUSED, Action.NOTE, *said, known=False)


@lru_cache
def codes(table: str) -> Mapping[str, TextFault]:
    """Every code of a table: `twilio_message_codes` or `template_codes`."""
    text = (resources.files("greeting_sms.adapters") / f"{table}.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["codes"]
    return {
        str(code): TextFault(str(code), Outcome(row["outcome"]), Action(row["action"]), row["zh"], row["en"])
        for code, row in rows.items()
    }
