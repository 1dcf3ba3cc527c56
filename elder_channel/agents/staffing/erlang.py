"""Erlang A: calls arrive at random, callers lose patience, agents are alike (M/M/n+M).

Erlang C leaves abandonment out and asks for too many agents near the cliff (Mandelbaum & Zeltyn, "The Palm/Erlang-A
queue", 2005). The wait a patient caller would have has the density lambda * pi(n-1) * exp(lambda * integral of the
patience left - n * mu * x) (Baccelli & Hebuterne, "On queues with impatient customers", 1981), integrated here
numerically, so that no factorial overflows with a thousand agents.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

_GRID_POINTS: Final = 20_001
_TAIL: Final = 40.0
"""The density is followed until its logarithm has fallen so far."""


@dataclass(frozen=True)
class Service:
    """What callers meet, as shares of all who call, and how busy the agents are."""

    answered_at_once: float
    answered_in_time: float
    """Within the seconds asked for."""
    abandoned: float
    mean_wait_seconds: float
    """Of all callers, those who hang up included."""
    occupancy: float
    """Share of their time agents talk."""


def erlang_a(
    *, calls_per_second: float, handle_seconds: float, patience_seconds: float, agents: int, within_seconds: float
) -> Service:
    """What `agents` give at a steady load. Raises ValueError for a load or times that are not positive."""
    if min(calls_per_second, handle_seconds, patience_seconds) <= 0 or agents < 1 or within_seconds < 0:
        raise ValueError("calls, times and agents must be positive")
    impatience = 1 / patience_seconds
    wait, density = _wait_density(calls_per_second, agents / handle_seconds, impatience)
    busy_below, last_below = _free_states(calls_per_second * handle_seconds, agents)
    # relative to the state in which one agent is free
    waiting = calls_per_second * last_below * _area(density, wait)
    total = busy_below + waiting
    still_there = np.exp(-impatience * wait)
    weight = calls_per_second * last_below / total
    in_time = wait <= within_seconds
    patient = density * still_there
    abandoned = weight * _area(density * (1 - still_there), wait)
    at_once = busy_below / total
    return Service(
        answered_at_once=at_once,
        answered_in_time=min(1.0, at_once + weight * _area(patient[in_time], wait[in_time])),
        abandoned=abandoned,
        mean_wait_seconds=abandoned * patience_seconds,  # rate of leaving = impatience x mean number waiting (Little)
        occupancy=min(1.0, calls_per_second * (1 - abandoned) * handle_seconds / agents),
    )


def agents_for(
    *,
    calls_per_second: float,
    handle_seconds: float,
    patience_seconds: float,
    within_seconds: float,
    answered_in_time: float,
) -> int:
    """The fewest agents with whom this share of callers is answered in time; 0 for no calls."""
    if calls_per_second <= 0:
        return 0
    if not 0 < answered_in_time < 1:
        raise ValueError("the share to answer in time must lie between 0 and 1")

    def enough(agents: int) -> bool:
        service = erlang_a(
            calls_per_second=calls_per_second,
            handle_seconds=handle_seconds,
            patience_seconds=patience_seconds,
            agents=agents,
            within_seconds=within_seconds,
        )
        return service.answered_in_time >= answered_in_time

    low, high = 0, max(1, math.ceil(calls_per_second * handle_seconds))
    while not enough(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _wait_density(arrivals: float, capacity: float, impatience: float) -> tuple[np.ndarray, np.ndarray]:
    """(wait in seconds, density at it relative to arrivals x P(one agent free)) on a grid that holds the tail."""

    def log_density(x: np.ndarray) -> np.ndarray:
        return np.asarray(arrivals / impatience * -np.expm1(-impatience * x) - capacity * x)

    # the density peaks where as many leave as come: arrivals x patience left = capacity
    peak = max(0.0, math.log(arrivals / capacity) / impatience) if arrivals > capacity else 0.0
    end = max(1.0, 2 * peak)
    top = float(log_density(np.array([peak]))[0])
    while float(log_density(np.array([end]))[0]) > top - _TAIL:
        end *= 1.5
    wait = np.linspace(0.0, end, _GRID_POINTS)
    return wait, np.exp(np.minimum(log_density(wait), 600.0))


def _free_states(load: float, agents: int) -> tuple[float, float]:
    """(sum of the states with an agent free, the last of them), scaled so that the last is 1."""
    total, term = 0.0, 1.0
    for busy in range(agents - 1, -1, -1):
        total += term
        term *= busy / load
        if term < 1e-18 * total:
            break
    return total, 1.0


def _area(values: np.ndarray, over: np.ndarray) -> float:
    return float(np.trapezoid(values, over)) if len(over) > 1 else 0.0
