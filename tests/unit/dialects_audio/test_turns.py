"""Where speech begins and ends, told from probabilities alone."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.audio.turns import Interim, Onset, TurnDetector, TurnEvent, UtteranceEnd
from dialects.audio.vad import FRAME
from dialects.settings import ListeningSettings

SETTINGS = ListeningSettings(max_utterance_seconds=4.0, interim_seconds=1.0)
SILENT, VOICED = 0.02, 0.95


def listen(pattern: str, detector: TurnDetector | None = None) -> list[TurnEvent]:
    """`v` is a voiced frame, `.` a silent one; each frame's samples carry its number."""
    detector = detector or TurnDetector(SETTINGS)
    events: list[TurnEvent] = []
    for number, kind in enumerate(pattern):
        events += detector.feed(VOICED if kind == "v" else SILENT, np.full(FRAME, number, dtype=np.int16))
    return events


def kinds(events: list[TurnEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("." * 200, [], id="silence"),
        pytest.param(".v" * 3 + "." * 60, [], id="clicks"),
        pytest.param("v..." * 30, [], id="stray frames fade"),
        pytest.param("." * 20 + "v" * 8, ["Onset"], id="a voice"),
        pytest.param("." * 20 + "vvv.vvv.vvv", ["Onset"], id="brief gaps are bridged"),
        pytest.param("." * 20 + "v" * 5 + "." * 10, ["Onset"], id="one short word"),
        pytest.param("v" * 20 + "." * 41, ["Onset", "UtteranceEnd"], id="a sentence"),
        pytest.param(("v" * 20 + "." * 30) * 2 + "." * 11, ["Onset", "Interim", "UtteranceEnd"], id="a pausing elder"),
        pytest.param(("v" * 20 + "." * 41) * 2, ["Onset", "UtteranceEnd"] * 2, id="two sentences"),
    ],
)
def test_what_is_heard(pattern: str, expected: list[str]) -> None:
    """Voices count, clicks do not, pauses do not end a sentence."""
    assert kinds(listen(pattern)) == expected


def test_an_utterance_keeps_what_came_just_before_and_after_the_voice() -> None:
    """The first consonant and the last breath are in it, the long silence is not."""
    events = listen("." * 50 + "v" * 20 + "." * 41)
    end = events[-1]
    assert isinstance(end, UtteranceEnd)
    assert not end.cut
    assert events[0] == Onset(50 * FRAME)
    assert (end.first_voiced_sample, end.last_voiced_sample) == (50 * FRAME, 70 * FRAME)
    frames = np.rint(end.samples[::FRAME] * 32_768).astype(int)
    assert frames.tolist() == list(range(41, 79))


def test_endless_speech_is_cut_and_goes_on_without_a_second_onset() -> None:
    """A caller who never pauses is still recognized, piece by piece, and nothing is lost between the pieces."""
    events = listen("v" * 300 + "." * 41)
    assert [kind for kind in kinds(events) if kind == "Onset"] == ["Onset"]
    ends = [event for event in events if isinstance(event, UtteranceEnd)]
    assert [end.cut for end in ends] == [True, True, False]
    assert sum(end.samples.size for end in ends) == (300 + 9) * FRAME
    assert all(later.first_voiced_sample == earlier.last_voiced_sample for earlier, later in pairwise(ends))


def test_an_interim_comes_once() -> None:
    """One early guess a sentence is enough."""
    interims = [event for event in listen("v" * 100) if isinstance(event, Interim)]
    assert len(interims) == 1
    assert interims[0].samples.size == 31 * FRAME


def test_frames_that_stop_coming_end_the_utterance() -> None:
    """A dropped connection is an end too."""
    detector = TurnDetector(SETTINGS)
    listen("v" * 20, detector)
    (end,) = detector.flush()
    assert isinstance(end, UtteranceEnd)
    assert end.cut
    assert detector.flush() == []


def test_lost_samples_move_the_positions() -> None:
    """What is told after a gap is told at the right time."""
    detector = TurnDetector(SETTINGS)
    assert detector.skip(8_000) == []
    assert listen("v" * 8, detector) == [Onset(8_000)]


@given(st.lists(st.tuples(st.sampled_from("v."), st.integers(1, 90)), max_size=30))
def test_every_utterance_has_its_onset_and_all_voice_after_it_is_kept(runs: list[tuple[str, int]]) -> None:
    """Whatever the rhythm: no utterance without an onset, none overlapping another, memory bounded."""
    detector = TurnDetector(SETTINGS)
    events = listen("".join(kind * count for kind, count in runs), detector) + detector.flush()
    ends = [event for event in events if isinstance(event, UtteranceEnd)]
    onsets = [event for event in events if isinstance(event, Onset)]
    assert len(onsets) <= len(ends)
    assert len(ends) == len(onsets) + sum(
        end.cut and later.first_voiced_sample == end.last_voiced_sample for end, later in pairwise(ends)
    )
    for end in ends:
        assert 0 < end.samples.size <= (4.0 + 0.7) * 8_000 + FRAME
    for earlier, later in pairwise(ends):
        assert earlier.last_voiced_sample <= later.first_voiced_sample
