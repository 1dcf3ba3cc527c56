"""The times of one call of each entry: from real scenarios, counted from the right moment."""

from __future__ import annotations

import pytest

from bench.entries import ENTRIES, LIBRARY, times_of
from elder_channel.simulator.scenarios.facts import BookFacts, PlayedCall
from elder_channel.simulator.scenarios.reading import read_scenarios


def test_every_entry_has_its_scenario() -> None:
    """What the table names can be played."""
    assert set(ENTRIES.values()) <= {file.id for file in read_scenarios([LIBRARY])}


@pytest.mark.parametrize(
    ("entry", "queued", "spoken"), [("voice", 9.0, 300), ("one_tap", 7.0, None), ("prompted", 9.0, None)]
)
def test_waiting_begins_with_dialling_or_with_the_pick_up(entry: str, queued: float, spoken: int | None) -> None:
    """Who is called waits from the pick-up on; only an entry a voice opened has a time from the voice."""
    names = {"call.ringing": 100.0, "call.answered": 102.0, "queue.entered": 109.0, "agent.answered": 111.0}
    events = [{"name": name, "at": at} for name, at in names.items()]
    record = {"first_voiced_sent_at": 108.7, "enqueue_after_onset_at": 109.0}
    call = PlayedCall("caller", record, events, BookFacts("served", entry=entry))
    told = times_of(call)
    assert told["queued_after"] == (queued, "s")
    assert told["answered_after"] == (queued + 2, "s")
    assert told.get("onset_to_queue") == ((spoken, "ms") if spoken else None)
