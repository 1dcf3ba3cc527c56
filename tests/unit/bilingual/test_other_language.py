"""Whether a caller speaks neither Chinese nor English, and whether one cannot hear."""

from __future__ import annotations

import pytest

from bilingual.hearing import asks_for_louder
from bilingual.other_language import language_name, other_language
from bilingual.wrong_number import says_wrong_number


@pytest.mark.parametrize(
    ("posterior", "expected"),
    [
        pytest.param({"ja": 0.9, "zh": 0.1}, "ja", id="Japanese"),
        pytest.param({"uk": 0.4, "ru": 0.5}, "ru", id="Russian, or a language like it"),
        pytest.param({"uz": 0.3, "tr": 0.3, "kk": 0.2}, "tr", id="Turkic, as Uyghur comes out"),
        pytest.param({"ja": 0.5, "zh": 0.5}, None, id="not sure"),
        pytest.param({"vi": 1.0}, None, id="Vietnamese: Min and Hakka come out so"),
        pytest.param({"my": 1.0}, None, id="Burmese: Min and Wu come out so"),
        pytest.param({"zh": 0.99}, None, id="Chinese"),
        pytest.param({"en": 0.99}, None, id="English"),
        pytest.param({}, None, id="nothing heard"),
    ],
)
def test_another_language_is_told_only_when_it_is_probable(posterior: dict[str, float], expected: str | None) -> None:
    """A dialect must not be sent to an interpreter."""
    assert other_language(posterior, at_least=0.7) == expected
    assert expected is None or language_name(expected)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("喂听不清啊", True),
        ("你大声点", True),
        ("我听唔到", True),
        ("I can’t hear you", True),
        ("Please SPEAK UP", True),
        ("我要报案", False),
        ("I hear you", False),
        ("", False),
    ],
)
def test_who_says_the_line_is_too_quiet_is_understood(words: str, expected: bool) -> None:
    """In Putonghua, in a dialect, in English."""
    assert asks_for_louder(words) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("打错了", True),
        ("对不起，打错了。", True),
        ("哦，不好意思，我打错电话了", True),
        ("Sorry, wrong number.", True),
        ("I have the wrong number", True),
        ("保费打错了账户", False),
        ("打错了，我要报案", False),
        ("我没有打错", False),
        ("对不起", False),
        ("", False),
        ("打错了" * 5_000, False),
    ],
)
def test_a_wrong_number_is_one_only_when_nothing_else_is_said(words: str, expected: bool) -> None:
    """Whoever says more has a reason to call."""
    assert says_wrong_number(words) is expected
