"""Figures mean what they say: credit by group, every group the same weight, calibration, intervals."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dialects.acoustics import AcousticHead
from dialects.area import locate
from dialects.catalogue import Catalogue
from dialects.evaluate import Heard, evaluate
from dialects.scoring import Answer, judge, score, wilson
from dialects.settings import IdentificationSettings
from dialects.simulated_numbers import draw_number, perturbed
from dialects.utterances import Clip, Utterance

TRAINED = ("english", "hakka", "minnan", "putonghua", "shanghai", "sichuan")


def answer(dialect_id: str, **probabilities: float) -> Answer:
    """An answer of one source."""
    return Answer(dialect_id, "a/b", probabilities)


@pytest.mark.parametrize(
    ("dialect_id", "named", "right", "counts"),
    [
        ("suzhou", "shanghai", True, True),
        ("wu_unspecified", "shanghai", True, True),
        ("chongqing", "sichuan", True, True),
        ("hakka", "minnan", False, True),
        ("english", "english", True, True),
        ("henan", "sichuan", True, False),
        ("henan", "hakka", False, False),
        ("min_unspecified", "minnan", True, False),
        ("fuzhou", "minnan", True, False),
    ],
)
def test_credit_is_given_by_group(catalogue: Catalogue, dialect_id: str, named: str, right: bool, counts: bool) -> None:
    """Shanghai and Suzhou are one; what has no training data is credited by its group and counts in no mean."""
    judged = judge(answer(dialect_id, **{named: 0.8, "putonghua": 0.1}), trained=TRAINED, catalogue=catalogue)
    assert (judged.first, judged.counts) == (right, counts)


def test_every_group_weighs_the_same(catalogue: Catalogue) -> None:
    """Ninety Hakka clips that are right do not hide two Min clips that are wrong."""
    answers = [answer("hakka", hakka=0.9, minnan=0.1)] * 90 + [answer("minnan", hakka=0.9, minnan=0.1)] * 2
    figures = score([judge(one, trained=TRAINED, catalogue=catalogue) for one in answers])
    assert (figures["top1"], figures["top3"], figures["n"]) == (0.5, 1.0, 92)
    assert figures["confusion"]["minnan"] == {"hakka": 2}
    assert figures["ece"] == pytest.approx(0.4)
    low, high = figures["top1_interval"]
    assert low < 0.5 < high
    assert high - low > 0.2, "two clips say little"


def test_what_the_truth_was_given_is_summed_over_its_group(catalogue: Catalogue) -> None:
    """Half for Shanghai and a quarter for Suzhou are three quarters for Wu; the line sees one half."""
    judged = judge(answer("suzhou", shanghai=0.5, suzhou=0.25, hakka=0.25), trained=TRAINED, catalogue=catalogue)
    assert (judged.truth, judged.confidence, judged.best) == (0.75, 0.75, 0.5)
    assert score([judged])["log_probability"] == pytest.approx(-0.2877)


def test_nothing_that_counts_gives_no_figures(catalogue: Catalogue) -> None:
    """An empty manifest, or one of unknown dialects, is no division by zero."""
    assert score([])["top1"] is None
    assert score([judge(answer("gan_unspecified", hakka=1.0), trained=TRAINED, catalogue=catalogue)])["ece"] is None


def test_intervals_hold_the_share() -> None:
    """Two of two is not certainty."""
    low, high = wilson(2, 2)
    assert low < 0.5
    assert high == 1
    assert wilson(0, 0) == (0.0, 1.0)


def test_drawn_numbers_follow_the_catalogue(catalogue: Catalogue) -> None:
    """Four in five callers call from where their dialect is spoken; all numbers can be placed."""
    draw = random.Random(3)
    codes = [locate(draw_number("fuzhou", catalogue, draw)).area_code for _ in range(400)]
    assert None not in codes
    at_home = sum("fuzhou" in catalogue.area_codes[str(code)].shares for code in codes) / 400
    assert 0.74 < at_home < 0.9
    anywhere = Counter(locate(draw_number("putonghua", catalogue, draw)).area_code for _ in range(400))
    assert max(anywhere.values()) < 12, "Putonghua and English are spoken everywhere alike"
    spread = {draw_number("wu_unspecified", catalogue, draw, migrant_share=0.0)[:6] for _ in range(50)}
    assert len(spread) > 1


def test_perturbed_shares_still_sum_to_one(catalogue: Catalogue) -> None:
    """Another country, but a country."""
    for row in perturbed(catalogue, random.Random(1)).values():
        assert sum(row.values()) == pytest.approx(1)


def test_hearing_the_same_utterance_over_other_lines_makes_nobody_surer(catalogue: Catalogue) -> None:
    """Shares are means over the draws; counts and intervals stay those of the utterances."""
    none, ones, each = np.zeros(2, np.float32), np.ones(2, np.float32), np.eye(2, dtype=np.float32)
    head = AcousticHead("plain", "scores", ("hakka", "minnan"), none, ones, each, none, 1.0)
    clip = Clip(Path("a.flac"), "dev", "hakka", "sentence", 4.0, "a/b", "CC0")
    right, wrong = (Heard(Utterance((clip,)), np.array(row, np.float32), 1.0) for row in ((3, 0), (0, 3)))
    settings = IdentificationSettings()
    once = evaluate([right, wrong], head, catalogue=catalogue, settings=settings, with_numbers=True)
    often = evaluate([right, wrong] * 5, head, catalogue=catalogue, settings=settings, with_numbers=True, repeats=5)
    for part in ("acoustic", "fused"):
        assert (often[part]["n"], often[part]["per_dialect"]["hakka"]["n"]) == (2, 2)
    for key in ("top1", "top3", "top1_interval", "n_all"):
        assert often["acoustic"][key] == once["acoustic"][key]
