"""The carrier's error codes, told in our words."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from elder_channel.cli.carrier import app
from elder_channel.telephony.error_codes import THEN_IN_WORDS, Then, explain, known_codes
from elder_channel.telephony.rest import is_retryable


@pytest.mark.parametrize("code", known_codes())
def test_every_code_is_told_in_both_languages(code: int) -> None:
    """A sentence in English, a phrase in Chinese, what is done, and the carrier's page."""
    fault = explain(code)
    assert fault.known
    assert fault.en.endswith(".")
    assert re.search(r"[\u4e00-\u9fff]", fault.zh)
    assert all(fault.done)
    assert fault.page.endswith(f"/{code}")
    assert fault.level in ("error", "warning")


def test_every_reaction_is_used() -> None:
    """No word without a code, no code without a word."""
    assert {explain(code).then for code in known_codes()} == set(Then) == set(THEN_IN_WORDS)


@pytest.mark.parametrize(
    ("code", "then"),
    [(31999, Then.HEARS_LESS), (11999, Then.FALLBACK), (12999, Then.FALLBACK), (13999, Then.NOTE), (99999, Then.NOTE)],
)
def test_an_unknown_code_gets_the_careful_choice_of_its_range(code: int, then: Then) -> None:
    """It is not tried again by its code alone."""
    fault = explain(code)
    assert (fault.known, fault.then, fault.retryable) == (False, then, False)


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [
        pytest.param(429, 20429, True, id="too many requests"),
        pytest.param(400, 21220, False, id="the call has ended"),
        pytest.param(500, 20500, True, id="fault at the carrier"),
        pytest.param(502, None, True, id="a gateway without a code"),
        pytest.param(400, 99999, False, id="an unknown code of a bad request"),
        pytest.param(503, 99999, True, id="an unknown code of a fault"),
        pytest.param(429, 10004, True, id="too many calls at once"),
    ],
)
def test_the_table_and_else_the_status_say_whether_to_try_again(status: int, code: int | None, again: bool) -> None:
    """Unknown codes go by the HTTP status."""
    assert is_retryable(status, code) is again


def test_the_command_explains_a_code() -> None:
    """In words, or as one JSON object."""
    told = CliRunner().invoke(app, ["explain", "31920"])
    assert told.exit_code == 0
    assert "handshake" in told.output
    assert "握手" in told.output
    as_json = json.loads(CliRunner().invoke(app, ["explain", "31920", "--json"]).output)
    assert (as_json["code"], as_json["then"], as_json["retryable"]) == (31920, "hears_less", False)


def test_the_command_says_when_it_does_not_know() -> None:
    """With the carrier's page, and exit code 1."""
    told = CliRunner().invoke(app, ["explain", "31999"])
    assert told.exit_code == 1
    assert "https://www.twilio.com/docs/api/errors/31999" in told.output
