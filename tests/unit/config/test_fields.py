"""What a form knows of the settings, and which of them a second person approves."""

from __future__ import annotations

import pytest

from config.fields import Kind, Unit, fields_of, section_help
from config.files import is_list_field, item_type
from config.schema import Settings
from config.second_person import MARKED, Concern, concern, concern_of_change
from config.taking_over import _LATER, Taking, sections_with_a_start, taking


def keys_of(section: str) -> set[str]:
    """The keys of a section, or of a list's items."""
    return {spec.key for spec in fields_of(section)}


@pytest.mark.parametrize("section", list(Settings.model_fields))
def test_every_field_can_be_filled_in(section: str) -> None:
    """With its help, and bounds that let the default pass."""
    assert section_help(section)
    for spec in fields_of(section):
        assert spec.help
        if spec.kind in (Kind.WHOLE, Kind.NUMBER) and not spec.is_required:
            assert spec.least is None or spec.least <= spec.default
            assert spec.most is None or spec.default <= spec.most
        if spec.kind is Kind.CHOICE and not spec.is_required:
            assert spec.default in spec.choices


@pytest.mark.parametrize(
    ("section", "key", "kind", "unit"),
    [
        ("line", "remember_hearing", Kind.SWITCH, None),
        ("line", "prompt_timeout_seconds", Kind.WHOLE, Unit.SECONDS),
        ("line", "dedicated_numbers", Kind.LINES, None),
        ("listening", "known_elders", Kind.CHOICE, None),
        ("recognition", "engine", Kind.CHOICE, None),
        ("outbound", "retry_minutes", Kind.LINES, Unit.MINUTES),
        ("outbound", "from_hour", Kind.WHOLE, Unit.HOUR_OF_DAY),
        ("outbound_ceiling", "prices_by_prefix", Kind.PAIRS, None),
        ("desk", "questions", Kind.NESTED, None),
        ("routing", "steps", Kind.NESTED, None),
        ("workorders", "holidays", Kind.LINES, None),
        ("greetings", "leap_day", Kind.CHOICE, None),
    ],
)
def test_the_kind_of_a_field_is_read_from_the_schema(section: str, key: str, kind: Kind, unit: Unit | None) -> None:
    """And its unit from the end of its name."""
    spec = next(each for each in fields_of(section) if each.key == key)
    assert (spec.kind, spec.unit) == (kind, unit)


@pytest.mark.parametrize("name", [*MARKED, *_LATER])
def test_every_mark_names_a_setting_there_is(name: str) -> None:
    """A setting that was renamed takes its mark along."""
    section, _, key = name.partition(".")
    section, bracket, _ = section.partition("[]")
    assert section in Settings.model_fields
    assert bool(bracket) == is_list_field(section)
    assert key == "*" or key in keys_of(section)


def test_law_7_what_is_kept_of_callers_takes_two_people() -> None:
    """Privacy, recording and kept sound as a whole."""
    for section in ("privacy", "recording"):
        assert {concern(section, key) for key in keys_of(section)} <= {Concern.PRIVACY, Concern.RECORDING}
    assert concern("learning", "keep_audio") is Concern.PRIVACY
    assert concern("line", "elder_age") is None


def test_of_an_item_only_its_marked_keys_count() -> None:
    """A number of a company takes two people, its name does not; so does one that comes with a number."""
    old = {"id": "life", "zh": "寿险", "en": "Life", "numbers": ["+862100000070"]}
    assert item_type("companies") is not None
    assert concern_of_change("companies", "life", old, {**old, "zh": "人寿"}) is None
    assert concern_of_change("companies", "life", old, {**old, "numbers": []}) is Concern.TELEPHONY
    assert concern_of_change("companies", "life", None, old) is Concern.TELEPHONY


def test_most_settings_count_at_once() -> None:
    """And the sections of which something waits for a start are told in the log."""
    assert taking("line", "elder_age") is Taking.AT_ONCE
    assert taking("listening", "known_elders") is Taking.AT_ONCE
    assert taking("listening", "onset_ms") is Taking.AT_START
    assert taking("recognition", "enabled") is Taking.OFF_AT_ONCE
    assert sections_with_a_start() == ("server", "routing", "listening", "recognition", "carrier", "greetings")
