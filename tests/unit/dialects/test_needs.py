"""What callers want, from their words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialects import needs
from dialects.catalogue import Catalogue, load_catalogue
from dialects.intents import HeardNeed, find_need, find_needs
from dialects.needs import Kind, is_urgent, load_needs, need_name, wordings


def heard_in(text: str, catalogue: Catalogue) -> HeardNeed:
    """The need the text names, which it must."""
    heard = find_need(text, catalogue)
    assert heard is not None, text
    return heard


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("救命啊，我要查保单", "help"),
        ("转人工，我要退保", "surrender"),
        ("我要报案，有人受伤了", "injured"),
        ("我不是要投诉，我要查保单", "policy_query"),
        ("報案", "report_claim"),
        ("聽唔懂", "cant_understand"),
    ],
)
def test_of_several_needs_the_most_urgent_counts(text: str, need: str, catalogue: Catalogue) -> None:
    """Danger goes before business, business before the wish for a person."""
    assert heard_in(text, catalogue).need.id == need


def test_all_needs_of_an_utterance_can_be_had(catalogue: Catalogue) -> None:
    """Each once, by its surest wording."""
    found = {heard.need.id for heard in find_needs("我要查保单，还要改地址，转人工", catalogue)}
    assert found == {"policy_query", "change_address", "transfer_human"}


def test_a_match_by_sound_counts_less_and_says_so(catalogue: Catalogue) -> None:
    """The agent reads that it only sounded like it, and what the machine wrote."""
    written, sounded = heard_in("转人工", catalogue), heard_in("专人公", catalogue)
    confused, short = heard_in("砖营公", catalogue), heard_in("我要抱安", catalogue)
    assert written.confidence > sounded.confidence > confused.confidence > 0
    assert sounded.confidence > short.confidence
    assert (written.evidence, written.exact) == ("听到「转人工」", True)
    assert (sounded.evidence, sounded.exact) == ("像「转人工」,听写为「专人公」", False)


@pytest.mark.parametrize(
    "text", ["几多人工呀", "一个月人工三千", "赚人工", "小区保安打我", "什么事", "手续费多少", "这是救命钱"]
)
def test_wages_guards_and_everyday_words_are_no_need(text: str, catalogue: Catalogue) -> None:
    """In Cantonese and Min 人工 is what one earns; 保安 sounds like 报案, 手续费 holds 续费."""
    assert find_need(text, catalogue) is None


def test_danger_needs_more_than_a_likeness(catalogue: Catalogue) -> None:
    """就明天 sounds like 救命 and something: nobody is put before others for that; called out alone it counts."""
    assert find_need("我就明天再打吧", catalogue) is None
    assert heard_in("就命！", catalogue).need.id == "help"


def test_what_is_over_is_not_urgent(catalogue: Catalogue) -> None:
    """A stroke last year is a claim; a stroke now is danger."""
    assert heard_in("他中风了", catalogue).need.id == "help"
    assert heard_in("去年中风了，住院的钱报销吗", catalogue).need.id == "claim_apply"


def test_there_are_needs_enough_said_in_all_ways(catalogue: Catalogue) -> None:
    """Each in Mandarin and English, and all but the plainest in every dialect."""
    assert len(load_needs()) >= 12
    for need in load_needs().values():
        assert need.wishes or need.events or need.cries
        assert need.english or need.alone
        own = {need.id, *need.catalogue}
        speakers = [dialect.id for dialect in catalogue.dialects.values() if own & dialect.phrases.keys()]
        assert len(speakers) == 42, need.id


def test_every_wording_is_understood(catalogue: Catalogue) -> None:
    """Whatever the data lists for a need leads to it, or to a more urgent or longer one that holds it."""
    lost = []
    for wording in wordings(catalogue):
        heard = find_need(wording.text.replace("…", "的"), catalogue)
        found = find_needs(wording.text.replace("…", "的"), catalogue)
        if heard is None or wording.need.id not in {each.need.id for each in found}:
            lost.append((wording.need.id, wording.text))
    assert lost == []


def test_confidence_is_a_probability(catalogue: Catalogue) -> None:
    """From 0 to 1, and a composed wording is trusted less than an attested one."""
    assert all(0 < wording.confidence < 1 for wording in wordings(catalogue))
    by_status = needs.STATUS_CONFIDENCE
    assert by_status["composed_unverified"] < by_status["word_attested"]


def test_phrase_ids_of_the_dialects_are_known(catalogue: Catalogue) -> None:
    """A phrase under an id that no need names would never be found."""
    known = {phrase for need in load_needs().values() for phrase in (need.id, *need.catalogue)}
    for dialect in catalogue.dialects.values():
        assert set(dialect.phrases) <= known, dialect.id


def test_urgent_needs_are_those_of_danger() -> None:
    """Emergency and accident with injury; an id from an old record is not."""
    assert {need_id for need_id in load_needs() if is_urgent(need_id)} == {"help", "injured"}
    assert not is_urgent(None)
    assert not is_urgent("retired_need")
    assert {wording.kind for wording in wordings(load_catalogue()) if wording.need.id == "injured"} >= {Kind.EVENT}


def test_needs_have_chinese_names() -> None:
    """An agent reads 报案; an id from an old record reads as itself."""
    assert need_name("report_claim") == "报案"
    assert need_name("retired_need") == "retired_need"


@settings(deadline=None)  # the first call loads the phrases
@given(st.text(max_size=60))
def test_law_1_no_text_breaks_the_matching(text: str) -> None:
    """Whatever a recognizer writes, there is an answer or none."""
    heard = find_need(text, load_catalogue())
    assert heard is None or 0 < heard.confidence <= 1
