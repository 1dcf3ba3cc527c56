"""Which syllables sound alike to whom, and who says so."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects import sounds
from dialects.catalogue import Catalogue
from dialects.errors import CatalogueInvalidError
from dialects.sounds import FARTHEST, Merger, Syllable, load_mergers, near, reading, readings_in_context, syllable

SPELLED = [
    "zhuan",
    "ren",
    "gong",
    "bao",
    "an",
    "li",
    "pei",
    "jin",
    "du",
    "tou",
    "su",
    "tui",
    "fang",
    "hui",
    "ming",
    "yu",
]


def spelled(pinyin: str) -> Syllable:
    """The syllable, which must be one."""
    found = syllable(pinyin)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhuan", "zuan"),
        ("chang", "cang"),
        ("shang", "sang"),
        ("nan", "lan"),
        ("ren", "len"),
        ("ren", "yin"),
        ("fei", "hui"),
        ("hu", "fu"),
        ("jin", "jing"),
        ("shen", "sheng"),
        ("an", "ang"),
        ("dong", "dun"),
        ("yu", "yi"),
        ("an", "nan"),
        ("huang", "wang"),
    ],
)
def test_confusable_sounds_are_near(one: str, other: str) -> None:
    """n and l, zh and z, f and h, in and ing and their kind, in both directions at the same cost."""
    cost = near(spelled(one))[spelled(other)]
    assert 0 < cost <= FARTHEST
    assert near(spelled(other))[spelled(one)] == cost


@pytest.mark.parametrize(("one", "other"), [("bao", "pao"), ("da", "ta"), ("gong", "kong"), ("ma", "ba"), ("li", "la")])
def test_other_sounds_are_apart(one: str, other: str) -> None:
    """What would make too many words alike is left apart."""
    assert spelled(other) not in near(spelled(one))


@given(st.sampled_from(SPELLED))
def test_nearness_is_mutual_and_a_syllable_is_nearest_to_itself(pinyin: str) -> None:
    """Whatever the way from one to the other, the way back costs as much."""
    origin = spelled(pinyin)
    around = near(origin)
    assert around[origin] == 0
    assert all(cost > 0 for other, cost in around.items() if other != origin)
    assert all(near(other)[origin] == pytest.approx(cost) for other, cost in around.items())


@pytest.mark.parametrize(
    "merger", load_mergers(), ids=lambda merger: f"{merger.initials or merger.finals or 'syllables'}"
)
def test_every_merger_says_where_and_who_says_so(merger: Merger, catalogue: Catalogue) -> None:
    """A reading named as its ground stands in the file of that dialect."""
    assert merger.where
    assert merger.source
    assert merger.initials or merger.finals or merger.syllables
    for dialect_id, quoted in merger.readings:
        readings = " ".join(catalogue.dialects[dialect_id].pronunciation.readings.values())
        assert unicodedata.normalize("NFD", quoted) in unicodedata.normalize("NFD", readings), dialect_id


def test_characters_are_read_as_mandarin_reads_them() -> None:
    """Without tones; letters, numbers and characters Mandarin does not know are read as nothing."""
    assert reading("转") == ("zh", "uan")
    assert reading("居") == ("j", "v")
    assert reading("𣍐") is None
    assert syllable("HELLO") is None
    assert readings_in_context("银行")[1] == ("h", "ang")


def test_a_merger_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the file and which entry."""
    (tmp_path / "data").mkdir()
    text = "mergers:\n- {cost: 2, where: here, source: me, initials: [n, l]}\n"
    (tmp_path / "data" / "sounds.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sounds.resources, "files", lambda package: tmp_path)
    load_mergers.cache_clear()
    try:
        with pytest.raises(CatalogueInvalidError, match=r"sounds\.yaml: merger 1: a cost of 2"):
            load_mergers()
    finally:
        load_mergers.cache_clear()
