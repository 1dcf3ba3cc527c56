"""The lint finds what providers refuse and what must not be said to an old person."""

from __future__ import annotations

from typing import Any

import pytest

from greeting_sms.campaign import Campaign
from greeting_sms.lint import Severity, has_errors, lint, load_rules


def with_text(settings: dict[str, Any], text: str, language: str = "zh", **more: Any) -> Campaign:
    """The campaign with one template's words changed."""
    templates = [each | ({"text": text} if each["id"] == language else {}) for each in settings["templates"]]
    return Campaign.model_validate(settings | {"templates": templates} | more)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("【平安】祝您生日快乐！", "signature_brackets", id="a second signature"),
        pytest.param("祝您生日快乐！回复TD退订", "opt_out_twice", id="opt-out in the words"),
        pytest.param("祝您生日快乐，您的保单已到期", "insurance", id="insurance"),
        pytest.param("祝您生日快乐，您的保 險", "insurance", id="traditional and spaced out"),
        pytest.param("生日快乐，理财有礼", "finance", id="finance"),
        pytest.param("恭祝寿宴圆满", "promotion", id="the word for the feast"),
        pytest.param("生日快乐，积分翻倍", "promotion", id="points"),
        pytest.param("生日快乐，下载ＡＰＰ", "promotion", id="full width letters"),
        pytest.param("生日快乐 https://example.com", "link", id="a link"),
        pytest.param("生日快乐 example.cn", "link", id="a bare domain"),
        pytest.param("生日快乐，电话0591 0000 0102", "contact", id="a telephone number"),
        pytest.param("生日快乐，加微信", "contact", id="another way to reach somebody"),
        pytest.param("恭喜您70歲生日", "age_printed", id="an age"),
        pytest.param("恭祝卒寿", "never_printed", id="卒 is to die"),
        pytest.param("一路走好", "unlucky", id="said to the dead"),
        pytest.param("生日快乐🎂", "symbols", id="an emoji"),
        pytest.param("生日\u200b快乐", "symbols", id="a hidden character"),
        pytest.param("{salutation|您好}{name|您}，生日快乐", "adjacent_variables", id="variables that touch"),
        pytest.param(" 祝您生日快乐", "stray_spaces", id="a blank in front"),
        pytest.param("祝您生日快乐" + "，平安喜乐" * 98, "too_long", id="a letter"),
        pytest.param("{salutation|您好}" + "，祝您生日快乐" * 20, "segments", id="more segments than wanted"),
    ],
)
def test_what_must_not_be_said_is_found(settings: dict[str, Any], text: str, rule: str) -> None:
    """Each rule finds what it is for."""
    assert rule in {finding.rule.id for finding in lint(with_text(settings, text))}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("Dear {salutation|you}, it’s your birthday!", "encoding", id="a curly quote"),
        pytest.param("Happy birthday, 70 years old!", "age_printed", id="an age"),
        pytest.param("Happy birthday from your insurance", "insurance", id="insurance"),
    ],
)
def test_english_is_looked_at_too(settings: dict[str, Any], text: str, rule: str) -> None:
    """The same in the other language."""
    assert rule in {finding.rule.id for finding in lint(with_text(settings, text, "en"))}


def test_there_is_no_app_in_happy(settings: dict[str, Any]) -> None:
    """Words in Latin letters count as whole words; what is sound has nothing said against it."""
    assert lint(Campaign.model_validate(settings)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"opt_out": {"zh": "回T退订", "en": "Reply STOP"}}, "opt_out_form"),
        ({"opt_out": {"zh": "拒收请回复R", "en": "Call us"}}, "opt_out_english"),
        ({"sender": {"zh": "【示例】", "en": "Example"}}, "sender_name"),
    ],
)
def test_signature_and_refusal_are_looked_at(settings: dict[str, Any], change: dict[str, Any], rule: str) -> None:
    """They are part of every text."""
    assert rule in {finding.rule.id for finding in lint(Campaign.model_validate(settings | change))}


def test_a_plain_template_too_long_for_the_campaign_is_an_error(settings: dict[str, Any]) -> None:
    """It is what everybody else's words fall back to."""
    campaign = with_text(settings, "祝您生日快乐" * 20, "zh-plain", most_segments=1)
    assert has_errors(lint(campaign))


def test_no_plain_template_is_a_warning(settings: dict[str, Any]) -> None:
    """For whom a name makes the text too long there is nothing shorter."""
    templates = [each for each in settings["templates"] if each["id"] != "en-plain"]
    findings = lint(Campaign.model_validate(settings | {"templates": templates}))
    assert [(each.rule.id, each.rule.severity) for each in findings] == [("no_plain", Severity.WARNING)]


def test_every_rule_has_both_languages_and_a_source() -> None:
    """Whoever is refused is told why, and where it is written."""
    for rule in load_rules():
        assert rule.zh
        assert rule.en
        assert rule.source
