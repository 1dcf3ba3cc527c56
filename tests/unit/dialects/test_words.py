"""Words speak for a dialect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import Catalogue, load_catalogue
from dialects.evidence import Source
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


def test_a_word_known_by_its_sound_adds_and_never_speaks_alone(catalogue: Catalogue) -> None:
    """摆隆门镇 sounds like 摆龙门阵, which is said in Sichuan; by itself that is not enough to name anything."""
    assert word_evidence("摆隆门镇", catalogue) is None
    evidence = word_evidence("摆隆门镇，啥子", catalogue)
    plain = word_evidence("怎么办，啥子", catalogue)
    assert evidence is not None
    assert plain is not None
    assert "像「摆龙门阵」" in evidence.text
    assert "像" not in plain.text
    assert evidence.likelihood["sichuan"] > plain.likelihood["sichuan"]


def test_everyday_words_do_not_sound_like_cues(catalogue: Catalogue) -> None:
    """伊各人 (Wu for each of them) is pronounced as 一个人."""
    evidence = word_evidence("我哋一个人嚟", catalogue)
    assert evidence is not None
    assert "像" not in evidence.text
