"""Frames of a media stream."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.telephony.media import FrameOrder, Sound, StreamStarted, StreamStopped, parse_frame

PAYLOAD = base64.b64encode(b"\xff" * 160).decode()


def frame(**message: Any) -> str:
    """A websocket message."""
    return json.dumps(message)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (frame(event="connected", protocol="Call"), None),
        (frame(event="start", start={"streamSid": "MZ1", "callSid": "CA1"}), StreamStarted("MZ1", "CA1")),
        (frame(event="media", media={"track": "inbound", "chunk": "7", "payload": PAYLOAD}), Sound(b"\xff" * 160, 7)),
        (frame(event="media", media={"payload": PAYLOAD}), Sound(b"\xff" * 160, 0)),
        (frame(event="media", media={"track": "outbound", "payload": PAYLOAD}), None),
        (frame(event="stop"), StreamStopped()),
    ],
)
def test_frames_of_the_protocol(text: str, event: object) -> None:
    """Each documented message is what it says."""
    assert parse_frame(text) == event


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "null",
        '"media"',
        frame(event="media"),
        frame(event="media", media=None),
        frame(event="media", media={"payload": "%%%"}),
        frame(event="media", media={"payload": 7}),
        frame(event="media", media={"payload": ""}),
        frame(event="start"),
        frame(event="start", start={}),
        frame(event="media", media={"payload": "A" * 100_000}),
    ],
)
def test_a_malformed_frame_is_no_event(text: str) -> None:
    """Nonsense is passed over; the stream goes on."""
    assert parse_frame(text) is None


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is an event or none, never an error."""
    parse_frame(text)


def test_repeated_and_late_frames_are_dropped() -> None:
    """Sound is taken once and in order, with gaps."""
    order = FrameOrder()
    taken = [chunk for chunk in (1, 2, 2, 5, 4, 6, 1) if order.accept(Sound(b"", chunk))]
    assert taken == [1, 2, 5, 6]
    assert order.accept(Sound(b"", 0))
