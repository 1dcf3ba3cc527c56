"""Whether an old caller can follow what the line says."""

from __future__ import annotations

import pytest

from bilingual.errors import UnknownProfileError
from bilingual.manner import SLOWER
from bilingual.messages import Channel, Language, Message, Spoken, load_messages, say
from bilingual.prompt_lint import (
    Severity,
    characters_per_minute,
    lint,
    lint_messages,
    lint_wordings,
    load_profile,
    load_profiles,
    load_rules,
    spoken_seconds,
)

FIGURES = load_profile().figures


def message(zh: str | list[str], en: str | list[str] = "Hello.", **given: object) -> Message:
    """A message of one phrase in each language, or of several; not validated: the lint sees what a file may not say."""
    phrases = {"zh": (zh,) if isinstance(zh, str) else tuple(zh), "en": (en,) if isinstance(en, str) else tuple(en)}
    parts = {"id": "x", "purpose": "x", "channel": Channel.VOICE, "pause_after_ms": 500, **phrases, **given}
    return Message.model_construct(**parts)


def rules_broken(zh: str | list[str], en: str | list[str] = "Hello.", **given: object) -> set[str]:
    """Ids of the rules that a message of these words breaks."""
    return {finding.rule for finding in lint(message(zh, en, **given))}


@pytest.mark.parametrize("message_id", list(load_messages(None)))
def test_every_shipped_message_keeps_the_rules(message_id: str):
    """Short, slow, plain, the same in both languages, no menu, no advertising, what one gets before its key."""
    assert lint(load_messages(None)[message_id]) == ()


@pytest.mark.parametrize("message_id", [each.id for each in load_messages(None).values() if each.dialects])
def test_every_shipped_wording_in_a_dialect_keeps_the_rules_but_for_being_a_draft(message_id: str):
    """What is to be recorded is as short, plain and complete as the Chinese it stands for."""
    assert {finding.rule for finding in lint_wordings(load_messages(None)[message_id])} <= {"not_heard"}


@pytest.mark.parametrize("message_id", list(load_messages()))
def test_no_message_is_faster_than_270_characters_a_minute(message_id: str):
    """A bound from the Chinese financial-service standard, with the modelled voice."""
    rate = characters_per_minute(load_messages()[message_id].phrases(Language.ZH))
    assert 0 < rate <= FIGURES.max_characters_per_minute == 270


@pytest.mark.parametrize("first", list(Language))
@pytest.mark.parametrize("message_id", ["greeting_choice", "second_try"])
def test_a_prompt_in_both_languages_is_over_in_twelve_seconds(message_id: str, first: Language):
    """Nobody remembers what was said twenty seconds ago."""
    assert spoken_seconds(say(message_id, "zh", first=first)) <= FIGURES.max_seconds == 12


def test_the_second_try_is_shorter_and_slower():
    """Who did not understand the first time is not told more, and not faster in the language they listen to."""
    first, second = say("greeting_choice", "zh"), say("second_try", "zh")
    assert sum(len(phrase.text) for phrase in second) < sum(len(phrase.text) for phrase in first)
    chinese = [[phrase for phrase in prompt if phrase.language == "zh-CN"] for prompt in (first, second)]
    assert characters_per_minute(chinese[1], SLOWER) < characters_per_minute(chinese[0])


def test_only_the_prompts_and_the_offer_of_a_callback_name_keys():
    """Keys do nothing while an agent's telephone rings, so nothing said then may name one."""
    naming = {item.id for item in load_messages().values() if "按" in "".join(item.zh) or "press" in " ".join(item.en)}
    assert naming == {"greeting_choice", "second_try", "hearing_choice", "callback_offer"}


