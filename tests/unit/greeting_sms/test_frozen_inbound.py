"""The frozen set of replies stays as it was written, and is what its README says."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "data/inbound"
FROZEN = FOLDER / "frozen_v1.csv"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
LEAST = {
    "urgent": 160,
    "opt_out": 160,
    "thanks": 50,
    "question": 50,
    "complaint": 50,
    "wrong_number": 50,
    "other": 50,
}
LANGUAGES = {"zh-Hans", "zh-Hant", "yue", "wuu", "nan", "zh-en", "en", "und"}
LONGEST_REAL, LONGEST_REAL_ENGLISH = 30, 60  # characters
# Anything longer than an emergency number could ring somebody; digits may be spaced, dashed or written in Chinese.
DIALLABLE = re.compile(r"[\d〇零一二两三四五六七八九幺](?:[ .()-]*[\d〇零一二两三四五六七八九幺]){4,}")
FICTITIOUS = re.compile(r"0\d{2,3}0\d{6,7}|120255501\d\d")


def replies() -> list[dict[str, str]]:
    """Return the rows of the frozen set."""
    with FROZEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


REPLIES = replies()


def folded(text: str) -> str:
    """Return a message in one form of its characters, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def looks_typed_by_thumb(reply: dict[str, str]) -> bool:
    """Tell whether a message is short, without punctuation and capitals."""
    longest = LONGEST_REAL_ENGLISH if reply["language"] == "en" else LONGEST_REAL
    categories = {unicodedata.category(character) for character in reply["text"]}
    return len(reply["text"]) <= longest and not any(name == "Lu" or name.startswith("P") for name in categories)


def numbers(text: str) -> list[str]:
    """Return the runs of digits in a message that somebody could dial."""
    runs = DIALLABLE.findall(unicodedata.normalize("NFKC", text))
    return [re.sub(r"[ .()-]", "", run) for run in runs]


def test_the_set_is_the_one_that_was_frozen() -> None:
    """Who changes a message breaks the digest its README gives."""
    assert f"SHA-256 of frozen_v1.csv: {hashlib.sha256(FROZEN.read_bytes()).hexdigest()}" in README


def test_every_reply_is_complete() -> None:
    """Every row has its own id, a text without spaces around it, a known label, language and style."""
    assert len({reply["id"] for reply in REPLIES}) == len(REPLIES)
    assert [reply for reply in REPLIES if not reply["text"] or reply["text"] != reply["text"].strip()] == []
    assert {reply["label"] for reply in REPLIES} == set(LEAST)
    assert {reply["language"] for reply in REPLIES} == LANGUAGES


@pytest.mark.parametrize("label", LEAST)
def test_every_label_has_enough_replies(label: str) -> None:
    """There are enough messages of each kind to say something about it."""
    assert sum(reply["label"] == label for reply in REPLIES) >= LEAST[label]


@pytest.mark.parametrize("label", [*LEAST, "all"])
def test_the_sizes_are_the_ones_told(label: str) -> None:
    """The README's table counts what the file holds."""
    rows = [reply for reply in REPLIES if label in (reply["label"], "all")]
    english = sum(reply["language"] == "en" for reply in rows)
    real = sum(reply["style"] == "real" for reply in rows)
    assert f"| {label} | {len(rows)} | {english} | {real} |" in README


def test_languages_and_styles_are_mixed_as_meant() -> None:
    """Fifteen to twenty in a hundred are English, at least half are typed as people type."""
    assert 0.15 <= sum(reply["language"] == "en" for reply in REPLIES) / len(REPLIES) <= 0.20
    assert sum(reply["style"] == "real" for reply in REPLIES) >= len(REPLIES) / 2


def test_real_style_is_short_and_bare() -> None:
    """The style of a message follows from its text alone."""
    styles = {True: "real", False: "written"}
    assert [reply for reply in REPLIES if reply["style"] != styles[looks_typed_by_thumb(reply)]] == []


def test_no_reply_is_there_twice() -> None:
    """No message is counted twice for another width of its letters or another space."""
    counted = Counter(folded(reply["text"]) for reply in REPLIES)
    assert [text for text, times in counted.items() if times > 1] == []


def test_no_number_could_ring_anyone() -> None:
    """Every number in a message is one that is not given out."""
    found = [number for reply in REPLIES for number in numbers(reply["text"])]
    assert found
    assert [number for number in found if not FICTITIOUS.fullmatch(number)] == []
