"""Threads for what may wait on the carrier, apart from those that answer it."""

from __future__ import annotations

from functools import cache

from anyio import CapacityLimiter

CARRIER_THREADS = 16


PAGE_THREADS = 4


@cache
def page_threads() -> CapacityLimiter:
    """The limit on work for public pages; a crowd of them must not starve the webhooks either."""
    return CapacityLimiter(PAGE_THREADS)


@cache
def carrier_threads() -> CapacityLimiter:
    """The limit on work that asks the carrier's REST API; a slow carrier must not starve the webhooks."""
    return CapacityLimiter(CARRIER_THREADS)
