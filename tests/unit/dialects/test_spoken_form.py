"""Two transcripts are compared by what was said, not by how somebody writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.spoken_form import chinese_characters, chinese_syllables, english_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("我 想 查 保單。", "我想查保单", id="script, spaces and stops"),
        pytest.param("ＯＫ，好", "ok好", id="full-width letters"),
        pytest.param("我24岁", "我二十四岁", id="tens"),
        pytest.param("10天", "十天", id="ten"),
        pytest.param("110天", "一百一十天", id="ten within a hundred"),
        pytest.param("1005元", "一千零五元", id="one gap"),
        pytest.param("10,500元", "一万零五百元", id="thousands marked"),
        pytest.param("100010", "十万零一十", id="a gap across ten thousand"),
        pytest.param("120000", "十二万", id="round"),
        pytest.param("100万", "一百万", id="a size in characters"),
        pytest.param("0", "零", id="nothing"),
        pytest.param("1998年", "一九九八年", id="a year"),
        pytest.param("3.15%", "百分之三点一五", id="per cent"),
        pytest.param("13800001234", "一三八零零零零一二三四", id="a telephone number"),
        pytest.param("05", "零五", id="a leading nought"),
        pytest.param("幺三八，二〇二六", "一三八二零二六", id="one and nought as read on the telephone"),
        pytest.param("幺妹", "幺妹", id="a youngest sister is no number"),
        pytest.param("两百块，两个", "二百块两个", id="two hundred, two people"),
    ],
)
def test_chinese_is_brought_to_one_form(written: str, said: str) -> None:
    """Traditional or simplified, digits or characters: the same units."""
    assert "".join(chinese_characters(written)) == said


def test_a_latin_word_is_one_unit() -> None:
    """Code-switching is counted as words, not as letters."""
    assert chinese_characters("用APP查don't") == ["用", "app", "查", "dont"]


@pytest.mark.parametrize(
    ("written", "syllables"),
    [
        ("銀行，行长", "yin hang hang zhang"),
        ("女的24", "nv de er shi si"),
        ("转APP", "zhuan app"),
        ("𫧃懂𫧃", "𫧃 dong 𫧃"),
    ],
)
def test_syllables_are_toneless_and_read_in_context(written: str, syllables: str) -> None:
    """A character without a Mandarin reading stays what it is."""
    assert chinese_syllables(written) == syllables.split()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("I DON'T know, really.", "i dont know really"),
        ("I’m 24", "im twenty four"),
        ("1,250 dollars", "one thousand two hundred fifty dollars"),
        ("2.5 miles", "two point five miles"),
        ("50%", "fifty percent"),
        ("call 911", "call nine hundred eleven"),
        ("007", "zero zero seven"),
        ("15 or 20", "fifteen or twenty"),
        ("你好 there", "你 好 there"),
    ],
)
def test_english_is_counted_in_words(written: str, words: str) -> None:
    """Case, apostrophes and digits are no errors; Chinese written for English is."""
    assert english_words(written) == words.split()


@given(st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    """Whatever a recognizer writes has a form, without spaces, and it is its own form."""
    for units in (chinese_characters(text), english_words(text), chinese_syllables(text)):
        assert all(unit and not unit.isspace() for unit in units)
    assert chinese_characters("".join(chinese_characters("24岁，OK"))) == ["二", "十", "四", "岁", "ok"]
