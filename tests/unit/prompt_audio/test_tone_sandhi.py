"""Mandarin is rendered with the tones that people say, not with those of the dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.prompt_audio.tone_sandhi import Word, as_spoken


def words_of(text: str, read: str) -> list[Word]:
    """`words_of("再 说", "zai4 shuo1")`: words are divided by spaces, syllables too."""
    syllables = iter(read.split())
    return [Word(word, tuple(next(syllables) for _ in word)) for word in text.split()]


@pytest.mark.parametrize(
    ("text", "read", "spoken"),
    [
        pytest.param("不用", "bu4 yong4", "bu2 yong4", id="not before a fourth tone"),
        pytest.param("不 要紧", "bu4 yao4 jin3", "bu2 yao4 jin3", id="not before a word with a fourth tone"),
        pytest.param("不 听", "bu4 ting1", "bu4 ting1", id="not before a first tone"),
        pytest.param("不 想", "bu4 xiang3", "bu4 xiang3", id="not before a third tone"),
        pytest.param("就 不", "jiu4 bu4", "jiu4 bu4", id="not at the end"),
        pytest.param("是不是", "shi4 bu4 shi4", "shi4 bu5 shi4", id="not between two of a kind"),
        pytest.param("好 不 好", "hao3 bu4 hao3", "hao3 bu5 hao3", id="not between two words of a kind"),
        pytest.param("对不起", "dui4 bu4 qi3", "dui4 bu5 qi3", id="not inside a word of three"),
        pytest.param("一下", "yi1 xia4", "yi2 xia4", id="one before a fourth tone"),
        pytest.param("一个", "yi1 ge5", "yi2 ge5", id="one before a lost fourth tone"),
        pytest.param("一 分钟", "yi1 fen1 zhong1", "yi4 fen1 zhong1", id="one before a first tone"),
        pytest.param("一直", "yi1 zhi2", "yi4 zhi2", id="one before a second tone"),
        pytest.param("一起", "yi1 qi3", "yi4 qi3", id="one before a third tone"),
        pytest.param("说 一遍", "shuo1 yi1 bian4", "shuo1 yi2 bian4", id="one amid a sentence"),
        pytest.param("一百 一十", "yi1 bai3 yi1 shi2", "yi4 bai3 yi1 shi2", id="one in a number"),
        pytest.param("十一 分钟", "shi2 yi1 fen1 zhong1", "shi2 yi1 fen1 zhong1", id="one as the last of a number"),
        pytest.param("一 二 零", "yi1 er4 ling2", "yi1 er4 ling2", id="one in a telephone number"),
        pytest.param("第一 个", "di4 yi1 ge4", "di4 yi1 ge4", id="first"),
        pytest.param("一月", "yi1 yue4", "yi1 yue4", id="January"),
        pytest.param("请 按 一", "qing3 an4 yi1", "qing3 an4 yi1", id="one at the end"),
        pytest.param("按 一 就 行", "an4 yi1 jiu4 xing2", "an4 yi1 jiu4 xing2", id="the key one"),
        pytest.param("万一 错", "wan4 yi1 cuo4", "wan4 yi1 cuo4", id="one that ends a word"),
        pytest.param("等一等", "deng3 yi1 deng3", "deng3 yi5 deng3", id="one in a doubled verb"),
        pytest.param("可以", "ke3 yi3", "ke2 yi3", id="two thirds in a word"),
        pytest.param("展览馆", "zhan3 lan3 guan3", "zhan2 lan2 guan3", id="three thirds in a word"),
        pytest.param("岂有此理", "qi3 you3 ci3 li3", "qi2 you3 ci2 li3", id="four thirds in a word"),
        pytest.param("打 给 您", "da3 gei3 nin2", "da2 gei3 nin2", id="thirds of two short words"),
        pytest.param("转给 我", "zhuan3 gei3 wo3", "zhuan2 gei2 wo3", id="a short word leans on a longer one"),
        pytest.param("也 可以 打", "ye3 ke3 yi3 da3", "ye3 ke2 yi2 da3", id="a word first, then what leans on it"),
        pytest.param("小姐 你好", "xiao3 jie3 ni3 hao3", "xiao2 jie3 ni2 hao3", id="two long words keep apart"),
        pytest.param("不 可以", "bu4 ke3 yi3", "bu4 ke2 yi3", id="not before a third that has become a second"),
        pytest.param("电话 很 忙", "dian4 hua4 hen3 mang2", "dian4 hua4 hen3 mang2", id="nothing to change"),
    ],
)
def test_tones_are_those_of_speech(text: str, read: str, spoken: str) -> None:
    """Each rule, and each case in which it does not hold."""
    assert [syllable for word in as_spoken(words_of(text, read)) for syllable in word.syllables] == spoken.split()


@given(
    st.lists(st.lists(st.tuples(st.sampled_from("一不我们好"), st.integers(1, 5)), min_size=1, max_size=5), max_size=6)
)
def test_only_tones_change(given_words: list[list[tuple[str, int]]]) -> None:
    """Words, syllables and their number stay; of other characters only a third tone ever changes, and to a second."""
    words = [Word("".join(sign for sign, _ in word), tuple(f"a{tone}" for _, tone in word)) for word in given_words]
    spoken = as_spoken(words)
    assert [word.text for word in spoken] == [word.text for word in words]
    for before, after in zip(words, spoken, strict=True):
        for character, was, now in zip(before.text, before.syllables, after.syllables, strict=True):
            assert was[:-1] == now[:-1]
            assert was == now or character in "一不" or (was[-1], now[-1]) == ("3", "2")


def test_a_word_without_all_its_syllables_is_refused() -> None:
    """The error names the characters."""
    with pytest.raises(ValueError, match="可以"):
        as_spoken([Word("可以", ("ke3",))])
