"""The console's words."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from elder_channel.services.errors import (
    AccountsFileError,
    ChangedMeanwhileError,
    CodeRejectedError,
    NotAllowedError,
)
from ui.words import EN, ZH, say, say_value


def test_both_languages_have_the_same_keys() -> None:
    """Nothing is said in one language only."""
    assert set(ZH) == set(EN)


@pytest.mark.parametrize("key", sorted(ZH))
def test_both_languages_fill_the_same_fields(key: str) -> None:
    """A number that stands in one language stands in the other, and no sentence is empty."""
    fields = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (ZH[key], EN[key])]
    assert fields[0] == fields[1]
    assert ZH[key].strip()
    assert EN[key].strip()


@pytest.mark.parametrize("key", sorted(ZH))
def test_chinese_is_chinese(key: str) -> None:
    """No English was left in the Chinese column."""
    assert re.search(r"[一-鿿]", ZH[key])


@pytest.mark.parametrize(
    "code",
    [
        AccountsFileError.code,
        CodeRejectedError.code,
        "username_unfit",
        "username_taken",
        "password_length",
        "password_plain",
        NotAllowedError.code,
        ChangedMeanwhileError.code,
        *("verdict_token", "verdict_empty", "verdict_dialect", "verdict_need", "verdict_call", "verdict_unanswered"),
        *("consent_basis", "consent_customer"),
        *("mark_call", "mark_no_call", "mark_reason", "mark_note", "mark_protected", "mark_not_yours"),
        *("no_such_province", "no_sites", "no_such_site", "no_reason", "reason_too_long", "already_on", "not_on"),
        *("recording_none", "recording_gone", "recording_unreachable", "recording_taken_back"),
        *("recording_off", "recording_no_talk", "recording_not_yours", "recording_not_started"),
        "recording_delete_later",
    ],
)
def test_every_refusal_has_its_sentence(code: str) -> None:
    """What the services refuse the pages can explain."""
    assert say(f"refused.{code}", length=10).zh


def test_an_unknown_value_is_shown_as_it_is() -> None:
    """New members of a set appear as they are instead of breaking the page."""
    assert say_value("state", "holding") == ("holding", "")
