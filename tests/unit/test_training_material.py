"""Whether there is enough to train on, and how a page says what is missing and what came of a run."""

from __future__ import annotations

from typing import Any

import pytest

from elder_channel.learning.material import Material, Recording, material_of
from ui.training_cards import compare_card, needed_lines


def spoken(dialect: str, *, speakers: int, each: int, held: int = 0) -> list[Recording]:
    """Recordings of a dialect; the first `held` speakers are held back."""
    return [
        Recording(dialect, f"{dialect}-{speaker}", speaker < held)
        for speaker in range(held + speakers)
        for _ in range(each)
    ]


@pytest.mark.parametrize(
    ("recordings", "enough"),
    [
        pytest.param([], False, id="nothing"),
        pytest.param(spoken("hakka", speakers=9, each=9, held=9), False, id="one dialect"),
        pytest.param(
            [row for one in ("hakka", "minnan") for row in spoken(one, speakers=5, each=4, held=4)],
            True,
            id="just enough",
        ),
        pytest.param(
            [row for one in ("hakka", "minnan") for row in spoken(one, speakers=4, each=9, held=4)],
            False,
            id="too few speakers",
        ),
        pytest.param(
            [row for one in ("hakka", "minnan") for row in spoken(one, speakers=5, each=4, held=3)],
            False,
            id="too few held back",
        ),
        pytest.param(
            [*spoken("hakka", speakers=5, each=6, held=6), *spoken("minnan", speakers=5, each=6)],
            False,
            id="one of them cannot be compared",
        ),
    ],
)
def test_how_much_is_enough(recordings: list[Recording], enough: bool) -> None:
    """Two dialects to learn and to compare; what is missing is told exactly where it is too little."""
    material: Material = material_of(recordings)
    assert material.enough is enough
    assert bool(needed_lines(material)) is not enough


def figures(**of_dialects: tuple[float, float]) -> dict[str, Any]:
    """One head's figures as `compare` gives them: top-1 and top-3 of each dialect."""
    rows = {id_: {"top1": top1, "top3": top3} for id_, (top1, top3) in of_dialects.items()}
    whole = {"top1": 0.5, "top1_interval": [0.4, 0.6], "top3": 0.7, "top3_interval": [0.6, 0.8], "ece": None}
    return {**whole, "per_group": rows, "per_dialect": rows}


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        pytest.param({"n": 40, "low": 0.1, "high": 0.3}, "better", id="surely better"),
        pytest.param({"n": 40, "low": -0.3, "high": -0.1}, "worse", id="surely worse"),
        pytest.param({"n": 40, "low": -0.1, "high": 0.3}, "same", id="cannot be told"),
        pytest.param({"n": 19, "low": 0.9, "high": 1.0}, "few", id="too few whatever they say"),
    ],
)
def test_few_recordings_say_nothing(row: dict[str, float], verdict: str) -> None:
    """A dialect is called better or worse only where its interval leaves no doubt, and never on a handful."""
    change = {"mean": 0.0, "low": 0.0, "high": 0.0}
    one = {
        "n": 40,
        "in_use": "all-sources@1",
        "candidate": "all-sources@2",
        "warnings": [],
        "reasons": [],
        "old": figures(hakka=(0.4, 0.6)),
        "new": figures(hakka=(0.6, 0.8)),
        "difference": {"top1": change},
        "per_dialect": {"hakka": {"mean": 0.2, **row}},
    }
    card = compare_card("all", one, {})
    [line] = card.dialects
    assert (line.verdict, line.old, line.new) == (verdict, "40% / 60%", "60% / 80%")
    assert card.figures[-1].change == "–"