@pytest.mark.parametrize(
    ("zh", "en", "rule"),
    [
        pytest.param("请按零，找人工。", "Hello.", "key_before_option", id="key-first-zh"),
        pytest.param("您好。按零。", "Hello.", "key_before_option", id="key-without-option-zh"),
        pytest.param("您好。", "Please press nine for English.", "key_before_option", id="key-first-en"),
        pytest.param("查保单，请按一。", "Hello.", "strange_key", id="another-key-zh"),
        pytest.param("确认，请按井号。", "Hello.", "strange_key", id="hash-key-zh"),
        pytest.param("您好。", "For claims, press two.", "strange_key", id="another-key-en"),
        pytest.param("需要人工，请按0。", "Hello.", "digit", id="digit-instead-of-word"),
        pytest.param("请拨10000。", "Hello.", "digit", id="number-in-a-sentence"),
        pytest.param("请听菜单。", "Hello.", "menu", id="menu-zh"),
        pytest.param("您好。", "Listen to the following options.", "menu", id="menu-en"),
        pytest.param("新产品有优惠。", "Hello.", "advertising", id="advertising-zh"),
        pytest.param("您好。", "Visit our website.", "advertising", id="advertising-en"),
        pytest.param("好" * 40, "Hello.", "too_fast", id="no-pause"),
        pytest.param("您好，请讲。" * 12, "Hello.", "too_long", id="endless"),
        pytest.param("坐席马上接您。", "Hello.", "jargon", id="jargon-zh"),
        pytest.param("您好。", "An agent will help you.", "jargon", id="jargon-en"),
        pytest.param("您好<break/>。", "Hello.", "unspeakable", id="markup"),
        pytest.param("您好😀。", "Hello.", "unspeakable", id="emoji"),
        pytest.param("您好。", "See www.example.com for more.", "unspeakable", id="address-of-a-page"),
        pytest.param("请缴费。", "Please pay.", "rare_characters", id="rare-character"),
        pytest.param("您好您说您的事我们都会记下来给您办好您不用着急慢慢说。", "Hello.", "long_sentence", id="long-zh"),
        pytest.param("您好。", "I " + "and you " * 9 + "talk.", "long_sentence", id="long-en"),
        pytest.param(
            "您好。",
            "Our representatives require supplementary identification documentation for authorization of your request.",
            "reading_grade",
            id="words-of-many-syllables",
        ),
    ],
)
def test_what_breaks_a_rule_is_found(zh: str, en: str, rule: str):
    """Each rule catches the sentence it was written for, and says what to do about it."""
    [found, *_] = [finding for finding in lint(message(zh, en)) if finding.rule == rule]
    assert found.advice
    assert found.advice_zh
    assert found.where == "x"
    assert f"[{rule}]" in str(found)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("需要人工，请按零。", "To speak to a person, press zero."),
        ("听英语，请按九。", "For English, press nine."),
        ("我们按规定给您办。", "We pressed on. Press the button."),
        ("有危险，请打幺幺零。", "In danger, call one one zero."),
    ],
)
def test_what_keeps_the_rules_is_left_alone(zh: str, en: str):
    """A lint that cries at good sentences is switched off soon."""
    assert lint(message(zh, en)) == ()


def test_a_prompt_in_both_languages_is_measured_as_a_whole():
    """Each half may be short enough and the whole still too long."""
    half = "您好，请讲。" * 4, "Hello, please talk. " * 3
    assert "too_long" not in rules_broken(*half)
    assert "too_long" in rules_broken(*half, both_languages=True)


@pytest.mark.parametrize(
    ("zh", "en", "rule"),
    [
        pytest.param("找人，请按零。", "For English, press nine.", "other_keys", id="another-key"),
        pytest.param("您好，这里是{line}。", "Hello.", "other_variables", id="variable-missing"),
        pytest.param(["您好。", "请讲。"], "Hello, please talk.", "other_phrases", id="another-number-of-phrases"),
        pytest.param("好。", "Please take your time and tell us what you need.", "other_length", id="much-longer"),
    ],
)
def test_both_languages_say_the_same(zh: str | list[str], en: str, rule: str):
    """Keys, variables, phrases and length: nobody gets less for the language they speak."""
    assert rule in rules_broken(zh, en)


def test_a_prompt_in_both_languages_may_share_the_work_but_must_offer_english():
    """The Chinese half offers a person, the English half English; the whole is heard by everybody."""
    assert "other_keys" not in rules_broken("找人，请按零。", "English, press nine.", both_languages=True)
    assert "other_keys" in rules_broken("找人，请按零。", "Please wait.", both_languages=True)


def test_phrases_need_quiet_between_them():
    """Who thinks slowly needs the pause; after the only phrase none is needed."""
    assert "pause" in rules_broken(["您好。", "请讲。"], ["Hello.", "Please talk."], pause_after_ms=100)
    assert "pause" not in rules_broken("您好。", pause_after_ms=100)


def test_a_profile_holds_to_its_own_rules_only():
    """A finance line is not told about jargon by a standard that does not speak of it."""
    assert "jargon" not in load_profile("finance").rules
    found = lint_messages([message("坐席马上接您。" * 8)], load_profile("finance"))
    assert {finding.rule for finding in found} <= load_profile("finance").rules
    with pytest.raises(UnknownProfileError, match="finance, government, coga"):
        load_profile("space")


@pytest.mark.parametrize("profile", list(load_profiles().values()), ids=lambda profile: profile.id)
def test_every_profile_asks_for_something_and_is_kept_by_what_ships(profile):
    """Every standard named has rules of ours behind it, and the shipped messages keep them."""
    assert profile.rules
    assert lint_messages(load_messages(None).values(), profile) == ()


def test_every_rule_weighs_something_and_says_what_to_do_in_both_languages():
    """A finding without a way out only annoys."""
    for rule in load_rules().values():
        assert rule.severity in Severity
        assert rule.advice.endswith(".")
        assert rule.advice_zh.endswith("。")


def test_a_phrase_without_chinese_has_no_character_rate():
    """English is counted in words."""
    assert characters_per_minute((Spoken("Hello.", "en-US", 500),)) == 0
