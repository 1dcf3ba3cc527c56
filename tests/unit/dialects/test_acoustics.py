"""A head says what it knows and nothing of what it does not; a damaged one is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dialects.acoustics import HEADS, AcousticHead, evidence_of, packaged_head, read_head
from dialects.catalogue import Catalogue
from dialects.errors import HeadError
from dialects.evidence import Source


def a_head() -> AcousticHead:
    """Three classes over two numbers."""
    return AcousticHead(
        name="tiny",
        features="two numbers",
        classes=("hakka", "putonghua", "english"),
        center=np.zeros(2, np.float32),
        scale=np.ones(2, np.float32),
        weights=np.array([[4, 0], [0, 4], [-4, -4]], np.float32),
        bias=np.zeros(3, np.float32),
        temperature=2.0,
    )


def heard(features: list[float]) -> dict[str, float]:
    """What the head makes of two numbers."""
    head = a_head()
    return dict(zip(head.classes, map(float, head.probabilities(np.array([features], np.float32))[0]), strict=True))


def test_sound_speaks_for_the_trained_and_their_group_only(catalogue: Catalogue) -> None:
    """A dialect without recordings takes its group's geometric mean, a group without recordings that of all."""
    evidence = evidence_of(heard([1, 0]), catalogue)
    assert evidence is not None
    assert evidence.source is Source.ACOUSTIC
    assert set(evidence.likelihood) == set(catalogue.classes)
    known = evidence.likelihood
    assert known["hakka"] > known["changsha"] > known["putonghua"]
    assert known["henan"] == known["putonghua"]
    assert known["changsha"] == pytest.approx((known["hakka"] * known["putonghua"]) ** 0.5)
    assert "客家话" in evidence.text


def test_english_is_no_evidence_for_a_dialect(catalogue: Catalogue) -> None:
    """Who speaks English says nothing about the own dialect; neither does an empty answer."""
    assert evidence_of(heard([-1, -1]), catalogue) is None
    assert evidence_of({}, catalogue) is None


def test_a_flat_answer_says_so(catalogue: Catalogue) -> None:
    """No dialect is named to an agent when the sound told nothing."""
    evidence = evidence_of({"hakka": 0.5, "putonghua": 0.5}, catalogue)
    assert evidence is not None
    assert "分辨不出" in evidence.text


def test_a_head_is_read_as_written(tmp_path: Path) -> None:
    """What was saved is what is loaded, to the three digits kept."""
    digest = a_head().save(tmp_path / "head.npz")
    again = read_head(tmp_path / "head.npz", sha256=digest)
    features = np.array([[0.3, -0.2]], np.float32)
    assert again.classes == a_head().classes
    assert np.allclose(again.probabilities(features), a_head().probabilities(features), atol=1e-3)


def test_a_damaged_head_is_refused(tmp_path: Path) -> None:
    """Cut short, changed, not a head, missing: a sentence, never a wrong dialect."""
    file = tmp_path / "head.npz"
    digest = a_head().save(file)
    whole = file.read_bytes()
    for content in (whole[:200], b"", b"no head", whole[:-1] + b"!"):
        file.write_bytes(content)
        with pytest.raises(HeadError):
            read_head(file, sha256=digest)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(HeadError):
        read_head(file)
    with pytest.raises(HeadError):
        read_head(tmp_path / "none.npz")


def test_features_of_another_size_are_refused() -> None:
    """A head trained on other features must not guess."""
    with pytest.raises(HeadError, match="takes 2 numbers"):
        a_head().probabilities(np.zeros((1, 3), np.float32))


@pytest.mark.parametrize("name", HEADS)
def test_packaged_heads_load_and_are_small(name: str, catalogue: Catalogue) -> None:
    """Both heads ship, hash as they should, and know classes of the catalogue and English only."""
    head = packaged_head(name)
    assert set(head.classes) <= {*catalogue.classes, "english"}
    assert {"putonghua", "english"} <= set(head.classes)
    assert head.weights.nbytes < 500_000
    row = head.probabilities(head.center.reshape(1, -1))
    assert row.sum() == pytest.approx(1)


def test_there_is_no_other_head() -> None:
    """A misspelled name is told."""
    with pytest.raises(HeadError, match="all, licensed"):
        packaged_head("best")
