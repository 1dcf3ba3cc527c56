"""Many phrases found in one utterance, as written or by their sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.phonetics import PhraseIndex, tokens

PHRASES = ["转人工", "报案", "救命", "理赔进度", "人工", "缴费", "speak english", "听𣍐懂", "去世了"]
INDEX = PhraseIndex(PHRASES, never_by_sound=["缴费"])


def found(text: str) -> list[tuple[str, bool]]:
    """(phrase, exact) of what is found."""
    return sorted((match.phrase, match.exact) for match in INDEX.find(tokens(text)))


def test_a_text_becomes_characters_and_foreign_words() -> None:
    """Simplified, lower case, without punctuation; a pause is remembered."""
    said = tokens("轉人工,Don’t wait 120")
    assert [unit.text for unit in said] == ["转", "人", "工", "don't", "wait", "120"]
    assert [unit.begins_clause for unit in said] == [True, False, False, True, False, False]
    assert said[3].syllable is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("我要转人工", [("人工", True), ("转人工", True)], id="as written"),
        pytest.param("轉人工", [("人工", True), ("转人工", True)], id="traditional"),
        pytest.param("专人公", [("人工", False), ("转人工", False)], id="the same syllables"),
        pytest.param("砖营公", [("转人工", False)], id="confused syllables of three"),
        pytest.param("请问抱安吗", [("报案", False)], id="two syllables exactly alike"),
        pytest.param("请问包囊吗", [], id="two confused syllables among others"),
        pytest.param("抱难", [("报案", False)], id="two confused syllables alone"),
        pytest.param("我来教费", [], id="counts as written only"),
        pytest.param("你陪静度", [("理赔进度", False)], id="four syllables, two of them confused"),
        pytest.param("听𣍐懂", [("听𣍐懂", True)], id="a character Mandarin does not read"),
        pytest.param("我都快气死了", [], id="a particle is no third syllable"),
        pytest.param("Speak English", [("speak english", True)], id="English"),
        pytest.param("speak englishman", [], id="whole words only"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_phrases_are_found_as_written_or_by_sound(text: str, expected: list[tuple[str, bool]]) -> None:
    """The shorter a phrase, the more exactly it must sound."""
    assert found(text) == expected


def test_the_cost_grows_with_the_confusion() -> None:
    """The same syllables cost nothing, confused ones what their mergers cost."""
    same = INDEX.find(tokens("专人公"))
    confused = INDEX.find(tokens("钻人公"))
    assert [match.cost for match in same if match.phrase == "转人工"] == [0.0]
    assert [match.cost for match in confused if match.phrase == "转人工"] == [0.1]


@given(st.text(alphabet="转专人仁工公报抱案安救就命明ab1 ，。𣍐", max_size=24))
def test_any_utterance_can_be_searched(text: str) -> None:
    """Every match lies within the utterance, and what is found as written is not found by sound at the same place."""
    said = tokens(text)
    matches = INDEX.find(said)
    assert all(0 <= match.start < match.end <= len(said) for match in matches)
    places = [(match.phrase, match.start, match.end) for match in matches]
    assert len(places) == len(set(places))
