"""The words that differ, and the transcript in Mandarin as far as single words go."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import load_catalogue
from dialects.dialect import Group
from dialects.glossary import BANNER_WORDS, banner, english_banner, in_mandarin, mark, mark_english
from dialects.glossary_table import ASKED_FOR, meanings_of, page
from dialects.glossary_words import Field, word_sources, words_of
from dialects.openings import Occasion, opening
from dialects.relatives import find_relative
from dialects.text import simplified

CATALOGUE = load_catalogue()
ROOT = Path(__file__).parents[3]
FROM_PAGES = yaml.safe_load((ROOT / "dialects/data/glossary/pages.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("dialect", CATALOGUE.dialects)
def test_a_banner_has_ten_different_meanings_with_their_source(dialect: str) -> None:
    """Each word once, none the same as in Mandarin, from the dialect's own list or a relative's of its branch."""
    found = banner(dialect, CATALOGUE)
    assert found
    meanings = [word.mandarin for word in found.words]
    assert 0 < len(meanings) == len(set(meanings)) <= BANNER_WORDS
    known = {"beida", "liu", *word_sources()}
    assert all(word.word != word.mandarin and word.source in known for word in found.words)
    assert CATALOGUE.branch_of(found.of) == CATALOGUE.branch_of(dialect)
    own = [word for word in words_of(dialect, CATALOGUE) if word.field is Field.EVERYDAY]
    assert (found.of == dialect) == bool(own)


@pytest.mark.parametrize("dialect", FROM_PAGES["words"])
def test_a_dialect_no_survey_covers_has_ten_words_from_pages_that_are_named(dialect: str) -> None:
    """With their English and an address each; Leizhou has eight everyday words and three of the body."""
    words = words_of(dialect, CATALOGUE)
    everyday = banner(dialect, CATALOGUE)
    insurance = banner(dialect, CATALOGUE, field=Field.INSURANCE)
    assert everyday
    assert everyday.of == dialect
    assert len(everyday.words) == (8 if dialect == "leizhou" else BANNER_WORDS)
    assert len(everyday.words) + (len(insurance.words) if insurance else 0) >= BANNER_WORDS
    listed = [word for word in words if word.source in word_sources()]
    assert len(listed) == len(FROM_PAGES["words"][dialect])
    assert all(word.english and word_sources()[word.source].url.startswith("http") for word in listed)


def test_every_page_is_used_and_no_word_of_it_identifies_a_dialect() -> None:
    """They are for people to read: what somebody's page says must not move a call."""
    used = {source for rows in FROM_PAGES["words"].values() for *_, source in rows}
    assert used == set(word_sources())
    for dialect, rows in FROM_PAGES["words"].items():
        assert not {word for word, *_ in rows} & {cue.word for cue in CATALOGUE.dialects[dialect].cues_sourced}


def test_a_word_that_means_something_else_in_mandarin_is_shown_and_not_marked() -> None:
    """落水 is to rain in Taishan; whoever says it may have fallen into the water."""
    found = banner("siyi", CATALOGUE)
    assert found
    assert "落水" in [word.word for word in found.words]
    assert in_mandarin("落水了", "siyi", CATALOGUE) is None


def test_the_most_everyday_meanings_come_first() -> None:
    """Tomorrow and what before the dragonfly."""
    found = banner("guangzhou", CATALOGUE)
    assert found
    pairs = {word.word: word.mandarin for word in found.words}
    assert pairs["听日"] == "明天"
    assert pairs["而家" if "而家" in pairs else "家下"] == "现在"


def test_putonghua_needs_no_banner() -> None:
    """Nor does what is no dialect."""
    assert banner("putonghua", CATALOGUE) is None
    assert banner("english", CATALOGUE) is None


@pytest.mark.parametrize(
    ("dialect", "said", "mandarin"),
    [
        ("guangzhou", "我而家冇乜嘢,唔使", "我现在没有什么东西,不用"),
        ("fuzhou", "汝好,侬家的保单", "你好,咱们的保单"),
    ],
)
def test_known_words_are_replaced_and_told(dialect: str, said: str, mandarin: str) -> None:
    """Longest first, and each replacement is named, so that nobody takes it for a translation."""
    found = in_mandarin(said, dialect, CATALOGUE)
    assert found
    assert found.text == mandarin
    assert all(word in said for word, _ in found.replaced)


