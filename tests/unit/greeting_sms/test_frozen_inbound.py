"""The frozen sets of replies stay as they were written, and are what their README says."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "data/inbound"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
LEAST = {
    "v1": dict.fromkeys(("thanks", "question", "complaint", "wrong_number", "other"), 50)
    | {"urgent": 160, "opt_out": 160},
    "v2": dict.fromkeys(("question", "complaint", "wrong_number", "other"), 60)
    | {"urgent": 180, "opt_out": 180, "thanks": 150},
    "v3": dict.fromkeys(("question", "complaint", "wrong_number"), 80)
    | {"urgent": 200, "opt_out": 200, "thanks": 150, "other": 150},
}
SETS = tuple(LEAST)
LABELS = tuple(LEAST["v1"])
LANGUAGES = {"zh-Hans", "zh-Hant", "yue", "wuu", "nan", "zh-en", "en", "und"}
LONGEST_REAL, LONGEST_REAL_ENGLISH = 30, 60  # characters
# Anything longer than an emergency number could ring somebody; digits may be spaced, dashed or written in Chinese.
DIALLABLE = re.compile(r"[\d〇零一二两三四五六七八九幺](?:[ .()-]*[\d〇零一二两三四五六七八九幺]){4,}")
FICTITIOUS = re.compile(r"0\d{2,3}0\d{6,7}|120255501\d\d")

Reply = dict[str, str]


def file_of(version: str) -> Path:
    """Return where a set lies."""
    return FOLDER / f"frozen_{version}.csv"


def replies(version: str) -> list[Reply]:
    """Return the rows of a frozen set."""
    with file_of(version).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


REPLIES = {version: replies(version) for version in SETS}


def spaced(text: str) -> str:
    """Return a message in one form of its characters, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def bare(text: str) -> str:
    """Return a message without case, spaces and punctuation; signs alone stay as they are."""
    one_form = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in one_form if unicodedata.category(each)[0] not in "PZC") or one_form


def looks_typed_by_thumb(reply: Reply) -> bool:
    """Tell whether a message is short, without punctuation and capitals."""
    longest = LONGEST_REAL_ENGLISH if reply["language"] == "en" else LONGEST_REAL
    categories = {unicodedata.category(character) for character in reply["text"]}
    return len(reply["text"]) <= longest and not any(name == "Lu" or name.startswith("P") for name in categories)


def numbers(text: str) -> list[str]:
    """Return the runs of digits in a message that somebody could dial."""
    runs = DIALLABLE.findall(unicodedata.normalize("NFKC", text))
    return [re.sub(r"[ .()-]", "", run) for run in runs]


def ids(rows: list[Reply]) -> list[str]:
    """Return what a failure may tell of messages: their ids."""
    return [row["id"] for row in rows]


@pytest.mark.parametrize("version", SETS)
def test_the_set_is_the_one_that_was_frozen(version: str) -> None:
    """Who changes a message breaks the digest its README gives."""
    digest = hashlib.sha256(file_of(version).read_bytes()).hexdigest()
    assert f"SHA-256 of frozen_{version}.csv: {digest}" in README


@pytest.mark.parametrize("version", SETS)
def test_every_reply_is_complete(version: str) -> None:
    """Every row has its own id, a text without spaces around it, a known label, language and style."""
    rows = REPLIES[version]
    assert len(set(ids(rows))) == len(rows)
    assert ids([row for row in rows if not row["text"] or row["text"] != row["text"].strip()]) == []
    assert {row["label"] for row in rows} == set(LABELS)
    assert {row["language"] for row in rows} == LANGUAGES
    assert {row["style"] for row in rows} == {"real", "written"}


@pytest.mark.parametrize("version", SETS)
@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_enough_replies(version: str, label: str) -> None:
    """There are enough messages of each kind to say something about it."""
    assert sum(row["label"] == label for row in REPLIES[version]) >= LEAST[version][label]


@pytest.mark.parametrize("version", SETS)
@pytest.mark.parametrize("label", [*LABELS, "all"])
def test_the_sizes_are_the_ones_told(version: str, label: str) -> None:
    """The README's table counts what the file holds."""
    rows = [row for row in REPLIES[version] if label in (row["label"], "all")]
    english = sum(row["language"] == "en" for row in rows)
    real = sum(row["style"] == "real" for row in rows)
    assert f"| {label} | {len(rows)} | {english} | {real} |" in README


@pytest.mark.parametrize("version", SETS)
def test_languages_and_styles_are_mixed_as_meant(version: str) -> None:
    """Fifteen to twenty in a hundred are English, at least half are typed as people type."""
    rows = REPLIES[version]
    assert 0.15 <= sum(row["language"] == "en" for row in rows) / len(rows) <= 0.20
    assert sum(row["style"] == "real" for row in rows) >= len(rows) / 2


def test_real_style_of_the_first_set_is_short_and_bare() -> None:
    """The style of a message follows from its text alone; in the second set its author has marked it."""
    styles = {True: "real", False: "written"}
    assert ids([row for row in REPLIES["v1"] if row["style"] != styles[looks_typed_by_thumb(row)]]) == []


def test_no_reply_of_the_first_set_is_there_twice() -> None:
    """No message is counted twice for another width of its letters or another space."""
    counted = Counter(spaced(row["text"]) for row in REPLIES["v1"])
    assert [text for text, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_no_reply_of_the_later_sets_is_there_twice(version: str) -> None:
    """No message is counted twice for its case, a space or a full stop either."""
    counted = Counter(bare(row["text"]) for row in REPLIES[version])
    assert ids([row for row in REPLIES[version] if counted[bare(row["text"])] > 1]) == []


def test_no_reply_of_the_second_set_is_in_the_first() -> None:
    """Whoever learned from the misses of the first set has seen no message of the second."""
    first = {bare(row["text"]) for row in REPLIES["v1"]}
    assert ids([row for row in REPLIES["v2"] if bare(row["text"]) in first]) == []


def test_the_third_set_tells_how_much_of_it_is_in_the_others() -> None:
    """Short formulas that everybody types stay in the third set, and are counted."""
    earlier = {bare(row["text"]) for version in ("v1", "v2") for row in REPLIES[version]}
    known = [row["label"] for row in REPLIES["v3"] if bare(row["text"]) in earlier]
    assert f"**{len(known)}** of its messages are also in the first or the second set" in README
    assert f"{known.count('urgent')} of them urgent, {known.count('opt_out')} opt-outs" in README


@pytest.mark.parametrize("version", SETS)
def test_no_number_could_ring_anyone(version: str) -> None:
    """Every number in a message is one that is not given out."""
    found = [number for row in REPLIES[version] for number in numbers(row["text"])]
    assert found
    assert [number for number in found if not FICTITIOUS.fullmatch(number)] == []


def test_the_development_set_is_what_its_section_tells() -> None:
    """It is not frozen, and its sizes are told all the same."""
    with (FOLDER / "development.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    counted = Counter(row["label"] for row in rows)
    assert set(counted) == set(LABELS)
    assert len(set(ids(rows))) == len(rows)
    assert f"{len(rows)} messages ({counted['urgent']} urgent, {counted['opt_out']} opt-outs)" in README
