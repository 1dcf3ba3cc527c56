"""A campaign that contradicts itself is refused, with the key that is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.campaign_files import read_campaign, read_campaign_file
from config.errors import ConfigError
from greeting_sms.campaign import Campaign
from greeting_sms.lint import lint

EXAMPLE = Path(__file__).parents[3] / "greeting_sms" / "data" / "campaigns" / "birthday.yaml"
BASE = EXAMPLE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"window": {"opens": "20:00", "closes": "09:00"}}, "the window is empty", id="empty window"),
        pytest.param({"window": {"opens": "09:00", "closes": "09:00"}}, "the window is empty", id="no minute long"),
        pytest.param({"window": {"opens": "07:59"}}, "opens before 08:00", id="too early"),
        pytest.param({"window": {"closes": "21:01"}}, "closes after 21:00", id="the hard stop"),
        pytest.param({"window": {"opens": "9:00"}}, "is no time of day", id="not a clock"),
        pytest.param({"starts_on": "2026-02-30"}, "is no day of the calendar", id="30 February"),
        pytest.param({"starts_on": "2026-02-03", "ends_on": "2026-02-02"}, "before it starts", id="ends first"),
        pytest.param({"variants": [{"id": "A", "percent": 60}]}, "the percents make 60", id="not a whole"),
        pytest.param(
            {"variants": [{"id": "A", "percent": 50}, {"id": "A", "percent": 50}]}, "two variants", id="A twice"
        ),
        pytest.param({"sender": {"zh": "示例集团"}}, "nobody signs in en", id="no English signature"),
        pytest.param({"opt_out": {"zh": "拒收请回复R"}}, "nothing says in en how to refuse", id="no way to refuse"),
        pytest.param({"test_numbers": ["13800000000"]}, "no number in E.164", id="national number"),
        pytest.param({"audience": {"dialects": ["klingon"]}}, "no dialect of the catalogue", id="unknown dialect"),
        pytest.param({"audience": {"dialect_groups": ["elvish"]}}, "no group of dialects", id="unknown group"),
        pytest.param({"audience": {"companies": ["a' OR 1=1"]}}, "should match pattern", id="SQL in a company"),
        pytest.param({"audience": {"age": {}}}, "give at_least, at_most or both", id="no age"),
        pytest.param({"audience": {"age": {"at_least": 9, "at_most": 8}}}, "nobody is at least 9", id="empty age"),
        pytest.param({"audience": {"besides": {}}}, "would leave everybody out", id="leaves nobody"),
        pytest.param({"audience": {"sql": "1=1"}}, "Extra inputs", id="no SQL"),
        pytest.param({"control_percent": 51}, "less than or equal to 50", id="mostly control"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], change: dict[str, Any], told: str) -> None:
    """Each mistake in words that name what is wrong."""
    with pytest.raises(ValidationError, match=told):
        Campaign.model_validate(settings | change)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ({"id": "zh", "language": "zh", "text": "好"}, "two templates are called zh"),
        ({"id": "more", "language": "zh", "text": "好"}, "two templates in zh are for all"),
        ({"id": "b", "language": "zh", "variant": "B", "text": "好"}, "for variant B, which does not exist"),
        ({"id": "p", "language": "zh", "plain": True, "text": "好"}, "two plain templates in zh"),
        ({"id": "p", "language": "zh", "plain": True, "text": "{name|您}好"}, "so it has no variables"),
        ({"id": "x", "language": "fr", "text": "Bonjour"}, "'zh' or 'en'"),
    ],
)
def test_templates_that_do_not_fit_together_are_refused(
    settings: dict[str, Any], template: dict[str, Any], told: str
) -> None:
    """It is always clear which words somebody gets."""
    with pytest.raises(ValidationError, match=told):
        Campaign.model_validate(settings | {"templates": [*settings["templates"], template]})


def test_the_shipped_example_is_sound_and_lint_clean() -> None:
    """The first campaign anybody proposes has nothing said against it."""
    assert lint(read_campaign_file(EXAMPLE).campaign) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('opens: "09:00"', 'opens: "21:00"', "campaign.yaml:10: window: the window is empty"),
        ("priority: 100", "priorty: 100", "campaign.yaml:7: priorty: no such key; did you mean priority?"),
        ("priority: 100", 'priority: "100"', "campaign.yaml:7: priority: must be a whole number"),
        ("per_number: 2", "per_nmber: 2", "campaign.yaml:21: limits.per_nmber: no such key; did you mean per_number?"),
        ("{salutation|您好}", "{saluation|您好}", "no variable {saluation}"),
        ("schema: 1", "schema: 2", "campaign.yaml:3: schema: the file must say schema: 1"),
        ("title:", "title: [", "campaign.yaml:"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(old: str, new: str, told: str) -> None:
    """File, line, key and reason."""
    assert old in BASE
    with pytest.raises(ConfigError) as refused:
        read_campaign(BASE.replace(old, new, 1).encode(), source="campaign.yaml")
    assert told in str(refused.value)


def test_every_mistake_is_told_at_once() -> None:
    """Nobody mends a file one line at a time."""
    wrong = BASE.replace("priority: 100", "priority: x").replace("per_number: 2", "per_number: 0")
    with pytest.raises(ConfigError) as refused:
        read_campaign(wrong.encode(), source="c.yaml")
    assert len(refused.value.problems) == 2


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Not a trace of the program."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read_campaign_file(tmp_path / "none.yaml")


def test_a_campaign_greets_in_its_days_alone(settings: dict[str, Any]) -> None:
    """Both ends belong to it."""
    campaign = Campaign.model_validate(settings | {"starts_on": "2026-03-01", "ends_on": "2026-03-02"})
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    assert [campaign.is_on(day) for day in days] == [False, True, True, False]
