"""Abusive and silent callers: whose calls wait a little longer, and when that ends. Nobody is turned away (law 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from elder_channel.calls.model import Call
from elder_channel.calls.settings import NuisanceSettings


class MarkReason(StrEnum):
    """Why a number is marked."""

    ABUSIVE = "abusive"  # an agent says so
    SILENT = "silent"  # one call after another without a word


@dataclass(frozen=True)
class NumberMark:
    """A marked number."""

    number: str
    reason: MarkReason
    by: str
    """The agent or supervisor; `line` where the line saw it by itself."""
    marked_at: datetime
    until: datetime
    note: str = ""


def may_be_marked(call: Call) -> bool:
    """Whether a caller may be marked at all: never an elder, nobody in the books, and no number that is not known."""
    return not call.elder and call.customer_id is None and call.caller_number.startswith("+")


def is_silent(call: Call, settings: NuisanceSettings) -> bool:
    """Whether a person answered and nobody said a word."""
    if call.answered_at is None or call.ended_at is None or call.transcript:
        return False
    return call.ended_at - call.answered_at < timedelta(seconds=settings.silent_shorter_seconds)


def marks_as_silent(lately: Sequence[Call], settings: NuisanceSettings) -> bool:
    """Whether a number's last calls, newest first, were all silent and as many as it takes."""
    last = lately[: settings.silent_calls]
    return len(last) == settings.silent_calls and all(is_silent(call, settings) for call in last)


def new_mark(
    number: str, reason: MarkReason, *, by: str, now: datetime, settings: NuisanceSettings, note: str = ""
) -> NumberMark:
    """A mark from now on, for as long as configured."""
    return NumberMark(number, reason, by, now, now + timedelta(days=settings.mark_days), note)
