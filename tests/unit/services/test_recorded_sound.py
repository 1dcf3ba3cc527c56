"""One side of a recording."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from elder_channel.services.recorded_sound import AGENT, CALLER, facts_of, one_side


def two_sides(width: int = 2) -> bytes:
    """A hundredth of a second: the caller's samples are 1, the agent's 2."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(width)
        file.setframerate(8000)
        file.writeframes(np.tile(np.array([1, 2], dtype=f"<u{width}"), 80).tobytes())
    return out.getvalue()


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize(("channel", "value"), [(CALLER, 1), (AGENT, 2)])
def test_left_is_the_caller_and_right_the_agent(width: int, channel: int, value: int) -> None:
    """The other side is gone, the length is the same."""
    alone = one_side(two_sides(width), channel)
    facts = facts_of(alone)
    assert facts
    assert (facts.channels, facts.seconds) == (1, pytest.approx(0.01))
    with wave.open(io.BytesIO(alone)) as file:
        samples = np.frombuffer(file.readframes(80), dtype=f"<u{width}")
    assert set(samples.tolist()) == {value}


def test_what_is_no_sound_file_has_no_facts() -> None:
    """A player may still make something of it."""
    assert facts_of(b"RIFF") is None
    assert facts_of(b"") is None


def test_a_side_that_is_not_there_is_refused() -> None:
    """A mono recording has one side."""
    with pytest.raises(ValueError, match="1 channels"):
        one_side(one_side(two_sides(), CALLER), AGENT)
