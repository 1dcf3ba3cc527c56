"""Training learns what sources of a class share, is repeatable, and never measures on what it trained on."""

from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dialects.acoustics import HEADS, read_head
from dialects.catalogue import Catalogue
from dialects.errors import TrainingDataError
from dialects.evaluate import Heard, left_out, single_source
from dialects.head_files import train_heads, write_heads
from dialects.recognizers.sound_features import LANGUAGES, SIZE
from dialects.scoring import Answer
from dialects.train import (
    Recipe,
    TrainingSet,
    calibrated,
    fit,
    fit_temperature,
    hear_for_training,
    hearings,
    licensed,
    training_set,
    well_kept,
)
from dialects.utterances import Clip, Utterance

CLASSES = ("hakka", "minnan", "putonghua")
RECIPE = Recipe(early_dimensions=8)


def clips(count: int = 30) -> list[Clip]:
    """Three classes of two sources each, and one of a single source."""
    pairs = [(one, source) for one in CLASSES for source in ("x/one", "y/two")] + [("fuzhou", "z/only")]
    return [
        Clip(
            Path(f"{one}-{source[0]}-{n}.flac"),
            "train",
            one,
            "sentence",
            4.0,
            source,
            "CC0" if source[0] == "x" else "",
        )
        for one, source in pairs
        for n in range(count)
    ]


def heard(some: list[Clip]) -> list[Heard]:
    """Features in which the class moves four numbers of two views, and the source, far more, others of the third."""
    draw = np.random.default_rng(5)
    found = []
    for clip in some:
        features = draw.normal(0, 1, SIZE).astype(np.float32)
        class_number = (*CLASSES, "fuzhou").index(clip.dialect_id)
        features[[class_number, LANGUAGES + class_number]] += 3
        features[2 * LANGUAGES + "xyz".index(clip.source[0])] += 12
        found.append(Heard(Utterance((clip,)), features, 1.0))
    return found


def test_a_head_learns_classes_and_not_sources(catalogue: Catalogue, tmp_path: Path) -> None:
    """On sources left out it is nearly as good as on its own, although sources differ more than classes do."""
    some = clips()
    figures = write_heads(some, heard(some), heard(some), tmp_path, recipe=RECIPE, catalogue=catalogue)
    assert figures["all"]["leave_one_source_out"]["top1"] > 0.7
    assert figures["all"]["cannot_be_known"] == ["fuzhou"]
    assert "fuzhou" not in figures["all"]["leave_one_source_out_per_dialect"]
    head = read_head(tmp_path / f"{HEADS['all']}.npz")
    assert set(head.classes) == {*CLASSES, "fuzhou"}


def test_the_second_head_hears_only_what_its_licence_allows(catalogue: Catalogue, tmp_path: Path) -> None:
    """Sources that state no licence leave no trace in it."""
    some = clips()
    figures = write_heads(some, heard(some), heard(some), tmp_path, recipe=RECIPE, catalogue=catalogue)
    assert {row["licence"] for row in figures["licensed"]["clips"]} == {"CC0"}
    assert set(figures["licensed"]["classes"]) == set(CLASSES)


def test_a_list_of_words_is_not_the_class_that_was_trained_on_lists() -> None:
    """Sounding like a list speaks for no class: what that is worth is learned where lists and sentences are of one."""
    draw = np.random.default_rng(3)
    kinds = [("hakka", "a", True), ("minnan", "b", True), ("minnan", "c", False), ("fuzhou", "d", False)]
    rows, classes, sources, sentences = [], [], [], []
    for class_id, source, sentence in kinds:
        for _ in range(40):
            row = draw.normal(0, 1, SIZE)
            row[("hakka", "minnan", "fuzhou").index(class_id)] += 2
            row[10:40] += 0 if sentence else 2
            rows.append(row)
            classes.append(class_id)
            sources.append(source)
            sentences.append(sentence)
    data = TrainingSet(np.stack(rows), tuple(classes), tuple(sources), tuple(sentences))
    head = fit(data, replace(RECIPE, early_weight=0.0), name="a")
    listed = draw.normal(0, 1, (200, SIZE)).astype(np.float32)
    listed[:, 0] += 2
    listed[:, 10:40] += 2
    taken = [head.classes[int(best)] for best in head.probabilities(listed).argmax(axis=1)]
    assert taken.count("fuzhou") < taken.count("hakka")


