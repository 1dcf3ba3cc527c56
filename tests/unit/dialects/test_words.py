"""Words speak for a dialect, and key phrases for a need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import Catalogue, load_catalogue
from dialects.evidence import Source
from dialects.needs import load_needs
from dialects.intents import find_need
from dialects.needs import need_name
from dialects.words import word_evidence


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("我哋想揾人倾下份保单", "guangzhou"),
        ("佢哋話唔係咁嘅", "guangzhou"),
        ("你讲啥子嘛，我晓不得", "sichuan"),
        ("阿拉勿晓得呀侬讲啥", "shanghai"),
        ("这个代志欲按怎办", "minnan"),
        ("這個代誌欲按怎辦", "minnan"),
    ],
    ids=["Cantonese", "Cantonese, traditional", "Sichuan", "Shanghai", "Minnan", "Minnan, traditional"],
)
def test_dialect_words_speak_for_their_dialect(text: str, best: str, catalogue: Catalogue) -> None:
    """Simplified or traditional, the words are found."""
    evidence = word_evidence(text, catalogue)
    assert evidence is not None
    assert evidence.source is Source.WORDS
    assert max(evidence.likelihood, key=lambda class_id: evidence.likelihood[class_id]) == best
    assert catalogue.name(best) in evidence.text


MANDARIN = ["我要查一下我的保单", "什么事情", "怎么样，你要什么", "您好，这儿是哪儿", "介绍一下保险", "我不介意"]
MANDARIN += ["那么个人信息在哪里改", "", "。，！", "hello"]


@pytest.mark.parametrize("text", MANDARIN)
def test_mandarin_words_say_nothing(text: str, catalogue: Catalogue) -> None:
    """么事 is in 什么事, 介 in 介绍: such words count only where they stand free or not alone."""
    assert word_evidence(text, catalogue) is None


def test_a_neighbour_gets_a_part_and_putonghua_nothing(catalogue: Catalogue) -> None:
    """Lists are incomplete: Cantonese words make Taishanese likelier than Hakka, and never Putonghua."""
    evidence = word_evidence("我哋嘅嘢喺边度", catalogue)
    assert evidence is not None
    said = evidence.likelihood
    assert said["guangzhou"] > said["siyi"] > said["hakka"] >= said["putonghua"]


@given(st.text(alphabet="我哋嘅嘢喺係系佢啥子阿拉侬勿么事什介绍 ，ab", max_size=30))
def test_words_always_speak_of_every_class(text: str) -> None:
    """Whatever is said, likelihoods are positive and complete."""
    catalogue = load_catalogue()
    evidence = word_evidence(text, catalogue)
    if evidence:
        assert set(evidence.likelihood) == set(catalogue.classes)
        assert min(evidence.likelihood.values()) > 0


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("我要报案", "report_claim"),
        ("转人工", "transfer_human"),
        ("喂，人工！", "transfer_human"),
        ("我哋想揾真人倾", "transfer_human"),
        ("聽唔懂", "cant_understand"),
        ("听𣍐懂", "cant_understand"),
        ("救命啊，我要查保单", "help"),
        ("打 120", "help"),
        ("帮我查一下我的保单", "policy_query"),
        ("理赔到哪一步了", "claim_progress"),
        ("我来交费的", "payment"),
        ("转人工，我要退保", "surrender"),
        ("我要投诉你们", "complaint"),
        ("麻烦改一下地址", "change_address"),
        ("Do you speak English?", "english"),
        ("English, please.", "english"),
        ("English", "english"),
    ],
)
def test_key_phrases_name_the_need(text: str, need: str, catalogue: Catalogue) -> None:
    """Danger goes before business, business before the wish for a person."""
    assert find_need(text, catalogue) == need


@pytest.mark.parametrize("text", ["", "……", "今天天气好", "我的人工钱没有发", "几多人工呀", "一个月人工三千"])
def test_wages_and_small_talk_are_no_need(text: str, catalogue: Catalogue) -> None:
    """In Cantonese and Min 人工 is what one earns, so it counts only when said alone or in a service phrase."""
    assert find_need(text, catalogue) is None


def test_every_phrase_of_the_catalogue_is_understood(catalogue: Catalogue) -> None:
    """Each key phrase of each dialect leads to its need."""
    wanted = {phrase_id: need.id for need in load_needs().values() for phrase_id in need.catalogue}
    assert len(wanted) == 6
    for dialect in catalogue.dialects.values():
        for phrase_id, phrase in dialect.phrases.items():
            for text in phrase.texts:
                assert find_need(text, catalogue) == wanted[phrase_id], (dialect.id, text)


def test_needs_have_chinese_names() -> None:
    """An agent reads 报案; an id from an old record reads as itself."""
    assert need_name("report_claim") == "报案"
    assert need_name("retired_need") == "retired_need"
