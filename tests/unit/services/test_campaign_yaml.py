"""Single values put into a campaign's YAML."""

from __future__ import annotations

from typing import Any

import pytest

from config.campaign_files import read_campaign
from elder_channel.services.campaign_yaml import Path, value_at, values_of, with_values
from elder_channel.services.errors import CampaignRefusedError

TEXT = """\
schema: 1
id: birthday # never changes
title: 生日
sender: {zh: 示例集团}
opt_out: {zh: 拒收请回复R}
templates:
# the first
- id: zh
  language: zh
  text: 祝您生日快乐！
"""


def test_comments_and_order_stay() -> None:
    """Only the line of the value changes."""
    changed = with_values(TEXT, {("title",): "生日祝福"})
    assert changed.splitlines() == TEXT.replace("title: 生日", 'title: "生日祝福"').splitlines()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("window", "opens"), "10:00"),
        (("audience", "age", "at_least"), 60),
        (("audience", "regions"), ["福建", "广东"]),
        (("limits", "cost_per_day"), 12.5),
        (("templates", 0, "text"), "{salutation|您好}，祝您生日快乐！"),
        (("title",), "no"),
        (("starts_on",), "2027-01-31"),
    ],
    ids=lambda each: str(each),
)
def test_what_is_put_in_is_read_as_it_was_meant(path: Path, value: Any) -> None:
    """A time of day stays a text, a section is made where there is none, and the strict reader takes it."""
    changed = with_values(TEXT, {path: value})
    assert value_at(values_of(changed), path) == value
    assert read_campaign(changed.encode(), source="draft").campaign.id == "birthday"


def test_what_is_taken_out_leaves_no_empty_section() -> None:
    """An audience without any condition is no audience."""
    changed = with_values(TEXT, {("audience", "age", "at_least"): 60})
    assert with_values(changed, {("audience", "age", "at_least"): None}) == with_values(TEXT, {})
    assert with_values(TEXT, {("limits", "per_number"): None}) == with_values(TEXT, {})


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "plain", "a: 1\na: 2"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    """With a code the page has words for."""
    with pytest.raises(CampaignRefusedError, match="draft"):
        values_of(text)
