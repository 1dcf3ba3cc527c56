"""Lists and nested mappings as text: what is shown reads as what it was, and what is wrong is told by line."""

from __future__ import annotations

from typing import Any

import pytest

from config.fields import FieldSpec, fields_of
from config.schema import Settings
from elder_channel.services.setting_shapes import ShapeError, read_shape, shaped

SHAPED = [
    (section, spec)
    for section in Settings.model_fields
    for spec in fields_of(section)
    if spec.kind in ("lines", "pairs", "nested") and spec.default is not None
]


def spec_of(section: str, key: str) -> FieldSpec:
    """One field."""
    return next(spec for spec in fields_of(section) if spec.key == key)


@pytest.mark.parametrize(("section", "spec"), SHAPED, ids=lambda each: getattr(each, "key", each))
def test_every_default_reads_as_what_it_was(section: str, spec: FieldSpec) -> None:
    """Whatever its shape."""
    assert read_shape(spec, shaped(spec, spec.default)) == spec.default


@pytest.mark.parametrize(
    ("section", "key", "text", "value"),
    [
        ("line", "dedicated_numbers", " +862100000061 \n\n+862100000062\n", ["+862100000061", "+862100000062"]),
        ("outbound", "retry_minutes", "1\n5", [1, 5]),
        ("outbound_ceiling", "prices_by_prefix", '+852: 0.08\n"+1": 0.06', {"+852": 0.08, "+1": 0.06}),
        ("routing", "steps", "- {match: exact, seconds: 7}", [{"match": "exact", "seconds": 7}]),
        ("routing", "steps", "", []),
        ("desk", "ask_first", "help:\n  - 您在哪里?", {"help": ["您在哪里?"]}),
    ],
)
def test_what_people_write_is_read(section: str, key: str, text: str, value: Any) -> None:
    """Blank lines and blanks around a line say nothing."""
    assert read_shape(spec_of(section, key), text) == value


@pytest.mark.parametrize(
    ("section", "key", "text", "line", "reason"),
    [
        ("outbound", "retry_minutes", "1\nsoon", 2, "no whole number"),
        ("outbound_ceiling", "prices_by_prefix", "+852: 0.08\n+1", 2, "word: number"),
        ("routing", "steps", "- {match: exact, seconds: 7}\n- {match: yes}", 2, "true or false"),
        ("routing", "steps", "match: exact", 1, "list"),
        ("desk", "questions", "- a", 1, "key: value"),
        ("desk", "questions", "a: [", 1, "YAML"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(section: str, key: str, text: str, line: int, reason: str) -> None:
    """The line in the field, not in any file."""
    with pytest.raises(ShapeError) as error:
        read_shape(spec_of(section, key), text)
    assert reason in str(error.value)
    assert error.value.line >= line


def test_an_item_of_a_list_is_yaml_by_key() -> None:
    """Text that would be read as something else stands in quotes."""
    item = {"id": "life", "zh": "寿险", "en": "no", "numbers": ["+862100000070"]}
    assert read_shape(None, shaped(None, item)) == item