@pytest.mark.parametrize(("dialect", "said"), [("guangzhou", "我要报案"), ("beijing", "啥"), ("putonghua", "而家")])
def test_where_nothing_is_known_nothing_is_made_up(dialect: str, said: str) -> None:
    """No words of the dialect, no list, no dialect: no Mandarin version."""
    assert in_mandarin(said, dialect, CATALOGUE) is None


@given(st.text(max_size=60), st.sampled_from(sorted(CATALOGUE.dialects)))
def test_substitution_only_touches_words_of_the_list(text: str, dialect: str) -> None:
    """Whatever is said: undoing the named replacements in order gives the text back."""
    found = in_mandarin(text, dialect, CATALOGUE)
    if found is None:
        return
    rest, back = found.text, ""
    for word, meaning in found.replaced:
        before, _, rest = rest.partition(meaning)
        if meaning in before:
            return
        back += before + word
    if not any(meaning in simplified(text) for _, meaning in found.replaced):
        assert back + rest == simplified(text)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("我妈摔了一跤,要报案", "我妈"),
        ("我想帮老人问一下", "帮老人"),
        ("我哋阿爷瞓咗医院", "我哋阿爷"),
        ("我要报案", None),
        ("老妈火锅", None),
        ("", None),
        (None, None),
    ],
)
def test_a_relative_is_told_by_the_caller_s_own_words(said: str | None, words: str | None) -> None:
    """A hint with the words it rests on."""
    assert find_relative(said) == words


def test_an_opening_is_in_the_dialect_where_somebody_wrote_it_down() -> None:
    """With reading and status; elsewhere in Mandarin only, and never in a dialect to who speaks English."""
    cantonese = opening(Occasion.ELDER, "guangzhou")
    assert cantonese.in_dialect
    assert cantonese.in_dialect.endswith("。")
    assert cantonese.reading
    assert cantonese.status == "composed_unverified"
    assert opening(Occasion.ELDER, "wenzhou").in_dialect is None
    assert opening(Occasion.ENGLISH, "guangzhou").in_dialect is None
    assert all(opening(occasion, None).text for occasion in Occasion)


@pytest.mark.parametrize("group", CATALOGUE.groups.values(), ids=lambda group: group.id)
def test_a_group_has_ten_words_of_each_field_or_the_page_says_so(group: Group) -> None:
    """Ten everyday and ten insurance words where the published lists have so many; no word is made up for the rest."""
    text = (ROOT / "docs/dialect-glossary.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {group.zh} {group.en} |"))
    for field in Field:
        count = len(meanings_of(group, CATALOGUE, field))
        assert count
        assert (count < ASKED_FOR) == (f"only {count} {field}" in row)


def test_the_page_of_words_is_made_from_the_lists() -> None:
    """`python -m dialects.glossary_table > docs/dialect-glossary.md` renews it."""
    assert (ROOT / "docs/dialect-glossary.md").read_text(encoding="utf-8") == page(CATALOGUE)


def test_every_added_word_is_of_a_known_dialect_and_differs_from_mandarin() -> None:
    """A typing error in a dialect's id would hide its words."""
    listed = yaml.safe_load((ROOT / "dialects/data/glossary/insurance.yaml").read_text(encoding="utf-8"))["meanings"]
    for meaning in listed:
        assert meaning["source"] in ("beida", "liu")
        assert meaning["number"]
        assert set(meaning["words"]) <= set(CATALOGUE.dialects)
        assert all(word != meaning["mandarin"] for words in meaning["words"].values() for word, *_ in words)


def test_insurance_words_of_a_dialect_come_with_their_english() -> None:
    """So that an English page of the desk is as complete as the Chinese one."""
    for dialect in CATALOGUE.dialects:
        assert all(word.english for word in words_of(dialect, CATALOGUE) if word.field is Field.INSURANCE)


def test_the_english_glossary_knows_forms_and_whole_words_only() -> None:
    """Claims is claim; reclaimed is neither."""
    pieces = mark_english("Two claims, one reclaimed, and my policy loan.")
    assert [(piece.text, piece.word.mandarin) for piece in pieces if piece.word] == [
        ("claims", "索赔"),
        ("policy loan", "保单贷款"),
    ]
    assert len(english_banner().words) == BANNER_WORDS


@given(st.text(max_size=80), st.sampled_from(sorted(CATALOGUE.dialects)))
def test_marking_loses_nothing(text: str, dialect: str) -> None:
    """The pieces put together are the text, whatever it is."""
    assert "".join(piece.text for piece in mark(text, dialect, CATALOGUE)) == simplified(text)
    assert "".join(piece.text for piece in mark_english(text)) == text
