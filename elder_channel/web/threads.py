"""Threads for what may wait on the carrier, apart from those that answer it."""

from __future__ import annotations

from functools import cache

from anyio import CapacityLimiter

CARRIER_THREADS = 16


@cache
def carrier_threads() -> CapacityLimiter:
    """The limit on work that asks the carrier's REST API; a slow carrier must not starve the webhooks."""
    return CapacityLimiter(CARRIER_THREADS)
