"""Whether a new head is worse than the one in use, and why it is refused then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dialects.acoustics import AcousticHead
from dialects.catalogue import Catalogue
from dialects.compare_heads import Rule, compare
from dialects.evaluate import Heard
from dialects.utterances import Clip, Utterance

CLASSES = ("fuzhou", "hakka", "minnan")
EACH = 40


def head(
    sharpness: float = 4.0, classes: tuple[str, ...] = CLASSES, wrong: dict[str, str] | None = None
) -> AcousticHead:
    """A head that reads the class off one number each; a class of `wrong` is taken for another."""
    weights = np.zeros((len(classes), len(CLASSES)), dtype=np.float32)
    for column, truth in enumerate(CLASSES):
        named = (wrong or {}).get(truth, truth)
        if named in classes:
            weights[classes.index(named), column] = sharpness
    count = len(CLASSES)
    zeros, ones = np.zeros(count, dtype=np.float32), np.ones(count, dtype=np.float32)
    return AcousticHead("test", "three", classes, zeros, ones, weights, np.zeros(len(classes), dtype=np.float32), 1.0)


def heard(spoiled: float = 0.0, each: int = EACH, classes: tuple[str, ...] = CLASSES) -> list[Heard]:
    """Utterances of each class; a share of them sounds like the next class."""
    found = []
    for index, dialect_id in enumerate(CLASSES):
        for number in range(each if dialect_id in classes else 0):
            features = np.zeros(len(CLASSES), dtype=np.float32)
            features[(index + (number < spoiled * each)) % len(CLASSES)] = 1
            clip = Clip(Path(f"{dialect_id}{number}"), "frozen", dialect_id, "sentence", 4.0, f"s{number % 8}", "")
            found.append(Heard(Utterance((clip,)), features, 1.0))
    return found


def test_the_same_head_is_not_worse(catalogue: Catalogue) -> None:
    """No change is no reason."""
    figures = compare(heard(0.2), head(), head(), catalogue=catalogue)
    assert figures["refusals"] == []
    assert figures["difference"]["top1"] == {"mean": 0, "low": 0, "high": 0, "worse_in": 0}
    assert figures["old"]["top1"] == figures["new"]["top1"] == pytest.approx(0.8)


def test_a_better_head_passes_and_says_how_much(catalogue: Catalogue) -> None:
    """With intervals, overall and for each dialect."""
    figures = compare(heard(), head(wrong={"hakka": "minnan"}), head(), catalogue=catalogue)
    assert figures["refusals"] == []
    change = figures["difference"]["top1"]
    assert change["mean"] == pytest.approx(1 / 3, abs=1e-3)
    assert 0 < change["low"] <= change["mean"] <= change["high"]
    assert figures["per_dialect"]["hakka"]["mean"] == 1
    assert figures["n"] == 3 * EACH


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param(head(), head(wrong={"hakka": "minnan"}), "mean top-1 falls by 0.333", id="fewer right"),
        pytest.param(head(), head(wrong={"hakka": "minnan"}), "hakka loses 1.000", id="a dialect is lost"),
        pytest.param(head(3.0), head(0.1), "log-likelihood falls", id="right, but no longer sure"),
        pytest.param(head(), head(classes=("fuzhou", "hakka")), "no longer knows minnan", id="a class is missing"),
    ],
)
def test_a_worse_head_is_refused_with_the_reason(
    catalogue: Catalogue, old: AcousticHead, new: AcousticHead, reason: str
) -> None:
    """Each rule by its own."""
    figures = compare(heard(), old, new, catalogue=catalogue)
    assert any(reason in told for told in figures["refusals"]), figures["refusals"]
    assert len(figures["reasons"]) == len(figures["refusals"])


def test_a_small_loss_in_every_draw_is_a_loss(catalogue: Catalogue) -> None:
    """Within the margin, but no accident."""
    rule = Rule(likelihood_margin=10.0)
    figures = compare(heard(), head(3.0), head(2.9), catalogue=catalogue, rule=rule)
    assert [told for told in figures["refusals"] if "of draws" in told]


def test_a_dialect_with_few_utterances_does_not_decide_alone(catalogue: Catalogue) -> None:
    """Nineteen are too few to look at alone; the mean still counts them."""
    few = [*heard(each=19, classes=("hakka",)), *heard(classes=("fuzhou", "minnan"))]
    rule = Rule(top1_margin=1.0, likelihood_margin=99.0, surely=1.1)
    new = head(wrong={"hakka": "minnan"})
    assert compare(few, head(), new, catalogue=catalogue, rule=rule)["refusals"] == []
    enough = [*heard(each=20, classes=("hakka",)), *heard(classes=("fuzhou", "minnan"))]
    assert compare(enough, head(), new, catalogue=catalogue, rule=rule)["refusals"]


@pytest.mark.parametrize(
    "some", [[], heard(each=5), heard(classes=("hakka",))], ids=["none", "fifteen", "of one dialect"]
)
def test_too_little_decides_nothing(catalogue: Catalogue, some: list[Heard]) -> None:
    """Nobody is replaced on a handful of recordings."""
    figures = compare(some, head(), head(), catalogue=catalogue)
    assert "to decide anything" in figures["refusals"][0]


def test_a_new_class_is_no_loss_to_a_head_that_did_not_know_it(catalogue: Catalogue) -> None:
    """The old head claims nothing for it: an even share, not a certain error."""
    figures = compare(heard(), head(classes=("fuzhou", "hakka")), head(), catalogue=catalogue)
    assert figures["refusals"] == []
    assert figures["difference"]["log_likelihood"]["mean"] > 0
    assert figures["per_dialect"]["minnan"]["mean"] == 1


def test_comparing_twice_gives_the_same(catalogue: Catalogue) -> None:
    """Seeds are fixed."""
    some = heard(0.3)
    one, two = (compare(some, head(), head(0.5), catalogue=catalogue) for _ in range(2))
    assert one == two
