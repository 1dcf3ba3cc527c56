"""What a way in does with a fault: it is logged, and everything else goes on."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from elder_channel.going_on import GoingOn


def test_a_fault_is_logged_with_its_fields_and_what_follows_is_done() -> None:
    """Law 1: the loop, the page or the call outlives it."""
    with capture_logs() as logs, GoingOn("router.tick_failed", call="CA1"):
        raise KeyError("agent")
    (line,) = logs
    assert (line["event"], line["call"], line["log_level"]) == ("router.tick_failed", "CA1", "error")
    assert isinstance(line["exc_info"], KeyError)


def test_nothing_is_logged_where_nothing_failed() -> None:
    """A quiet log means that all is well."""
    with capture_logs() as logs, GoingOn("router.tick_failed"):
        pass
    assert logs == []


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_who_ends_the_process_or_the_task_is_not_held_up(end: type[BaseException]) -> None:
    """Stopping is no fault."""
    with pytest.raises(end), GoingOn("router.tick_failed"):
        raise end
