"""Which calls count in statistics: all but test calls. Every figure asks here, in the books or of a value."""

from __future__ import annotations

from elder_channel.calls.model import Call
from elder_channel.calls.tables import calls

COUNTED = calls.c.is_test.is_(False)
"""Rows of `calls` that count."""


def counts(call: Call) -> bool:
    """Whether the call counts."""
    return not call.is_test
