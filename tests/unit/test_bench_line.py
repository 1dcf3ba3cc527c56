"""The line's figures: honest counts, percentiles that were measured, and misses that show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.line_figures import Measured, figures, percentile

CALL = Measured(
    rang_at=1000.0,
    served=True,
    first_webhook_ms=9.0,
    webhooks_ms=(9.0, 4.0),
    webhooks_failed=0,
    spoke=True,
    onset_to_enqueue_ms=280.0,
    utterance_end_to_dialect_ms=1600.0,
    recognized=True,
    media_lateness_ms=3.0,
)
SILENT = replace(CALL, spoke=False, recognized=False, onset_to_enqueue_ms=None, utterance_end_to_dialect_ms=None)


def by_name(alone: list[float], busy: list[Measured], calm: list[Measured]) -> dict[str, dict[str, Any]]:
    """The results by their names without `line.`."""
    return {each["name"].removeprefix("line."): each for each in figures(alone, [SILENT], busy, calm)}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 99, None),
        ([7.0], 99, 7.0),
        ([1.0, 100.0], 50, 100.0),
        ([float(number) for number in range(1, 101)], 99, 100.0),
        ([float(number) for number in range(1, 202)], 99, 199.0),
        ([3.0, 1.0, 2.0], 50, 2.0),
    ],
    ids=["none", "one", "between two: the higher", "a hundred: the worst", "two hundred: the third worst", "unsorted"],
)
def test_a_percentile_is_a_value_that_was_measured(values: list[float], share: float, expected: float | None) -> None:
    """Nothing between two latencies is made up, and doubt goes against us."""
    assert percentile(values, share) == expected


def test_figures_say_how_many_calls_they_stand_on() -> None:
    """Each percentile has its count beside it: documents asked for, first ones, onsets, utterances."""
    found = by_name([5.0], [CALL, SILENT, SILENT], [CALL, CALL])
    counts = ("calls", "webhooks", "webhooks_first", "webhooks_alone", "onsets", "utterances")
    assert [found[name]["value"] for name in counts] == [6, 6, 3, 1, 2, 2]


def test_every_webhook_counts_not_only_the_first() -> None:
    """A slow document later in the call is as much of a wait as a slow first one."""
    found = by_name([5.0], [replace(CALL, webhooks_ms=(9.0, 80.0))], [])
    assert (found["webhook_p99_ms"]["value"], found["webhook_p99_ms"]["ok"]) == (80.0, False)
    assert found["webhook_first_p99_ms"]["value"] == 9.0


def test_one_caller_who_reached_nobody_is_a_miss() -> None:
    """A share is rounded down, so that one lost call among very many does not read as none."""
    found = by_name([], [CALL] * 29_999 + [replace(CALL, served=False)], [])
    assert (found["calls_served_share"]["value"], found["calls_served_share"]["ok"]) == (0.9999, False)


def test_all_served_is_one() -> None:
    """Everybody reached a person."""
    share = by_name([], [CALL, SILENT], [CALL])["calls_served_share"]
    assert (share["value"], share["reach"], share["ok"]) == (1.0, 1.0, True)


def test_only_those_who_spoke_can_be_understood() -> None:
    """Who pressed a key is no failure of recognition; who spoke and was not understood is one."""
    found = by_name([], [CALL, SILENT], [CALL, replace(CALL, recognized=False)])
    assert (found["recognized_busy_share"]["value"], found["recognized_share"]["value"]) == (1.0, 0.5)


def test_the_rate_is_the_one_kept_not_the_one_wanted() -> None:
    """Calls that rang late show: eleven calls in two seconds are five a second."""
    calls = [replace(CALL, rang_at=1000.0 + number * 0.2) for number in range(11)]
    assert by_name([], calls, [])["calls_per_second"]["value"] == 5.0


def test_nothing_measured_is_no_success() -> None:
    """Without a single latency the figure is missing and not reached; failed webhooks are counted beside it."""
    found = by_name([], [replace(SILENT, webhooks_ms=(), first_webhook_ms=None, webhooks_failed=1)], [])
    for name in ("webhook_p99_ms", "webhook_alone_p99_ms", "onset_to_enqueue_p95_ms", "calls_per_second"):
        assert found[name]["value"] is None
    assert found["webhook_p99_ms"]["ok"] is False
    assert (found["webhooks_failed"]["value"], found["webhooks_failed"]["ok"]) == (1, False)


@pytest.mark.parametrize(("latency", "ok"), [(600.0, True), (600.4, False)])
def test_the_limit_itself_is_reached_and_a_little_more_is_not(latency: float, ok: bool) -> None:
    """What is compared is the measured figure, not its rounding."""
    found = by_name([], [], [replace(CALL, onset_to_enqueue_ms=latency)])
    assert found["onset_to_enqueue_p95_ms"]["ok"] is ok
