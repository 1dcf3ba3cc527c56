"""Threads for what nobody waits for, or what may wait on the carrier, apart from those that answer it."""

from __future__ import annotations

from functools import cache

from anyio import CapacityLimiter

CARRIER_THREADS = 16


PAGE_THREADS = 4
WORD_THREADS = 4
"""Python computes in one thread at a time: beside a crowd of callbacks a document waits for them all."""


@cache
def page_threads() -> CapacityLimiter:
    """The limit on work for public pages; a crowd of them must not starve the webhooks either."""
    return CapacityLimiter(PAGE_THREADS)


@cache
def word_threads() -> CapacityLimiter:
    """The limit on what the carrier only tells us; callers wait for documents, and nobody for this."""
    return CapacityLimiter(WORD_THREADS)


@cache
def carrier_threads() -> CapacityLimiter:
    """The limit on work that asks the carrier's REST API; a slow carrier must not starve the webhooks."""
    return CapacityLimiter(CARRIER_THREADS)
