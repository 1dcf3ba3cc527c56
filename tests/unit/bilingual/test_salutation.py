"""How somebody is addressed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.errors import MessagesFileError
from bilingual.salutation import Gender, Style, load_salutations, parse_salutations, salutation
from bilingual.tags import Language

EN = Language.EN
CUSTOMS = """
spoken_to: {zh: 您, en: you}
default: formal
customs: {yue: familial}
zh:
  formal: [{female: "{name}女士", male: "{name}先生", unknown: "{name}"}]
  familial: [{female: "{surname}阿姨", male: "{surname}叔叔", unknown: "{name}"}]
en:
  formal: [{female: "Ms {name}", male: "Mr {name}", unknown: "{name}"}]
  familial: [{female: "Ms {name}", male: "Mr {name}", unknown: "{name}"}]
compound_surnames: []
"""


@pytest.mark.parametrize(
    ("surname", "gender", "style", "language", "words"),
    [
        pytest.param("陈", Gender.WOMAN, None, Language.ZH, "陈女士", id="formal-unless-said-otherwise"),
        pytest.param("陈", Gender.WOMAN, Style.FAMILIAL, Language.ZH, "陈阿姨", id="as-she-wishes"),
        pytest.param("林", Gender.MAN, Style.FAMILIAL, Language.ZH, "林叔叔", id="as-he-wishes"),
        pytest.param("", Gender.MAN, None, Language.ZH, "先生", id="no-surname"),
        pytest.param("Chen", Gender.WOMAN, Style.FAMILIAL, EN, "Ms Chen", id="english-has-no-aunts"),
        pytest.param("", Gender.MAN, None, EN, "you", id="no-surname-in-english"),
        pytest.param("陈", None, Style.FAMILIAL, Language.ZH, "您", id="gender-not-said"),
        pytest.param("Chen", None, None, EN, "you", id="gender-not-said-in-english"),
    ],
)
def test_people_are_addressed_as_they_have_said(
    surname: str, gender: Gender | None, style: Style | None, language: Language, words: str
) -> None:
    """And as 您 where they have said nothing."""
    assert salutation(surname, gender=gender, style=style, language=language) == words


@given(st.text(max_size=8), st.sampled_from(Language), st.none() | st.sampled_from(Style))
def test_a_gender_is_never_guessed_from_a_name(name: str, language: Language, style: Style | None) -> None:
    """Whatever the name is."""
    assert salutation(name, gender=None, style=style, language=language) in ("您", "you")


def test_a_region_may_have_another_custom() -> None:
    """By dialect or group; what somebody wishes for themselves is stronger."""
    customs = parse_salutations(CUSTOMS, source="site")
    assert salutation("何", gender=Gender.WOMAN, dialect="siyi", customs=customs) == "何阿姨"
    assert salutation("何", gender=Gender.WOMAN, dialect="hakka", customs=customs) == "何女士"
    assert salutation("何", gender=Gender.WOMAN, dialect="nowhere", customs=customs) == "何女士"
    assert salutation("何", gender=Gender.WOMAN, style=Style.FORMAL, dialect="siyi", customs=customs) == "何女士"


def test_no_custom_ships_without_a_source() -> None:
    """Nobody is called 阿姨 unasked, anywhere."""
    shipped = load_salutations()
    assert (shipped.default, dict(shipped.customs)) == (Style.FORMAL, {})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("{yue: familial}", "{atlantis: familial}", id="unknown-dialect"),
        pytest.param("familial: [{f", "chummy: [{f", id="unknown-style"),
        pytest.param("[{female", "[{dialects: [siyi], female", id="nobody-else"),
        pytest.param("default: formal", "default: loud", id="unknown-default"),
        pytest.param("en: you}", "fr: vous}", id="unknown-language"),
    ],
)
def test_a_damaged_file_is_named(old: str, new: str) -> None:
    """With what is wrong in it."""
    with pytest.raises(MessagesFileError, match="site/salutations"):
        parse_salutations(CUSTOMS.replace(old, new), source="site/salutations.yaml")
