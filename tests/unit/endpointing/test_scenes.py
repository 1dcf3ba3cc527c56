"""The test set of pausing callers: the same for the same seed, true about itself, and counted rightly."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from dialects.audio import mulaw
from dialects.audio.samples import to_float32
from dialects.audio.turns import Interim, Onset, TurnEvent, UtteranceEnd
from dialects.endpointing.disturbances import Condition
from dialects.endpointing.figures import figures_of, share
from dialects.endpointing.measure import Outcome, outcome_of
from dialects.endpointing.scenes import GAPS_SECONDS, PAUSES_SECONDS, Kind, Scene, Sentence, Span, scenes
from dialects.settings import StandardEndpointing

SOUND = np.zeros(1, np.float32)


def words(seconds: float, pitch_hz: float, seed: int) -> Sentence:
    """Bursts of a hum with gaps of 60 ms between them: to the ear of the generator, a sentence."""
    moment = np.arange(round(seconds * 16_000)) / 16_000
    sounding = (moment % 0.4) < 0.34
    sound = 0.2 * np.sin(2 * np.pi * pitch_hz * moment) * sounding
    return Sentence(
        f"{pitch_hz}", (sound + 1e-5 * np.random.default_rng(seed).standard_normal(moment.size)).astype("f4")
    )


SENTENCES = [words(3.0, 500, 1), words(2.2, 700, 2)]


@pytest.fixture(scope="module")
def made() -> list[Scene]:
    """The smallest whole test set."""
    return list(scenes(SENTENCES, per_cell=1))


def test_the_same_seed_makes_the_same_calls(made: list[Scene]) -> None:
    """A figure can be measured again."""
    assert list(islice(scenes(SENTENCES, per_cell=1), 10)) == made[:10]
    assert list(islice(scenes(SENTENCES, per_cell=1, seed=1), 10)) != made[:10]


def test_every_pause_comes_in_every_condition(made: list[Scene]) -> None:
    """No length and no condition is left out."""
    cells = {(each.kind, each.silence_seconds, each.condition) for each in made}
    assert len(cells) == len(made) == (len(PAUSES_SECONDS) + len(GAPS_SECONDS)) * len(Condition)


def test_pauses_are_silent_and_exactly_as_long_as_said(made: list[Scene]) -> None:
    """What is counted as a pause is one."""
    for scene in made:
        if scene.condition is not Condition.CLEAN:
            continue
        sound = to_float32(mulaw.decode(scene.sound))
        assert scene.kind is Kind.TURNS or scene.pauses
        for pause in scene.pauses:
            assert pause.end - pause.start == pytest.approx(scene.silence_seconds * 8_000, abs=2)
            assert np.abs(sound[pause.start + 200 : pause.end - 200]).max() < 0.01  # the line's filter rings 16 ms
        for sentence in scene.sentences:
            assert np.abs(sound[sentence.start : sentence.start + 800]).max() > 0.05
            assert np.abs(sound[sentence.end - 800 : sentence.end]).max() > 0.05


def scene_of(sentences: list[tuple[int, int]], pauses: list[tuple[int, int]]) -> Scene:
    kind = Kind.TURNS if len(sentences) > 1 else Kind.PAUSES
    return Scene(
        kind, Condition.CLEAN, 1.0, tuple(Span(*each) for each in sentences), tuple(Span(*each) for each in pauses), b""
    )


def end(first: int, last: int, at: int, *, heard_already: bool = False) -> UtteranceEnd:
    return UtteranceEnd(SOUND, first, last, at, cut=False, heard_already=heard_already)


def judged(scene: Scene, *told: tuple[int, TurnEvent]) -> Outcome:
    return outcome_of(scene, told)


ONE = scene_of([(8_000, 40_000)], [(16_000, 24_000)])
TWO = scene_of([(8_000, 24_000), (48_000, 64_000)], [])


def test_a_caller_left_to_speak_is_not_cut_off() -> None:
    """One onset, one end after the sentence."""
    interim = Interim(SOUND, 8_000, 39_000, 44_000, at_pause=True)
    found = judged(
        ONE, (10_000, Onset(8_000)), (44_000, interim), (50_000, end(8_000, 39_000, 50_000, heard_already=True))
    )
    assert (found.cut_at_pause, found.cut_elsewhere, found.recognitions) == ((False,), 0, 1)
    assert (found.onset_seconds, found.end_seconds, found.known_from_seconds) == (0.25, 1.25, 0.5)


def test_an_end_in_a_pause_is_a_cut_off() -> None:
    """Also when the voice after the pause is noticed a little late."""
    for at in (20_000, 24_000, 26_000):
        assert judged(ONE, (10_000, Onset(8_000)), (at, end(8_000, 16_000, at))).cut_at_pause == (True,)
    elsewhere = judged(ONE, (10_000, Onset(8_000)), (34_000, end(8_000, 30_000, 34_000)))
    assert (elsewhere.cut_at_pause, elsewhere.cut_elsewhere) == ((False,), 1)


def test_two_turns_in_one_utterance_are_merged() -> None:
    """The price of patience is counted too."""
    onset = (10_000, Onset(8_000))
    late = (80_000, end(48_000, 63_000, 80_000))
    assert judged(TWO, onset, late).merged
    assert not judged(TWO, onset, (40_000, end(8_000, 23_000, 40_000)), late).merged


def test_who_is_not_heard_or_heard_too_early_is_counted() -> None:
    """Silence and a voice before the voice are both wrong."""
    missed = judged(ONE)
    assert (missed.onset_seconds, missed.end_seconds, missed.known_from_seconds) == (None, None, None)
    early = judged(ONE, (3_000, Onset(1_000)))
    assert early.false_onset
    assert early.onset_seconds is None


def test_sums_leave_the_television_out_and_late_is_later_than_anything() -> None:
    """Who is never silent cannot be cut off, and what never happened is no quick answer."""
    good = judged(ONE, (10_000, Onset(8_000)), (50_000, end(8_000, 39_000, 50_000)))
    television = replace(good, scene=replace(ONE, condition=Condition.TELEVISION), cut_at_pause=(True,))
    figures = figures_of([good, television, judged(ONE)], StandardEndpointing())
    assert figures["cutoffs"]["n"] == 2
    assert figures["cutoffs"]["count"] == 0
    assert figures["by_condition"]["television"]["cutoffs"]["count"] == 1
    assert figures["end_ms"] == {"p50": 1250, "p95": 1250}
    assert figures_of([judged(ONE)], StandardEndpointing())["end_ms"] == {"p50": None, "p95": None}


def test_an_interval_stands_beside_every_share() -> None:
    """Nought of eighty is not nought."""
    found = share([False] * 80)
    assert found["share"] == 0
    assert 0.03 < found["interval"][1] < 0.06
    assert share([])["share"] is None