def test_the_temperature_is_of_sources_as_well_prepared_for_as_a_call() -> None:
    """Answers count for it where two other sources of the class remain, never those on English."""
    some = [Clip(Path("p"), "train", one, "word", 4.0, source, "") for one in ("hakka", "english") for source in "abc"]
    some += [Clip(Path("p"), "train", "minnan", "word", 4.0, source, "") for source in "ab"]
    answers = [Answer(one, "a", {"hakka": 1.0}) for one in ("hakka", "minnan", "english")]
    assert [one.dialect_id for one in well_kept(answers, some)] == ["hakka"]


def test_training_twice_gives_the_same_head() -> None:
    """Seeds are fixed."""
    data = training_set(heard(clips()))
    one, two = (fit(data, RECIPE, name="a") for _ in range(2))
    assert np.array_equal(one.weights, two.weights)


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("CC0 (Common Voice)", True),
        ("MIT (repository)", True),
        ("MIT (repository); recordings not mentioned", False),
        ("CC BY-SA (Yue Tan, Shtooka)", True),
        ("CC BY-ND 3.0 TW (Ministry of Education, Taiwan)", False),
        ("none stated (repository MIT)", False),
        ("none stated", False),
        ("", False),
    ],
)
def test_licences_are_read_strictly(licence: str, allowed: bool) -> None:
    """No derivatives means none; nothing stated means no."""
    clip = Clip(Path("a"), "train", "hakka", "word", 1.0, "a/b", licence)
    assert bool(licensed([clip])) is allowed


def test_only_classes_that_keep_twenty_clips_are_measured() -> None:
    """A source left out may not take its class with it."""
    some = [*clips(19), *[Clip(Path("p"), "train", "hakka", "word", 4.0, "y/two", "")] * 1]
    assert dict(left_out(some)) == {"x/one": ["hakka"]}
    assert single_source(clips()) == ["fuzhou"]


def test_overconfident_answers_are_cooled() -> None:
    """Half of the answers given with 99% are wrong: the temperature brings them down to a half."""
    sure = {"hakka": 0.99, "minnan": 0.01}
    answers = [Answer("hakka", "a", sure), Answer("minnan", "a", sure)]
    cooled = calibrated(answers, fit_temperature(answers))
    assert cooled[0].probabilities["hakka"] < 0.6
    assert fit_temperature([]) == 1


def test_too_little_to_train_on_is_said(catalogue: Catalogue, tmp_path: Path) -> None:
    """One class is no choice."""
    with pytest.raises(TrainingDataError):
        fit(training_set(heard(clips()[:20])), RECIPE, name="a")

    class Deaf:
        def features(self, samples_16k: np.ndarray) -> np.ndarray:
            raise AssertionError("nothing is to be heard")

    with pytest.raises(TrainingDataError):
        train_heads([], Deaf(), tmp_path, catalogue=catalogue)


def test_every_recording_is_also_heard_over_a_drawn_line(tmp_path: Path) -> None:
    """A head that knows only clean lines is lost on a caller's; how much there is to hear is known beforehand."""
    some = recordings(tmp_path)
    maker = Counting()
    plain, everything = hear_for_training(some, maker, Recipe())
    assert [one.features.tolist() for one in everything[: len(plain)]] == [one.features.tolist() for one in plain]
    assert {one.utterance.source for one in everything[len(plain) :]} == {"x/one"}
    assert len(everything) == hearings(some, Recipe()) == maker.heard
    assert len(everything) > len(plain) == hearings(some, Recipe(lines=0))
    again = hear_for_training(some, Counting(), Recipe())[1]
    assert [one.features.tolist() for one in again] == [one.features.tolist() for one in everything]


class Counting:
    """Features that tell one sound from another, and how many there were."""

    def __init__(self) -> None:
        self.heard = 0

    def features(self, samples_16k: NDArray[np.float32]) -> NDArray[np.float32]:
        self.heard += 1
        return np.array([samples_16k.size, np.abs(samples_16k).mean()], dtype=np.float32)


def recordings(folder: Path) -> list[Clip]:
    """Six words of one voice, as files."""
    draw = np.random.default_rng(3)
    found = []
    for number in range(6):
        file = folder / f"{number}.wav"
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(16_000)
            out.writeframes(draw.integers(-3_000, 3_000, 16_000, dtype=np.int16).tobytes())
        found.append(Clip(file, "train", "hakka", "word", 1.0, "x/one", "CC0"))
    return found
