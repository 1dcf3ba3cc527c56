"""A caller's number leads to an area, and the area to a prior that is never a certainty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.area import Area, AreaKind, locate, number_evidence
from dialects.catalogue import PUTONGHUA, Catalogue, load_catalogue
from dialects.identify import identify
from dialects.settings import IdentificationSettings

FUZHOU = Area(AreaKind.LANDLINE, "0591", "福州", "CN")
LANDLINES = {
    "E.164": "+8659122345678",
    "E.164 spaced": "+86 591 2234 5678",
    "E.164 with the trunk zero": "+86 0591 22345678",
    "without plus": "8659122345678",
    "international prefix": "008659122345678",
    "national": "059122345678",
    "national with separators": "0591-2234 5678",
    "brackets": "(0591) 22345678",
    "sip": "sip:+8659122345678@carrier.example;user=phone",
    "tel": "tel:+86-591-2234-5678",
}


@pytest.mark.parametrize("number", LANDLINES.values(), ids=LANDLINES.keys())
def test_every_writing_of_a_landline_is_the_same_place(number: str) -> None:
    """Carriers write one number in many ways."""
    assert locate(number) == FUZHOU


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+861062345678", "010"),
        ("03103456789", "0310"),
        ("073282345678", "0731"),
        ("041023456789", "024"),
        ("+862822452253", "028"),
    ],
    ids=["three digits", "four digits", "retired, merged", "retired, merged into three digits", "Chengdu"],
)
def test_the_longest_area_code_wins_and_retired_codes_lead_on(number: str, code: str) -> None:
    """Old people's numbers may still be written with a code that was merged."""
    area = locate(number)
    assert (area.kind, area.area_code) == (AreaKind.LANDLINE, code)


@pytest.mark.parametrize(
    "number", ["13800138000", "+8613800138000", "013800138000", "138 0013 8000", "008613800138000"]
)
def test_a_mobile_number_leads_to_the_city_it_was_given_out_in(number: str) -> None:
    """Every writing of a mobile number counts."""
    assert locate(number) == Area(AreaKind.MOBILE, "010", "北京", "CN")


@pytest.mark.parametrize("number", ["17000001234", "+8617100001234", "16500001234", "16200001234", "16700001234"])
def test_a_virtual_operator_s_number_is_known_as_one(number: str) -> None:
    """Such numbers are sold anywhere."""
    assert locate(number).kind is AreaKind.VIRTUAL


WITHHELD = ["", "  ", "anonymous", "Anonymous", "restricted", "unknown", "unavailable", "private", "266696687"]
WITHHELD += ["+266696687", "+86282452253", "+7378742833", "sip:anonymous@anonymous.invalid"]


@pytest.mark.parametrize("number", WITHHELD)
def test_a_withheld_number_says_nothing(number: str, catalogue: Catalogue, settings: IdentificationSettings) -> None:
    """Words, empty fields, and the words as a carrier types them on telephone keys."""
    assert locate(number) == Area(AreaKind.WITHHELD)
    assert number_evidence(number, catalogue, settings) is None


@pytest.mark.parametrize(
    ("number", "country", "best"),
    [("+85223456789", "HK", "guangzhou"), ("+85328123456", "MO", "guangzhou"), ("+886223456789", "TW", "minnan")],
)
def test_chinese_speaking_places_outside_the_mainland_speak_for_their_dialects(
    number: str, country: str, best: str, catalogue: Catalogue, settings: IdentificationSettings
) -> None:
    """Hong Kong, Macau and Taiwan have country codes of their own."""
    area = locate(number)
    assert (area.kind, area.country) == (AreaKind.FOREIGN, country)
    evidence = number_evidence(number, catalogue, settings)
    assert evidence is not None
    assert max(evidence.likelihood, key=lambda class_id: evidence.likelihood[class_id]) == best


def test_another_foreign_number_says_nothing(catalogue: Catalogue, settings: IdentificationSettings) -> None:
    """A caller from London may speak anything."""
    assert locate("+447700900123") == Area(AreaKind.FOREIGN, country="GB")
    assert number_evidence("+447700900123", catalogue, settings) is None


@pytest.mark.parametrize(
    "number", ["abc", "12", "+86", "95511", "client:reception", "080012345678", "+9999", "０５９１", "😀"]
)
def test_what_is_no_number_is_called_invalid(
    number: str, catalogue: Catalogue, settings: IdentificationSettings
) -> None:
    """It raises nothing: a strange number must not lose a call."""
    assert locate(number) == Area(AreaKind.INVALID)
    assert number_evidence(number, catalogue, settings) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(number: str) -> None:
    """Whatever a carrier sends, there is an answer."""
    assert locate(number).kind in AreaKind


@given(st.from_regex(r"(\+86|0)?[1-9][0-9]{5,13}", fullmatch=True))
def test_no_digits_break_it(number: str) -> None:
    """Digits of any length have an answer, and evidence speaks of every class."""
    catalogue = load_catalogue()
    evidence = number_evidence(number, catalogue, IdentificationSettings())
    if evidence:
        assert set(evidence.likelihood) == set(catalogue.classes)
        assert all(value > 0 for value in evidence.likelihood.values())


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("+8659122345678", "区号 0591(福州) → 福州话"),
        ("13800138000", "手机归属地 北京 → 北京话 92%、河北话 8%"),
        ("+85223456789", "中国香港(+852) → 粤语广州话"),
        ("17000001234", "手机归属地 北京(虚拟运营商，不可靠) → 北京话 92%、河北话 8%"),
    ],
)
def test_an_agent_can_read_why(number: str, text: str, catalogue: Catalogue, settings: IdentificationSettings) -> None:
    """The evidence is a sentence, without the caller's number in it."""
    evidence = number_evidence(number, catalogue, settings)
    assert evidence is not None
    assert evidence.text == text


@given(
    code=st.sampled_from(sorted(load_catalogue().area_codes)),
    migrant_share=st.floats(0, 0.9),
    putonghua_share=st.floats(0, 0.9),
)
def test_a_number_alone_never_says_more_than_that_not_everybody_is_a_local(
    code: str, migrant_share: float, putonghua_share: float
) -> None:
    """No dialect exceeds the share of callers who are no migrants."""
    catalogue = load_catalogue()
    settings = IdentificationSettings(migrant_share=migrant_share, putonghua_share=putonghua_share)
    evidence = number_evidence(code + "2345678", catalogue, settings)
    assert evidence is not None
    posterior = identify([evidence], catalogue=catalogue, settings=settings).posterior
    assert max(posterior[dialect_id] for dialect_id in catalogue.dialects) <= 1 - migrant_share + 1e-4
    assert posterior[PUTONGHUA] == pytest.approx(putonghua_share, abs=0.03)


def test_a_virtual_number_is_believed_less(catalogue: Catalogue, settings: IdentificationSettings) -> None:
    """The same city, from a virtual operator, counts for less and names no dialect by itself."""
    virtual, ordinary = (number_evidence(n, catalogue, settings) for n in ("17000001234", "13800138000"))
    assert virtual is not None
    assert ordinary is not None
    assert virtual.likelihood["beijing"] < ordinary.likelihood["beijing"] / 2
    assert identify([virtual], catalogue=catalogue, settings=settings).abstained
