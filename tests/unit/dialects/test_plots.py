"""The plots of an evaluation are pictures that say what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dialects.plots import coverage_curve, write_plots

SHARES: dict[str, Any] = {
    "per_dialect": {"hakka": {"n": 3, "top1": 0.3, "top3": 0.6, "top1_interval": [0.1, 0.8]}},
    "confusion": {"hakka": {"hakka": 1, "min<nan": 2}},
    "coverage": [{"share": 0.5, "top1": 0.9, "threshold": 0.4}, {"share": 1.0, "top1": 0.6, "threshold": 0.1}],
    "threshold": {"abstain_below": 0.45, "share": 0.4, "top1": 0.95},
}
RATES: dict[str, Any] = {
    "hakka": {"n": 0, "cer": None, "wer": None},
    "henan": {
        "n": 2,
        "cer": 0.5,
        "cer_interval": [0.4, 0.6],
        "pinyin_error_rate": 0.4,
        "pinyin_error_rate_interval": None,
        "wer": None,
    },
    "english": {"n": 2, "cer": None, "wer": 4.0, "wer_interval": [3.0, 5.0]},
}


def test_every_part_that_was_measured_has_its_plots(tmp_path: Path) -> None:
    """Valid SVG, one file a picture; what was not measured has none."""
    every = {"acoustic": SHARES, "fused": SHARES, "recognition": {"n": 4, "per_dialect": RATES}}
    paths = write_plots(every, tmp_path / "plots")
    names = {
        f"{part}-{what}.svg" for part in ("acoustic", "fused") for what in ("per-dialect", "confusion", "coverage")
    }
    assert {path.name for path in paths} == {*names, "recognition-per-dialect.svg"}
    for path in paths:
        assert ET.parse(path).getroot().tag.endswith("svg")
    rates = paths[-1].read_text(encoding="utf-8")
    assert "hakka" not in rates, "no bar without a text"
    assert "400%" in rates
    assert write_plots({"recognition": {"n": 0, "per_dialect": RATES}}, tmp_path) == []


@pytest.mark.parametrize(
    ("top1", "words", "circles"),
    [(0.95, "Circle, threshold 0.45: 40% named, 95% of them right", 1), (None, "threshold 0.45: 40% named", 0)],
)
def test_the_threshold_is_marked(top1: float | None, words: str, circles: int) -> None:
    """In words beside the circle; without any answer there is nothing to mark."""
    picture = coverage_curve(SHARES["coverage"], {**SHARES["threshold"], "top1": top1})
    assert words in picture
    assert picture.count("<circle") == circles
