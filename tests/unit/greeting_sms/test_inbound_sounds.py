"""Replies that sound like what they mean, keys nobody has published, and replies that say two things."""

from __future__ import annotations

import pytest

from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.joined import joined
from greeting_sms.inbound.labels import Decider, Label
from greeting_sms.inbound.model import LONGEST, shipped_model
from greeting_sms.inbound.rules import Form, rules
from greeting_sms.inbound.seeds import Example
from greeting_sms.inbound.syllables import MARK, runs, spelled, syllables


@pytest.mark.parametrize("text", ["退订", "腿丁", "推钉", "tuiding", "tui ding", "TuiDing", "退ding", "tui订"])
def test_one_sound_is_written_in_many_ways(text: str) -> None:
    """A slip of the row of characters, of the voice or of a keyboard for pinyin."""
    assert syllables(fold(text).words) == ["tui", "din"]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("知道了", ["zi", "dao", "le"]),
        ("stop 发", ["stop", "fa"]),
        ("don't", ["don't"]),
        ("120!", ["1", "2", "0"]),
        ("🙏", []),
        ("", []),
    ],
)
def test_what_is_heard(text: str, heard: list[str]) -> None:
    """Sounds that speakers do not tell apart are one; words that are no pinyin stand as they are; signs are silent."""
    assert syllables(fold(text).words) == heard


def test_a_run_of_syllables_is_never_taken_for_one_of_letters() -> None:
    """Its mark alone is as long as the longest run of letters; beginning and end count."""
    assert len(MARK) >= LONGEST
    assert f"{MARK}^-din-$" in set(runs("订"))
    assert spelled("退订") == " tui din "


def test_the_shipped_model_knows_sounds() -> None:
    """What it was never shown in these characters it knows by their sound."""
    assert set(runs("别法短心")) & set(shipped_model().columns)


def test_every_rule_of_sound_reads_whole_syllables() -> None:
    """A pattern that begins or ends inside a syllable would hear `fa` in `fan`."""
    for rule in rules():
        if rule.form is Form.SOUND:
            assert rule.match.pattern.startswith("^ ")
            assert rule.match.pattern.endswith("$")


@pytest.mark.parametrize("text", ["n", "N", "NN", "0", "0000", "q", "1", "9", "Ｎ"])
def test_a_key_nobody_published_goes_to_a_person(text: str) -> None:
    """It opts nobody out by itself, and is not thrown away either."""
    made = classify(text)
    assert (made.label, made.decider, made.guess) == (None, Decider.PERSON, Label.OPT_OUT)


@pytest.mark.parametrize("text", ["R", "r", "T", "td", "TD。", "STOP", "退订", "回R"])
def test_a_published_key_opts_out(text: str) -> None:
    """R and STOP stand in our texts, T and TD in everybody's."""
    assert classify(text).label is Label.OPT_OUT


def test_of_two_things_said_the_graver_counts() -> None:
    """Thanks and danger in one reply are danger; the pairs are the same every time and count as seeds of their own."""
    learned = [
        Example("谢谢你们的祝福", Label.THANKS, 1),
        Example("我摔倒了起不来", Label.URGENT, 2),
        Example("好", Label.OTHER, 3),
    ]
    made = joined(learned, 40)
    assert made == joined(learned, 40)
    assert len({each.seed for each in made} | {1, 2, 3}) == 43
    for each in made:
        assert "好" not in each.text
        assert each.label is (Label.URGENT if "摔倒" in each.text else Label.THANKS)


def test_nothing_is_joined_where_nothing_is_learned() -> None:
    """And nothing of what is too short to be understood beside other words."""
    assert joined([]) == []
    assert joined([Example("好", Label.OTHER, 1)]) == []
