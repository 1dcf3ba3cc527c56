"""Where speech begins and ends, told from probabilities alone."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.audio.turns import Interim, Onset, TurnDetector, TurnEvent, UtteranceEnd
from dialects.audio.vad import FRAME
from dialects.settings import ElderEndpointing, EndpointingSettings, ListeningSettings, StandardEndpointing

LISTENING = ListeningSettings()
PROFILE = EndpointingSettings(end_silence_ms=1300, min_speech_ms=0, max_utterance_seconds=4.0, interim_seconds=1.0)
SILENT, VOICED = 0.02, 0.95


def listen(pattern: str, detector: TurnDetector | None = None) -> list[TurnEvent]:
    """`v` is a voiced frame, `.` a silent one; each frame's samples carry its number."""
    detector = detector or TurnDetector(LISTENING, PROFILE)
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
        pytest.param("v" * 20 + "." * 41, ["Onset", "Interim", "UtteranceEnd"], id="a sentence"),
        pytest.param(
            ("v" * 20 + "." * 30) * 2 + "." * 11, ["Onset", "Interim", "Interim", "UtteranceEnd"], id="a pausing elder"
        ),
        pytest.param(("v" * 20 + "." * 41) * 2, ["Onset", "Interim", "UtteranceEnd"] * 2, id="two sentences"),
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


def test_speech_without_a_pause_has_one_interim() -> None:
    """One early guess is enough while nobody pauses."""
    interims = [event for event in listen("v" * 100) if isinstance(event, Interim)]
    assert len(interims) == 1
    assert interims[0].samples.size == 31 * FRAME
    assert not interims[0].at_pause


def test_what_is_said_up_to_a_pause_is_told_at_the_pause() -> None:
    """The dialect need not wait until a patient profile is sure that nothing follows."""
    events = listen("." * 50 + "v" * 20 + "." * 41)
    _, interim, end = events
    assert isinstance(interim, Interim)
    assert isinstance(end, UtteranceEnd)
    assert interim.at_pause
    assert interim.at_sample == (70 + 15) * FRAME
    assert end.heard_already
    assert np.array_equal(interim.samples, end.samples)


def test_a_caller_who_goes_on_after_a_pause_is_heard_anew() -> None:
    """What was told at the pause was not all."""
    _, interim, end = listen("v" * 20 + "." * 20 + "v" * 2 + "." * 41)
    assert isinstance(interim, Interim)
    assert isinstance(end, UtteranceEnd)
    assert not end.heard_already
    assert end.samples.size > interim.samples.size


@pytest.mark.parametrize(
    ("voiced", "silent", "expected"),
    [
        pytest.param(6, 60, ["Onset", "Interim"], id="a beginning is waited for"),
        pytest.param(6, 80, ["Onset", "Interim", "UtteranceEnd"], id="not for ever"),
        pytest.param(25, 60, ["Onset", "Interim", "UtteranceEnd"], id="a sentence is not"),
    ],
)
def test_a_short_word_is_only_a_beginning(voiced: int, silent: int, expected: list[str]) -> None:
    """Who says 喂 and thinks has not finished."""
    profile = EndpointingSettings(end_silence_ms=1300, min_speech_ms=700, max_wait_ms=2500)
    assert kinds(listen("v" * voiced + "." * silent, TurnDetector(LISTENING, profile))) == expected


def test_an_elder_s_profile_waits_longer() -> None:
    """The same two seconds inside a sentence end it for one and not for the other."""
    pattern = "v" * 40 + "." * 62 + "v" * 40
    ends = {
        type(profile): kinds(listen(pattern, TurnDetector(LISTENING, profile))).count("UtteranceEnd")
        for profile in (StandardEndpointing(), ElderEndpointing())
    }
    assert ends == {StandardEndpointing: 1, ElderEndpointing: 0}


def test_frames_that_stop_coming_end_the_utterance() -> None:
    """A dropped connection is an end too."""
    detector = TurnDetector(LISTENING, PROFILE)
    listen("v" * 20, detector)
    (end,) = detector.flush()
    assert isinstance(end, UtteranceEnd)
    assert end.cut
    assert detector.flush() == []


def test_lost_samples_move_the_positions() -> None:
    """What is told after a gap is told at the right time."""
    detector = TurnDetector(LISTENING, PROFILE)
    assert detector.skip(8_000) == []
    assert listen("v" * 8, detector) == [Onset(8_000)]


@given(st.lists(st.tuples(st.sampled_from("v."), st.integers(1, 90)), max_size=30))
def test_every_utterance_has_its_onset_and_all_voice_after_it_is_kept(runs: list[tuple[str, int]]) -> None:
    """Whatever the rhythm: no utterance without an onset, none overlapping another, memory bounded."""
    detector = TurnDetector(LISTENING, PROFILE)
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
